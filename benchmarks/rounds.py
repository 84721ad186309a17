"""Interleaved rounds: A B C, A B C, ...; a ratio within each round, so that a slow minute slows both of its sides."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from benchmarks.program import BenchmarkError, Measurement

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmarks.program import Program

EXACT: Final = ("reference", "kernel", "c")
"""Programs with the same draws: their runs of one size must have the same journeys and services."""

Round = dict[str, Measurement]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio over the rounds."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Ratio:
        """Return the ratio of several rounds.

        Raises
        ------
        ValueError
            There are none.
        """
        if not values:
            message = "a ratio needs at least one round"
            raise ValueError(message)
        return cls(median(values), min(values), max(values))


def run_rounds(
    programs: Sequence[Program],
    workload: str,
    journeys: Mapping[str, int],
    rounds: int,
    tell: Callable[[str], None],
) -> list[Round]:
    """Run every program once a round.

    Parameters
    ----------
    journeys : mapping
        How many each program runs.
    tell : callable
        Takes a line after each run.

    Raises
    ------
    BenchmarkError
        A program failed, or ran another model.
    """
    found: list[Round] = []
    for number in range(1, rounds + 1):
        this: Round = {}
        for program in programs:
            one = program.measure(workload, journeys[program.name])
            this[program.name] = one
            tell(f"round {number}: {program.name:10} {one.rate:12,.0f} services per CPU second")
        refuse_strangers(this)
        found.append(this)
    return found


def refuse_strangers(this: Round) -> None:
    """Hold the programs against each other: same draws same numbers, other draws about the same.

    Raises
    ------
    BenchmarkError
        One runs another model.
    """
    exact = [(name, one) for name, one in this.items() if name in EXACT]
    for name, one in exact[1:]:
        first_name, first = exact[0]
        if one.journeys == first.journeys and one.services == first.services:
            continue
        if abs(one.journeys / first.journeys - 1.0) < 0.01:  # the same size, else one was bounded
            message = f"{name} ran {one.journeys} journeys and {one.services} services, {first_name} {first.journeys} "
            message += f"and {first.services}: they have the same draws and must have the same numbers"
            raise BenchmarkError(message)
    first_name, first = next(iter(this.items()))
    for name, one in this.items():
        visits = one.services / one.journeys / (first.services / first.journeys)
        # Ciw's services are also those of journeys under way at its end
        if not (0.95 < visits < 1.15 and 0.7 < one.mean_sojourn / first.mean_sojourn < 1.4):
            message = f"{name} runs another model than {first_name}: {one} against {first}"
            raise BenchmarkError(message)


def ratios(rounds: Sequence[Round], to: str) -> dict[str, Ratio]:
    """Return how many times faster than ``to`` each program was, by services per CPU second."""
    names = [name for name in rounds[0] if to in rounds[0]]
    return {name: Ratio.of([each[name].rate / each[to].rate for each in rounds]) for name in names}
