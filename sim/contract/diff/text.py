"""What a text must look like: pattern, format, check character, encoding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.contract.diff.pattern import Relation, relate
from sim.contract.diff.rule import rule, schema_family
from sim.contract.diff.word import canonical, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.contract.diff.flat import Flat
    from sim.contract.diff.model import Severity
    from sim.contract.diff.rule import Rule
    from sim.contract.diff.site import Site

_TIGHTER: Final = "let senders of the older edition keep to it before it is enforced"
_LOOSER: Final = "let receivers of the older edition take texts of the newer form"
_BOTH: Final = "accept both forms until both sides have moved"

_PATTERN_ADDED = rule("pattern-added", "a text must keep a pattern", _TIGHTER, ("breaking", "harmless"))
_PATTERN_REMOVED = rule("pattern-removed", "a pattern is given up", _LOOSER, ("harmless", "risky"))
_PATTERN_NARROWED = rule("pattern-narrowed", "a pattern allows fewer texts", _TIGHTER, ("breaking", "harmless"))
_PATTERN_WIDENED = rule("pattern-widened", "a pattern allows more texts", _LOOSER, ("harmless", "risky"))
_PATTERN_CHANGED = rule("pattern-changed", "a pattern allows other texts", _BOTH, ("risky", "risky"))
_PATTERN_REPLACED = rule(
    "pattern-replaced", "no text keeps both patterns", _BOTH, ("breaking", "breaking"), is_certain=True
)
_FORMAT_ADDED = rule("format-added", "a value must keep a format", _TIGHTER, ("breaking", "harmless"))
_FORMAT_REMOVED = rule("format-removed", "a format is given up", _LOOSER, ("harmless", "risky"))
_FORMAT_NARROWED = rule("format-narrowed", "a format allows fewer values", _TIGHTER, ("breaking", "harmless"))
_FORMAT_WIDENED = rule("format-widened", "a format allows more values", _LOOSER, ("harmless", "risky"))
_FORMAT_CHANGED = rule(
    "format-changed", "a value is written in another form", _BOTH, ("breaking", "breaking"), is_certain=True
)
_CHECKSUM_ADDED = rule("checksum-added", "a check character is verified", _TIGHTER, ("breaking", "harmless"))
_CHECKSUM_REMOVED = rule("checksum-removed", "a check character is not verified", _LOOSER, ("harmless", "risky"))
_CHECKSUM_CHANGED = rule(
    "checksum-changed", "a check character follows another rule", _BOTH, ("breaking", "breaking"), is_certain=True
)
_ENCODING_CHANGED = rule(
    "encoding-changed", "a text is encoded otherwise", _BOTH, ("breaking", "breaking"), is_certain=True
)

# A format whose values all keep another one (OpenAPI format registry; RFC 3339, section 5.6 keeps apart the rest).
_WITHIN: Final = frozenset(
    (("int32", "int64"), ("float", "double"), ("email", "idn-email"), ("hostname", "idn-hostname"), ("uri", "iri"),
     ("uri", "uri-reference"), ("uri", "iri-reference"), ("iri", "iri-reference"), ("uri-reference", "iri-reference"),
     ("json-pointer", "uri-fragment"))
)  # fmt: skip
# What no validator holds a value against: hints for people and programs.
_HINTS: Final = frozenset(("password", "binary", "float", "double", "char", "commonmark", "html", "decimal"))


@schema_family("texts", "pattern", "format", "x-format", "x-checksum", "contentEncoding", "contentMediaType")
def compare_texts(site: Site, old: Flat, new: Flat) -> None:
    """Note another pattern, format, check character or encoding."""
    _compare_patterns(site, old, new)
    _compare_formats(site, old, new, "format")
    _compare_formats(site, old, new, "x-format")
    _compare_checksums(site, old, new)
    for key in ("contentEncoding", "contentMediaType"):
        before, after = _names(old, key), _names(new, key)
        if before != after:
            message = f"{key} was {_words(before)} and is {_words(after)}"
            site.report(_ENCODING_CHANGED, old.first(key), new.first(key), message)


def _names(flat: Flat, key: str) -> list[str]:
    return sorted({str(node.value) for node in flat.all(key)})


def _words(names: list[str]) -> str:
    return " and ".join(shown(name) for name in names) or "not set"


def _compare_patterns(site: Site, old: Flat, new: Flat) -> None:
    before, after = _names(old, "pattern"), _names(new, "pattern")
    gone = [pattern for pattern in before if pattern not in after]
    come = [pattern for pattern in after if pattern not in before]
    if not gone and not come:
        return
    places = (old.first("pattern"), new.first("pattern"))
    if len(gone) == len(come) == 1:
        relation = relate(gone[0], come[0], _texts(old), _texts(new))
        what, effect = _judge(relation)
        if what is not None:
            site.report(what, *places, f"the pattern was {gone[0]} and is {come[0]}", effect=effect)
        return
    if come:
        site.report(_PATTERN_ADDED, *places, f"the pattern was {_words(before)} and is {_words(after)}")
    if gone:
        site.report(_PATTERN_REMOVED, *places, f"the pattern was {_words(before)} and is {_words(after)}")


def _judge(relation: Relation) -> tuple[Rule | None, tuple[Severity, Severity]]:
    """Return the rule of two patterns and what it does to sender and receiver."""
    if relation.is_disjoint:
        return _PATTERN_REPLACED, ("breaking", "breaking")
    sender: dict[bool | None, Severity] = {True: "harmless", False: "breaking", None: "risky"}
    receiver: Severity = "harmless" if relation.new_in_old else "risky"
    effect = (sender[relation.old_in_new], receiver)
    if relation.old_in_new and relation.new_in_old:
        return None, effect
    if relation.old_in_new:
        return _PATTERN_WIDENED, effect
    if relation.new_in_old:
        return _PATTERN_NARROWED, ("breaking", "harmless")
    return _PATTERN_CHANGED, effect


def _texts(flat: Flat) -> Iterator[str]:
    """Yield the texts that a schema gives as examples or values."""
    for key in ("examples", "enum"):
        for node in flat.all(key):
            values = node.value if isinstance(node.value, list) else []
            yield from (value for value in values if isinstance(value, str))
    for key in ("example", "default", "const"):
        yield from (node.value for node in flat.all(key) if isinstance(node.value, str))


def _compare_formats(site: Site, old: Flat, new: Flat, key: str) -> None:
    before, after = _names(old, key), _names(new, key)
    if before == after:
        return
    places = (old.first(key), new.first(key))
    message = f"{key} was {_words(before)} and is {_words(after)}"
    gone, come = [name for name in before if name not in after], [name for name in after if name not in before]
    if len(gone) == len(come) == 1:
        _judge_formats(site, old, new, key, (gone[0], come[0]))
        return
    is_hint = _HINTS.issuperset([*gone, *come])
    if come:
        site.report(_FORMAT_ADDED, *places, message, effect=("risky", "harmless") if is_hint else None)
    if gone:
        site.report(_FORMAT_REMOVED, *places, message)


def _judge_formats(site: Site, old: Flat, new: Flat, key: str, pair: tuple[str, str]) -> None:
    places = (old.first(key), new.first(key))
    message = f"{key} was {shown(pair[0])} and is {shown(pair[1])}"
    if pair in _WITHIN:
        site.report(_FORMAT_WIDENED, *places, message)
    elif pair[::-1] in _WITHIN:
        site.report(_FORMAT_NARROWED, *places, message)
    else:
        site.report(_FORMAT_CHANGED, *places, message, effect=("risky", "risky") if _HINTS.issuperset(pair) else None)


def _compare_checksums(site: Site, old: Flat, new: Flat) -> None:
    before, after = _names(old, "x-checksum"), _names(new, "x-checksum")
    if canonical(before) == canonical(after):
        return
    places = (old.first("x-checksum"), new.first("x-checksum"))
    what = _CHECKSUM_ADDED if not before else _CHECKSUM_REMOVED if not after else _CHECKSUM_CHANGED
    site.report(what, *places, f"the check character was {_words(before)} and is {_words(after)}")
