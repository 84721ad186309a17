"""Where bundles stand: odd names, links, full disks, hands that changed what they should not."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from sim.bundle import check_place, open_bundle, write_bundle
from sim.bundle.folder import remove_stale
from sim.errors import ResultError, UsageError
from tests.tiny_run import tiny_bundle

NAME = "tiny-01234567"


@pytest.mark.parametrize("name", ["a*b", "a?b", "a[bc]d", "x=1", "~", "a'b", "s3:", "{a,b}", "宁夏", "a b"])
def test_a_folder_of_any_name_holds_its_own_bundle(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_bundle(tiny_bundle(), Path("axb"))  # what a wild card in a name would meet too
    write_bundle(tiny_bundle(), Path("abd"))
    stored = write_bundle(tiny_bundle(), Path(name))
    assert stored.path == Path(name) / NAME
    assert open_bundle(Path(name) / NAME).manifest.name == "tiny"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["axb", "abd", name])


def test_a_path_that_is_no_unicode_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a path in UTF-8; choose another folder with --out"):
        check_place(tmp_path / "\udcff" / NAME)
    with pytest.raises(ResultError, match="is not a path in UTF-8"):
        open_bundle(tmp_path / "\udcff")


def test_a_name_too_long_for_the_system_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written: File name too long; choose another"):
        check_place(tmp_path / ("a" * 300) / NAME)
    with pytest.raises(ResultError, match="File name too long"):
        open_bundle(tmp_path / ("a" * 300))


@pytest.mark.parametrize("target", ["nowhere", "out"])
def test_a_link_that_leads_nowhere_is_no_folder(tmp_path: Path, target: str) -> None:
    (tmp_path / "out").symlink_to(target)
    with pytest.raises(UsageError, match=r"out.* cannot be written"):
        check_place(tmp_path / "out" / NAME)


@pytest.mark.parametrize("inside", ["", "charts", "charts/deep"])
def test_a_bundle_is_not_put_into_another(tmp_path: Path, inside: str) -> None:
    outer = write_bundle(tiny_bundle(), tmp_path).path
    assert outer is not None
    with pytest.raises(UsageError, match="lies inside the bundle"):
        check_place(outer / inside / NAME)


def test_a_link_in_the_place_of_a_bundle_is_replaced_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    first = write_bundle(tiny_bundle(), tmp_path / "first").path
    assert first is not None
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / NAME).symlink_to(first)
    write_bundle(tiny_bundle(), tmp_path / "second")
    assert [path.name for path in (tmp_path / "second").iterdir()] == [NAME]
    assert not (tmp_path / "second" / NAME).is_symlink()
    assert open_bundle(first).manifest.name == "tiny"


def test_a_failed_write_takes_the_folders_that_it_made_with_it(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()

    def fail(_: object) -> None:
        raise OSError(28, os.strerror(28))

    with pytest.raises(UsageError, match="No space left on device"):
        write_bundle(tiny_bundle(), tmp_path / "kept" / "a" / "b", complete=fail)
    assert not any((tmp_path / "kept").iterdir())


FULL = """
import resource, sys
from pathlib import Path
from sim.bundle import write_bundle
from sim.errors import UsageError
from tests.tiny_run import tiny_bundle
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    write_bundle(tiny_bundle(), Path(sys.argv[1]))
except UsageError as error:
    print(error)
"""


@pytest.mark.parametrize("size", [0, 300, 2000])
def test_a_disk_that_is_full_is_told_and_leaves_nothing(tmp_path: Path, size: int) -> None:
    command = [sys.executable, "-c", FULL, str(tmp_path / "results"), str(size)]
    root = Path(__file__).parents[3]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)  # noqa: S603 - the program above
    place = tmp_path / "results" / NAME
    assert done.stdout == f"{place} cannot be written: File too large; choose another folder with --out\n"
    assert not any(tmp_path.iterdir())


def test_a_bundle_half_replaced_when_its_writer_was_killed_comes_back(tmp_path: Path) -> None:
    place = write_bundle(tiny_bundle(), tmp_path).path
    assert place is not None
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    host = os.uname().nodename.replace(".", "-")
    place.rename(tmp_path / f".{NAME}.{host}.{dead.pid}.old")
    remove_stale(tmp_path)
    assert open_bundle(place).manifest.name == "tiny"


def test_a_working_folder_of_an_impossible_process_is_left_alone(tmp_path: Path) -> None:
    odd = tmp_path / f".x.{os.uname().nodename.replace('.', '-')}.99999999999999999999.new"
    odd.mkdir()
    remove_stale(tmp_path)
    assert odd.is_dir()


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("replications", 9, "holds 2 of 9 replications and is not marked partial"),
        ("start", "2022-07-26", "/start: '2022-07-26' is not an instant with time zone"),
        ("start", "soon", "/start: 'soon' is not an instant"),
        ("seconds", dict.fromkeys(("wall", "engine", "compile", "replay"), math.nan), "/wall: 'nan' is not a finite"),
        ("platform", "\ud800", "/platform: .* is not str"),
    ],
)
def test_a_manifest_that_was_changed_is_refused(tmp_path: Path, key: str, value: object, told: str) -> None:
    place = write_bundle(tiny_bundle(), tmp_path).path
    assert place is not None
    found = json.loads((place / "manifest.json").read_text())
    (place / "manifest.json").write_text(json.dumps({**found, key: value}))
    with pytest.raises(ResultError, match=told):
        open_bundle(place)


def test_a_manifest_that_has_nothing_to_give_is_not_waited_for(tmp_path: Path) -> None:
    place = write_bundle(tiny_bundle(), tmp_path).path
    assert place is not None
    (place / "manifest.json").unlink()
    os.mkfifo(place / "manifest.json")
    with pytest.raises(ResultError, match=r"it has no manifest\.json"):
        open_bundle(place)


def test_a_command_that_is_no_unicode_is_stored_all_the_same(tmp_path: Path) -> None:
    bundle = tiny_bundle()
    odd = replace(bundle, manifest=replace(bundle.manifest, command="tongban run \udcff.yaml"))
    place = write_bundle(odd, tmp_path).path
    assert place is not None
    assert open_bundle(place).manifest.command == r"tongban run \udcff.yaml"
