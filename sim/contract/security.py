"""Security schemes and what operations require of them.

Takes Security Scheme and Security Requirement Objects, gives them as the model holds them, promises that every scheme
and scope that an operation requires is declared (OpenAPI 3.1.1, sections 4.8.27 to 4.8.30).
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from sim.contract.shape import check_shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.contract.part import PartReader
    from sim.contract.source import Node
    from sim.document import JsonValue
    from sim.errors import Fault

_NEEDS: Final[dict[str, tuple[str, ...]]] = {
    "apiKey": ("name", "in"),
    "http": ("scheme",),
    "mutualTLS": (),
    "oauth2": ("flows",),
    "openIdConnect": ("openIdConnectUrl",),
}
_FLOW_NEEDS: Final[dict[str, tuple[str, ...]]] = {
    "implicit": ("authorizationUrl",),
    "password": ("tokenUrl",),
    "clientCredentials": ("tokenUrl",),
    "authorizationCode": ("authorizationUrl", "tokenUrl"),
}


def read_security_schemes(components: Node | None, parts: PartReader, faults: list[Fault]) -> dict[str, JsonValue]:
    """Return the security schemes of a document by name, as written."""
    found: dict[str, JsonValue] = {}
    declared = components.child("securitySchemes") if components else None
    for name, place in declared.items() if declared else ():
        node = parts.open(place, "security scheme")
        if node is not None:
            _check_scheme(node, faults)
            found[name] = node.value
    return found


def _check_scheme(node: Node, faults: list[Fault]) -> None:
    kind = node.text("type")
    place = node.child("type")
    if kind not in _NEEDS:
        if place is not None:
            faults.append(place.fault(f"there is no security type {kind!r}", f"use one of {', '.join(_NEEDS)}"))
        return
    _check_needs(node, _NEEDS[kind], f"a security scheme of type {kind}", faults)
    flows = node.child("flows")
    if kind != "oauth2" or flows is None or not check_shape(flows, "flows", faults):
        return
    for name, flow in flows.items():
        if name in _FLOW_NEEDS and check_shape(flow, "flow", faults):
            _check_needs(flow, _FLOW_NEEDS[name], f"the flow {name}", faults)


def _check_needs(node: Node, needs: tuple[str, ...], owner: str, faults: list[Fault]) -> None:
    missing = [key for key in needs if node.child(key) is None]
    faults.extend(node.fault(f"{owner} needs {key!r}", f"add {key!r}") for key in missing)


def read_requirements(
    place: Node | None, schemes: Mapping[str, JsonValue], faults: list[Fault]
) -> tuple[Mapping[str, tuple[str, ...]], ...]:
    """Return the alternatives of a ``security`` list; each maps scheme names to scopes."""
    alternatives: list[Mapping[str, tuple[str, ...]]] = []
    for alternative in place.elements() if place else ():
        if not isinstance(alternative.value, dict):
            faults.append(alternative.fault("must map security schemes to scopes", "write '- schemeName: []'"))
            continue
        alternatives.append({name: _scopes(name, scopes, schemes, faults) for name, scopes in alternative.items()})
    return tuple(alternatives)


def _scopes(name: str, place: Node, schemes: Mapping[str, JsonValue], faults: list[Fault]) -> tuple[str, ...]:
    if name not in schemes:
        close = get_close_matches(name, schemes, n=1)
        remedy = f"did you mean {close[0]!r}?" if close else "declare it under components.securitySchemes"
        faults.append(place.fault(f"there is no security scheme {name!r}", remedy, of_key=True))
    if not isinstance(place.value, list):
        faults.append(place.fault("scopes must be a list", "write a list of scopes, [] for none"))
        return ()
    declared = _declared_scopes(schemes.get(name))
    for scope in place.elements():
        if declared is not None and not (isinstance(scope.value, str) and scope.value in declared):
            known = ", ".join(sorted(declared)) or "none"
            faults.append(scope.fault(f"the scheme {name!r} declares no scope {scope.value!r}", f"declared: {known}"))
    return tuple(str(scope) for scope in place.value)


def _declared_scopes(scheme: JsonValue) -> frozenset[str] | None:
    """Return the scopes of an OAuth 2 scheme, None for a scheme that does not list them."""
    flows = scheme.get("flows") if isinstance(scheme, dict) and scheme.get("type") == "oauth2" else None
    if not isinstance(flows, dict):
        return None
    scopes = [flow.get("scopes") for flow in flows.values() if isinstance(flow, dict)]
    return frozenset(name for listed in scopes if isinstance(listed, dict) for name in listed)
