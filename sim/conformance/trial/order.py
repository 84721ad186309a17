"""What is to be tried, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sim.conformance.http import CallLimits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.catalog import Catalog
    from sim.conformance.caller import Errand
    from sim.conformance.credential import Credentials
    from sim.conformance.http import Place
    from sim.conformance.trial.people import Person
    from sim.mock import SigningKey

CITIZENS: Final = 6
SEED: Final = 1


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """A trial that was asked for.

    Parameters
    ----------
    errands : tuple of Errand
        Workflows that are walked.
    system : str
        The system under test, by the name of its contract.
    place : Place or None
        Where it is; None for one that only calls.
    credentials : Credentials
        What requests to it carry.
    partner_key : SigningKey or None
        What its own requests are signed with; None: a key that the seed decides.
    listen : (str, int) or None
        Host and port from which partners are served; None: they answer in process alone.
    callback_base : str or None
        Address under which the system reaches ``listen``, for callbacks; None: as it is served.
    people : sequence of Person
        The user's own citizens; empty: synthetic ones.
    citizens : int
        Errands of each journey.
    parallel : int
        Errands at once.
    requests : int
        Most that are sent to the system.
    seconds : float
        Longest time of the whole trial.
    longest_wait : float
        Longest that a journey's wait before a retry is kept, in seconds; the rest is not waited for.
    callback_wait : float
        Seconds that callbacks have, after an errand.
    checks : frozenset of str or None
        Names of the checks that are asked; None is all.
    run : str
        With the seed it decides the UUIDs of errands: a system that remembers an earlier run needs others.
    keeps_exchanges : bool
        Whether the result holds every exchange.
    on_listen : callable
        Told the partners' addresses before the first request.
    tell : callable
        Takes a line for people on what happens.
    """

    catalog: Catalog
    errands: tuple[Errand, ...]
    system: str
    place: Place | None
    credentials: Credentials
    partner_key: SigningKey | None = None
    listen: tuple[str, int] | None = None
    callback_base: str | None = None
    people: Sequence[Person] = ()
    citizens: int = CITIZENS
    seed: int = SEED
    parallel: int = 1
    limits: CallLimits = field(default_factory=CallLimits)
    requests: int = 20_000
    seconds: float = 600.0
    longest_wait: float = 2.0
    callback_wait: float = 5.0
    checks: frozenset[str] | None = None
    run: str = ""
    keeps_exchanges: bool = False
    on_listen: Callable[[tuple[tuple[str, str], ...]], None] = lambda _: None
    tell: Callable[[str], None] = lambda _: None
