"""What moves: journeys, and the tokens that carry them through their programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simpy.events import Event, EventPriority

if TYPE_CHECKING:
    from simpy import Environment

    from sim.engine.queue import Station

RUNNING: Final = 0
WAITING: Final = 1
SERVED: Final = 2
DELAYED: Final = 3
FORKED: Final = 4
AWAITING: Final = 5
ENDED: Final = 6


class Instant(Event):
    """An event that takes its place among those of its instant by an integer, not by when it was made.

    SimPy's own zero-delay events have priorities 0 and 1, so all consequences of an instant's event come before the
    instant's next event.
    """

    __slots__ = ()

    def fire(self, delay: float, order: int) -> None:
        """Happen after a delay, in seconds; ``order`` decides among equal instants."""
        self._ok = True
        self._value = None
        self.env.schedule(self, EventPriority(order), delay)

    def cancel(self) -> None:
        """Let the event pass unnoticed."""
        if self.callbacks is not None:
            self.callbacks.clear()


class Signal(Instant):
    """What a token waits for, or what limits its waiting."""

    __slots__ = ("token",)

    def __init__(self, env: Environment, token: Token) -> None:
        super().__init__(env)
        self.token = token


class Journey:
    """One citizen's errand: what all its tokens share."""

    __slots__ = (
        "arrived",
        "counted",
        "group",
        "hash",
        "home",
        "k",
        "office",
        "orphans",
        "outcome",
        "priority_class",
        "repeats",
        "stream",
        "visits",
        "waited",
    )

    def __init__(self, stream: int, stream_hash: int, k: int, office: int, priority_class: int, arrived: float) -> None:
        self.stream = stream
        self.hash = stream_hash
        self.k = k
        self.office = office
        self.home = office
        self.priority_class = priority_class
        self.arrived = arrived
        self.counted = False
        self.group = 0
        self.outcome = -1
        self.orphans = 0
        self.waited = 0.0
        self.visits: list[int] = []
        self.repeats: list[int] = []


class Scope(Signal):
    """A deadline under way: whose it is, where control goes at its end, how much was held before it."""

    __slots__ = ("handler", "holds", "mode")

    def __init__(self, owner: Token, handler: int, mode: int) -> None:
        super().__init__(owner.signal.env, owner)
        self.handler = handler
        self.mode = mode
        self.holds = len(owner.holds)


class Token:
    """One thread of a journey: where it is and what it holds.

    ``signal`` is what its process waits for; ``left`` the seconds of an interrupted service, -1 when none was.
    ``ends_at`` is when its service ends; where servers are shared, the attained work at which it does.
    """

    __slots__ = (
        "arrival_bin",
        "arrival_time",
        "bit",
        "children",
        "done",
        "ended",
        "ends_at",
        "failed",
        "holds",
        "journey",
        "key",
        "left",
        "living",
        "orphan",
        "parent",
        "patience",
        "place",
        "reason",
        "scopes",
        "service_start",
        "signal",
        "started",
        "state",
        "station",
        "turn",
        "visit",
    )

    def __init__(self, env: Environment, journey: Journey, place: int, key: int) -> None:
        self.journey = journey
        self.place = place
        self.key = key
        self.signal = Signal(env, self)
        self.state = RUNNING
        self.station: Station | None = None
        self.holds: list[Station | None] = []
        self.scopes: list[Scope] = []
        self.turn = 0
        self.visit = 0
        self.arrival_time = 0.0
        self.arrival_bin = 0
        self.service_start = 0.0
        self.ends_at = 0.0
        self.left = -1.0
        self.patience: Signal | None = None
        self.reason = 0
        self.orphan: Scope | None = None
        self.parent: Token | None = None
        self.bit = 0
        self.started = False
        self.children: list[Token] = []
        self.living = 0
        self.done = 0
        self.failed = False
        self.ended = False

    def renew(self) -> Signal:
        """Move the waiting process from a signal that will not come to a new one, and return it."""
        signal = Signal(self.signal.env, self)
        old = self.signal.callbacks
        if old:
            signal.callbacks.append(old[-1])
            old.clear()
        self.signal = signal
        return signal
