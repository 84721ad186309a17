"""What a schema says beside its rules: defaults and whether a value is deprecated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.contract.diff.rule import rule, schema_family
from sim.contract.diff.word import canonical, shown

if TYPE_CHECKING:
    from sim.contract.diff.flat import Flat
    from sim.contract.diff.site import Site
    from sim.contract.source import Node

DEFAULT = rule(
    "default-changed",
    "another value is taken where none is given",
    "give the value explicitly",
    ("risky", "risky"),
    "need",
)
DEPRECATED = rule(
    "deprecated",
    "something is marked deprecated",
    "plan to do without it",
    ("harmless", "harmless"),
)
REVIVED = rule(
    "no-longer-deprecated",
    "a mark of deprecation is taken back",
    "nothing need be done",
    ("harmless", "harmless"),
)


@schema_family("notes", "default", "deprecated", "contentSchema")
def compare_notes(site: Site, old: Flat, new: Flat) -> None:
    """Note another default, and a mark of deprecation that came or went."""
    before, after = ([node.value for node in flat.all("default")] for flat in (old, new))
    if canonical(before) != canonical(after):
        was, becomes = (shown(values[0]) if values else "not set" for values in (before, after))
        site.report(DEFAULT, old.first("default"), new.first("default"), f"the default was {was} and is {becomes}")
    if old.all("contentSchema") or new.all("contentSchema"):
        values = [[node.value for node in flat.all("contentSchema")] for flat in (old, new)]
        if canonical(values[0]) != canonical(values[1]):
            message = "the schema of what a text holds differs; this is not compared"
            site.not_compared(old.first("contentSchema"), new.first("contentSchema"), message)
    note_deprecation(site, old.first("deprecated"), new.first("deprecated"), was=_is(old), becomes=_is(new))


def _is(flat: Flat) -> bool:
    return flat.is_flagged("deprecated")


def note_deprecation(site: Site, old: Node, new: Node, *, was: bool, becomes: bool) -> None:
    """Note a mark of deprecation that came or went."""
    if was != becomes:
        message = "was in use and is deprecated" if becomes else "was deprecated and is in use again"
        site.report(DEPRECATED if becomes else REVIVED, old, new, f"it {message}")
