"""What a served mock must be able to enforce of its contract.

Takes contracts and mocks, gives the rules that would not be enforced, each at its place; promises that a system without
such a fault holds every request and answer against its whole contract.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.contract.media_type import reading
from sim.mock.behaviour import function_name
from sim.mock.security import kind_of
from sim.mock.signature import ALGORITHM
from sim.mock.stand_in import stand_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.contract.model import Contract, Operation
    from sim.errors import Fault
    from sim.mock.world import System


def unenforced(systems: Mapping[str, System]) -> tuple[Fault, ...]:
    """Return what mocks of these systems could not enforce, sorted by place."""
    return tuple(sorted({fault for system in systems.values() for fault in _faults(system)}))


def _faults(system: System) -> Iterator[Fault]:
    contract = system.provider
    for operation in contract.operations.values():
        yield from _of_security(contract, operation)
        yield from _of_request(contract, operation)
        if operation.operation_id not in system.mock.operations and stand_in(contract, operation) is None:
            yield _unanswered(system, operation)


def _of_security(contract: Contract, operation: Operation) -> Iterator[Fault]:
    for name in dict.fromkeys(name for alternative in operation.security for name in alternative):
        scheme = contract.security_schemes.get(name)
        pointer = f"/components/securitySchemes/{name}"
        kind = kind_of(scheme)
        if kind is None:
            message = f"the mock cannot check the security scheme {name!r}, which {operation.operation_id} asks for"
            remedy = "use a bearer token, OAuth 2, a signature, an API key or a password"
            yield contract.document.fault(pointer, message, remedy)
        elif kind == "signature" and isinstance(scheme, dict) and not _is_signed_so(scheme):
            message = f"the mock checks signatures by {ALGORITHM} alone, which {name!r} does not list"
            yield contract.document.fault(f"{pointer}/x-signature/algorithms", message, f"list {ALGORITHM} too")


def _is_signed_so(scheme: Mapping[str, object]) -> bool:
    said = scheme.get("x-signature")
    algorithms = said.get("algorithms") if isinstance(said, dict) else None
    return algorithms is None or (isinstance(algorithms, list) and ALGORITHM in algorithms)


def _of_request(contract: Contract, operation: Operation) -> Iterator[Fault]:
    content = operation.request_body.content if operation.request_body is not None else {}
    for name, media_type in content.items():
        schema = media_type.schema.value if media_type.schema is not None else True
        if "*" not in name and reading(name) == "none" and schema not in (True, {}) and not _is_bytes(schema):
            message = f"the mock cannot hold a body of {name} against its schema"
            remedy = "use JSON, text or a form, or give it no schema"
            yield contract.document.fault(f"{operation.pointer}/requestBody/content", message, remedy)


def _is_bytes(schema: object) -> bool:
    """Tell whether a schema speaks of bytes alone (OpenAPI 3.1.1, section 4.8.14.1; 3.0: ``format: binary``)."""
    if not isinstance(schema, dict):
        return False
    return schema.get("format") == "binary" or "contentMediaType" in schema or not schema.keys() - {"description"}


def _unanswered(system: System, operation: Operation) -> Fault:
    function = function_name(operation.operation_id)
    withheld = " (its file is not loaded, as the catalog is not trusted)" if system.mock.withheld is not None else ""
    message = f"nothing answers {operation.operation_id}: no mock{withheld}, no example and no value made of its schema"
    remedy = f"write {function} in mocks/{operation.contract}.py, or add an example to a 2xx response that keeps it"
    return system.provider.document.fault(f"{operation.pointer}/responses", message, remedy)
