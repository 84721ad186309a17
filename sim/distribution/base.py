"""What a probability law is, and the decorator that registers one.

A law is a plain function in the subset that the engines compile: scalars in, seconds out, as many uniforms as it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar

from sim.registry import Registry

Values: TypeAlias = Mapping[str, float]
Scalars: TypeAlias = tuple[float, float, float]
Sampler = TypeVar("Sampler", bound=Callable[..., float])


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a law.

    Parameters
    ----------
    kind : str
        ``time`` (written with a unit, seconds inside) or ``number``.
    minimum : float
        Least value.
    exclusive : bool
        Whether the least value itself is refused.
    default : float or None
        None: the parameter must be given.
    """

    name: str
    kind: Literal["time", "number"]
    meaning: str
    minimum: float = 0.0
    exclusive: bool = True
    maximum: float = 1e12
    default: float | None = None

    @property
    def required(self) -> bool:
        """Whether the parameter must be given."""
        return self.default is None

    def check(self, value: float) -> str | None:
        """Return what is wrong with a value, or None."""
        if value < self.minimum or (self.exclusive and value == self.minimum):
            relation = "above" if self.exclusive else "at least"
            return f"{self.name} must be {relation} {self.minimum:g}"
        return f"{self.name} must be at most {self.maximum:g}" if value > self.maximum else None


@dataclass(frozen=True, slots=True)
class Distribution:
    """A registered law.

    Parameters
    ----------
    sample : callable
        ``sample(a, b, c, key) -> seconds``, or ``sample(a, b, table, key)`` for a table law, where ``a`` is the offset
        and ``b`` the length of its part of the Plan's one table.
    encode : callable
        Parameter values to the three scalars of ``sample``; of a table law, unused.
    check : callable
        Parameter values to what is wrong between them, or None.
    mean : callable
        Parameter values to the mean, in seconds; of a table law, unused: its mean is its table's.
    """

    name: str
    sample: Callable[..., float]
    parameters: tuple[Parameter, ...]
    encode: Callable[[Values], Scalars]
    check: Callable[[Values], str | None]
    mean: Callable[[Values], float]
    is_table: bool = False


DISTRIBUTIONS: Registry[Distribution] = Registry("law", "sim.distribution")


def _nothing_wrong(_: Values) -> str | None:
    return None


def law(
    name: str,
    *parameters: Parameter,
    encode: Callable[[Values], Scalars],
    mean: Callable[[Values], float],
    check: Callable[[Values], str | None] = _nothing_wrong,
    is_table: bool = False,
) -> Callable[[Sampler], Sampler]:
    """Register the decorated sampler as a law."""

    def register(sample: Sampler) -> Sampler:
        DISTRIBUTIONS.add(name, Distribution(name, sample, parameters, encode, check, mean, is_table))
        return sample

    return register


def rounded(value: float) -> float:
    """Return a value to twelve significant digits, so that a C library's last bit cannot change a Plan."""
    return float(f"{value:.12g}")
