from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pytest

from sim.bundle import Record, find_bundle, open_bundle, result_digest, write_bundle
from sim.errors import ResultError, UsageError
from tests.tiny_run import LAYOUT, NO_TABLE, TABLE, tiny_bundle, tiny_record

if TYPE_CHECKING:
    from pathlib import Path

    from sim.bundle import Bundle

NAME = "tiny-01234567"


def assert_same(found: Bundle, wanted: Bundle) -> None:
    assert found.manifest == wanted.manifest
    assert found.conformance == wanted.conformance
    assert len(found.records) == len(wanted.records)
    for one, other in zip(found.records, wanted.records, strict=True):
        for field in fields(Record):
            value, expected = getattr(one, field.name), getattr(other, field.name)
            assert np.array_equal(value, expected), field.name
            if isinstance(expected, np.ndarray):
                assert (value.dtype, value.shape) == (expected.dtype, expected.shape), field.name


def test_a_bundle_comes_back_bit_for_bit(tmp_path: Path) -> None:
    bundle = tiny_bundle()
    written = write_bundle(bundle, tmp_path)
    assert written.path == tmp_path / NAME
    assert_same(open_bundle(tmp_path / NAME), bundle)


def test_a_run_without_contracts_and_without_waiting_comes_back(tmp_path: Path) -> None:
    empty = np.zeros((0, 4), np.int64)
    bundle = tiny_bundle(replace(tiny_record(), waiting=empty, sojourn=empty, drained=False), table=NO_TABLE)
    assert_same(open_bundle(write_bundle(bundle, tmp_path).path or tmp_path), bundle)


def test_the_stations_table_holds_the_sums_of_the_window(tmp_path: Path) -> None:
    write_bundle(tiny_bundle(), tmp_path)
    table = str(tmp_path / NAME / "stations.parquet")
    rows = duckdb.execute(
        "SELECT started, busy_area FROM read_parquet($1) WHERE station = 'desk' AND division = '110000' "
        "ORDER BY replication",
        [table],
    ).fetchall()
    assert rows == [(6, 3600.0), (4, 3600.0)]


@pytest.mark.parametrize(
    ("table", "column"),
    [("timeseries", "started"), ("stations", "started"), ("sojourn", "count"), ("conformance", "refused")],
)
def test_a_value_changed_after_the_run_is_noticed(tmp_path: Path, table: str, column: str) -> None:
    write_bundle(tiny_bundle(), tmp_path)
    file = tmp_path / NAME / f"{table}.parquet"
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT * FROM read_parquet($1)", [str(file)])
        connection.execute(f"UPDATE kept SET {column} = {column} + 1")  # noqa: S608 - names of this test
        connection.execute(f"COPY kept TO '{file}' (FORMAT parquet)")
    with pytest.raises(ResultError, match="changed after the run; run the scenario again with --force"):
        open_bundle(tmp_path / NAME)


@pytest.mark.parametrize("name", ["manifest.json", "waiting.parquet", "findings.parquet"])
def test_a_bundle_without_a_file_is_refused(tmp_path: Path, name: str) -> None:
    write_bundle(tiny_bundle(), tmp_path)
    (tmp_path / NAME / name).unlink()
    with pytest.raises(ResultError, match=name):
        open_bundle(tmp_path / NAME)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"format": 99}', "the format is 99, this version reads 3"),
        ("[]", "the format is None"),
        ("{", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ('{"format": 3}', "is not an object with format, product"),
    ],
)
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, text: str, told: str) -> None:
    write_bundle(tiny_bundle(), tmp_path)
    (tmp_path / NAME / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(ResultError, match=told):
        open_bundle(tmp_path / NAME)


def test_a_file_that_is_no_parquet_is_refused(tmp_path: Path) -> None:
    write_bundle(tiny_bundle(), tmp_path)
    (tmp_path / NAME / "waiting.parquet").write_bytes(b"PAR1 but not really")
    with pytest.raises(ResultError, match=r"waiting.parquet: is not a Parquet file"):
        open_bundle(tmp_path / NAME)


def test_a_stored_bundle_is_found_by_its_input_digest_alone(tmp_path: Path) -> None:
    bundle = write_bundle(tiny_bundle(), tmp_path)
    digest = bundle.manifest.input_digest
    found = find_bundle(tmp_path, "tiny", digest)
    assert found is not None
    assert found.manifest.digest == bundle.manifest.digest
    assert find_bundle(tmp_path, "tiny", digest[:-1] + "0") is None
    assert find_bundle(tmp_path, "other", digest) is None


def test_a_partial_bundle_stands_apart_and_is_never_found(tmp_path: Path) -> None:
    bundle = write_bundle(tiny_bundle(tiny_record(), partial=True), tmp_path)
    assert bundle.path == tmp_path / f"{NAME}-partial"
    assert open_bundle(bundle.path).manifest.partial
    bundle.path.rename(tmp_path / NAME)
    assert find_bundle(tmp_path, "tiny", bundle.manifest.input_digest) is None


def test_what_the_caller_adds_is_part_of_the_bundle(tmp_path: Path) -> None:
    def complete(bundle: Bundle) -> None:
        assert bundle.path is not None
        (bundle.path / "report.html").write_text("<p>", encoding="utf-8")

    write_bundle(tiny_bundle(), tmp_path, complete=complete)
    assert (tmp_path / NAME / "report.html").read_text(encoding="utf-8") == "<p>"


def test_a_failure_while_writing_leaves_the_older_bundle_and_nothing_else(tmp_path: Path) -> None:
    write_bundle(tiny_bundle(), tmp_path)

    def complete(bundle: Bundle) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_bundle(tiny_bundle(tiny_record(5)), tmp_path, complete=complete)
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert [record.replication for record in open_bundle(tmp_path / NAME).records] == [0, 1]


def test_a_second_write_replaces_the_first(tmp_path: Path) -> None:
    write_bundle(tiny_bundle(), tmp_path)
    write_bundle(tiny_bundle(tiny_record(5)), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert [record.replication for record in open_bundle(tmp_path / NAME).records] == [5]


KILLED = """
import os, signal
from pathlib import Path
from sim.bundle import write_bundle
from tests.tiny_run import tiny_bundle
write_bundle(tiny_bundle(), Path({folder!r}), complete=lambda bundle: os.kill(os.getpid(), signal.SIGKILL))
"""


def test_a_killed_writer_leaves_nothing_that_opens_and_the_next_one_clears_it_away(tmp_path: Path) -> None:
    program = KILLED.format(folder=str(tmp_path))
    killed = subprocess.run([sys.executable, "-c", program], check=False)  # noqa: S603 - the program above
    assert killed.returncode == -9
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(f".{NAME}.")
    with pytest.raises(ResultError):
        open_bundle(tmp_path / NAME)
    write_bundle(tiny_bundle(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_the_folder_of_a_living_writer_is_left_alone(tmp_path: Path) -> None:
    def complete(bundle: Bundle) -> None:
        write_bundle(replace(bundle, manifest=replace(bundle.manifest, name="other")), tmp_path)

    write_bundle(tiny_bundle(), tmp_path, complete=complete)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other-01234567", NAME]


def test_something_else_in_the_place_of_a_bundle_is_not_removed(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    (tmp_path / NAME / "thesis.txt").touch()
    with pytest.raises(UsageError, match="is there and is not a bundle; move it away"):
        write_bundle(tiny_bundle(), tmp_path)
    assert (tmp_path / NAME / "thesis.txt").exists()


def test_a_folder_that_cannot_be_made_is_told_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written; choose another folder with --out"):
        write_bundle(tiny_bundle(), tmp_path / "file" / "below")


def test_the_digest_is_of_the_values_whatever_their_order_and_memory() -> None:
    records = (tiny_record(0), tiny_record(1, started=2))
    wanted = result_digest(LAYOUT, records, TABLE)
    turned = replace(
        records[0],
        station_sums=np.asfortranarray(records[0].station_sums),
        station_counts=records[0].station_counts.astype(">i8"),
    )
    assert result_digest(LAYOUT, (records[1], turned), TABLE) == wanted


def test_any_changed_value_changes_the_digest() -> None:
    record = tiny_record()
    sums = record.station_sums.copy()
    sums[1, 2, 3] = np.nextafter(sums[1, 2, 3], 1.0)
    changed = (
        ((replace(record, station_sums=sums),), TABLE),
        ((replace(record, end_time=float(np.nextafter(record.end_time, 0.0))),), TABLE),
        ((replace(record, drained=False),), TABLE),
        ((replace(record, operation_counts=record.operation_counts.reshape(3, 6)),), TABLE),
        ((record,), replace(TABLE, unfinished=1)),
    )
    digests = {result_digest(LAYOUT, records, table) for records, table in (((record,), TABLE), *changed)}
    assert len(digests) == len(changed) + 1


def test_no_process_of_another_host_is_judged(tmp_path: Path) -> None:
    foreign = tmp_path / f".{NAME}.elsewhere.{2**22 + 1}.new"
    foreign.mkdir()
    dead = tmp_path / f".{NAME}.{os.uname().nodename}.{2**22 + 1}.new"
    dead.mkdir()
    write_bundle(tiny_bundle(), tmp_path)
    assert foreign.exists()
    assert not dead.exists()
