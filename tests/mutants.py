"""Values with one thing wrong: each rule of a schema broken at each place of a value that keeps it.

Takes a schema and a value, gives copies of the value with a single change, most of which break it; which do is for the
validators to say. One function a keyword; a keyword without one is an error, as it would go unbroken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from tests.instances import ANNOTATIONS, EXTRA, ONE_OF_EACH, Library, members_of, types_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.unit.catalog_content.documents import Json, Place

    Change: TypeAlias = Callable[[Json, Json], Iterator[Json]]


def mutants(library: Library, place: Place, value: Json) -> Iterator[Json]:
    """Yield the value with one change, for each rule that a schema lays down for it or for a part of it."""
    return _mutants(library, [place], value)


def unknown_keywords(schema: Json) -> set[str]:
    """Return the keywords of one schema object that are neither broken here nor mere annotations."""
    keys = schema.keys() if isinstance(schema, dict) else set()
    return {key for key in keys if key not in ANNOTATIONS and key not in CHANGES and key not in _HELD_ELSEWHERE}


def _mutants(library: Library, places: list[Place], value: Json) -> Iterator[Json]:
    parts = [part for place in places for part in library.beside(place, branches=True)]
    yield from _other_types(parts, value)
    for part in parts:
        for keyword, argument in part.value.items() if isinstance(part.value, dict) else ():
            if keyword in CHANGES:
                yield from CHANGES[keyword](argument, value)
    if isinstance(value, dict):
        members = members_of(parts)
        yield from _other_members(library, members, value)
        for name in value.keys() & members.keys():
            yield from ({**value, name: one} for one in _mutants(library, members[name], value[name]))
    if isinstance(value, list) and value:
        items = [part.child("items") for part in parts if isinstance(part.value, dict) and "items" in part.value]
        yield from ([*value[:-1], one] for one in _mutants(library, items, value[-1]))


def _other_types(parts: list[Place], value: Json) -> Iterator[Json]:
    """Yield one value of each type, and the numbers about which readers of JSON differ."""
    allowed = types_of(parts)
    yield from (one for name, one in ONE_OF_EACH.items() if name not in allowed)
    if isinstance(value, int) and not isinstance(value, bool):
        yield from (float(value), value + 0.5, -value, 10**25, 1e300)
    if isinstance(value, str):
        yield from (value + "\n", value[1:], value[:-1] + "\uff11", "")


def _other_members(library: Library, members: Mapping[str, list[Place]], value: Mapping[str, Json]) -> Iterator[Json]:
    """Yield the value without each member, with members unknown, and with those that a condition forbids."""
    yield from ({key: one for key, one in value.items() if key != name} for name in value)
    yield from ({**value, name: 1} for name in EXTRA[:2])
    for name, places in members.items():
        if name not in value and any(place.value is False for place in places):
            yield {**value, name: "1"}


def _enum(allowed: Json, value: Json) -> Iterator[Json]:
    yield from (one for one in ("", "99", f"{allowed[0]} ", 1, True) if one not in allowed)
    yield from (one for one in allowed if one != value)  # may break a condition


def _const(allowed: Json, value: Json) -> Iterator[Json]:
    yield from (one for one in (allowed, f"{allowed}0") if one != value)


def _pattern(_: Json, value: Json) -> Iterator[Json]:
    if isinstance(value, str):
        yield from (value + "!", "!" + value, value * 60, value.swapcase(), "\uff10" + value[1:])


def _least_length(least: Json, value: Json) -> Iterator[Json]:
    if isinstance(value, str) and least:
        yield (value + "😀" * least)[: least - 1]


def _greatest_length(most: Json, value: Json) -> Iterator[Json]:
    if isinstance(value, str):
        yield from ((value + "😀" * length)[:length] for length in (most, most + 1))


def _minimum(least: Json, _: Json) -> Iterator[Json]:
    yield from (least, least - 1, float(least))


def _maximum(most: Json, _: Json) -> Iterator[Json]:
    yield from (most, most + 1, float(most))


def _least_items(least: Json, value: Json) -> Iterator[Json]:
    if isinstance(value, list) and least:
        yield value[: least - 1]


def _greatest_items(most: Json, value: Json) -> Iterator[Json]:
    if isinstance(value, list) and value:
        yield from (value[:1] * length for length in (most, most + 1))


def _dependent(needs: Json, value: Json) -> Iterator[Json]:
    if isinstance(value, dict):
        for name, others in needs.items():
            kept = {key: one for key, one in value.items() if key not in others}
            yield from ({**kept, name: value[name]} for _ in others if name in value)


def _one_of(alternative: Json, value: Json) -> Iterator[Json]:
    if isinstance(value, dict):
        names = {name for one in alternative for name in one["required"]}
        yield {key: one for key, one in value.items() if key not in names}
        yield {**dict.fromkeys(sorted(names), "1"), **value}


def _check_character(_: Json, value: Json) -> Iterator[Json]:
    if isinstance(value, str) and value:
        yield from (value[:-1] + one for one in "0X" if one != value[-1])
        yield value[:-3] + value[-2] + value[-3] + value[-1]


def _impossible_day(_: Json, value: Json) -> Iterator[Json]:
    if isinstance(value, str):
        yield from (value[:4] + day + value[8:] for day in ("0231", "0431", "0229", "1301"))
        yield "0000" + value[4:]


def _no_address(_: Json, value: Json) -> Iterator[Json]:
    if isinstance(value, str):
        yield from (value + " b", value + "<", value.replace("//", "\\\\"), "https://例.example/a", value + "%zz")


CHANGES: Final[Mapping[str, Change]] = {
    "const": _const,
    "dependentRequired": _dependent,
    "enum": _enum,
    "format": _no_address,
    "maxItems": _greatest_items,
    "maxLength": _greatest_length,
    "maximum": _maximum,
    "minItems": _least_items,
    "minLength": _least_length,
    "minimum": _minimum,
    "oneOf": _one_of,
    "pattern": _pattern,
    "x-checksum": _check_character,
    "x-format": _impossible_day,
}
_HELD_ELSEWHERE: Final = frozenset(
    ("$ref", "additionalProperties", "allOf", "else", "if", "items", "properties", "required", "then", "type")
)
