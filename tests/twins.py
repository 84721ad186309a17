"""Both engines on one Plan: what differs between them, and which features of the language the run met."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.arrival import ARRIVALS
from sim.bundle import result_digest
from sim.bundle.record import OPERATION_COUNTS, STATION_COUNTS, Record
from sim.discipline import DISCIPLINES
from sim.distribution import DISTRIBUTIONS
from sim.draw import run_key
from sim.engine import get_engine
from sim.engine.reference import Run
from sim.engine.token import FORKED, WAITING
from sim.plan import op
from sim.plan import plan as columns
from tests.logs import Kept
from tests.tiny_run import NO_TABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.engine.token import Scope, Token
    from sim.plan import Compiled, Plan

    Handler = Callable[[Token, list[int]], int]

REASONS = {op.TIMED_OUT: "timed out", op.REJECTED: "rejected", op.OUTAGE: "outage"}
NAMED_REASONS = {op.OUTAGE: "outage below", op.REFUSED: "refused", op.BREACHED: "breached", op.UNFINISHED: "unfinished"}
BACKS = {op.BACK_DONE: "done", op.BACK_FAILED: "failed", op.BACK_ENDED: "ended"}
CHANGES = ("SHIFT", "DRAIN", "SUSPEND", "FAIL", "UNDRAIN", "UNSUSPEND", "UNFAIL")
SITUATIONS = frozenset(
    {
        "a call is left behind in service",
        "a call is left behind in a nested call",
        "a call is left behind inside one left behind",
        "a call left behind waits",
        "a branch is left behind",
        "a call is taken back",
        "a deadline inside another one",
        "a fork while a call left behind lives",
        "a branch is cancelled",
        "a branch is cancelled with branches of its own",
        "a division without queues",
        "the home is elsewhere",
        "an edition is met",
        "three servers held at once",
        "a journey goes on after the window",
        "a journey comes before the window",
        "cut off",
        "drained",
        "whole seconds",
        "an outage throws out who is served and who waits",
        "an outage throws out who shares servers",
        "services end at one instant",
    }
)
"""What a run can come into beyond single instructions; ``everything`` lists the rest."""


def everything() -> frozenset[str]:
    """Return the names of all that examples must meet together."""
    return SITUATIONS.union(
        (f"op {name}" for name in op.NAMES),
        (f"reason {name}" for name in (*REASONS.values(), *NAMED_REASONS.values())),
        (f"back {name}" for name in BACKS.values()),
        (f"change {name}" for name in CHANGES),
        (f"visits {name}" for name in STATION_COUNTS),
        (f"calls {name}" for name in OPERATION_COUNTS),
        (f"discipline {name}" for name in DISCIPLINES.names()),
        (f"law {name}" for name in DISTRIBUTIONS.names()),
        (f"arrivals {name}" for name in ARRIVALS.names()),
    )


class Twins(NamedTuple):
    """What two runs of one Plan left: the names of what differs, and what was met."""

    differences: list[str]
    met: set[str]
    record: Record


def run_both(compiled: Compiled, *, seed: int = 1, replication: int = 0, is_watched: bool = True) -> Twins:
    """Run a Plan on both engines with their logs and compare every array by its bytes, every digest and every row.

    To watch what is met makes the reference engine a third slower; unwatched, nothing is told of it.
    """
    plan = compiled.plan
    ours, theirs = Kept(), Kept()
    watched = Watched(plan, run_key(seed, replication), ours) if is_watched else None
    reference = (watched or Run(plan, run_key(seed, replication), ours)).execute(replication, None)
    kernel = get_engine("kernel").run(plan, seed=seed, replication=replication, log=theirs)
    differences = differing_fields(reference, kernel)
    digests = [result_digest(compiled.layout, (record,), NO_TABLE) for record in (reference, kernel)]
    if digests[0] != digests[1]:
        differences.append("result_digest")
    for name in ("journey_chunks", "visit_chunks"):
        if _rows(ours, name) != _rows(theirs, name):
            differences.append(name)
    met = watched.met | _met_in(plan, reference) | _met_in_log(plan, ours) if watched is not None else set[str]()
    return Twins(differences, met, reference)


def differing_fields(one: Record, other: Record) -> list[str]:
    """Return the names of the fields whose type, shape or bytes differ."""
    return [name for name in Record.__slots__ if _whole(getattr(one, name)) != _whole(getattr(other, name))]


def _whole(value: object) -> tuple[object, ...]:
    array = np.asarray(value)
    return type(value), array.dtype, array.shape, array.tobytes()


def _rows(kept: Kept, name: str) -> bytes:
    return b"".join(chunk.tobytes() for chunk in getattr(kept, name))


class Watched(Run):
    """The reference engine, which notes what it does."""

    def __init__(self, plan: Plan, key: tuple[int, int], log: Kept | None = None) -> None:
        self.met: set[str] = set()
        super().__init__(plan, key, log)

    def _table(self) -> list[Handler]:
        return [self._noting(code, handler) for code, handler in enumerate(super()._table())]

    def _noting(self, code: int, handler: Handler) -> Handler:
        name, met = f"op {op.NAMES[code]}", self.met
        more: dict[int, Callable[[Token, list[int]], None]] = {
            op.VISIT: self._note_visit,
            op.ENTER: self._note_visit,
            op.REASON: lambda _, row: met.add(f"reason {NAMED_REASONS[row[1]]}"),
            op.FAILED: self._note_failure,
            op.BACK: lambda _, row: met.add(f"back {BACKS[row[1]]}"),
            op.FORK: self._note_fork,
            op.SCOPE: self._note_scope,
        }
        note = more.get(code)

        def handle(token: Token, row: list[int]) -> int:
            met.add(name)
            if note is not None:
                note(token, row)
            following = handler(token, row)
            if code == op.MEETS and following == token.place + 1:
                met.add("an edition is met")
            return following

        return handle

    def _note_visit(self, token: Token, row: list[int]) -> None:
        names, kinds = DISTRIBUTIONS.names(), self._plan.law_kind
        self.met.update(f"law {names[kinds[law]]}" for law in (row[3], row[7]) if law >= 0)
        division = token.journey.home if row[2] else token.journey.office
        if self._rows[row[1]][division] < 0:
            self.met.add("a division without queues")
        if token.journey.home != token.journey.office:
            self.met.add("the home is elsewhere")
        if len(token.holds) >= 2 and row[0] == op.VISIT:
            self.met.add("three servers held at once")

    def _note_failure(self, token: Token, _: list[int]) -> None:
        if token.reason in REASONS:
            self.met.add(f"reason {REASONS[token.reason]}")

    def _note_fork(self, token: Token, _: list[int]) -> None:
        if token.journey.orphans:
            self.met.add("a fork while a call left behind lives")

    def _note_scope(self, token: Token, _: list[int]) -> None:
        if token.scopes:
            self.met.add("a deadline inside another one")

    def _split(self, token: Token, scope: Scope, depth: int) -> Token:
        how = "in a nested call" if len(token.holds) > scope.holds else "in service"
        self.met.add(f"a call is left behind {how}")
        if token.orphan is not None:
            self.met.add("a call is left behind inside one left behind")
        if token.state == WAITING:
            self.met.add("a call left behind waits")
        if token.parent is not None:
            self.met.add("a branch is left behind")
        return super()._split(token, scope, depth)

    def _abort(self, token: Token) -> None:
        self.met.add("a call is taken back")
        super()._abort(token)

    def _kill(self, token: Token) -> None:
        is_forked = token.state == FORKED
        self.met.add("a branch is cancelled with branches of its own" if is_forked else "a branch is cancelled")
        super()._kill(token)


def _met_in(plan: Plan, record: Record) -> set[str]:
    """Return what the record and the Plan show."""
    met = {"drained" if record.drained else "cut off"}
    if plan.clock > 0.0:
        met.add("whole seconds")
    visits = record.station_counts.sum(axis=(0, 1))
    met.update(f"visits {name}" for name, count in zip(STATION_COUNTS, visits, strict=True) if count)
    calls = record.operation_counts.sum(axis=0)
    met.update(f"calls {name}" for name, count in zip(OPERATION_COUNTS, calls, strict=True) if count)
    by_station = record.station_counts.sum(axis=1)
    shares = plan.stations[:, columns.STATION_SHARES] > 0
    started, waited = (by_station[:, STATION_COUNTS.index(name)] > 0 for name in ("started", "waited"))
    used = np.where(shares, started, waited)
    flags = plan.stations[used, columns.STATION_BY_CLASS : columns.STATION_SHARES + 1].astype(bool).tolist()
    for name, how in DISCIPLINES:
        if [how.by_class, how.newest_first, how.preemptive, how.shares] in flags:
            met.add(f"discipline {name}")
    happened = plan.event_time < record.end_time
    met.update(f"change {CHANGES[kind]}" for kind in plan.events[happened, columns.EVENT_KIND])
    met.update(f"arrivals {ARRIVALS.names()[kind]}" for kind in plan.streams[:, columns.STREAM_PROCESS])
    by_bin = record.group_counts.sum(axis=0)
    if by_bin[0, 0]:
        met.add("a journey comes before the window")
    if by_bin[-1, 1]:
        met.add("a journey goes on after the window")
    return met


def _met_in_log(plan: Plan, log: Kept) -> set[str]:
    """Return what the visits show."""
    met: set[str] = set()
    if not log.visit_chunks:
        return met
    visits = np.concatenate(log.visit_chunks)
    completed = visits[visits["how"] == STATION_COUNTS.index("completed")]
    if len(np.unique(completed[["station", "left"]])) < len(completed):
        met.add("services end at one instant")
    failed = visits[visits["how"] == STATION_COUNTS.index("failed")]
    waited = np.isnan(failed["started"])
    if np.intersect1d(failed["left"][waited], failed["left"][~waited]).size:
        met.add("an outage throws out who is served and who waits")
    if plan.stations[failed["station"][~waited], columns.STATION_SHARES].any():
        met.add("an outage throws out who shares servers")
    return met
