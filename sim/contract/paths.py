"""The paths of a contract.

Takes the templates of a contract, gives the one that matches a path with its operations, promises that concrete
templates win over templated ones (OpenAPI 3.1.1, section 4.8.8.2) and that time does not grow with their number where
every segment is a literal or a parameter as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING
from urllib.parse import unquote

from sim.contract.template import parse_template

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sim.contract.model import Contract, Operation
    from sim.contract.template import Template

    Methods = Mapping[str, Operation]
    Found = tuple[Methods, Mapping[str, str]]
    Pick = Callable[[Sequence[str]], tuple[str, ...]]

template_of = lru_cache(maxsize=4096)(parse_template)


@dataclass(frozen=True, slots=True)
class _Row:
    """Templates with their literals at the same places.

    Parameters
    ----------
    literals, values : callable
        Pick these segments, and the others, of a path.
    known : dict
        Operations by method and names of the parameters, by literals.
    """

    literals: Pick
    values: Pick
    known: dict[tuple[str, ...], tuple[Methods, tuple[str, ...]]]


class Paths:
    """The templates of a contract, with their operations by method.

    Parameters
    ----------
    contract : Contract
    """

    def __init__(self, contract: Contract) -> None:
        by_path: dict[str, dict[str, Operation]] = {}
        for operation in contract.operations.values():
            by_path.setdefault(operation.path, {})[operation.method] = operation
        self._templates: dict[int, list[tuple[Template, Methods]]] = {}
        for template in sorted((template_of(path) for path in by_path), key=lambda template: template.rank):
            self._templates.setdefault(len(template.segments), []).append((template, by_path[template.text]))
        self._rows = {size: _rows(templates) for size, templates in self._templates.items()}

    def find(self, path: str) -> Found | None:
        """Return the operations by method of the template that matches a path, and its parameters, decoded."""
        parts = path.split("/")
        rows = self._rows.get(len(parts))
        if not rows or "%" in path:
            return self._try_each(path, len(parts))
        for row in rows:
            found = row.known.get(row.literals(parts))
            if found is not None:
                values = row.values(parts)
                if all(values):
                    return found[0], dict(zip(found[1], values, strict=True))
        return None

    def _try_each(self, path: str, size: int) -> Found | None:
        for template, methods in self._templates.get(size, ()):
            values = template.match(path)
            if values is not None:
                return methods, {name: unquote(value) for name, value in values.items()}
        return None


@lru_cache(maxsize=64)
def paths_of(contract: Contract) -> Paths:
    """Return the paths of a contract."""
    return Paths(contract)


def _rows(templates: Sequence[tuple[Template, Methods]]) -> list[_Row]:
    """Return templates by the places of their literals, in their order; none where a segment is partly literal."""
    rows: dict[tuple[int, ...], _Row] = {}
    for template, methods in templates:
        segments = template.segments
        if any(len(segment) > 1 and (len(segment) > 3 or segment[0] or segment[2]) for segment in segments):
            return []
        templated = tuple(place for place, segment in enumerate(segments) if len(segment) == 3)
        literal = tuple(place for place, segment in enumerate(segments) if len(segment) == 1)
        row = rows.setdefault(templated, _Row(_picker(literal), _picker(templated), {}))
        row.known.setdefault(row.literals([segment[0] for segment in segments]), (methods, template.names))
    # From the left, a literal wins over a parameter.
    size = len(templates[0][0].segments)
    return [rows[key] for key in sorted(rows, key=lambda key: [place in key for place in range(size)])]


def _picker(places: Sequence[int]) -> Pick:
    """Return what picks the segments at some places, in a tuple."""
    if len(places) > 1:
        return itemgetter(*places)
    if places:
        (place,) = places
        return lambda parts: (parts[place],)
    return lambda _: ()
