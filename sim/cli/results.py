"""Where runs land, and how a stored one is found."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sim.errors import ResultError

RESULTS: Final = Path("results")


def find_folder(name: str) -> Path:
    """Return the folder of a bundle: the path itself, or the latest run of a scenario of that name.

    Raises
    ------
    ResultError
        There is neither, or it cannot be looked at.
    """
    path = Path(name)
    try:
        if path.exists():
            return path
    except OSError as error:
        raise ResultError(
            f"{name[:200]} cannot be read: {error.strerror}", "check the path and its permissions"
        ) from error
    runs = [run for run in RESULTS.glob("*/manifest.json") if run.parent.name.rpartition("-")[0] == name]
    if not runs:
        raise ResultError(f"there is no bundle {name!r}", "give a folder that `tongban run` made, or run the scenario")
    return max(runs, key=lambda run: run.stat().st_mtime).parent
