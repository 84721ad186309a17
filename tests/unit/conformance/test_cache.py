"""Stored replays: taken when everything is equal, never when a file is broken."""

import os
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sim.catalog import Catalog
from sim.conformance import replay as module
from sim.conformance import replay_scenario
from sim.conformance.cache import cache_folder, folder_digest, load_replay, replay_key, store_replay
from sim.journey import load_journey
from tests.partners import catalog_with
from tests.partners import journey as bundled_journey
from tests.scenarios import line, scenario


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONGBAN_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache" / "replay"


NAMES = "query-duplicate-name"
DEMAND = scenario(demand=(line("x", journey=NAMES),), journeys={}, replay_citizens=15)


def test_a_stored_replay_is_taken_and_is_equal(folder: Path) -> None:
    journeys = {NAMES: bundled_journey(NAMES)}
    told: list[float] = []
    first = replay_scenario(Catalog.bundled(), DEMAND, journeys, on_progress=told.append)
    assert len(list(folder.glob("*.json"))) == 1
    second = replay_scenario(Catalog.bundled(), DEMAND, journeys, on_progress=told.append)
    assert second == first
    assert len(told) == 15


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"key": 1}', b"\xff\x00", b'{"key": "k", "replay": {}}'])
def test_a_broken_file_counts_as_not_stored(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "k.json").write_bytes(text)
    assert load_replay("k", tmp_path) is None


def test_a_file_under_another_key_counts_as_not_stored(folder: Path) -> None:
    journeys = {NAMES: bundled_journey(NAMES)}
    replay = replay_scenario(Catalog.bundled(), DEMAND, journeys)
    store_replay("one", replay)
    (folder / "one.json").rename(folder / "two.json")
    assert load_replay("two") is None


def test_a_folder_that_cannot_be_written_is_passed_over(tmp_path: Path) -> None:
    journeys = {NAMES: bundled_journey(NAMES)}
    replay = replay_scenario(Catalog.bundled(), DEMAND, journeys, use_cache=False)
    (tmp_path / "file").write_text("", encoding="utf-8")
    store_replay("k", replay, tmp_path / "file")
    assert load_replay("k", tmp_path / "file") is None


def test_no_part_of_a_file_is_left_behind(folder: Path) -> None:
    journeys = {NAMES: bundled_journey(NAMES)}
    replay_scenario(Catalog.bundled(), DEMAND, journeys)
    assert [path.suffix for path in folder.iterdir()] == [".json"]


@pytest.mark.parametrize(
    "file",
    ["mocks/provincial-platform.py", "contracts/code-lists.csv", "contracts/provincial-platform.openapi.yaml"],
)
def test_a_changed_document_has_another_key(tmp_path: Path, file: str) -> None:
    keys = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        catalog = catalog_with(tmp_path / name)
        if name == "b":
            with (catalog.root / file).open("a", encoding="utf-8") as text:
                text.write("\n")
        errands = module._errands(DEMAND, {NAMES: load_journey(catalog, NAMES)})
        keys.append(module._key(catalog, DEMAND, errands))
    assert keys[0] != keys[1]


@pytest.mark.parametrize("change", [{"seed": 2}, {"replay_citizens": 16}])
def test_another_seed_or_number_of_citizens_has_another_key(change: Any) -> None:
    journeys = {NAMES: bundled_journey(NAMES)}
    other = replace(DEMAND, **change)
    keys = {module._key(Catalog.bundled(), one, module._errands(one, journeys)) for one in (DEMAND, other)}
    assert len(keys) == 2


def test_the_key_does_not_depend_on_the_process() -> None:
    assert replay_key(["a"]) == replay_key(["a"])
    assert replay_key(["a"]) != replay_key(["b"])


def test_the_folder_is_told_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_CACHE_DIR", "/own")
    assert cache_folder() == Path("/own/replay")
    monkeypatch.delenv("TONGBAN_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    assert cache_folder() == Path("/xdg/tongban/replay")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/person")
    assert cache_folder() == Path("/home/person/.cache/tongban/replay")


@pytest.mark.parametrize(
    ("found", "altered"),
    [('"calls": 15', '"calls": "15"'), ('"citizens": 15', '"citizens": NaN'), ('"refused": 0.0', '"refused": "much"')],
)
def test_a_file_of_other_types_counts_as_not_stored(folder: Path, found: str, altered: str) -> None:
    journeys = {NAMES: bundled_journey(NAMES)}
    store_replay("k", replay_scenario(Catalog.bundled(), DEMAND, journeys, use_cache=False))
    text = (folder / "k.json").read_text(encoding="utf-8")
    assert found in text
    (folder / "k.json").write_text(text.replace(found, altered), encoding="utf-8")
    assert load_replay("k") is None


def test_a_user_without_a_home_replays_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_CACHE_DIR", "~nosuchuser/cache")
    with pytest.raises(FileNotFoundError, match="~nosuchuser"):
        cache_folder()
    assert load_replay("k") is None
    journeys = {NAMES: bundled_journey(NAMES)}
    store_replay("k", replay_scenario(Catalog.bundled(), DEMAND, journeys))


def test_a_full_disk_leaves_no_part_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journeys = {NAMES: bundled_journey(NAMES)}
    replay = replay_scenario(Catalog.bundled(), DEMAND, journeys, use_cache=False)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    store_replay("k", replay)
    assert list(folder.iterdir()) == []


def test_a_folder_is_digested_by_names_and_contents_of_any_bytes(tmp_path: Path) -> None:
    digests = set()
    for number, files in enumerate([{b"a": b"1"}, {b"a": b"2"}, {b"b": b"1"}, {b"\xff": b"1"}, {b"a\nb": b"1"}, {}]):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name, content in files.items():
            Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(content)
        digests.add(folder_digest(folder))

    assert len(digests) == 6


def test_a_large_file_beside_the_documents_is_not_held_in_memory(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(64 * 1024 * 1024)
    tracemalloc.start()
    folder_digest(tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 4 * 1024 * 1024
