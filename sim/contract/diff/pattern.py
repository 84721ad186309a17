"""How the texts that two patterns allow relate, as far as that can be proven.

Reads patterns of one shape, ``^`` classes with counts ``$``, without evaluating them as code; for all others there are
only witnesses: texts of one edition, held against the pattern of the other by the bounded validator.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import jsonschema_rs

from sim.contract.validator import compile_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ANY: Final = 10_000
_OTHER: Final = "\u4e2d"  # stands for every character beyond ASCII
_ALPHABET: Final = frozenset([*(chr(code) for code in range(128)), _OTHER])
_CLASSES: Final = {
    "d": frozenset("0123456789"),
    "w": frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"),
}
_ATOM: Final = re.compile(
    r"(?P<class>\[(?:[^\]\\]|\\.)+\])|\\(?P<escaped>[dw^$.*+?()\[\]{}|/\\-])|(?P<literal>[^\\^$.*+?()\[\]{}|])"
)
_COUNT: Final = re.compile(r"\{(\d{1,4})(?:(,)(\d{1,4})?)?\}|([*+?])")
_MEMBER: Final = re.compile(r"\\(?P<escaped>[dw^$.*+?()\[\]{}|/\\-])|(?P<plain>[^\\])")
_MAX_WITNESS: Final = 256


@dataclass(frozen=True, slots=True)
class _Run:
    """One class of characters, so many times."""

    characters: frozenset[str]
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Relation:
    """Whether every text of the older pattern keeps the newer one and the other way round; None: not known."""

    old_in_new: bool | None
    new_in_old: bool | None
    is_disjoint: bool = False


def relate(old: str, new: str, old_texts: Iterable[str], new_texts: Iterable[str]) -> Relation:
    """Return how two patterns relate.

    Parameters
    ----------
    old_texts, new_texts : iterable of str
        Texts that the editions give as examples.
    """
    runs = _runs(old), _runs(new)
    within = (_is_within(runs[0], runs[1]), _is_within(runs[1], runs[0]))
    old_in_new = within[0] or _refuted(old, new, [*_samples(runs[0]), *old_texts])
    new_in_old = within[1] or _refuted(new, old, [*_samples(runs[1]), *new_texts])
    return Relation(old_in_new, new_in_old, _are_disjoint(*runs))


def _refuted(one: str, other: str, texts: Iterable[str]) -> bool | None:
    """Return False when a text keeps the one pattern and not the other, None when no text tells."""
    keeps, needs = (compile_schema({"pattern": pattern}) for pattern in (one, other))
    for text in texts:
        try:
            if keeps.is_valid(text) and not needs.is_valid(text):
                return False
        except jsonschema_rs.ValidationError:
            continue
    return None


def _is_within(one: list[_Run] | None, other: list[_Run] | None) -> bool | None:
    """Return True when the runs of one pattern lie in those of another, run by run; None when that is not known."""
    if one is None or other is None or len(one) != len(other):
        return None
    pairs = zip(one, other, strict=True)
    lies_within = all(
        first.characters <= second.characters and first.least >= second.least and first.most <= second.most
        for first, second in pairs
    )
    return True if lies_within else None


def _are_disjoint(one: list[_Run] | None, other: list[_Run] | None) -> bool:
    if one is None or other is None:
        return False
    lengths = [(sum(run.least for run in runs), sum(run.most for run in runs)) for runs in (one, other)]
    return lengths[0][1] < lengths[1][0] or lengths[1][1] < lengths[0][0]


def _samples(runs: list[_Run] | None) -> Iterator[str]:
    """Yield texts that a pattern allows: shortest and longest, with characters of every sort at every place."""
    if not runs:
        return
    least = sum(run.least for run in runs)
    for most in (False, True):
        counts = [min(run.most, run.least + _MAX_WITNESS) if most else run.least for run in runs]
        if least > _MAX_WITNESS:
            return
        plain = [min(run.characters) * count for run, count in zip(runs, counts, strict=True)]
        yield "".join(plain)
        for index, run in enumerate(runs):
            for character in sorted(run.characters):
                changed = [*plain]
                changed[index] = character * max(counts[index], 1 if run.most else 0)
                yield "".join(changed)


def _runs(pattern: str) -> list[_Run] | None:
    """Return a pattern as runs, None when it has another shape."""
    if not (pattern.startswith("^") and pattern.endswith("$")) or len(pattern) < 2:
        return None
    text, runs, end = pattern[1:-1], list[_Run](), 0
    while end < len(text):
        atom = _ATOM.match(text, end)
        characters = _characters(atom) if atom else None
        if atom is None or characters is None:
            return None
        end = atom.end()
        count = _COUNT.match(text, end)
        least, most = _counts(count) if count else (1, 1)
        end = count.end() if count else end
        if runs and runs[-1].characters == characters:
            before = runs.pop()
            least, most = before.least + least, min(before.most + most, _ANY)
        runs.append(_Run(characters, least, most))
    return runs


def _counts(match: re.Match[str]) -> tuple[int, int]:
    sign = match.group(4)
    if sign:
        return {"*": (0, _ANY), "+": (1, _ANY), "?": (0, 1)}[sign]
    least = int(match.group(1))
    if not match.group(2):
        return least, least
    return least, int(match.group(3)) if match.group(3) else _ANY


def _characters(atom: re.Match[str]) -> frozenset[str] | None:
    if atom["literal"]:
        return frozenset(atom["literal"]) if atom["literal"].isascii() else None
    if atom["escaped"]:
        escaped: str = atom["escaped"]
        return _CLASSES.get(escaped, frozenset(escaped))
    return _class(atom["class"][1:-1])


def _class(text: str) -> frozenset[str] | None:
    is_negated = text.startswith("^")
    members = list(_MEMBER.finditer(text.removeprefix("^")))
    if not text.isascii() or sum(len(member.group()) for member in members) != len(text) - is_negated:
        return None
    found: set[str] = set()
    index = 0
    while index < len(members):
        first = members[index]
        is_range = index + 2 < len(members) and members[index + 1]["plain"] == "-"
        last = members[index + 2] if is_range else first
        if is_range and (first["escaped"] in _CLASSES or last["escaped"] in _CLASSES):
            return None
        if first["escaped"] in _CLASSES:
            found |= _CLASSES[first["escaped"]]
        else:
            found |= {chr(code) for code in range(ord(first.group()[-1]), ord(last.group()[-1]) + 1)}
        index += 3 if is_range else 1
    return _ALPHABET - found if is_negated else frozenset(found)
