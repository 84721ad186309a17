"""The fast engine: the Plan's interpreter compiled by numba, bit for bit what the reference engine gives.

``sim.engine.machine`` holds the compiled part. Here its memory is made, grows between two steps and becomes a record.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.bundle.log import CHUNK, JOURNEYS, VISITS
from sim.bundle.record import (
    GROUP_COUNTS,
    GROUP_SUMS,
    OPERATION_COUNTS,
    OPERATION_SUMS,
    STATION_COUNTS,
    STATION_SUMS,
    Record,
)
from sim.draw import run_key
from sim.engine.compiled import is_compiled, machine
from sim.engine.generate import machine_source
from sim.engine.machine import loop
from sim.engine.machine import memory as m
from sim.engine.size import expected_arrivals
from sim.engine.tally import ARRIVALS, JOINED, REFUSED, REJECTED, STARTED, WAITED
from sim.plan import op
from sim.plan import plan as columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.bundle.log import Log
    from sim.engine.base import OnProgress
    from sim.plan import Plan

STEPS: Final = 1 << 19
"""Steps between two looks at the outside: progress is told, an interruption is seen."""
FIRST_TOKENS: Final = 1024
FIRST_PAGES: Final = 2048
FIRST_NODES: Final = 1024
TIMES: Final = 4
"""By how much slots grow: what is only asked for costs nothing, what is copied stands twice."""
LIVING: Final = ("tokens", "stays", "journeys", "counters", "nodes", "distant")
"""Arrays as long as there are journeys under way; they go before the record is made."""
VISIT_REGISTERS: Final = ((op.VISIT, 6), (op.ENTER, 6), (op.BRANCH, 3), (op.RETRY, 5))
"""Instructions that number an execution, each with the column of its visit register."""
MOST_BUCKETS: Final = 1 << 14
"""Spans of time in a run at most: where 12 days may pass, none is below 64 s."""
ARRIVALS_A_BUCKET: Final = 1 << 13
"""About how many arrivals a span holds, if the run has so many: the heap of what is near stays in the cache."""
PAGES_AT_ONCE: Final = 1024


class Kernel:
    """The compiled engine (``sim.engine.base.Engine``)."""

    name = "kernel"
    cold_start = 10.0

    def is_ready(self) -> bool:
        """Whether the interpreter lies compiled on the disk."""
        return is_compiled("tongban_machine", machine_source())

    def warm_up(self) -> None:
        """Load the compiled interpreter, or compile it."""
        machine().advance_at.compile("int64(int64, int64)")

    def run(
        self,
        plan: Plan,
        *,
        seed: int,
        replication: int,
        on_progress: OnProgress | None = None,
        log: Log | None = None,
    ) -> Record:
        """Run one replication; see ``sim.engine.base.Engine.run``."""
        world = new_world(plan, run_key(seed, replication), has_log=log is not None)
        advance = machine().advance_at
        entries = m.entries_of(world)
        while True:
            stop = advance(entries.ctypes.data, STEPS)
            if log is not None:
                _hand_over(world, log)
            if stop in (loop.DONE, loop.CUT_OFF):
                break
            if stop == loop.FULL:
                world = grown(world)
                entries = m.entries_of(world)
            if on_progress is not None:
                on_progress(min(float(world.run[0]["now"]) / plan.window_end, 1.0))
        world = world._replace(**{name: np.empty_like(getattr(world, name)[:0]) for name in LIVING})
        return record_of(world, plan, replication, drained=stop == loop.DONE)


def new_world(plan: Plan, key: tuple[int, int], *, has_log: bool) -> m.World:
    """Return the memory of a run that has not begun."""
    ranks = np.unique(plan.streams[:, columns.STREAM_CLASS])
    size = plan.n_bins + 2
    n_stations, n_groups = len(plan.stations), plan.n_groups
    tokens = max(FIRST_TOKENS, 2 * (_max_fork(plan) + 2))
    rows = n_stations * size + n_groups * plan.n_outcomes
    queues = (n_stations, max(len(ranks), 1))
    repeats, needs = _counters(plan)
    span = _span(plan)
    n_buckets = int(plan.limit / span) + 1
    free = {"token": tokens, "stay": tokens, "journey": tokens, "branch": tokens, "node": FIRST_NODES, "block": n_buckets + tokens}
    return m.World(
        run=_run(plan, key, span, free, has_log=has_log),
        heap_time=np.zeros(16 * tokens),
        heap_key=np.zeros(16 * tokens, np.int64),
        heap_handle=np.zeros(16 * tokens, np.int64),
        buckets=np.full(n_buckets, np.array((0, -1), m.BUCKET)),
        distant=np.zeros(free["block"] * m.BLOCK, m.EVENT),
        blocks=np.zeros(free["block"], np.int32),
        agenda=np.zeros(_power(4 * tokens), np.int64),
        tokens=_zeros((tokens,), m.TOKEN),
        stays=np.zeros(tokens, m.STAY),
        journeys=_zeros((tokens,), m.JOURNEY),
        nodes=np.zeros(FIRST_NODES, m.NODE),
        branches=np.zeros(tokens, m.BRANCH),
        counters=_zeros((4 * tokens * m.LINE,), np.uint16),
        spare=np.zeros(int(needs.max()) + 1, np.int32),
        stations=_stations(plan, has_log=has_log),
        heads=np.full(queues, -1, np.int32),
        tails=np.full(queues, -1, np.int32),
        streams=_streams(plan, ranks),
        cells=np.zeros(n_stations * size, m.CELL),
        page_of=np.full((rows, m.OCTAVES), -1, np.int32),
        pages=np.zeros((FIRST_PAGES, m.PAGE), np.int32),
        group_counts=np.zeros((n_groups, size, len(GROUP_COUNTS)), np.int64),
        group_outcomes=np.zeros((n_groups, plan.n_outcomes), np.int64),
        group_sums=np.zeros((n_groups, plan.n_outcomes, len(GROUP_SUMS))),
        operations=np.zeros((plan.n_operations, len(OPERATION_COUNTS)), np.int64),
        operation_sums=np.zeros((plan.n_operations, len(OPERATION_SUMS))),
        journey_log=np.zeros(CHUNK if has_log else 1, JOURNEYS),
        visit_log=np.zeros(CHUNK if has_log else 1, VISITS),
        edges=np.array([*plan.edges, m.NEVER]),
        ops=_ops(plan, repeats),
        backoffs=np.ascontiguousarray(plan.op_floats[:, 1:]),
        targets=plan.branch_target,
        paths=plan.branch_path,
        cumulative=plan.branch_cumulative,
        laws=_laws(plan),
        law_table=plan.law_table,
        rows=plan.target_rows,
        changes=_changes(plan),
        rates=plan.stream_rates,
        channels=plan.channel_cumulative,
        entries=plan.channel_entry,
        needs=needs,
        population=plan.division_cumulative,
        editions=plan.edition_divisions,
    )


def _max_fork(plan: Plan) -> int:
    widths = plan.ops[plan.ops[:, 0] == op.FORK, 2]
    return int(widths.max(initial=0))


def _following(plan: Plan) -> NDArray[np.int64]:
    """Return where control goes on after each instruction, jumps passed over."""
    places = np.arange(1, len(plan.ops) + 1)
    for _ in range(len(plan.ops)):
        inside = np.minimum(places, len(plan.ops) - 1)
        jumps = plan.ops[inside, 0] == op.JUMP
        if not jumps.any():
            break
        places[jumps] = plan.ops[inside[jumps], 1]
    return places


def _counters(plan: Plan) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the visit registers begin for each instruction, and the lines of counters for each entry."""
    code, a, b, c = plan.ops.T[:4]
    starts = np.unique(plan.channel_entry)
    program = np.maximum(np.searchsorted(starts, np.arange(len(code)), side="right") - 1, 0)
    repeats, registers = np.zeros((2, len(starts)), np.int64)
    for kind, used in ((op.CLEAR, a + b), (op.RETRY, c + 1), (op.ONCE, b + 1)):
        np.maximum.at(repeats, program, np.where(code == kind, used, 0))
    for kind, column in VISIT_REGISTERS:
        np.maximum.at(registers, program, np.where(code == kind, plan.ops[:, column] + 1, 0))
    lines = np.maximum(-(-(repeats + registers) // m.LINE), 1)
    return repeats[program], lines[np.searchsorted(starts, plan.channel_entry)]


def _ops(plan: Plan, repeats: NDArray[np.int64]) -> NDArray[Any]:
    ops = plan.ops.copy()
    for kind, column in VISIT_REGISTERS:
        has_register = (ops[:, 0] == kind) & (ops[:, column] >= 0)
        ops[has_register, column] += repeats[has_register]
    rows = np.zeros(len(ops), m.OP)
    rows["following"] = _following(plan)
    for name, values in zip(("code", *"abcdefghi"), ops.T, strict=True):
        rows[name] = values
    rows["x"] = plan.op_floats[:, 0]
    return rows


def _zeros(shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """Return zeros that begin with a cache line."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    memory = np.zeros(size + m.CACHE_LINE, np.uint8)
    start = -memory.ctypes.data % m.CACHE_LINE
    rows: NDArray[Any] = memory[start : start + size].view(dtype).reshape(shape)
    return rows


def _span(plan: Plan) -> float:
    """Return the seconds of a bucket of events: a power of two."""
    arrivals = max(float(expected_arrivals(plan).sum()), 1.0)
    quiet = min(ARRIVALS_A_BUCKET * plan.window_end / arrivals, plan.limit)
    return float(2.0 ** math.ceil(math.log2(max(quiet, plan.limit / MOST_BUCKETS))))


def _power(size: int) -> int:
    return 1 << (size - 1).bit_length()


def _run(
    plan: Plan, key: tuple[int, int], span: float, free: dict[str, int], *, has_log: bool
) -> Any:  # a record array
    run = np.zeros(1, m.RUN)
    edges = plan.edges
    values = {
        "now": -1.0,
        "key_0": key[0],
        "key_1": key[1],
        "clock": plan.clock,
        "phase": plan.phase,
        "edge": edges[0],
        "n_bins": plan.n_bins,
        "limit": plan.limit,
        "window_end": plan.window_end,
        "pending": 1 + len(plan.streams),
        **{f"n_free_{what}": number for what, number in free.items()},
        "span": span,
        "max_fork": _max_fork(plan),
        "has_log": int(has_log),
    }
    for name, value in values.items():
        run[name] = value
    return run


def _stations(plan: Plan, *, has_log: bool) -> NDArray[Any]:
    rows = np.zeros(len(plan.stations), m.STATION)
    interrupted = {int(row[0]) for row in plan.events if row[1] in (op.SUSPEND, op.FAIL)}
    for name, column in (
        ("servers", columns.STATION_SERVERS),
        ("slots", columns.STATION_SLOTS),
        ("places", columns.STATION_QUEUE),
        ("by_class", columns.STATION_BY_CLASS),
        ("newest_first", columns.STATION_NEWEST_FIRST),
        ("preemptive", columns.STATION_PREEMPTIVE),
        ("shares", columns.STATION_SHARES),
    ):
        rows[name] = plan.stations[:, column]
    rows["edge"] = plan.edges[0]
    rows["cell"] = np.arange(len(rows)) * (plan.n_bins + 2)
    rows["on_duty"] = np.where(rows["servers"] < op.UNLIMITED, rows["servers"], 0)
    rows["first"] = rows["final"] = -1
    rows["rate"] = 1.0
    rows["next_leave"] = m.NEVER
    rows["tracked"] = rows["preemptive"]
    rows["tracked"][sorted(interrupted)] = 1
    rows["tracked"][rows["shares"] > 0] = 0
    rows["keeps"] = rows["tracked"] | rows["shares"] | has_log
    return rows


def _streams(plan: Plan, ranks: NDArray[np.int64]) -> NDArray[Any]:
    rows = _zeros((len(plan.streams),), m.STREAM)
    for name, column in (
        ("hash", columns.STREAM_HASH),
        ("office", columns.STREAM_OFFICE),
        ("group", columns.STREAM_GROUP),
        ("channels", columns.STREAM_CHANNELS),
        ("channel_at", columns.STREAM_CHANNEL_AT),
        ("process", columns.STREAM_PROCESS),
    ):
        rows[name] = plan.streams[:, column]
    rows["rank"] = np.searchsorted(ranks, plan.streams[:, columns.STREAM_CLASS])
    rows["due"] = plan.stream_floats[:, columns.STREAM_FROM]
    rows["until"] = plan.stream_floats[:, columns.STREAM_UNTIL]
    rows["cross"] = plan.stream_floats[:, columns.STREAM_CROSS]
    return rows


def _laws(plan: Plan) -> NDArray[Any]:
    rows = np.zeros(len(plan.law_kind), m.LAW)
    rows["kind"] = plan.law_kind
    rows["a"], rows["b"], rows["c"] = plan.law_scalars.T
    return rows


def _changes(plan: Plan) -> NDArray[Any]:
    rows = np.zeros(len(plan.events), m.CHANGE)
    rows["at"] = plan.event_time
    rows["station"], rows["kind"], rows["value"] = plan.events.T
    return rows


def grown(world: m.World) -> m.World:
    """Return the memory with room for ``loop.MOST_SLACK`` steps at least (``loop.slack``); nothing else changes."""
    run = world.run[0]
    steps, fork = loop.MOST_SLACK, int(run["max_fork"]) + 2
    changed: dict[str, Any] = {}
    if run["n_free_token"] < steps * fork:
        changed["tokens"] = _more(world.tokens, run, "token", "journey", steps * fork)
    if run["n_free_stay"] < steps:
        changed["stays"] = _more(world.stays, run, "stay", "next", steps)
    if run["n_free_branch"] < steps * fork:
        changed["branches"] = _more(world.branches, run, "branch", "next", steps * fork)
    if run["n_free_journey"] < steps:
        changed["journeys"] = _more(world.journeys, run, "journey", "group", steps)
    counters = steps * m.LINE * len(world.spare)
    if len(world.counters) - run["counters"] < counters:
        longer = TIMES * len(world.counters) + counters
        changed["counters"] = _longer(world.counters, longer, int(run["counters"]))
    if run["n_free_node"] < steps * loop.NODES_A_STEP:
        changed["nodes"] = _more(world.nodes, run, "node", "outer", steps * loop.NODES_A_STEP)
    world = world._replace(**changed)
    changed = _more_events(world)
    pages = int(run["pages"] + run["waiting"]) + 4 * steps
    if pages > len(world.pages):
        changed["pages"] = _longer(world.pages, 2 * pages, int(run["pages"]))
    tokens = len(world.tokens)
    if int(run["agenda_to"] - run["agenda_from"]) + tokens + 2 * fork * steps > len(world.agenda):
        changed["agenda"] = _longer_ring(world.agenda, run, tokens + fork * steps)
    if run["has_log"] and run["live"] + 2 + steps > len(world.visit_log):
        changed["visit_log"] = _longer(world.visit_log, 2 * (int(run["live"]) + steps) + CHUNK)
    return world._replace(**changed)


def _more_events(world: m.World) -> dict[str, Any]:
    """Return what of the event list must be longer, for so many tokens and nodes."""
    run, steps = world.run[0], loop.MOST_SLACK
    owned = 2 * len(world.tokens) + len(world.nodes) + len(world.stations)
    owned += steps * (4 * (int(run["max_fork"]) + 2) + 2 * loop.NODES_A_STEP)
    longer: dict[str, Any] = {}
    blocks = owned // m.BLOCK + 1 + len(world.buckets)
    if run["n_free_block"] < blocks:
        used = int(np.max(np.flatnonzero(world.distant["key"][:: m.BLOCK]), initial=-1)) + 1
        more = _more(world.blocks, run, "block", None, blocks, used)
        longer = {"blocks": more, "distant": _longer(world.distant, m.BLOCK * len(more), m.BLOCK * used)}
    events = int(run["heap_size"]) + m.BLOCK * (len(world.blocks) - int(run["n_free_block"])) + owned
    if events > len(world.heap_time):
        for name in ("heap_time", "heap_key", "heap_handle"):
            longer[name] = _longer(getattr(world, name), 2 * events, int(run["heap_size"]))
    return longer


def _more(
    slots: NDArray[Any], run: Any, what: str, link: str | None, least: int, used: int | None = None
) -> NDArray[Any]:
    """Return several times as many slots; those still free come after the new ones."""
    old = len(slots)
    new = _longer(slots, TIMES * old + least, used)
    links = new if link is None else new[link]
    links[-1] = run[f"free_{what}"] - len(new)
    run[f"free_{what}"] = old
    run[f"n_free_{what}"] += len(new) - old
    return new


def _longer(array: NDArray[Any], size: int, used: int | None = None) -> NDArray[Any]:
    """Return a longer array with the same rows; those beyond ``used`` are not copied, nor is their memory touched."""
    new = _zeros((size, *array.shape[1:]), array.dtype)
    kept = len(array) if used is None else used
    new[:kept] = array[:kept]
    return new


def _longer_ring(ring: NDArray[Any], run: Any, tokens: int) -> NDArray[Any]:
    """Return a longer ring with the same entries at the same positions."""
    positions = np.arange(int(run["agenda_from"]), int(run["agenda_to"]))
    new = np.zeros(_power(4 * tokens + 2 * len(positions)), ring.dtype)
    new[positions % len(new)] = ring[positions % len(ring)]
    return new


def _hand_over(world: m.World, log: Log) -> None:
    """Hand the logged rows over in chunks."""
    run = world.run[0]
    for start in range(0, int(run["visit_rows"]), CHUNK):
        log.visits(world.visit_log[start : min(start + CHUNK, int(run["visit_rows"]))])
    if run["journey_rows"]:
        log.journeys(world.journey_log[: int(run["journey_rows"])])
    run["visit_rows"] = run["journey_rows"] = 0


def record_of(world: m.World, plan: Plan, replication: int, *, drained: bool) -> Record:
    """Return everything that was counted."""
    run = world.run[0]
    end_time = float(run["end_time"])
    size = plan.n_bins + 2
    split = len(plan.stations) * size
    counts = _columns(world, STATION_COUNTS, np.int64).reshape(-1, size, len(STATION_COUNTS))
    counts[:, :, ARRIVALS] = counts[:, :, [JOINED, REJECTED, REFUSED]].sum(axis=2)
    started, waited = counts[:, :, STARTED], counts[:, :, WAITED]
    world = _with_zeros(world, (started - waited).ravel())
    return Record(
        replication=replication,
        station_counts=counts,
        station_sums=_columns(world, STATION_SUMS, np.float64).reshape(-1, size, len(STATION_SUMS)),
        waiting=_histogram(world, 0, split, size),
        group_counts=world.group_counts,
        group_outcomes=world.group_outcomes,
        group_sums=world.group_sums,
        sojourn=_histogram(world, split, len(world.page_of), plan.n_outcomes),
        operation_counts=world.operations,
        operation_sums=world.operation_sums,
        end_time=end_time,
        events=int(run["events"]) + int(started.sum()),
        drained=drained,
    )


def _columns(world: m.World, names: tuple[str, ...], kind: type) -> NDArray[Any]:
    return np.stack([world.cells[name] for name in names], axis=1).astype(kind)


def _histogram(world: m.World, first: int, last: int, columns_a_row: int) -> NDArray[np.int64]:
    """Return (row // columns, row % columns, bucket, count) of all buckets in use, sorted."""
    row, octave = np.nonzero(world.page_of[first:last] >= 0)
    pages = world.page_of[first:last][row, octave]
    parts = []
    for start in range(0, len(pages), PAGES_AT_ONCE):
        counts = world.pages[pages[start : start + PAGES_AT_ONCE]]
        page, part = np.nonzero(counts)
        found = np.empty((len(page), 4), np.int64)
        found[:, 3] = counts[page, part]
        page += start
        found[:, 0], found[:, 1] = np.divmod(row[page], columns_a_row)
        found[:, 2] = octave[page] * m.PAGE + part - (m.PAGE - 1)
        parts.append(found)
    return np.concatenate(parts) if parts else np.empty((0, 4), np.int64)


def _with_zeros(world: m.World, zeros: NDArray[np.int64]) -> m.World:
    """Return the world with those who did not wait in bucket 0 of their station and bin."""
    rows = np.flatnonzero(zeros)
    missing = rows[world.page_of[rows, 0] < 0]
    used = int(world.run[0]["pages"])
    pages = _longer(world.pages, used + len(missing), used)
    world.page_of[missing, 0] = used + np.arange(len(missing))
    pages[world.page_of[rows, 0], m.PAGE - 1] += zeros[rows]
    return world._replace(pages=pages)
