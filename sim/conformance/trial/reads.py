"""Operations that only read and that no journey comes to.

They are called at the end of an errand, where it has made known all that they ask for.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from sim.contract.model import Request
from sim.journey import OutgoingCall

if TYPE_CHECKING:
    from sim.conformance.trial.prober import Prober
    from sim.conformance.trial.walker import Walker
    from sim.contract import Contract, Operation


def further_reads(walker: Walker, contract: Contract, prober: Prober) -> None:
    """Call what can be read and was not called, and probe it.

    Raises
    ------
    SpoiltError
        As ``Prober.step``.
    """
    known = _known(walker)
    for operation in contract.operations.values():
        request = _request(operation, known) if prober.wants(operation) else None
        if request is not None:
            prober.further.add(operation.operation_id)
            prober.add([operation])
            prober.step(walker, OutgoingCall(contract, operation, request, "", 1, None, "none"))


def _known(walker: Walker) -> dict[str, str]:
    """Return what answers have made known: texts and numbers of their bodies, by name."""
    found: dict[str, str] = {}
    for trace in walker.traces:
        for body in (trace.bare, trace.answer):
            value = _value(body.body) if body is not None else None
            for name, member in value.items() if isinstance(value, dict) else ():
                if isinstance(member, str | int) and not isinstance(member, bool):
                    found[name] = str(member)
    return found


def _value(body: bytes) -> object:
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        return None


def _request(operation: Operation, known: dict[str, str]) -> Request | None:
    if operation.method != "GET":
        return None
    path, query = operation.path, []
    for parameter in operation.parameters:
        value = known.get(parameter.name)
        if parameter.location == "path" and value:
            path = path.replace(f"{{{parameter.name}}}", quote(value, safe=""))
        elif parameter.required and parameter.location == "query" and value:
            query.append((parameter.name, value))
        elif parameter.required:
            return None
    return Request("GET", path, tuple(query), (), b"")
