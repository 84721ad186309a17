"""Parameters in path, query, header and cookie, and the headers of responses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sim.contract.diff.kind import kinds_of
from sim.contract.diff.note import note_deprecation
from sim.contract.diff.rule import operation_family, rule
from sim.contract.diff.schema import compare_schemas
from sim.contract.diff.word import shown
from sim.contract.part import STYLES
from sim.contract.template import parse_template

if TYPE_CHECKING:
    from sim.contract.diff.flat import Flat
    from sim.contract.diff.model import Severity
    from sim.contract.diff.operation import OperationView
    from sim.contract.diff.side import Side
    from sim.contract.diff.site import Site
    from sim.contract.source import Node

_REMOVED = rule(
    "parameter-removed",
    "a parameter is no longer declared",
    "keep it, marked deprecated, until nobody sends it",
    ("breaking", "breaking"),
    is_certain=True,
)
_ADDED = rule(
    "parameter-added",
    "an optional parameter is added",
    "send it only where the provider has moved",
    ("harmless", "risky"),
    "call",
)
_REQUIRED_ADDED = rule(
    "required-parameter-added",
    "a required parameter is added",
    "make it optional, or wait until every consumer sends it",
    ("breaking", "risky"),
    "need",
)
_MADE_REQUIRED = rule(
    "parameter-made-required",
    "a parameter that was optional is required",
    "wait until every consumer sends it",
    ("breaking", "harmless"),
    "need",
)
_MADE_OPTIONAL = rule(
    "parameter-made-optional",
    "a parameter that was required is optional",
    "go on sending it until every provider has moved",
    ("harmless", "risky"),
)
_MOVED = rule(
    "parameter-moved",
    "a parameter stands elsewhere in the request",
    "accept it in both places until everybody has moved",
    ("breaking", "breaking"),
    is_certain=True,
)
_STYLE = rule(
    "parameter-style-changed",
    "a value is written otherwise: style, explode or media type",
    "accept both forms until everybody has moved",
    ("breaking", "breaking"),
    is_certain=True,
)
_EMPTY = rule(
    "empty-value-changed",
    "an empty value, or reserved characters, are allowed or no longer",
    "send neither until everybody has moved",
    ("risky", "risky"),
)
_HEADER_REMOVED = rule(
    "header-removed",
    "a header of a response is no longer declared",
    "keep it, marked deprecated, until nobody reads it",
    ("harmless", "breaking"),
)
_HEADER_ADDED = rule(
    "header-added",
    "a header of a response is added",
    "read it only where the provider has moved",
    ("harmless", "harmless"),
)
_REQUIRED_HEADER_ADDED = rule(
    "required-header-added",
    "a required header of a response is added",
    "make it optional, or wait until every provider sends it",
    ("breaking", "harmless"),
)
_HEADER_MADE_REQUIRED = rule(
    "header-made-required",
    "a header of a response that was optional is required",
    "wait until every provider sends it",
    ("breaking", "harmless"),
)
_HEADER_MADE_OPTIONAL = rule(
    "header-made-optional",
    "a header of a response that was required is optional",
    "go on sending it until no consumer needs it",
    ("harmless", "breaking"),
)

# OpenAPI 3.1.1, section 4.8.12.1: a header parameter of one of these names is ignored.
_IGNORED: Final = frozenset(("accept", "authorization", "content-type"))
_COMPOUND: Final = frozenset(("array", "object"))


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """A parameter or header of one edition."""

    side: Side
    node: Node
    location: str
    name: str

    @property
    def is_required(self) -> bool:
        return self.node.flag("required")

    @property
    def style(self) -> str:
        return self.node.text("style", STYLES[self.location][0])

    @property
    def explode(self) -> bool:
        return self.node.flag("explode", default=self.style == "form")

    @property
    def content_type(self) -> str:
        content = self.node.child("content")
        return next((key for key, _ in content.items()), "") if content else ""

    @property
    def schema(self) -> Flat:
        content = self.node.child("content")
        owner = next((media for _, media in content.items()), self.node) if content else self.node
        schema = owner.child("schema")
        return self.side.flat(schema, [schema]) if schema is not None else self.side.flat(owner, [])


@operation_family("parameters")
def compare_parameters(site: Site, old: OperationView, new: OperationView) -> None:
    """Note parameters that came, went, moved or changed; path parameters are known by their place in the path."""
    before, after = _parameters(old), _parameters(new)
    names = _path_names(old, new)
    for key, one in before.items():
        here = replace(site, part=one.location).under(one.name)
        other = after.pop((key[0], names.get(key[1], key[1]) if key[0] == "path" else key[1]), None)
        if other is not None:
            _compare(here, one, other)
            continue
        moved = next((two for two in after.values() if two.name == one.name and (*_key(two),) not in before), None)
        if moved is not None:
            del after[_key(moved)]
            message = f"{one.name!r} was in the {one.location} and is in the {moved.location}"
            here.report(_MOVED, one.node, moved.node, message)
        elif one.location != "path" or old.form == new.form:
            _note_removed(here, one, new)
    for one in after.values():
        if one.location != "path" or old.form == new.form:
            _note_added(replace(site, part=one.location).under(one.name), one, old)


def _parameters(view: OperationView) -> dict[tuple[str, str], _View]:
    found: dict[tuple[str, str], _View] = {}
    for owner in (view.item, view.node):
        listed = owner.child("parameters")
        for place in listed.elements() if listed else ():
            node = view.side.open(place)
            one = _View(view.side, node, node.text("in"), node.text("name"))
            if not (one.location == "header" and one.name.lower() in _IGNORED):
                found[_key(one)] = one
    return found


def _key(one: _View) -> tuple[str, str]:
    return one.location, one.name.lower() if one.location == "header" else one.name


def _path_names(old: OperationView, new: OperationView) -> dict[str, str]:
    """Return the newer name of each path parameter."""
    if not old.path.startswith("/") or not new.path.startswith("/"):
        return {}
    names = parse_template(old.path).names, parse_template(new.path).names
    if set(names[0]) == set(names[1]) and old.form != new.form:
        return {}
    return dict(zip(*names, strict=False)) if len(names[0]) == len(names[1]) else {}


def _note_removed(site: Site, one: _View, new: OperationView) -> None:
    refused = one.location in ("query", "path")
    effect: tuple[Severity, Severity] = (
        "breaking" if refused else "risky",
        "breaking" if one.is_required else "harmless",
    )
    duty = "required" if one.is_required else "optional"
    site.report(_REMOVED, one.node, new.node, f"the {duty} parameter was declared and is not", effect=effect)


def _note_added(site: Site, one: _View, old: OperationView) -> None:
    receiver: Severity = "risky" if one.location in ("query", "path") else "harmless"
    if one.is_required:
        message = "the required parameter was not declared and is"
        site.report(_REQUIRED_ADDED, old.node, one.node, message, effect=("breaking", receiver))
    else:
        message = "the optional parameter was not declared and is"
        site.report(_ADDED, old.node, one.node, message, effect=("harmless", receiver))


def _compare(site: Site, old: _View, new: _View) -> None:
    is_header = site.direction == "response"
    if old.is_required != new.is_required:
        required, optional = (
            (_HEADER_MADE_REQUIRED, _HEADER_MADE_OPTIONAL) if is_header else (_MADE_REQUIRED, _MADE_OPTIONAL)
        )
        message = "it was optional and is required" if new.is_required else "it was required and is optional"
        site.report(required if new.is_required else optional, old.node, new.node, message)
    note_deprecation(site, old.node, new.node, was=old.node.flag("deprecated"), becomes=new.node.flag("deprecated"))
    for key in ("allowEmptyValue", "allowReserved"):
        flags = [one.node.flag(key) for one in (old, new)]
        if flags[0] != flags[1]:
            site.report(_EMPTY, old.node, new.node, f"{key} was {str(flags[0]).lower()} and is {_word(flags[1])}")
    _compare_style(site, old, new)
    compare_schemas(site, old.schema, new.schema)


def _word(flag: bool) -> str:  # noqa: FBT001 - the one thing it tells
    return str(flag).lower()


def _compare_style(site: Site, old: _View, new: _View) -> None:
    """Note another way of writing; scalars look alike in most styles (OpenAPI 3.1.1, section 4.8.12.6)."""
    if old.content_type != new.content_type:
        was, becomes = (shown(one.content_type or None) for one in (old, new))
        site.report(_STYLE, old.node, new.node, f"the media type of the value was {was} and is {becomes}")
        return
    is_compound = bool((kinds_of(old.schema) | kinds_of(new.schema)) & _COMPOUND)
    looks_other = old.style != new.style and (is_compound or old.location == "path")
    if looks_other or (old.explode != new.explode and is_compound):
        words = [f"{one.style}{', exploded' if one.explode else ''}" for one in (old, new)]
        site.report(_STYLE, old.node, new.node, f"the style was {words[0]} and is {words[1]}")


def compare_headers(site: Site, sides: tuple[Side, Side], old: Node, new: Node) -> None:
    """Note headers of a response that came, went or changed."""
    before, after = (_headers(side, owner) for side, owner in zip(sides, (old, new), strict=True))
    for key, one in before.items():
        here = replace(site, part="header").under(one.name.lower())
        other = after.pop(key, None)
        if other is not None:
            _compare(here, one, other)
        else:
            duty = "required" if one.is_required else "optional"
            here.report(_HEADER_REMOVED, one.node, new, f"the {duty} header {one.name} was declared and is not")
    for one in after.values():
        here = replace(site, part="header").under(one.name.lower())
        what = _REQUIRED_HEADER_ADDED if one.is_required else _HEADER_ADDED
        duty = "required" if one.is_required else "optional"
        here.report(what, old, one.node, f"the {duty} header {one.name} was not declared and is")


def _headers(side: Side, owner: Node) -> dict[str, _View]:
    headers = side.members(owner, "headers")
    return {
        name.lower(): _View(side, node, "header", name)
        for name, node in headers.items()
        if name.lower() != "content-type"
    }
