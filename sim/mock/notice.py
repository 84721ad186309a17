"""Callbacks: what a mocked system calls in turn, at an address that its caller gave.

Takes a callback of the contract, an address and domain values, gives a ``Notice`` that keeps the contract, promises
that nothing is sent here: who serves the world over HTTP delivers it, in process it is only kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.contract import violations_of_request
from sim.errors import UsageError
from sim.mock.address import split_address
from sim.mock.call import Parts
from sim.mock.message import write_request

if TYPE_CHECKING:
    from sim.contract.model import Contract, Operation, Request
    from sim.mock.codec import Codec
    from sim.mock.security import Keyring
    from sim.mock.value import Record


@dataclass(frozen=True, slots=True)
class Notice:
    """One callback that is to be delivered.

    Parameters
    ----------
    system : str
        Who sends it.
    operation : Operation
        The callback's, as its contract declares it.
    base : str
        Origin of the address: ``https://platform.example:8443``.
    request : Request
        Without signature, which every attempt has of its own.
    after : float
        Seconds of the world to wait before the first attempt, >= 0.
    """

    system: str
    operation: Operation
    base: str
    request: Request
    after: float


def find_callback(contract: Contract, name: str) -> Operation:
    """Return a callback of a contract by its operationId.

    Raises
    ------
    UsageError
        No operation of the contract declares it.
    """
    known = {one.operation_id: one for operation in contract.operations.values() for one in operation.callbacks}
    if name not in known:
        listed = f"declared: {', '.join(sorted(known))}" if known else "it declares none"
        raise UsageError(f"{contract.name} has no callback {name!r}", f"correct the mock; {listed}")
    return known[name]


def write_notice(codec: Codec, contract: Contract, name: str, url: str, body: Record, *, keyring: Keyring) -> Notice:
    """Return the notice that says a body at an address.

    Raises
    ------
    Problem
        422: the address is none that can be called.
    UsageError
        The contract has no such callback, or the body breaks it.
    """
    declared = find_callback(contract, name)
    base, path, query = split_address(url)
    operation = replace(declared, path=path)  # the expression stood for this address
    request = replace(write_request(codec, operation, Parts({}, {}, {}, body)), query_text=query)
    if any(one.location == "header" and one.name.lower() == "idempotency-key" for one in operation.parameters):
        request = replace(request, headers=(*request.headers, ("Idempotency-Key", keyring.next("idempotency"))))
    broken = [one for one in violations_of_request(contract, operation, request) if one.certain]
    if broken:
        first = broken[0]
        message = f"the callback {name} breaks {first.rule} at /{first.part}{first.pointer}: {first.expected}"
        raise UsageError(message, "correct the mock")
    return Notice(contract.name, declared, base, request, 0.0)
