"""Report files: whole or not at all, never through a link, and a folder that cannot be written is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sim.errors import UsageError
from sim.report import write_report
from tests.tiny_run import tiny_bundle

if TYPE_CHECKING:
    from pathlib import Path


def test_a_folder_that_cannot_be_made_is_told_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="the report cannot be written: Not a directory; choose another folder"):
        write_report(tiny_bundle(), tmp_path / "file" / "out", formats=["json"])


def test_a_folder_in_the_place_of_the_report_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "report.json").mkdir()
    with pytest.raises(UsageError, match="the report cannot be written: Is a directory"):
        write_report(tiny_bundle(), tmp_path, formats=["json"])
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_progress_goes_from_nothing_to_all(tmp_path: Path) -> None:
    told: list[float] = []
    write_report(tiny_bundle(), tmp_path, formats=["json"], on_progress=told.append)

    assert told == sorted(told)
    assert (told[0], told[-1], len(told)) == (0.0, 1.0, 4)


def test_a_link_in_the_place_of_the_report_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "report.json").symlink_to(tmp_path / "precious")
    (path,) = write_report(tiny_bundle(), tmp_path / "out", formats=["json"])
    assert not path.is_symlink()
    assert (tmp_path / "precious").read_text() == "mine"


def test_a_text_that_is_no_unicode_is_written_out(tmp_path: Path) -> None:
    bundle = tiny_bundle()
    odd = replace(bundle, manifest=replace(bundle.manifest, command="tongban run \udcff.yaml"))
    (path,) = write_report(odd, tmp_path, formats=["markdown"])
    assert r"tongban run \udcff.yaml" in path.read_text(encoding="utf-8")
