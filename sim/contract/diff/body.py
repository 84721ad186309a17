"""Bodies of requests and responses: whether there is one, in which media types, of which schema."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.contract.diff.rule import operation_family, rule
from sim.contract.diff.schema import compare_schemas
from sim.contract.diff.word import canonical, named
from sim.contract.media_type import covering, essence

if TYPE_CHECKING:
    from sim.contract.diff.model import Severity
    from sim.contract.diff.operation import OperationView
    from sim.contract.diff.side import Side
    from sim.contract.diff.site import Site
    from sim.contract.source import Node

_REQUIRED_ADDED = rule(
    "required-body-added",
    "a request must carry a body",
    "make it optional, or wait until every consumer sends it",
    ("breaking", "risky"),
    "call",
)
_BODY_ADDED = rule(
    "request-body-added",
    "a request may carry a body",
    "send it only where the provider has moved",
    ("harmless", "risky"),
    "call",
)
_BODY_REMOVED = rule(
    "request-body-removed",
    "a request carries no body any more",
    "accept it until nobody sends it",
    ("breaking", "breaking"),
    "call",
    is_certain=True,
)
_MADE_REQUIRED = rule(
    "body-made-required",
    "the body of a request was optional and is required",
    "wait until every consumer sends it",
    ("breaking", "harmless"),
    "need",
)
_MADE_OPTIONAL = rule(
    "body-made-optional",
    "the body of a request was required and is optional",
    "go on sending it until every provider has moved",
    ("harmless", "risky"),
)
_TYPE_REMOVED = rule(
    "media-type-removed",
    "a media type is no longer declared",
    "keep it until everybody has moved",
    ("breaking", "breaking"),
    "call",
)
_TYPE_ADDED = rule(
    "media-type-added",
    "a media type is added",
    "send it only to those who have moved",
    ("harmless", "risky"),
    "call",
)
_ENCODING = rule(
    "part-encoding-changed",
    "the parts of a form are encoded otherwise",
    "compare the encodings by hand",
    ("risky", "risky"),
)
_ANSWER_BODY_REMOVED = rule(
    "response-body-removed",
    "a response carries no body any more",
    "keep it until nobody reads it",
    ("breaking", "breaking"),
)
_ANSWER_BODY_ADDED = rule(
    "response-body-added",
    "a response carries a body that it had not",
    "wait until every provider sends it",
    ("breaking", "harmless"),
)


@operation_family("request body")
def compare_request_bodies(site: Site, old: OperationView, new: OperationView) -> None:
    """Note a body that came, went, whose duty changed, or whose content did."""
    here = replace(site, part="body")
    before, after = (_body(view) for view in (old, new))
    if before is None or after is None:
        if after is not None:
            is_required = after.flag("required")
            message = f"there was no body; {'a required' if is_required else 'an optional'} one is declared"
            here.report(_REQUIRED_ADDED if is_required else _BODY_ADDED, old.node, after, message)
        elif before is not None:
            is_required = before.flag("required")
            message = f"{'a required' if is_required else 'an optional'} body was declared; there is none"
            effect: tuple[Severity, Severity] = ("breaking", "breaking" if is_required else "harmless")
            here.report(_BODY_REMOVED, before, new.node, message, effect=effect)
        return
    if before.flag("required") != after.flag("required"):
        becomes = after.flag("required")
        message = "the body was optional and is required" if becomes else "the body was required and is optional"
        here.report(_MADE_REQUIRED if becomes else _MADE_OPTIONAL, before, after, message)
    compare_content(here, (old.side, new.side), before, after)


def _body(view: OperationView) -> Node | None:
    place = view.node.child("requestBody")
    return view.side.open(place) if place is not None else None


def compare_response_bodies(site: Site, sides: tuple[Side, Side], old: Node, new: Node) -> None:
    """Note a body of a response that came, went or changed."""
    here = replace(site, part="body")
    had, has = (bool(_content(owner)) for owner in (old, new))
    if had and not has:
        here.report(_ANSWER_BODY_REMOVED, old, new, "the response had a body and has none")
    elif has and not had:
        here.report(_ANSWER_BODY_ADDED, old, new, "the response had no body and has one")
    else:
        compare_content(here, sides, old, new)


def _content(owner: Node) -> dict[str, Node]:
    listed = owner.child("content")
    return {name: node for name, node in listed.items() if not name.startswith("x-")} if listed else {}


def compare_content(site: Site, sides: tuple[Side, Side], old: Node, new: Node) -> None:
    """Note media types that came or went, and compare the schemas of those that stayed."""
    before, after = _content(old), _content(new)
    matched: set[str] = set()
    for name, one in before.items():
        other = covering({key: key for key in after}, name)
        if other is None:
            here = replace(site, part="media-type")
            message = f"{name} is no longer declared; there is {named(after)}"
            loses: Severity = "harmless" if site.direction == "request" else "breaking"
            here.report(_TYPE_REMOVED, one, new, message, effect=("breaking", loses))
            continue
        if essence(other) == essence(name):
            matched.add(other)
        _compare_media(site, sides, one, after[other])
    for name, node in after.items():
        if name not in matched and covering(before, name) is None:
            here = replace(site, part="media-type")
            message = f"{name} was not declared and is; there was {named(before)}"
            # An answer is given in a media type that the consumer accepts (RFC 9110, section 12.5.1).
            effect: tuple[Severity, Severity] = ("harmless", "risky" if site.direction == "request" else "harmless")
            here.report(_TYPE_ADDED, old, node, message, effect=effect)


def _compare_media(site: Site, sides: tuple[Side, Side], old: Node, new: Node) -> None:
    schemas = [media.child("schema") for media in (old, new)]
    flats = [
        side.flat(schema, [schema]) if schema is not None else side.flat(media, [])
        for side, schema, media in zip(sides, schemas, (old, new), strict=True)
    ]
    compare_schemas(site, *flats)
    encodings = [media.child("encoding") for media in (old, new)]
    if canonical(encodings[0].value if encodings[0] else None) != canonical(
        encodings[1].value if encodings[1] else None
    ):
        site.report(_ENCODING, encodings[0] or old, encodings[1] or new, "the encoding of the parts differs")
