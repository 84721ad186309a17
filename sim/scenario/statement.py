"""What others have published of such a day, or of such a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.demand import unique_elements
from sim.scenario.law import read_title
from sim.scenario.model import Statement

if TYPE_CHECKING:
    from sim.scenario.reading import Node


def read_statements(top: Node) -> tuple[Statement, ...]:
    """Return the statements in document order."""
    has_baseline = top.has("baseline")
    return tuple(_read_statement(node, has_baseline=has_baseline) for node in unique_elements(top, "statements"))


def _read_statement(node: Node, *, has_baseline: bool) -> Statement:
    kinds = [kind for kind in ("change", "level") if node.has(kind)]
    if len(kinds) != 1:
        node.fault("needs either change or level", "give one of them")
    if "change" in kinds and not has_baseline:
        node.fault("says what changed, and there is no baseline", "name a baseline, or give the level")
    name = node.text_of("name", "")
    is_level = kinds == ["level"]
    return Statement(
        name=name,
        title=read_title(node.get("title"), name),
        metric=node.text_of("metric", ""),
        kind="level" if is_level else "change",
        value=node.number_of("level" if is_level else "change", 0.0),
        bound="beyond" if node.text_of("bound", "about") == "beyond" else "about",
        source=node.text_of("source", ""),
        note=None if (note := node.get("note")) is None else read_title(note, name),
    )
