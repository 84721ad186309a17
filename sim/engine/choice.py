"""Engines by name, and which of them suits a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.engine.kernel import Kernel
from sim.engine.reference import Reference
from sim.engine.size import expected_services
from sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.engine.base import Engine
    from sim.plan import Plan

ENGINES: Final[Mapping[str, Engine]] = {"kernel": Kernel(), "reference": Reference()}
REPAID: Final = 1_000_000
"""Services from which on compiling costs less CPU than it saves: 10 s at 100,000 services a second."""


def get_engine(name: str) -> Engine:
    """Return an engine by name.

    Raises
    ------
    UsageError
        There is none of that name.
    """
    if name not in ENGINES:
        raise UsageError(f"there is no engine {name!r}", f"use one of auto, {', '.join(ENGINES)}")
    return ENGINES[name]


def choose_engine(name: str, plan: Plan, replications: int) -> Engine:
    """Return an engine by name; ``auto`` is the kernel, unless a small run would have to compile it first.

    Both give the same results.

    Raises
    ------
    UsageError
        There is none of that name.
    """
    if name != "auto":
        return get_engine(name)
    kernel = ENGINES["kernel"]
    is_worth_it = kernel.is_ready() or expected_services(plan) * replications >= REPAID
    return kernel if is_worth_it else ENGINES["reference"]
