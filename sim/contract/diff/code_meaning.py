"""Coded values compared by what they mean: ``x-code-list``.

Two lists may hold the same codes and mean other things by them; ``enum`` cannot tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.contract.diff.rule import rule, schema_family
from sim.contract.diff.word import shown

if TYPE_CHECKING:
    from sim.contract.code_list import Code
    from sim.contract.diff.flat import Flat
    from sim.contract.diff.site import Site

_MEANING = rule(
    "code-meaning-changed",
    "a code means something else than before",
    "translate the codes where the editions meet, or give the newer list codes of its own",
    ("breaking", "breaking"),
    is_certain=True,
)
_RENAMED = rule(
    "code-list-renamed",
    "another code list is named whose codes mean the same",
    "nothing need be done",
    ("harmless", "harmless"),
)
_UNKNOWN = rule(
    "code-list-changed",
    "another code list is named, or none, and the meanings of one are not at hand",
    "add both lists to contracts/code-lists.csv, or compare their meanings by hand",
    ("risky", "risky"),
)


@schema_family("code lists", "x-code-list")
def compare_code_lists(site: Site, old: Flat, new: Flat) -> None:
    """Note a code list whose codes mean something else."""
    before, after = _name(old), _name(new)
    if before is None and after is None:
        return
    places = (old.first("x-code-list"), new.first("x-code-list"))
    was, becomes = _codes(old, before), _codes(new, after)
    if was is None or becomes is None:
        if before != after:
            message = f"the code list was {shown(before)} and is {shown(after)}; their meanings cannot be compared"
            site.report(_UNKNOWN, *places, message)
        return
    changed = [(was[code], becomes[code]) for code in was if code in becomes and not _agree(was[code], becomes[code])]
    if changed:
        told = ", ".join(f"{one.code} was {_label(one)!r} and is {_label(other)!r}" for one, other in changed[:3])
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        site.report(_MEANING, *places, f"the codes of {before} and {after} differ in meaning: {told}{more}")
    elif before != after:
        site.report(_RENAMED, *places, f"the code list was {before} and is {after}; their common codes mean the same")


def _name(flat: Flat) -> str | None:
    found = flat.all("x-code-list")
    return str(found[0].value) if found else None


def _codes(flat: Flat, name: str | None) -> dict[str, Code] | None:
    if name is None:
        return None
    group, _, edition = name.partition("@")
    found = flat.side.code_lists.lists.get((group, edition))
    return None if found is None else {code.code: code for code in found}


def _agree(one: Code, other: Code) -> bool:
    """Tell whether two codes carry the same label in either language; wording in the other one may be revised."""
    pairs = ((one.label_en, other.label_en), (one.label_zh, other.label_zh))
    return any(first.strip().casefold() == second.strip().casefold() != "" for first, second in pairs)


def _label(code: Code) -> str:
    return code.label_en or code.label_zh
