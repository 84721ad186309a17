"""The generated module: what it holds, and that an edit is noticed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from sim.distribution import DISTRIBUTIONS, Distribution
from sim.engine import compiled
from sim.engine.generate import digest_of, generated_source
from sim.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sim.draw import Key

LIMIT = [1.0]


def doubled(a: float, b: float, c: float, key: Key) -> float:
    return a * 2.0


def listed(a: float, b: float, c: float, key: Key) -> float:
    return LIMIT[0]


def rounded(a: float, b: float, c: float, key: Key) -> float:
    return math.floor(a)


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[..., float]], None]:
    DISTRIBUTIONS.names()

    def add(name: str, sample: Callable[..., float]) -> None:
        entry = Distribution(name, sample, (), lambda _: (1.0, 0.0, 0.0), lambda _: None, lambda _: 1.0)
        monkeypatch.setitem(DISTRIBUTIONS._entries, name, entry)

    return add


def test_every_registered_law_is_in_the_generated_text() -> None:
    source = generated_source()
    assert all(f"def {law.sample.__name__}(" in source for _, law in DISTRIBUTIONS)


def test_a_new_law_gives_another_folder(register: Callable[[str, Callable[..., float]], None]) -> None:
    before = digest_of(generated_source())
    register("zz-doubled", doubled)
    assert digest_of(generated_source()) != before


def test_an_edited_law_gives_another_folder(register: Callable[[str, Callable[..., float]], None]) -> None:
    register("zz", doubled)
    before = digest_of(generated_source())
    register("zz", rounded)
    assert digest_of(generated_source()) != before


def test_a_law_that_uses_what_cannot_be_compiled_is_refused(
    register: Callable[[str, Callable[..., float]], None],
) -> None:
    register("zz", listed)
    with pytest.raises(EngineError, match="listed uses LIMIT"):
        generated_source()


def test_an_altered_generated_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_CACHE_DIR", str(tmp_path))
    compiled.draws.cache_clear()
    path = tmp_path / digest_of(generated_source()) / "tongban_draws.py"
    path.parent.mkdir()
    path.write_text("import os\n")
    with pytest.raises(EngineError, match="was altered"):
        compiled.draws()
    compiled.draws.cache_clear()


def test_the_cache_falls_back_where_its_folder_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("TONGBAN_CACHE_DIR", str(tmp_path / "file" / "below"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "shared"))
    assert compiled.cache_folder() == tmp_path / "shared" / "tongban"
