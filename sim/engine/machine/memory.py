"""The memory of a run: records of tokens, journeys, nodes, stations and streams, and the arrays of the Plan.

A slot of -1 is none. A free slot says which is the next free one, as the distance from the slot behind it: 0 in all
that was never used, so that memory which is only asked for is never touched. Everything that grows (heap, agenda,
slots, pages of histograms) grows between two steps, in ``sim.engine.kernel``; the compiled code only says that it must.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np

from sim.bundle.log import JOURNEYS, VISITS
from sim.bundle.record import STATION_COUNTS, STATION_SUMS

if TYPE_CHECKING:
    from numpy.typing import NDArray

Records: TypeAlias = Any
"""A numpy record array; its fields are attributes, which no type checker knows."""

# What a token does.
FREE: Final = 0
RUNNING: Final = 1
WAITING: Final = 2
SERVED: Final = 3
DELAYED: Final = 4
FORKED: Final = 5
AWAITING: Final = 6

NEVER: Final = float("inf")
FRESH: Final = -1.0
UNSERVED: Final = float("nan")

OCTAVES: Final = 54
"""Pages of a histogram: the last place of the first is bucket 0, then one a power of two."""
PAGE: Final = 64
CACHE_LINE: Final = 64
"""Bytes that come from memory at once."""
LINE: Final = 8
"""Counters that are lent together."""
BLOCK: Final = 16
"""Events of a bucket that lie side by side."""

_I1, _I2, _I4, _I8, _U2, _F8 = np.int8, np.int16, np.int32, np.int64, np.uint16, np.float64

RUN: Final = np.dtype(
    [
        ("now", _F8),
        ("end_time", _F8),
        ("key_0", _I8),
        ("key_1", _I8),
        ("clock", _F8),
        ("phase", _F8),
        ("edge", _F8),  # of the bin that the run is in
        ("bin", _I8),
        ("n_bins", _I8),
        ("limit", _F8),
        ("window_end", _F8),
        ("pending", _I8),  # what the run still waits for: the window's end, streams, journeys
        ("events", _I8),
        ("next_change", _I8),  # row of the scenario's own events
        ("heap_size", _I8),
        ("horizon", _F8),  # events from here on are in buckets
        ("span", _F8),  # of a bucket, in seconds
        ("bucket", _I8),  # that the heap holds
        ("free_block", _I8),
        ("n_free_block", _I8),
        ("hole", _I8),  # 1: the root was taken and not yet filled
        ("agenda_from", _I8),
        ("agenda_to", _I8),
        ("live", _I8),  # tokens
        ("waiting", _I8),  # tokens in queues
        ("pages", _I8),
        ("free_token", _I8),
        ("free_stay", _I8),
        ("free_journey", _I8),
        ("free_node", _I8),
        ("free_branch", _I8),
        ("n_free_token", _I8),
        ("n_free_stay", _I8),
        ("n_free_journey", _I8),
        ("n_free_node", _I8),
        ("n_free_branch", _I8),
        ("slack", _I8),  # steps that surely find room
        ("max_fork", _I8),
        ("counters", _I8),  # lent at least once
        ("has_log", _I8),
        ("journey_rows", _I8),
        ("visit_rows", _I8),
    ],
    align=True,
)
TOKEN: Final = np.dtype(
    [
        ("key", _I8),  # order at one instant, without the kind; it tells the stream and the number in it
        ("due", _F8),  # when its service, delay or patience ends; NEVER for none
        ("place", _I4),
        ("journey", _I4),  # or the next free slot
        ("station", _I4),
        ("bin", _I4),  # in which it came to the station
        ("stay", _I4),  # what is kept of it at the station; -1 for nothing
        ("branch", _I4),  # what it has as a branch, with branches of its own or left behind; -1 for nothing
        ("scope", _I4),  # the innermost deadline
        ("hold", _I4),  # what was taken last
        ("counters", _I4),  # where those of its journey begin
        ("home", _I2),
        ("visit", _U2),
        ("n_holds", _I2),
        ("n_scopes", _I1),
        ("state", _I1),
        ("reason", _I1),
        ("counted", _I1),
        # a cache line: millions wait, most of them in a service that nothing can interrupt
    ],
    align=True,
)
STAY: Final = np.dtype(
    [
        # of those who wait, and of those whose service may be interrupted or is logged
        ("arrival_time", _F8),
        ("left", _F8),  # of an interrupted service, FRESH if none was; attained work at which a shared one ends
        ("begun", _F8),  # when its service began first
        ("turn", _I8),
        ("token", _I4),
        ("rank", _I4),  # of its class, where the station goes by classes
        ("next", _I4),  # in a queue, among those served, or among free ones
        ("previous", _I4),
    ],
    align=True,
)
BRANCH: Final = np.dtype(
    [
        ("done", _I8),  # of its branches, a bit each
        ("agenda", _I8),  # where its token stands on the agenda; -1 nowhere
        ("child", _I4),  # the first of its branches that live
        ("living", _I4),  # how many
        ("failed", _I2),
        ("ended", _I2),
        ("parent", _I4),  # the token whose branch it is; -1 for none
        ("sibling", _I4),
        ("bit", _I2),
        ("started", _I2),
        ("orphan", _I4),  # the deadline that left its token behind; -1 for none
        ("next", _I4),  # among free ones
    ],
    align=True,
)
JOURNEY: Final = np.dtype(
    [
        ("arrived", _F8),
        ("waited", _F8),
        ("group", _I4),  # or the next free slot
        ("tokens", _I4),
        ("orphans", _I4),
        ("outcome", _I2),
        ("lines", _I2),  # of counters
    ],
    align=True,
)
NODE: Final = np.dtype(
    [
        ("deadline", _F8),
        ("key", _I8),
        ("token", _I4),
        ("outer", _I4),  # the deadline or the hold around this one; or the next free node
        ("handler", _I4),
        ("mode", _I4),
        ("holds", _I4),  # how many things the token held before
        ("armed", _I4),
        ("station", _I4),  # of a hold; -1 for one without a station
    ],
    align=True,
)
EVENT: Final = np.dtype([("time", _F8), ("key", _I8), ("handle", _I4)])
BUCKET: Final = np.dtype([("events", _I4), ("block", _I4)])
STATION: Final = np.dtype(
    [
        ("edge", _F8),
        ("last", _F8),
        ("servers", _I8),
        ("busy", _I8),
        ("queue", _I8),
        ("slots", _I8),
        ("places", _I8),
        ("entries", _I8),
        ("on_duty", _F8),  # servers, 0 where they are without limit
        ("cell", _I4),  # of this station and the bin that it is in
        ("bin", _I4),
        ("down", _I4),
        ("failed", _I4),
        ("by_class", _I4),
        ("newest_first", _I4),
        ("preemptive", _I4),
        ("shares", _I4),
        ("tracked", _I4),  # whether those in service are listed
        ("keeps", _I4),  # whether those in service keep their stay
        ("first", _I4),  # of those in service
        ("final", _I4),
        ("sharing", _I8),
        ("work", _F8),  # attained by every sharing job
        ("work_at", _F8),
        ("rate", _F8),
        ("next_leave", _F8),
    ],
    align=True,
)
STREAM: Final = np.dtype(
    [
        ("hash", np.uint32),
        ("office", _I4),
        ("rank", _I4),
        ("opening", _I4),  # 1: its first event opens it
        ("k", _I8),
        ("due", _F8),
        ("until", _F8),
        ("cross", _F8),
        ("group", _I4),
        ("channels", _I4),
        ("channel_at", _I4),
        ("process", _I4),
    ],
    align=True,
)
CHANGE: Final = np.dtype([("at", _F8), ("station", _I4), ("kind", _I4), ("value", _I8)], align=True)
OP: Final = np.dtype(
    [
        ("code", _I4),
        ("following", _I4),  # where control goes on, jumps passed over
        # operands, as ``sim.plan.builder.Builder`` lists them
        *((name, np.uint32 if name in "dh" else _I4) for name in "abcdefghi"),
        ("x", _F8),
    ],
    align=True,
)
CELL: Final = np.dtype([*((name, _I8) for name in STATION_COUNTS), *((name, _F8) for name in STATION_SUMS)])
LAW: Final = np.dtype([("kind", _I8), ("a", _F8), ("b", _F8), ("c", _F8)], align=True)


class World(NamedTuple):
    """All arrays of a run: what changes, what is counted, and the Plan."""

    run: Records
    heap_time: Records
    heap_key: Records
    heap_handle: Records
    buckets: Records  # of events behind the horizon: how many, and the block that came last
    distant: Records  # those events, ``BLOCK`` in a block
    blocks: Records  # the block before in a bucket, or the next free one
    agenda: Records
    tokens: Records
    stays: Records
    journeys: Records
    nodes: Records
    branches: Records
    counters: Records  # of all journeys, ``LINE`` in a line: of repeats, then of visits
    spare: Records  # by lines: 1 + where counters begin that were given back; 0 for none
    stations: Records
    heads: Records  # (stations, classes): the stay that is first in each queue
    tails: Records
    streams: Records
    cells: Records  # (stations * bins): what is counted at a station in a bin
    page_of: Records  # (rows, OCTAVES): page of a histogram's octave, -1 for none
    pages: Records  # (pages, PAGE)
    group_counts: Records
    group_outcomes: Records
    group_sums: Records
    operations: Records
    operation_sums: Records
    journey_log: Records
    visit_log: Records
    edges: Records
    ops: Records
    backoffs: Records  # (ops, 2): by what a wait grows, and its jitter
    targets: Records
    paths: Records
    cumulative: Records
    laws: Records
    law_table: Records
    rows: Records
    changes: Records
    rates: Records
    channels: Records
    entries: Records
    needs: Records  # lines of counters for each entry
    population: Records
    editions: Records


SHAPES: Final[dict[str, tuple[Any, int]]] = {
    "run": (RUN, 1),
    "heap_time": (_F8, 1),
    "heap_key": (_I8, 1),
    "heap_handle": (_I8, 1),
    "buckets": (BUCKET, 1),
    "distant": (EVENT, 1),
    "blocks": (_I4, 1),
    "agenda": (_I8, 1),
    "tokens": (TOKEN, 1),
    "stays": (STAY, 1),
    "journeys": (JOURNEY, 1),
    "nodes": (NODE, 1),
    "branches": (BRANCH, 1),
    "counters": (_U2, 1),
    "spare": (_I4, 1),
    "stations": (STATION, 1),
    "heads": (_I4, 2),
    "tails": (_I4, 2),
    "streams": (STREAM, 1),
    "cells": (CELL, 1),
    "page_of": (_I4, 2),
    "pages": (_I4, 2),
    "group_counts": (_I8, 3),
    "group_outcomes": (_I8, 2),
    "group_sums": (_F8, 3),
    "operations": (_I8, 2),
    "operation_sums": (_F8, 2),
    "journey_log": (JOURNEYS, 1),
    "visit_log": (VISITS, 1),
    "edges": (_F8, 1),
    "ops": (OP, 1),
    "backoffs": (_F8, 2),
    "targets": (_I8, 1),
    "paths": (_I8, 1),
    "cumulative": (_F8, 1),
    "laws": (LAW, 1),
    "law_table": (_F8, 1),
    "rows": (_I8, 2),
    "changes": (CHANGE, 1),
    "rates": (_F8, 2),
    "channels": (_F8, 2),
    "entries": (_I8, 1),
    "needs": (_I8, 1),
    "population": (_F8, 1),
    "editions": (_I8, 2),
}
"""Kind and dimensions of every array of a ``World``, in its order."""

WORDS: Final = 4
"""Words of an entry of the table by which compiled code finds the arrays: address, rows, columns, depth."""


def entries_of(world: World) -> NDArray[np.int64]:
    """Return the table by which compiled code finds the arrays of a world; it must outlive the call.

    Raises
    ------
    TypeError
        An array is not of the kind that is compiled for.
    """
    entries = np.ones((len(SHAPES), WORDS), np.int64)
    for row, (name, (dtype, ndim)) in zip(entries, SHAPES.items(), strict=True):
        array = getattr(world, name)
        if array.dtype != np.dtype(dtype) or array.ndim != ndim or not array.flags.c_contiguous:
            message = f"{name} is {array.dtype} in {array.ndim} dimensions"
            raise TypeError(message)
        row[0] = array.ctypes.data
        row[1 : 1 + ndim] = array.shape
    return entries
