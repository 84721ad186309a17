"""A catalog in a folder of its own, written by the test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from sim.catalog import Catalog
from sim.contract import load_contract
from sim.errors import DocumentError

if TYPE_CHECKING:
    from pathlib import Path

    from sim.contract import Contract


class Loader(Protocol):
    """Loads a contract from its text; other files of the catalog by path."""

    def __call__(self, text: str, **files: str) -> Contract: ...


class Faults(Protocol):
    """Returns the faults of a contract as lines without the file's name."""

    def __call__(self, text: str, **files: str) -> list[str]: ...


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loader:
    monkeypatch.chdir(tmp_path)

    def load_text(text: str, **files: str) -> Contract:
        contents = {"contracts/desk.openapi.yaml": text} | {
            name.replace("__", "/").replace("_dot_", "."): content for name, content in files.items()
        }
        for name, content in contents.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return load_contract(Catalog(tmp_path.resolve()), "desk")

    return load_text


@pytest.fixture
def faults(load: Loader) -> Faults:
    def faults_of(text: str, **files: str) -> list[str]:
        with pytest.raises(DocumentError) as caught:
            load(text, **files)
        return [str(fault).removeprefix("contracts/desk.openapi.yaml:") for fault in caught.value.faults]

    return faults_of
