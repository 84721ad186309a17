"""Registries: entries by name, made by the modules of a package."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from sim.errors import UsageError
from sim.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package ``toolbox`` whose modules a test writes."""
    folder = tmp_path / "toolbox"
    folder.mkdir()
    (folder / "__init__.py").write_text("from sim.registry import Registry\nTOOLS = Registry('tool', 'toolbox')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for name in [name for name in sys.modules if name.partition(".")[0] == "toolbox"]:
        del sys.modules[name]


def tools() -> Registry[int]:
    import toolbox  # type: ignore[import-not-found]  # noqa: PLC0415 - the fixture wrote it

    found: Registry[int] = toolbox.TOOLS
    return found


def test_modules_are_imported_when_an_entry_is_first_asked_for(package: Path) -> None:
    (package / "saw.py").write_text("from toolbox import TOOLS\nTOOLS.add('saw', 1)\n")
    (package / "axe.py").write_text("from toolbox import TOOLS\nTOOLS.add('axe', 2)\n")
    registry = tools()

    assert "toolbox.saw" not in sys.modules
    assert registry.get("saw") == 1
    assert registry.names() == ("axe", "saw")
    assert list(registry) == [("axe", 2), ("saw", 1)]
    assert "axe" in registry
    assert "pen" not in registry


def test_an_unknown_name_is_answered_with_the_known_ones(package: Path) -> None:
    (package / "saw.py").write_text("from toolbox import TOOLS\nTOOLS.add('saw', 1)\n")

    with pytest.raises(UsageError) as caught:
        tools().get("pen")

    assert str(caught.value) == "there is no tool 'pen'; use one of saw"


def test_a_name_cannot_be_taken_twice() -> None:
    registry: Registry[int] = Registry("tool", "nowhere")
    registry.add("saw", 1)

    with pytest.raises(ValueError, match="tool 'saw' is registered twice"):
        registry.add("saw", 2)


def test_a_module_may_look_up_an_entry_while_it_is_imported(package: Path) -> None:
    (package / "axe.py").write_text("from toolbox import TOOLS\nTOOLS.add('axe', 2)\n")
    (package / "saw.py").write_text("from toolbox import TOOLS\nTOOLS.add('saw', TOOLS.get('axe') + 1)\n")

    assert tools().get("saw") == 3


def test_a_module_that_fails_is_told_again_at_the_next_look_up(package: Path) -> None:
    (package / "axe.py").write_text("from toolbox import TOOLS\nTOOLS.add('axe', 2)\n")
    (package / "saw.py").write_text("raise RuntimeError('blunt')\n")
    registry = tools()

    for _ in range(2):
        with pytest.raises(RuntimeError, match="blunt"):
            registry.names()
