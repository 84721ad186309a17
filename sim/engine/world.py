"""The memory that a run of the kernel begins with: a Plan, as the compiled interpreter reads it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.bundle.log import CHUNK, JOURNEYS, VISITS
from sim.bundle.record import GROUP_COUNTS, GROUP_SUMS, OPERATION_COUNTS, OPERATION_SUMS
from sim.engine.machine import memory as m
from sim.engine.size import expected_arrivals
from sim.plan import op
from sim.plan import plan as columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.plan import Plan

FIRST_TOKENS: Final = 1024
FIRST_PAGES: Final = 2048
FIRST_NODES: Final = 1024
VISIT_REGISTERS: Final = ((op.VISIT, 6), (op.ENTER, 6), (op.BRANCH, 3), (op.RETRY, 5))
"""Instructions that number an execution, each with the column of its visit register."""
MOST_BUCKETS: Final = 1 << 14
"""Spans of time in a run at most: where 12 days may pass, none is below 64 s."""
ARRIVALS_A_BUCKET: Final = 1 << 13
"""About how many arrivals a span holds, if the run has so many: the heap of what is near stays in the cache."""


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
    free = {
        "token": tokens,
        "stay": tokens,
        "journey": tokens,
        "branch": tokens,
        "node": FIRST_NODES,
        "block": n_buckets + tokens,
    }
    return m.World(
        run=_run(plan, key, span, free, has_log=has_log),
        heap_time=np.zeros(16 * tokens),
        heap_key=np.zeros(16 * tokens, np.int64),
        heap_handle=np.zeros(16 * tokens, np.int64),
        buckets=np.full(n_buckets, np.array((0, -1), m.BUCKET)),
        distant=np.zeros(free["block"] * m.BLOCK, m.EVENT),
        blocks=np.zeros(free["block"], np.int32),
        agenda=np.zeros(power_of_two(4 * tokens), np.int64),
        tokens=aligned_zeros((tokens,), m.TOKEN),
        stays=np.zeros(tokens, m.STAY),
        journeys=aligned_zeros((tokens,), m.JOURNEY),
        nodes=np.zeros(FIRST_NODES, m.NODE),
        branches=np.zeros(tokens, m.BRANCH),
        counters=aligned_zeros((4 * tokens * m.LINE,), np.uint16),
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


def aligned_zeros(shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
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


def power_of_two(size: int) -> int:
    """Return the least power of two that is not below a size."""
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
    rows = aligned_zeros((len(plan.streams),), m.STREAM)
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
