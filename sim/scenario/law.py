"""Laws and texts: the small values that stand in many places."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from sim.distribution import DISTRIBUTIONS, Distribution, Parameter
from sim.scenario.model import Backoff, Law, Text
from sim.scenario.table import read_number

if TYPE_CHECKING:
    from sim.scenario.reading import Node

_BESIDE: Final = frozenset(("law", "assumed", "source"))
_TABLE: Final = frozenset(("values", "file", "column"))
NO_LAW: Final = Law("deterministic", (("value", 0.0),))  # stands where none can be read


def read_title(node: Node | None, default: str) -> Text:
    """Return a title in both languages."""
    if node is None:
        return Text(default, default)
    if isinstance(node.value, str):
        return Text(node.text, node.text)
    english = node.text_of("en", default)
    return Text(english, node.text_of("zh", english))


def read_law(node: Node) -> Law:
    """Return a law, its parameters checked against the registry; a bare span of time is that constant."""
    if isinstance(node.value, str):
        return Law("deterministic", (("value", node.span),))
    name = node.get("law")
    if name is None or name.text not in DISTRIBUTIONS:
        if name is not None:
            name.unknown("law", DISTRIBUTIONS.names())
        return NO_LAW
    entry = DISTRIBUTIONS.get(name.text)
    _refuse_others(node, entry)
    if entry.is_table:
        return Law(entry.name, table=_read_values(node))
    values = {parameter.name: _read_parameter(node, entry, parameter) for parameter in entry.parameters}
    known = {key: value for key, value in values.items() if value is not None}
    if len(known) == len(values) and (wrong := entry.check(known)) is not None:
        node.fault(f"the law {entry.name} does not fit: {wrong}", "correct its parameters")
    return Law(entry.name, tuple(known.items()))


def read_backoff(node: Node | None) -> Backoff:
    """Return how waits between repeats grow."""
    return Backoff() if node is None else Backoff(node.number_of("factor", 1.0), node.number_of("jitter", 0.0))


def _refuse_others(node: Node, entry: Distribution) -> None:
    known = {parameter.name for parameter in entry.parameters} | (_TABLE if entry.is_table else set())
    for key, child in node.entries():
        if key not in known | _BESIDE:
            near = get_close_matches(key, sorted(known), n=2)
            remedy = f"did you mean {' or '.join(near)}" if near else f"it takes {', '.join(sorted(known))}"
            child.fault(f"the law {entry.name} has no parameter {key!r}", remedy, of_key=True)


def _read_parameter(node: Node, entry: Distribution, parameter: Parameter) -> float | None:
    child = node.get(parameter.name)
    if child is None:
        if parameter.default is None and not node.has(parameter.name):
            node.fault(f"the law {entry.name} needs {parameter.name}", f"add it: {parameter.meaning}")
        return parameter.default
    if isinstance(child.value, str) != (parameter.kind == "time"):
        wanted = "a span of time with its unit, such as 80 ms" if parameter.kind == "time" else "a number without unit"
        child.fault(f"{parameter.name} of {entry.name} is {wanted}", "write it so")
        return None
    value = child.span if parameter.kind == "time" else child.number
    if (wrong := parameter.check(value)) is not None:
        child.fault(wrong, f"it is the {parameter.meaning}")
        return None
    return value


def _read_values(node: Node) -> tuple[float, ...]:
    if node.has("values") == node.has("file"):
        node.fault("an empirical law needs either values or file", "give one of them")
        return ()
    file = node.get("file")
    if file is None:
        return tuple(value.span for value in node.listing("values"))
    column = node.text_of("column", "seconds")
    rows = node.reading.table(file, (column,))
    if rows is not None and not rows:
        file.fault("the file holds no row", "add observed times")
    return tuple(read_number(row, column, node.reading.faults) for row in rows or ())
