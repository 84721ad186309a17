"""Overrides from the command line: ``--set a.b=c``.

Takes dotted paths and texts, gives a tree with those values in place, promises that a path the format does not know is
refused with the names it might have meant.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from sim.document import JsonValue, Place, parse_document
from sim.errors import DocumentError, UsageError
from sim.scenario.source import Scalar, Tree
from sim.scenario.structure import SCHEMA, Rule, branches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


def override(tree: Tree, settings: Mapping[str, str], path: Path) -> Tree:
    """Return a tree with values put in or replaced.

    Parameters
    ----------
    settings : mapping of str to str
        Dotted path (entries of lists by name or index) to a YAML scalar; null removes.
    path : Path
        The scenario: references in a value are relative to it.

    Raises
    ------
    UsageError
        A path leads nowhere, or a value is not a scalar.
    """
    for dotted, text in settings.items():
        if dotted.partition(".")[0] == "extends":
            message = f"--set {dotted}: is not a value of the study"
            raise UsageError(message, "write a document that extends the other")
        place = Place(f"--set {dotted}={text}"[:80], 0, 0)
        leaf = Tree(_scalar(dotted, text, path), place, place, path)
        tree = _put(tree, _Path(dotted, tuple(dotted.split(".")), 0), leaf, [SCHEMA])
    return tree


def _scalar(dotted: str, text: str, path: Path) -> Scalar | list[Tree]:
    """Return a single value; the empty list counts as one, as it removes the entries of a list."""
    try:
        value: JsonValue = parse_document(
            text.encode("utf-8", "surrogateescape"), path=path, file=f"--set {dotted}"
        ).value
    except DocumentError as error:
        raise UsageError(f"--set {dotted}: {error.faults[0].message}", "write a plain YAML value") from error
    if value == []:
        return []
    if isinstance(value, (dict, list)):
        raise UsageError(f"--set {dotted}: the value is not a single value", "write lists and mappings in a file")
    return value


class _Path:
    """A dotted path and how far it has been followed."""

    def __init__(self, dotted: str, tokens: tuple[str, ...], done: int) -> None:
        self.dotted, self.tokens, self.done = dotted, tokens, done

    @property
    def token(self) -> str:
        return self.tokens[self.done]

    @property
    def is_last(self) -> bool:
        return self.done == len(self.tokens) - 1

    def further(self) -> _Path:
        return _Path(self.dotted, self.tokens, self.done + 1)

    def unknown(self, known: Iterable[str]) -> UsageError:
        where = ".".join(self.tokens[: self.done]) or "a scenario"
        names = sorted(known)
        near = get_close_matches(self.token, names, n=3) or names[:12]
        remedy = f"use one of: {', '.join(near)}" if near else "it takes no such part"
        return UsageError(f"--set {self.dotted}: {where} has no {self.token!r}", remedy)


def _put(tree: Tree, path: _Path, leaf: Tree, rules: list[Rule]) -> Tree:
    if isinstance(tree.value, list):
        return _put_element(tree, tree.value, path, leaf, rules)
    entries = dict(tree.value) if isinstance(tree.value, dict) else {}
    children = _children(rules, path.token, is_present=path.token in entries)
    if not children:
        raise path.unknown({*entries, *_known(rules)})
    if not path.is_last:
        below = entries.get(path.token) or Tree({}, leaf.place, leaf.place, leaf.base)
        entries[path.token] = _put(below, path.further(), leaf, children)
    elif leaf.value is None:
        entries.pop(path.token, None)
    else:
        entries[path.token] = leaf
    return Tree(entries, tree.place, tree.key, tree.base)


def _put_element(tree: Tree, elements: list[Tree], path: _Path, leaf: Tree, rules: list[Rule]) -> Tree:
    names = [_name(element) for element in elements]
    if path.token in names:
        index = names.index(path.token)
    elif path.token.isdecimal() and len(path.token) < 9 and int(path.token) < len(elements):
        index = int(path.token)
    else:
        raise path.unknown(name for name in names if name)
    items = [rule["items"] for rule in rules if isinstance(rule.get("items"), dict)]
    below = [part for item in items for part in branches(item)]
    changed = list(elements)
    if not path.is_last:
        changed[index] = _put(
            elements[index], path.further(), leaf, [part for rule in below for part in branches(rule)]
        )
    elif leaf.value is None:
        del changed[index]
    else:
        changed[index] = leaf
    return Tree(changed, tree.place, tree.key, tree.base)


def _name(element: Tree) -> str:
    name = element.value.get("name") if isinstance(element.value, dict) else None
    return name.value if name is not None and isinstance(name.value, str) else ""


def _children(rules: list[Rule], token: str, *, is_present: bool) -> list[Rule]:
    """Return what the format says of a key: by its name, or, in a mapping by names, of any that is there."""
    found: list[Rule] = []
    for rule in rules:
        properties, others = rule.get("properties"), rule.get("additionalProperties")
        if isinstance(properties, dict) and token in properties:
            found += branches(properties[token])
        elif isinstance(others, dict) and is_present:
            found += branches(others)
    return found


def _known(rules: list[Rule]) -> list[str]:
    return [name for rule in rules for name in rule.get("properties", {})]
