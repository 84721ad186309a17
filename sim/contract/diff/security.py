"""Security: who may call, by which schemes and scopes, alternatives included."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.contract.diff.rule import operation_family, rule
from sim.contract.diff.word import canonical, named, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.contract.diff.operation import OperationView
    from sim.contract.diff.site import Site
    from sim.contract.source import Node
    from sim.document import JsonValue

    Need: TypeAlias = frozenset[tuple[str, str]]

_ADDED = rule(
    "security-added",
    "an operation that was open asks for credentials",
    "let every consumer send them before they are asked for",
    ("breaking", "harmless"),
    "call",
)
_TIGHTENED = rule(
    "security-tightened",
    "credentials or scopes that were enough no longer are",
    "accept the old credentials until every consumer has the new ones",
    ("breaking", "harmless"),
    "call",
)
_RELAXED = rule(
    "security-relaxed",
    "other or fewer credentials are enough",
    "go on sending the old credentials until every provider has moved",
    ("harmless", "risky"),
    "call",
)
_REMOVED = rule(
    "security-removed",
    "an operation asks for no credentials any more",
    "go on sending the old credentials until every provider has moved, and ask whether it is meant",
    ("harmless", "risky"),
    "call",
)
_SCHEME = rule(
    "security-scheme-changed",
    "a security scheme works otherwise",
    "accept both until everybody has moved",
    ("breaking", "breaking"),
    "call",
    is_certain=True,
)
_SCHEME_DETAIL = rule(
    "security-scheme-detail-changed",
    "a security scheme is described otherwise",
    "compare both descriptions",
    ("risky", "risky"),
    "call",
)

# What a message carries, apart from where credentials are obtained.
_WIRE: Final = ("type", "name", "in", "scheme", "openIdConnectUrl", "x-signature")
_WORDS: Final = frozenset(("description", "summary"))


@operation_family("security")
def compare_security(site: Site, old: OperationView, new: OperationView) -> None:
    """Note credentials that are asked for now, or no longer, and schemes that work otherwise."""
    here = replace(site, part="security")
    places = (_place(old), _place(new))
    before, after = _alternatives(old), _alternatives(new)
    _compare_alternatives(here, before, after, places)
    used = [{name for one in alternatives for name, _ in one} for alternatives in (before, after)]
    for name in sorted(used[0] & used[1]):
        _compare_scheme(here, name, old, new, places)


def _place(view: OperationView) -> Node:
    return view.node.child("security") or view.side.root.child("security") or view.node


def _alternatives(view: OperationView) -> list[Need]:
    """Return what each alternative asks for, scheme and scope; an empty one stands for a call without credentials.

    References
    ----------
    OpenAPI 3.1.1, sections 4.8.10 and 4.8.30: one of the list suffices, all of one entry are needed.
    """
    listed = view.node.child("security") or view.side.root.child("security")
    found: list[Need] = []
    for alternative in listed.elements() if listed else ():
        need: set[tuple[str, str]] = set()
        for name, scopes in alternative.items():
            need.add((name, ""))
            need.update((name, str(scope.value)) for scope in scopes.elements())
        found.append(frozenset(need))
    return found or [frozenset()]


def _compare_alternatives(site: Site, old: list[Need], new: list[Need], places: tuple[Node, Node]) -> None:
    message = f"what suffices was {_words(old)} and is {_words(new)}"
    refused = [one for one in old if not any(other <= one for other in new)]
    opened = [other for other in new if not any(one <= other for one in old)]
    if refused:
        site.report(_ADDED if frozenset() in refused else _TIGHTENED, *places, message)
    if opened:
        site.report(_REMOVED if frozenset() in opened else _RELAXED, *places, message)
    if not refused and not opened and set(old) != set(new):
        site.report(_RELAXED, *places, message, effect=("harmless", "harmless"))


def _words(alternatives: Iterable[Need]) -> str:
    return " or ".join(_need_words(one) for one in alternatives)


def _need_words(need: Need) -> str:
    if not need:
        return "nothing"
    schemes = sorted({name for name, _ in need})
    scopes = {name: sorted(scope for other, scope in need if other == name and scope) for name in schemes}
    return " with ".join(f"{name} ({named(scopes[name])})" if scopes[name] else name for name in schemes)


def _compare_scheme(site: Site, name: str, old: OperationView, new: OperationView, fallback: tuple[Node, Node]) -> None:
    before, after = (_scheme(view, name) for view in (old, new))
    places = (before or fallback[0], after or fallback[1])
    values = [_members(node) for node in (before, after)]
    wire = [key for key in _WIRE if canonical(values[0].get(key)) != canonical(values[1].get(key))]
    if wire:
        told = ", ".join(f"{key} was {shown(values[0].get(key))} and is {shown(values[1].get(key))}" for key in wire)
        site.report(_SCHEME, *places, f"the scheme {name}: {told}")
        return
    rest = [{key: child for key, child in value.items() if key not in _WORDS} for value in values]
    if canonical(_bare(rest[0])) != canonical(_bare(rest[1])):
        differing = [
            key for key in {**rest[0], **rest[1]} if canonical(rest[0].get(key)) != canonical(rest[1].get(key))
        ]
        site.report(_SCHEME_DETAIL, *places, f"the scheme {name} differs in {named(differing)}")


def _scheme(view: OperationView, name: str) -> Node | None:
    return view.side.members(view.side.root.child("components"), "securitySchemes").get(name)


def _members(node: Node | None) -> dict[str, JsonValue]:
    return node.value if node is not None and isinstance(node.value, dict) else {}


def _bare(value: dict[str, JsonValue]) -> JsonValue:
    """Return a scheme with the scopes of its flows by name alone: their text is for people."""
    flows = value.get("flows")
    if not isinstance(flows, dict):
        return value
    return {**value, "flows": {name: _bare_flow(flow) for name, flow in flows.items()}}


def _bare_flow(flow: JsonValue) -> JsonValue:
    scopes = flow.get("scopes") if isinstance(flow, dict) else None
    if not isinstance(flow, dict) or not isinstance(scopes, dict):
        return flow
    return {**flow, "scopes": dict.fromkeys(scopes)}
