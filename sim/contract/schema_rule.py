"""Keywords that a contract's schemas must use so that they can be enforced.

Takes one keyword at its place with the schema around it, notes what is wrong as a fault, promises that a keyword is
checked by one function, which the decorator names.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

import jsonschema_rs

from sim.contract.checksum import CHECKSUMS
from sim.contract.code_list import FILE, UNLISTED
from sim.contract.dialect import DIALECTS
from sim.contract.material import KEYWORD as MATERIALS
from sim.contract.moment import MOMENTS
from sim.contract.shape import OWN, unknown_key
from sim.contract.validator import compile_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.contract.code_list import CodeLists
    from sim.contract.source import Node, Sources

    Rule: TypeAlias = Callable[["RuleBook", Node, Node], None]

_RULES: Final[dict[str, Rule]] = {}
_PATTERN_REMEDY: Final = "write an ECMA-262 regular expression without look-behind of unbounded length"


class RuleBook:
    """The rules, with what they need to know.

    Parameters
    ----------
    sources : Sources
        The documents; faults are noted there.
    lists : CodeLists
        The catalog's code lists.
    """

    def __init__(self, sources: Sources, lists: CodeLists) -> None:
        self.sources = sources
        self.lists = lists
        self.flags: set[str] = set()
        self.examples: list[tuple[Node, Node]] = []

    def check(self, keyword: str, child: Node, owner: Node) -> None:
        """Note what is wrong with a keyword's value, if it has a rule of its own."""
        if keyword in _RULES:
            _RULES[keyword](self, child, owner)
        elif keyword.startswith(OWN):
            own = frozenset(name for name in _RULES if name.startswith(OWN))
            self.sources.faults.append(unknown_key(child, keyword, "a schema", own))

    def fault(self, node: Node, message: str, remedy: str, *, of_key: bool = False) -> None:
        """Note a fault."""
        self.sources.faults.append(node.fault(message, remedy, of_key=of_key))


def _rule(*keywords: str) -> Callable[[Rule], Rule]:
    def register(rule: Rule) -> Rule:
        _RULES.update(dict.fromkeys(keywords, rule))
        return rule

    return register


@_rule("readOnly")
def _note_read_only(book: RuleBook, child: Node, _owner: Node) -> None:
    if child.value is True:
        book.flags.add("readOnly")


@_rule("writeOnly")
def _note_write_only(book: RuleBook, child: Node, _owner: Node) -> None:
    if child.value is True:
        book.flags.add("writeOnly")


@_rule("pattern")
def _check_pattern(book: RuleBook, child: Node, _owner: Node) -> None:
    if isinstance(child.value, str) and not is_usable_pattern(child.value):
        book.fault(child, f"the pattern {child.value[:100]!r} cannot be evaluated", _PATTERN_REMEDY)


@_rule("patternProperties")
def _check_pattern_properties(book: RuleBook, child: Node, _owner: Node) -> None:
    for pattern, place in child.items():
        if not is_usable_pattern(pattern):
            book.fault(place, f"the pattern {pattern[:100]!r} cannot be evaluated", _PATTERN_REMEDY, of_key=True)


@lru_cache(maxsize=1024)
def is_usable_pattern(pattern: str) -> bool:
    """Tell whether the validator can evaluate a pattern within its limits."""
    try:
        compile_schema({"pattern": pattern})
    except jsonschema_rs.ValidationError:
        return False
    return True


@_rule("x-checksum")
def _check_checksum(book: RuleBook, child: Node, _owner: Node) -> None:
    _check_name(book, child, tuple(CHECKSUMS), "checksum")


@_rule("x-format")
def _check_moment(book: RuleBook, child: Node, _owner: Node) -> None:
    _check_name(book, child, tuple(MOMENTS), "x-format")


def _check_name(book: RuleBook, child: Node, known: tuple[str, ...], what: str) -> None:
    if child.value not in known:
        book.fault(child, f"there is no {what} {child.value!r}", f"use one of {', '.join(known)}")


@_rule("x-code-list")
def _check_code_list(book: RuleBook, child: Node, owner: Node) -> None:
    name, _, edition = child.value.partition("@") if isinstance(child.value, str) else ("", "", "")
    if not (name and edition):
        book.fault(child, f"{child.value!r} does not name a code list", "write <set>@<edition>")
        return
    codes = book.lists.codes(name, edition)
    if codes is not None:
        _compare_codes(book, child, owner, codes)
    elif edition != UNLISTED:
        close = get_close_matches(f"{name}@{edition}", book.lists.names(), n=1)
        remedy = f"did you mean {close[0]}?" if close else f"add it to {FILE}, or write {name}@{UNLISTED}"
        book.fault(child, f"there is no code list {name}@{edition}", remedy)


def _compare_codes(book: RuleBook, child: Node, owner: Node, codes: Sequence[str]) -> None:
    enum = owner.child("enum")
    given = [place.value for place in enum.elements() if place.value is not None] if enum else []
    missing = [code for code in codes if code not in given]
    extra = [code for code in given if code not in codes]
    wrong = [f"lacks {_listed(missing)}"] * bool(missing) + [f"adds {_listed(extra)}"] * bool(extra)
    if wrong:
        message = f"differs from the code list {child.value}: {' and '.join(wrong)}"
        book.fault(enum or child, message, "let enum hold exactly the codes of the list")


def _listed(codes: Sequence[object]) -> str:
    shown = ", ".join(repr(code) for code in codes[:10])
    return shown + (f" and {len(codes) - 10} more" if len(codes) > 10 else "")


@_rule(MATERIALS)
def _check_materials(book: RuleBook, child: Node, owner: Node) -> None:
    fields = child.value
    if not (isinstance(fields, list) and fields and all(isinstance(field, str) and field for field in fields)):
        book.fault(child, "must list fields", "write the fields that spare an entry, as [certificate_identifier]")
        return
    if owner.text("type") != "array" or owner.child("items") is None:
        book.fault(child, "stands beside no array of materials", "put it beside 'type: array' and 'items'", of_key=True)
        return
    known = _properties(book, owner.child("items"), set())
    for place in child.elements():
        if known is not None and place.value not in known:
            close = get_close_matches(str(place.value), sorted(known), n=1)
            remedy = f"did you mean {close[0]!r}?" if close else "name a property of its items"
            book.fault(place, f"the entries have no {place.value!r}", remedy)


def _properties(book: RuleBook, node: Node | None, seen: set[str]) -> frozenset[str] | None:
    """Return the properties that a schema declares, or one that holds beside it; None where a reference fails."""
    if node is None:
        return None
    if not isinstance(node.value, dict) or book.sources.address(node) in seen:
        return frozenset()
    seen.add(book.sources.address(node))
    declared = node.child("properties")
    names = frozenset(name for name, _ in declared.items()) if declared else frozenset()
    beside = [book.sources.step(node)] if "$ref" in node.value else []
    for keyword in ("allOf", "anyOf", "oneOf"):
        branches = node.child(keyword)
        beside.extend(branches.elements() if branches else ())
    found = [_properties(book, part, seen) for part in beside]
    return None if None in found else names.union(*(one for one in found if one is not None))


@_rule("$id")
def _check_identifier(book: RuleBook, child: Node, owner: Node) -> None:
    if owner.pointer:
        book.fault(child, "an $id inside a document changes what references mean", "remove it", of_key=True)


@_rule("$schema")
def check_dialect(book: RuleBook, child: Node, _owner: Node) -> None:
    """Note a fault unless a value names a dialect that is evaluated."""
    if not isinstance(child.value, str) or child.value.rstrip("#") not in DIALECTS:
        book.fault(child, f"the dialect {child.value!r} is not evaluated", f"write schemas for {DIALECTS[0]}")


@_rule("discriminator")
def _check_discriminator(book: RuleBook, child: Node, _owner: Node) -> None:
    mapping = child.child("mapping")
    for _, target in mapping.items() if mapping else ():
        if isinstance(target.value, str) and ("/" in target.value or "#" in target.value):
            book.sources.find(target.value, target)


@_rule("default", "example")
def _note_example(book: RuleBook, child: Node, owner: Node) -> None:
    book.examples.append((child, owner))


@_rule("examples")
def _note_examples(book: RuleBook, child: Node, owner: Node) -> None:
    book.examples.extend((place, owner) for place in child.elements())
