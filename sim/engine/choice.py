"""Engines by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.engine.reference import Reference
from sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.engine.base import Engine

ENGINES: Final[Mapping[str, Engine]] = {"reference": Reference()}


def get_engine(name: str) -> Engine:
    """Return an engine by name; ``auto`` is the fastest that suits the run, today the reference engine.

    Raises
    ------
    UsageError
        There is none of that name.
    """
    if name == "auto":
        return ENGINES["reference"]
    if name not in ENGINES:
        raise UsageError(f"there is no engine {name!r}", f"use one of auto, {', '.join(ENGINES)}")
    return ENGINES[name]
