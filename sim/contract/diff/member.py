"""Objects: which members they have, which are required, and whether others may stand beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.contract.diff.rule import rule, schema_family
from sim.contract.diff.schema import compare_schemas
from sim.contract.validator import compile_schema

if TYPE_CHECKING:
    from sim.contract.diff.flat import Flat
    from sim.contract.diff.model import Severity
    from sim.contract.diff.site import Site
    from sim.contract.source import Node

_REMOVED = rule(
    "property-removed",
    "a member is no longer declared",
    "keep it, marked deprecated, until nobody sends or reads it",
    ("breaking", "breaking"),
    is_certain=True,
)
_ADDED = rule(
    "property-added",
    "an optional member is added",
    "let receivers of the older edition pass over members that they do not know",
    ("harmless", "harmless"),
)
_REQUIRED_ADDED = rule(
    "required-property-added",
    "a required member is added",
    "make it optional, or wait until every sender gives it",
    ("breaking", "harmless"),
    "need",
    is_certain=True,
)
_MADE_REQUIRED = rule(
    "property-made-required",
    "a member that was optional is required",
    "wait until every sender gives it",
    ("breaking", "harmless"),
    "need",
)
_MADE_OPTIONAL = rule(
    "property-made-optional",
    "a member that was required is optional",
    "go on giving it until no receiver needs it",
    ("harmless", "breaking"),
)
_CLOSED = rule(
    "members-closed",
    "members that are not declared are refused",
    "let senders of the older edition leave out what is not declared",
    ("breaking", "harmless"),
)
_OPENED = rule(
    "members-opened",
    "members that are not declared are allowed",
    "let receivers of the older edition pass over members that they do not know",
    ("harmless", "risky"),
)
_HIDDEN = rule(
    "property-made-one-way",
    "a member is sent in one direction only: readOnly or writeOnly",
    "keep it in both directions until nobody sends or reads it there",
    ("risky", "breaking"),
)

_FLAGS: Final = {"request": "readOnly", "response": "writeOnly"}


@schema_family(
    "members",
    "properties",
    "required",
    "additionalProperties",
    "unevaluatedProperties",
    "patternProperties",
    "propertyNames",
    "readOnly",
    "writeOnly",
)
def compare_members(site: Site, old: Flat, new: Flat) -> None:
    """Note members that came, went, or whose duty changed; then compare their schemas."""
    before, after = old.properties(site.direction), new.properties(site.direction)
    for name, one in before.items():
        if name in after:
            _compare_duty(site.under(name), name, old, new)
            compare_schemas(site.under(name), one, after[name])
        else:
            _note_removed(site.under(name), name, old, new)
    for name in after:
        if name not in before:
            _note_added(site.under(name), name, old, new)
    for name in {**old.required(), **new.required()}:
        if _is_a_duty_alone(name, old, new):
            _compare_duty(site.under(name), name, old, new)
    _compare_others(site, old, new)


def _is_a_duty_alone(name: str, old: Flat, new: Flat) -> bool:
    """Tell whether an edition asks for a member that it does not declare: what is told of its declaration is not all.

    A member that an edition declares is compared with its declaration, or is not sent in this direction.
    """
    asking = [flat for flat in (old, new) if name in flat.required()]
    return len(asking) == 1 and name not in asking[0].maps("properties")


def _compare_duty(site: Site, name: str, old: Flat, new: Flat) -> None:
    was, is_ = old.required(), new.required()
    if (name in was) == (name in is_):
        return
    places = (was.get(name) or _property(old, name), is_.get(name) or _property(new, name))
    if name in is_:
        site.report(_MADE_REQUIRED, *places, f"{name!r} was optional and is required")
    else:
        site.report(_MADE_OPTIONAL, *places, f"{name!r} was required and is optional")


def _property(flat: Flat, name: str) -> Node:
    return next(iter(flat.maps("properties").get(name, [])), flat.owner)


def _note_removed(site: Site, name: str, old: Flat, new: Flat) -> None:
    places = (_property(old, name), _property(new, name))
    declared = new.maps("properties").get(name)
    if declared:
        flag = _FLAGS[site.direction]
        hidden: tuple[Severity, Severity] = ("risky", "risky") if site.is_sent_by_consumer else ("harmless", "breaking")
        message = f"{name!r} was not {flag} and is, so a {site.direction} no longer carries it"
        site.report(_HIDDEN, *places, message, effect=hidden)
        return
    if name in names_within(new):
        site.not_compared(*places, f"{name!r} was declared for every value and is now only for some of them")
        return
    was_required = name in old.required()
    message = f"{'the required' if was_required else 'the optional'} member {name!r} was declared and is not"
    refuses = _refuses(new, name)
    passed_over: Severity = "risky" if site.is_sent_by_consumer else "harmless"
    # A consumer may read what it need not be given; a provider that needs nothing misses nothing.
    missed: Severity = "breaking" if was_required or not site.is_sent_by_consumer else "harmless"
    site.report(_REMOVED, *places, message, effect=("breaking" if refuses else passed_over, missed))


def _note_added(site: Site, name: str, old: Flat, new: Flat) -> None:
    places = (_property(old, name), _property(new, name))
    refuses = _refuses(old, name)
    if name not in new.required():
        message = f"the optional member {name!r} was not declared and is"
        # Where an object declared nothing, its senders may have used the name for something else.
        clashes: Severity = "harmless" if refuses or old.maps("properties") else "risky"
        site.report(_ADDED, *places, message, effect=(clashes, "risky" if refuses else "harmless"))
        _compare_with_others(site, name, old, new)
        return
    message = f"the required member {name!r} was not declared and is"
    is_declared = name in old.maps("properties")
    if not is_declared and (name in old.required() or name in names_within(old)):
        site.not_compared(*places, f"{name!r} was asked for without a schema of its own and has one")
        return
    always: Severity = "breaking" if site.is_sent_by_consumer else "risky"
    site.report(_REQUIRED_ADDED, *places, message, effect=("breaking", always if refuses else "harmless"))


def _compare_with_others(site: Site, name: str, old: Flat, new: Flat) -> None:
    """Compare a member that is added with the schema that its name fell under before, if there was one."""
    others = [node for node in old.all("additionalProperties") if isinstance(node.value, dict) and node.value]
    if others:
        compare_schemas(site, old.inner(others[0], *others), new.properties(site.direction)[name])


def _refuses(flat: Flat, name: str) -> bool:
    """Tell whether a schema refuses a member that it does not declare."""
    if closing(flat) is None:
        return False
    patterns = flat.maps("patternProperties")
    return not any(compile_schema({"pattern": pattern}).is_valid(name) for pattern in patterns)


def closing(flat: Flat) -> Node | None:
    """Return the keyword that refuses members that are not declared, or None."""
    found = [*flat.all("additionalProperties"), *flat.all("unevaluatedProperties")]
    return next((node for node in found if node.value is False), None)


def names_within(flat: Flat) -> set[str]:
    """Return the members that are declared for some values only: in alternatives and conditions."""
    nodes = [node for _, _, branches in flat.choices() for node in branches]
    nodes += [node for key in ("then", "else") for node in flat.all(key)]
    nodes += [node for listed in flat.maps("dependentSchemas").values() for node in listed]
    return {name for node in nodes for name in flat.inner(node, node).maps("properties")}


def _compare_others(site: Site, old: Flat, new: Flat) -> None:
    was, is_ = closing(old), closing(new)
    others = [flat.first("additionalProperties") for flat in (old, new)]
    if was is None and is_ is not None:
        site.report(_CLOSED, others[0], is_, "members that are not declared were allowed and are refused")
    elif was is not None and is_ is None:
        site.report(_OPENED, was, others[1], "members that are not declared were refused and are allowed")
    elif was is None:
        for key in ("additionalProperties", "unevaluatedProperties"):
            if old.all(key) or new.all(key):
                compare_schemas(site.under("*"), old.sub(key), new.sub(key))
    before, after = old.maps("patternProperties"), new.maps("patternProperties")
    for pattern in dict.fromkeys([*before, *after]):
        one, other = before.get(pattern, []), after.get(pattern, [])
        flats = (old.inner([*one, old.owner][0], *one), new.inner([*other, new.owner][0], *other))
        compare_schemas(site.under("*"), *flats)
    if old.all("propertyNames") or new.all("propertyNames"):
        compare_schemas(site.under("*"), old.sub("propertyNames"), new.sub("propertyNames"))
