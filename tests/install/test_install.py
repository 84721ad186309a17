"""Installed as a wheel, from source and as an editable checkout, the product finds its documents from any folder."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.cli.new import FILES

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
UV = [sys.executable, "-m", "uv"]


def sh(*command: str | Path, cwd: Path) -> str:
    """Run a command and return what it wrote; fail with all of it."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)  # noqa: S603  fixed commands
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    sh(
        *UV,
        "build",
        "--quiet",
        "--wheel",
        "--no-build-isolation",
        "--python",
        sys.executable,
        "--out-dir",
        folder,
        cwd=ROOT,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture
def python(tmp_path: Path) -> Iterator[Path]:
    """The interpreter of a new environment with the locked dependencies and without the product."""
    sh(*UV, "venv", "--quiet", "--python", sys.executable, tmp_path / "environment", cwd=tmp_path)
    interpreter = tmp_path / "environment" / "bin" / "python"
    lock = ROOT / "requirements-dev.lock"
    sh(*UV, "pip", "sync", "--quiet", "--system-certs", "--require-hashes", "--python", interpreter, lock, cwd=tmp_path)
    yield interpreter
    # results were read; the environment is large
    sh("rm", "-rf", tmp_path / "environment", cwd=tmp_path)


@pytest.mark.parametrize("kind", ["wheel", "source", "editable"])
def test_an_installed_tongban_runs_from_an_empty_folder(kind: str, wheel: Path, python: Path, tmp_path: Path) -> None:
    what = {"wheel": [str(wheel)], "source": [str(ROOT)], "editable": ["-e", str(ROOT)]}[kind]
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--python", str(python)]
    sh(*UV, "pip", "install", *options, *what, cwd=tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    command = python.with_name("tongban")
    text = sh(
        command, "--format", "json", "run", "ningxia-day", "--set", "scale=0.02", "--replications", "1", cwd=empty
    )
    result = json.loads(text)
    assert result["scenario"] == "ningxia-day"
    assert (empty / "results").is_dir()
    assert [path.name for path in empty.iterdir()] == ["results"]
    sh(command, "new", "own", "--name", "repair-shop", cwd=empty)
    assert sh(command, "check", cwd=empty / "own") == "3 documents: no faults\n"
    assert "3 passed" in sh(python, "-m", "pytest", cwd=empty / "own")


def test_the_wheel_carries_every_document_and_no_test(wheel: Path, tmp_path: Path) -> None:
    names = sh(sys.executable, "-m", "zipfile", "-l", wheel, cwd=tmp_path)
    for folder in ("contracts", "mocks", "scenarios"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert f"sim/data/{path.relative_to(ROOT).as_posix()}" in names
    for file in FILES:
        assert f"sim/cli/template/{file} " in names
    assert "tests/" not in names.replace("sim/cli/template/tests/test_catalog.py", "")
