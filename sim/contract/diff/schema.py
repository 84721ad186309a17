"""Two schemas, compared keyword by keyword.

Takes two flat schemas at one site, lets every family of ``SCHEMA_FAMILIES`` look at them, promises that schemas which
refer to themselves end, and that a keyword which no family answers for is told when it differs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.contract.diff.flat import SILENT
from sim.contract.diff.kind import compare_kinds
from sim.contract.diff.rule import SCHEMA_FAMILIES, rule
from sim.contract.diff.word import canonical, shown

if TYPE_CHECKING:
    from sim.contract.diff.flat import Flat
    from sim.contract.diff.site import Site

# Schemas inside schemas that are compared; each takes some frames of Python's stack.
MAX_DEPTH: Final = 100

_ADDED = rule(
    "schema-added",
    "a value that was free has a schema",
    "let senders of the older edition keep to it before the newer one is enforced",
    ("breaking", "harmless"),
)
_REMOVED = rule(
    "schema-removed",
    "a value that had a schema is free",
    "let receivers of the older edition expect any value",
    ("harmless", "risky"),
)
_FORBIDDEN = rule(
    "value-forbidden",
    "a value that was allowed is forbidden",
    "let senders of the older edition leave it out",
    ("breaking", "harmless"),
)
_ALLOWED = rule(
    "value-allowed",
    "a value that was forbidden is allowed",
    "let receivers of the older edition expect it",
    ("harmless", "risky"),
)


def compare_schemas(site: Site, old: Flat, new: Flat) -> None:
    """Note what differs between two schemas of one value."""
    book = site.book
    key = (site.direction, _key(old), _key(new))
    if key in book.open or key in book.same:
        return
    if len(book.open) >= MAX_DEPTH:
        site.not_compared(old.owner, new.owner, f"schemas lie more than {MAX_DEPTH} levels inside each other")
        return
    book.purse.left -= 1
    if book.purse.left < 0:
        book.purse.stop = book.purse.stop or (site, old.owner, new.owner)
        return
    before = len(book.changes)
    book.open.add(key)
    _compare(site, old, new)
    book.open.discard(key)
    if len(book.changes) == before:
        book.same.add(key)


def _key(flat: Flat) -> tuple[object, ...]:
    parts = ((flat.side.key(part.node), part.is_nullable) for part in flat.parts if not part.is_silent)
    return (flat.is_never, flat.is_absent, *parts)


def _compare(site: Site, old: Flat, new: Flat) -> None:
    if old.is_never or new.is_never:
        if old.is_never != new.is_never:
            site.report(_FORBIDDEN if new.is_never else _ALLOWED, old.owner, new.owner, _words(new.is_never))
        return
    if old.is_absent != new.is_absent and not (_is_free(old) and _is_free(new)):
        rule_, message = (_ADDED, "is given a schema") if old.is_absent else (_REMOVED, "no longer has a schema")
        site.report(rule_, old.owner, new.owner, f"the value {message}")
        return
    if not compare_kinds(site, old, new):
        return
    if old.is_choice != new.is_choice:
        SCHEMA_FAMILIES.get("alternatives").compare(site, old, new)
        return
    answered = set(SILENT)
    for _, family in SCHEMA_FAMILIES:
        family.compare(site, old, new)
        answered |= family.keywords
    _compare_rest(site, old, new, answered)


def _words(is_forbidden: bool) -> str:  # noqa: FBT001 - the one thing it tells
    return "the value was allowed and is forbidden" if is_forbidden else "the value was forbidden and is allowed"


def _is_free(flat: Flat) -> bool:
    return all(key in SILENT or key.startswith("x-") for part in flat.parts for key in part.value)


def _compare_rest(site: Site, old: Flat, new: Flat, answered: set[str]) -> None:
    """Tell differences of keywords that no family answers for; extensions have no meaning here."""
    keys = dict.fromkeys(key for flat in (old, new) for part in flat.parts for key in part.value)
    for key in keys:
        if key in answered or key.startswith("x-"):
            continue
        values = [sorted({canonical(node.value) for node in flat.all(key)}) for flat in (old, new)]
        if values[0] != values[1]:
            message = f"{key} was {shown(_value(old, key))} and is {shown(_value(new, key))}; this is not compared"
            site.not_compared(old.first(key), new.first(key), message)


def _value(flat: Flat, key: str) -> object:
    found = flat.all(key)
    return found[0].value if found else None
