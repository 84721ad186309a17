"""Observed times, drawn alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.distribution.base import law
from sim.draw import uniform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.draw import Key


@law("empirical", encode=lambda _: (0.0, 0.0, 0.0), mean=lambda _: 0.0, is_table=True)
def empirical(a: float, b: float, table: Sequence[float], key: Key) -> float:
    """Draw one of the observed times, each with the same probability.

    Parameters
    ----------
    a, b : float
        Offset and length of the observations in the table.
    table : sequence of float, seconds
        The Plan's one table.

    References
    ----------
    Law (2015), Simulation Modeling and Analysis, 5th edition, section 6.2.4 (the discrete form).
    """
    return table[int(a) + int(uniform(key, 0) * b)]
