"""What is said to the compiler: which functions are written into their caller, which records are needed soon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Function = TypeVar("Function", bound="Callable[..., Any]")

INLINED: Final[set[object]] = set()
"""Functions that are compiled into every caller: those on the path of every event, and those called once."""


def inlined(function: Function) -> Function:
    """Have a function written into its callers: arrays are then not handed over, which costs more than most calls."""
    INLINED.add(function)
    return function


def fetch(table: Any, index: int) -> None:
    """Have a record on its way from memory before it is needed; ``sim.engine.machine.view`` compiles it.

    A hint: it changes nothing, and an index that is none does no harm.
    """
