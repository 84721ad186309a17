"""Bounds: of lengths, numbers, and the sizes of lists and objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.contract.diff.rule import rule, schema_family
from sim.contract.diff.word import shown

if TYPE_CHECKING:
    from sim.contract.diff.flat import Flat
    from sim.contract.diff.rule import Rule
    from sim.contract.diff.site import Site
    from sim.contract.source import Node

    Limit: TypeAlias = tuple[float, bool]

_TIGHTER: Final = "let senders of the older edition keep to the tighter bound first"
_LOOSER: Final = "let receivers of the older edition take values beyond the old bound"


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is bounded, with the rules for its bounds."""

    narrowed: Rule
    widened: Rule


def _kind(name: str, what: str) -> _Kind:
    return _Kind(
        rule(f"{name}-narrowed", f"the bounds of {what} are tighter", _TIGHTER, ("breaking", "harmless")),
        rule(f"{name}-widened", f"the bounds of {what} are looser", _LOOSER, ("harmless", "risky")),
    )


_LENGTH: Final = _kind("length", "a text's length")
_RANGE: Final = _kind("range", "a number")
_SIZE: Final = _kind("size", "the number of elements or members")

# Keyword, its exclusive twin, whether it is a lower bound, where it begins when nothing is said.
_BOUNDS: Final = (
    ("minLength", "", True, 0, _LENGTH),
    ("maxLength", "", False, None, _LENGTH),
    ("minimum", "exclusiveMinimum", True, None, _RANGE),
    ("maximum", "exclusiveMaximum", False, None, _RANGE),
    ("minItems", "", True, 0, _SIZE),
    ("maxItems", "", False, None, _SIZE),
    ("minProperties", "", True, 0, _SIZE),
    ("maxProperties", "", False, None, _SIZE),
)


@schema_family(
    "bounds",
    *(keyword for bound in _BOUNDS for keyword in bound[:2] if keyword),
    "multipleOf",
    "uniqueItems",
)
def compare_bounds(site: Site, old: Flat, new: Flat) -> None:
    """Note bounds that are tighter or looser, steps of numbers and uniqueness."""
    for keyword, twin, is_lower, start, kind in _BOUNDS:
        before, after = (_limit(flat, keyword, twin, is_lower=is_lower, start=start) for flat in (old, new))
        if before == after:
            continue
        narrowed = _is_tighter(after, before) if is_lower else _is_tighter(_mirror(after), _mirror(before))
        message = f"{keyword} was {_words(before)} and is {_words(after)}"
        places = (_place(old, keyword, twin), _place(new, keyword, twin))
        site.report(kind.narrowed if narrowed else kind.widened, *places, message)
    _compare_steps(site, old, new)
    if old.is_flagged("uniqueItems") != new.is_flagged("uniqueItems"):
        narrowed = new.is_flagged("uniqueItems")
        message = "elements must differ and needed not" if narrowed else "elements had to differ and no longer need"
        places = (old.first("uniqueItems"), new.first("uniqueItems"))
        site.report(_SIZE.narrowed if narrowed else _SIZE.widened, *places, message)


def _limit(flat: Flat, keyword: str, twin: str, *, is_lower: bool, start: float | None) -> Limit | None:
    """Return the tightest bound; the flag tells whether the bound itself is excluded."""
    limits = [(value, False) for value in _numbers(flat, keyword)]
    limits += [(value, True) for value in _numbers(flat, twin)]
    if start is not None:
        limits.append((start, False))
    if not limits:
        return None
    return max(limits) if is_lower else min(limits, key=lambda limit: (limit[0], not limit[1]))


def _numbers(flat: Flat, keyword: str) -> list[float]:
    values = [node.value for node in flat.all(keyword)] if keyword else []
    return [value for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]


def _is_tighter(one: Limit | None, other: Limit | None) -> bool:
    """Tell whether a lower bound is tighter than another."""
    return one is not None and (other is None or one > other)


def _mirror(limit: Limit | None) -> Limit | None:
    return None if limit is None else (-limit[0], limit[1])


def _words(limit: Limit | None) -> str:
    return "not set" if limit is None else f"{limit[0]}{' (excluded)' if limit[1] else ''}"


def _place(flat: Flat, keyword: str, twin: str) -> Node:
    return next(iter([*flat.all(keyword), *(flat.all(twin) if twin else [])]), flat.owner)


def _compare_steps(site: Site, old: Flat, new: Flat) -> None:
    before, after = sorted(set(_numbers(old, "multipleOf"))), sorted(set(_numbers(new, "multipleOf")))
    if before == after:
        return
    places = (old.first("multipleOf"), new.first("multipleOf"))
    message = f"multipleOf was {shown(before or None)} and is {shown(after or None)}"
    if all(any(_divides(one, other) for other in after) for one in before):
        site.report(_RANGE.narrowed, *places, message)
    elif all(any(_divides(one, other) for other in before) for one in after):
        site.report(_RANGE.widened, *places, message)
    else:
        site.report(_RANGE.narrowed, *places, message, effect=("breaking", "risky"))


def _divides(one: float, other: float) -> bool:
    """Tell whether every multiple of the second is one of the first; exact for whole numbers."""
    return one > 0 and (other / one).is_integer()
