"""``--partner`` of ``tongban mock``: partners that are real systems, elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sim.conformance.credential import Credentials
from sim.conformance.http import CallLimits, HttpTransport, place_of
from sim.conformance.relaying import RelayingService, relayed
from sim.contract import load_code_lists
from sim.errors import UsageError
from sim.mock import Codec, SigningKey
from sim.mock.http import Service

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from threading import Lock
    from typing import Any

    from sim.catalog import Catalog
    from sim.conformance.preparation import Preparation
    from sim.mock import System, World

LIMIT: Final = 10.0
"""Seconds that a partner gets to answer."""


@dataclass(slots=True)
class RealPartners:
    """Systems that are not mocked here: calls of the mocks go to where they are.

    Parameters
    ----------
    addresses : dict of str to str
        Base address by name of the system.
    served : sequence of str
        Systems that are mocked here.
    """

    addresses: dict[str, str]
    served: Sequence[str]
    _transports: dict[str, HttpTransport] = field(default_factory=dict)
    _credentials: Credentials = field(default_factory=lambda: Credentials(None, None))
    _turn: Lock | None = None

    def standing_in(self, catalog: Catalog, systems: Mapping[str, System]) -> dict[str, System]:
        """Return systems with a stand-in for each that is elsewhere.

        Raises
        ------
        UsageError
            No mock calls one of them.
        """
        unasked = sorted(self.addresses.keys() - systems.keys())
        if unasked:
            remedy = "leave it out; the mocks call no system that is not served here"
            called = sorted(systems.keys() - set(self.served))
            if called:
                remedy = f"leave it out; they call {', '.join(called)}"
            raise UsageError(f"--partner {', '.join(unasked)}: no mock that is served calls it", remedy)
        limits = CallLimits(silence_seconds=LIMIT, total_seconds=LIMIT)
        for name, url in self.addresses.items():
            self._transports[name] = HttpTransport(place_of(url, option=f"--partner {name}"), limits)
        codec = Codec(load_code_lists(catalog))
        found, self._turn = relayed(systems, self._transports, lambda: self._credentials, codec)
        return found

    def sign_as(self, world: World) -> None:
        """Let calls to them carry the secrets of a world, under nonces and keys that no start before has used."""
        key = SigningKey(*next(iter(world.keyring.secrets.items())))
        self._credentials = Credentials(None, key, keys=world.keyring.keys)

    def service(self, *given: Any, **named: Any) -> Service:  # those of Service
        """Return what serves: where a partner may be waited for, others are answered meanwhile."""
        if not self.addresses or self._turn is None:
            return Service(*given, **named)
        return RelayingService(*given, **named, turn=self._turn)

    def close(self) -> None:
        """Close the connections to them."""
        for transport in self._transports.values():
            transport.close()


def real_partners(
    texts: Iterable[str], catalog: Catalog, served: Sequence[str], preparations: Iterable[Preparation]
) -> RealPartners:
    """Return what ``--partner`` says: ``NAME=URL``.

    Raises
    ------
    UsageError
        A text has another form, names no contract or one that is served here, or an errand that is to be prepared
        calls it.
    """
    found: dict[str, str] = {}
    for text in texts:
        name, sign, url = text.partition("=")
        if not sign:
            raise UsageError(f"--partner {text!r} names no address", "write NAME=http://HOST:PORT")
        if name not in catalog.names("contract"):
            raise UsageError(f"--partner {name!r}: there is no such contract", "tongban contracts list names them")
        if name in served:
            raise UsageError(
                f"--partner {name}: it is served here", "name the systems that are to be served, without it"
            )
        if name in found:
            raise UsageError(f"--partner {name} is given twice", "give each once")
        place_of(url, option=f"--partner {name}")
        found[name] = url
    for one in preparations:
        called = sorted(found.keys() & set(one.systems))
        if called:
            raise UsageError(
                f"--prepare {one.text} calls {', '.join(called)}", "prepare it there, or leave --partner out"
            )
    return RealPartners(found, served)
