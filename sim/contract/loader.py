"""Contracts, loaded.

Takes a catalog and the name or file of a contract, gives the typed contract, promises that it has no fault: its
references lead somewhere, its rules are enforced, its examples keep them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.catalog import KINDS
from sim.contract.code_list import CodeLists, load_code_lists
from sim.contract.exchange import LoadedContract
from sim.contract.reader import ContractReader
from sim.contract.source import Sources
from sim.contract.validator import violations_of_value
from sim.errors import DocumentError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sim.catalog import Catalog
    from sim.contract.model import Contract, Violation
    from sim.contract.source import Node
    from sim.contract.validator import Direction, PlacedSchema
    from sim.document import Document

_SUFFIX: Final = KINDS["contract"][1]


def load_contract(catalog: Catalog, name: str) -> Contract:
    """Load a contract of a catalog by its name.

    Parameters
    ----------
    catalog : Catalog
        Holds ``contracts/<name>.openapi.yaml``.
    name : str
        The file's name without ``.openapi.yaml``.

    Returns
    -------
    Contract

    Raises
    ------
    UsageError
        There is no contract of that name.
    DocumentError
        It has faults; all of them are told together.
    """
    return load_contract_file(catalog, catalog.path("contract", name))


def load_contract_file(catalog: Catalog, path: Path) -> Contract:
    """Load a contract from a file of a catalog.

    Raises
    ------
    UsageError
        The file lies outside the catalog.
    DocumentError
        It has faults; all of them are told together.
    """
    return load_contract_document(catalog, catalog.read_file(path))


def load_contract_document(catalog: Catalog, document: Document) -> Contract:
    """Load a contract from a document that was read or made (an overlay applied) in a catalog.

    Raises
    ------
    DocumentError
        It has faults; all of them are told together.
    """
    faults: list[Fault] = []
    lists = CodeLists({})
    try:
        lists = load_code_lists(catalog)
    except DocumentError as error:
        faults.extend(error.faults)
    name = document.path.name.removesuffix(_SUFFIX)
    sources = Sources(catalog, document)
    reader = ContractReader(name, sources, lists)
    reader.read()
    reader.schemas.publish()
    if reader.schemas.is_bounded:
        faults.extend(_faults_of_examples(reader, has_faults=bool(faults or sources.faults)))
    faults.extend(sources.faults)
    if faults:
        raise DocumentError(faults)
    info = sources.root.child("info") or sources.root
    return LoadedContract(
        file=sources.name(document),
        name=name,
        title=info.text("title"),
        version=info.text("version"),
        openapi=sources.root.text("openapi"),
        document=document,
        operations=reader.operations,
        security_schemes=reader.security_schemes,
        digest=sources.digest,
    )


def _faults_of_examples(reader: ContractReader, *, has_faults: bool) -> Iterator[Fault]:
    """Yield what the examples break; schemas that have faults of their own are passed over."""
    both: tuple[Direction, ...] = ("response", "request")
    pending: list[tuple[Node, PlacedSchema, tuple[Direction, ...]]] = [
        *((place, schema, (direction,)) for place, schema, direction in reader.parts.examples),
        *((place, schema, both) for place, schema in reader.schemas.examples()),
    ]
    for place, schema, directions in pending:
        try:
            found = [violations_of_value(schema, place.value, direction=direction) for direction in directions]
        except ValueError as error:  # the validator's own errors are ValueErrors
            if not has_faults:
                message = f"the schema cannot be compiled: {str(error).splitlines()[0][:200]}"
                yield place.fault(message, "correct the schema")
            continue
        yield from (_fault_of_example(place, violation) for violation in min(found, key=len))


def _fault_of_example(place: Node, violation: Violation) -> Fault:
    pointer = place.pointer + violation.pointer
    message = (
        f"the example breaks {violation.rule} of {violation.contract_pointer}: "
        f"expected {violation.expected}, found {violation.received}"
    )
    return place.document.fault(pointer, message, "correct the example or the schema")
