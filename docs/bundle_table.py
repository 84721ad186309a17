"""The tables of a bundle, column by column."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from docs.grid import code, grid
from sim.bundle import ConformanceTable, GroupKey, Layout, OperationKey, Record, StationKey, record
from sim.bundle.finding_table import to_columns
from sim.bundle.log import JOURNEYS, VISITS
from sim.bundle.log_table import JOURNEY_LOG, VISIT_LOG, LogNames, journey_columns, visit_columns
from sim.bundle.record import GROUP_COUNTS, GROUP_SUMS, OPERATION_COUNTS, OPERATION_SUMS, STATION_COUNTS, STATION_SUMS
from sim.bundle.table import to_tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

ABOUT: Final[Mapping[str, str]] = {
    "replications": "One row a finished replication.",
    "timeseries": "One row a replication, station row and bin.",
    "stations": "`timeseries` summed over the measured window; derived, for reading by hand.",
    "waiting": "Waiting times of started services, counted in logarithmic buckets; rows with a count above 0.",
    "arrivals": "One row a replication, group of journeys and bin.",
    "journeys": "One row a replication, group of journeys and outcome; journeys that began inside the window.",
    "sojourn": "Sojourn times of the same journeys, counted in logarithmic buckets; rows with a count above 0.",
    "operations": "One row a replication, journey, channel and operation; calls of journeys begun inside the window.",
    "conformance": "One row an operation and contract edition, from the replay.",
    "findings": "One row a kind of breach that the replay found.",
    "endings": "How often replayed journeys took each action of each step.",
    "materials": "What replayed journeys handed in: one row a journey, channel and operation that takes materials.",
    "visits": "With `--log`: one row a visit of a station, as they are over, whenever its journey began.",
    "journey-log": "With `--log`: one row a journey that ended, as they end, whenever it began.",
}

MEANING: Final[Mapping[str, str]] = {
    "replication": "number of the replication, from 0",
    "end_time": "simulation time of the last journey's end or of the stop, seconds",
    "events": "journeys begun plus services begun",
    "drained": "whether every journey ended",
    "station": "name of the station",
    "division": "division code; empty for a station that all share",
    "bin": "0 is before the measured window, 1 to n its bins, n + 1 after it",
    "start": "start of the bin, seconds from the scenario's start",
    "line": "demand line",
    "journey": "journey",
    "channel": "channel",
    "outcome": "how the journey ended: `completed`, `failed` or the name of an end of its own",
    "ending": "number of the outcome in the manifest's layout",
    "row": "number of the station row or group in the manifest's layout",
    "bucket": "number of the bucket: 64 to each power of two, 0 below a microsecond",
    "seconds": "the time that stands for the bucket, seconds; within 0.8 % of all times in it",
    "count": "how many; of findings, calls with it",
    "operation": "operationId, or `journey.step` of an inline journey",
    "submitted": "materials handed in",
    "reused": "materials reused from the network instead",
    "calls.materials": "requests answered with success",
    "contract": "name of the contract",
    "variant": "contract variant; empty for the national contract",
    "calls": "exchanges judged; 0 is not exercised",
    "breached.conformance": "calls whose answer breaks the consumer's edition at a field that is read",
    "refused.conformance": "calls whose request breaks the provider's edition",
    "warned": "calls with breaches that nobody tripped over",
    "declared": "response statuses that the contract declares",
    "exercised": "response statuses that were seen",
    "verdict": "`pass`, `fail`, `warning`, `error` (could not be decided) or `omit` (not exercised)",
    "direction": "whose message it was: `request` or `response`",
    "part": "`path`, `query`, `header`, `cookie`, `body`, `status` or `media-type`",
    "rule": "keyword or rule that is broken",
    "pointer": "JSON pointer into the part; the parameter's name first for parameters",
    "expected": "what the contract wants",
    "received": "what came, redacted",
    "contract_pointer": "where the rule stands, `file#pointer`",
    "step": "step of the journey",
    "action": "name of the Arazzo action; `default` when none matched",
    "succeeded": "of these answered well",
    "stream": "where the citizen came from: demand line, division and day carried over",
    "k": "number of the arrival in its stream, from 0; with replication and stream it names the journey",
    "path": "branch of the journey: 0 the trunk, 1 to 2047 as forked, above what goes on after a time-out",
    "visit": "which execution of the call in this journey, from 0",
    "how": "`completed` with its own service, or how it was given up: the column of `stations` that counts it",
    "arrived": "when it began, seconds from the scenario's start; negative for what was carried over",
    "started": "when the service first began, seconds from the scenario's start; missing when it never did",
    "left": "when it was over, seconds from the scenario's start",
    "ended": "when it ended, seconds from the scenario's start",
    "waited": "time in queues, all branches together, seconds",
    "division.journey-log": "division code of the office; empty without divisions",
}

_NOTED = re.compile(r'^    "(?P<name>\w+)",(?:  # (?P<note>.*))?$', re.MULTILINE)


def column_tables() -> str:
    """Return a section a table, a row a column."""
    parts: list[str] = []
    for name, columns in _tables().items():
        rows = [(code(column), _kind(values), _meaning(name, column)) for column, values in columns.items()]
        parts += [f"### {name}.parquet", ABOUT[name], grid(("column", "type", "meaning"), rows)]
    return "\n\n".join(parts)


def _tables() -> dict[str, dict[str, NDArray[Any]]]:
    """Return every table of a run of one station and one journey in which nothing happened."""
    layout = Layout(
        (StationKey("desk", ""),),
        (GroupKey("visits", "visit", "any"),),
        (OperationKey("visit", "any", "ask"),),
        ("done",),
        0.0,
        0.0,
        1.0,
        1,
    )
    empty = Record(
        replication=0,
        station_counts=np.zeros((1, 3, len(STATION_COUNTS)), np.int64),
        station_sums=np.zeros((1, 3, len(STATION_SUMS))),
        waiting=np.zeros((0, 4), np.int64),
        group_counts=np.zeros((1, 3, len(GROUP_COUNTS)), np.int64),
        group_outcomes=np.zeros((1, 1), np.int64),
        group_sums=np.zeros((1, 1, len(GROUP_SUMS))),
        sojourn=np.zeros((0, 4), np.int64),
        operation_counts=np.zeros((1, len(OPERATION_COUNTS)), np.int64),
        operation_sums=np.zeros((1, len(OPERATION_SUMS))),
        end_time=0.0,
        events=0,
        drained=True,
    )
    names = LogNames(layout, (("visits", "visits", ""),), ("ask",))
    log = {
        VISIT_LOG: visit_columns(names, 0, np.zeros(1, VISITS)),
        JOURNEY_LOG: journey_columns(names, 0, np.zeros(1, JOURNEYS)),
    }
    return to_tables(layout, [empty]) | to_columns(ConformanceTable(0, 0, (), (), (), (), 0)) | log


def _meaning(table: str, column: str) -> str:
    """Return what a column holds: by the table, by the comment beside its name in the record, or by its name."""
    noted = _noted(table).get(column)
    return MEANING.get(f"{column}.{table}") or noted or MEANING[column]


def _noted(table: str) -> dict[str, str]:
    """Return the comments beside the names of a table's measures."""
    tuples = {
        "timeseries": ("STATION_COUNTS", "STATION_SUMS"),
        "stations": ("STATION_COUNTS", "STATION_SUMS"),
        "arrivals": ("GROUP_COUNTS",),
        "journeys": ("GROUP_SUMS",),
        "operations": ("OPERATION_COUNTS", "OPERATION_SUMS"),
    }
    text = inspect.getsource(record)
    found: dict[str, str] = {}
    for name in tuples.get(table, ()):
        body = text.partition(f"{name}: Final = (\n")[2].partition("\n)")[0]
        found |= {match["name"]: match["note"] for match in _NOTED.finditer(body) if match["note"]}
    return found


def _kind(values: NDArray[Any]) -> str:
    return {"i": "integer", "f": "number", "b": "true or false"}.get(values.dtype.kind, "text")
