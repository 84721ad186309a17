"""Which operation a recorded exchange belongs to: by the address of its system, then by method and path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, parse_qsl, urlsplit

from sim.conformance.trace import Trace
from sim.conformance.transport import NoAnswer
from sim.contract import match_operation
from sim.contract.model import Answer, Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sim.conformance.recorded.har import Entry
    from sim.contract import Contract

PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a system was when it was recorded.

    Parameters
    ----------
    prefix : str
        Path of its base, without a slash at its end.
    """

    contract: Contract
    base: str
    scheme: str
    host: str
    port: int
    prefix: str


def address_of(contract: Contract, base: str) -> Address | None:
    """Return an address; None for what is none of HTTP."""
    parts = _split(base)
    if parts is None or parts.hostname is None:
        return None
    return Address(contract, base.rstrip("/"), parts.scheme, parts.hostname, _port(parts), parts.path.rstrip("/"))


def addresses_of(contracts: Iterable[Contract]) -> Iterator[Address]:
    """Yield the addresses that contracts give: their servers, variables at their defaults (OpenAPI 3.1.1, 4.8.5)."""
    for contract in contracts:
        root = contract.document.value
        servers = root.get("servers") if isinstance(root, dict) else None
        for server in servers if isinstance(servers, list) else []:
            url = str(server.get("url", "")) if isinstance(server, dict) else ""
            variables = server.get("variables") if isinstance(server, dict) else None
            for name, variable in variables.items() if isinstance(variables, dict) else ():
                default = variable.get("default") if isinstance(variable, dict) else ""
                url = url.replace(f"{{{name}}}", str(default))
            found = address_of(contract, url)
            if found is not None:
                yield found


def trace_of(entry: Entry, addresses: Sequence[Address], *, is_provider: bool) -> Trace | None:
    """Return a recorded exchange as a trace; None where it belongs to no operation.

    Parameters
    ----------
    is_provider : bool
        Whether the system under test is the one that answers.
    """
    parts = _split(entry.url)
    if parts is None:
        return None
    for address in addresses:
        path = _below(address, parts)
        matched = match_operation(address.contract, entry.method, path) if path is not None else None
        if path is None or matched is None:
            continue
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        request = Request(entry.method, path, query, entry.headers, entry.body, parts.query or None)
        answer = Answer(entry.status, entry.answer_headers, entry.answer_body) if entry.status else None
        return Trace(
            sender="tongban" if is_provider else "system",
            contract=address.contract,
            operation=matched[0],
            journey="",
            step="",
            citizen=None,
            person=None,
            base=address.base,
            bare=request,
            request=request,
            answer=answer,
            failure=None if answer is not None else NoAnswer("protocol", "the recording holds no answer"),
            seconds=entry.seconds,
            limit=0.0,
        )
    return None


def origins(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Return the addresses that a recording holds, without paths, most frequent first."""
    found: dict[str, int] = {}
    for entry in entries:
        parts = _split(entry.url)
        if parts is not None and parts.hostname is not None:
            origin = f"{parts.scheme}://{parts.hostname}:{_port(parts)}"
            found[origin] = found.get(origin, 0) + 1
    return tuple(sorted(found, key=lambda one: (-found[one], one)))


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        return parts if parts.scheme in PORTS and _port(parts) else None
    except ValueError:  # a port that is no number, an address that is none
        return None


def _port(parts: SplitResult) -> int:
    return parts.port if parts.port is not None else PORTS[parts.scheme]


def _below(address: Address, parts: SplitResult) -> str | None:
    """Return the path of an address below a system's base; None where it is elsewhere."""
    if (parts.scheme, parts.hostname, _port(parts)) != (address.scheme, address.host, address.port):
        return None
    if not parts.path.startswith(f"{address.prefix}/"):
        return None
    return parts.path.removeprefix(address.prefix)
