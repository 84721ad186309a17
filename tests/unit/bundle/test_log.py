"""The log in files: parts while a run goes on, two tables in the bundle."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from sim.bundle import LogPlace, copy_log, has_log, join_log, log_folder
from sim.bundle.log import JOURNEYS, VISITS
from sim.bundle.parquet import connect, read_table
from sim.bundle.record import STATION_COUNTS
from sim.errors import UsageError
from sim.plan import compile_plan, log_names
from tests.scenarios import division, fixed, line, scenario, station, step

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from sim.bundle.log_table import LogNames

NAN = float("nan")
COMPLETED, RENEGED = STATION_COUNTS.index("completed"), STATION_COUNTS.index("reneged")


def names(**changes: Any) -> LogNames:  # fields of Scenario
    made = scenario(
        [step("a"), step("b", service=fixed(2.0))],
        [station()],
        divisions=(division("11"), division("12")),
        demand=(line("lions", rates=(("11", 1.0), ("12", 0.5))),),
        **changes,
    )
    compiled = compile_plan(made, {})
    return log_names(made, compiled.plan, compiled.layout)


def visits(*ks: int) -> NDArray[Any]:
    """Rows of visits to the first desk of the second stream, the last of which gave up."""
    rows = [(1, k, 0, 1, 0, 0, COMPLETED, 1.0, 2.0, 4.5) for k in ks[:-1]]
    return np.array([*rows, (1, ks[-1], 0, 1, 0, 3, RENEGED, 1.0, NAN, 4.5)], VISITS)


def journeys(*ks: int) -> NDArray[Any]:
    return np.array([(1, k, 0, 1, 1.0, 4.5, 1.0) for k in ks], JOURNEYS)


def table(folder: Path, name: str) -> dict[str, list[Any]]:
    with connect() as connection:
        return {key: values.tolist() for key, values in read_table(connection, folder / f"{name}.parquet").items()}


def test_chunks_come_together_replication_after_replication(tmp_path: Path) -> None:
    place = LogPlace(tmp_path, names())
    for replication, chunks in ((1, [(7, 8)]), (0, [(0, 1), (2,)])):
        with place.opened(replication) as log:
            for chunk in chunks:
                log.visits(visits(*chunk))
                log.journeys(journeys(*chunk))
    join_log(tmp_path, (0, 1), tmp_path)
    for kind in ("visits", "journey-log"):
        rows = table(tmp_path, kind)
        assert (rows["replication"], rows["k"]) == ([0, 0, 0, 1, 1], [0, 1, 2, 7, 8])


def test_a_visit_is_told_by_names_and_from_the_scenarios_start(tmp_path: Path) -> None:
    with LogPlace(tmp_path, names(carry_over_days=1)).opened(0) as log:
        given = visits(5, 6)
        # of each division one stream today and one of the day before
        given["stream"] = 2
        given["arrived"] += 86400.0
        log.visits(given)
    join_log(tmp_path, (0,), tmp_path)
    rows = table(tmp_path, "visits")
    assert [rows[name][0] for name in ("stream", "line", "station", "division", "operation", "how")] == [
        "lions/12",
        "lions",
        "desk",
        "",
        "visit.a",
        "completed",
    ]
    assert rows["arrived"] == [1.0, 1.0]
    assert rows["how"][1] == "reneged"


def test_who_never_began_has_no_begin(tmp_path: Path) -> None:
    with LogPlace(tmp_path, names()).opened(0) as log:
        log.visits(visits(5, 6))
    join_log(tmp_path, (0,), tmp_path)
    with connect() as connection:
        relation = connection.read_parquet(str(tmp_path / "visits.parquet"))
        assert relation.filter("started IS NULL").project("k").fetchall() == [(6,)]


def test_every_visit_has_the_operation_that_makes_it() -> None:
    assert [name for name in names().operations if name] == ["visit.a", "visit.b"]


def test_a_replication_in_which_nothing_happened_leaves_tables_without_rows(tmp_path: Path) -> None:
    place = LogPlace(tmp_path, names())
    with place.opened(0):
        pass
    with place.opened(1) as log:
        log.visits(visits(3))
    join_log(tmp_path, (0, 1), tmp_path)
    assert table(tmp_path, "visits")["k"] == [3]
    assert table(tmp_path, "journey-log")["outcome"] == []


def test_parts_of_a_replication_that_was_not_finished_are_left_out(tmp_path: Path) -> None:
    place = LogPlace(tmp_path, names())
    for replication in (0, 1):
        with place.opened(replication) as log:
            log.visits(visits(replication))
    join_log(tmp_path, (1,), tmp_path)
    assert table(tmp_path, "visits")["replication"] == [1]


def test_a_replication_begun_again_is_written_anew(tmp_path: Path) -> None:
    place = LogPlace(tmp_path, names())
    for _ in range(2):
        with place.opened(0) as log:
            log.visits(visits(1, 2))
    join_log(tmp_path, (0,), tmp_path)
    assert table(tmp_path, "visits")["k"] == [1, 2]


def test_a_folder_whose_name_is_a_pattern_holds_a_log(tmp_path: Path) -> None:
    folder = tmp_path / "it's [1]*?"
    folder.mkdir()
    with LogPlace(folder, names()).opened(0) as log:
        log.visits(visits(1))
    join_log(folder, (0,), folder)
    assert table(folder, "visits")["k"] == [1]


def test_a_log_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    place = LogPlace(tmp_path / "gone", names())
    with pytest.raises(UsageError, match="the log cannot be written to"), place.opened(0) as log:
        log.visits(visits(1))


def test_the_folder_of_the_parts_goes_with_the_run(tmp_path: Path) -> None:
    with log_folder(tmp_path / "results" / "name-12345678") as folder:
        assert folder.parent == tmp_path / "results"
        (folder / "part").touch()
    assert list((tmp_path / "results").iterdir()) == []


def test_a_bundle_without_a_log_gives_none(tmp_path: Path) -> None:
    copy_log(tmp_path, tmp_path / "other")
    assert (has_log(tmp_path), has_log(tmp_path / "other")) == (False, False)


def test_ten_times_the_chunks_take_no_more_memory(tmp_path: Path) -> None:
    place, chunk = LogPlace(tmp_path, names()), visits(*range(5000))

    def peak(chunks: int) -> int:
        tracemalloc.start()
        with place.opened(0) as log:
            for _ in range(chunks):
                log.visits(chunk)
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak(1)
    assert peak(20) < peak(2) + 100_000
