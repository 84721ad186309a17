"""What ``tongban mock`` tells when it is ready: addresses, credentials, how to call."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from sim.cli.text import table
from sim.mock.http.oauth import TOKEN
from sim.mock.security import kind_of

if TYPE_CHECKING:
    from sim.cli.mock import Residents
    from sim.contract import Contract, Operation
    from sim.document import JsonValue
    from sim.mock import World
    from sim.mock.http import Service, Site

SHOWN: Final = 3
"""Citizens that are listed for people; programs get all."""


def ready_document(site: Site, service: Service, residents: Residents, hidden: frozenset[str]) -> JsonValue:
    """Return what is served as JSON; secrets that came from the environment are left out."""
    return {
        "ready": True,
        "systems": {name: site.base_url(port) for port, name in site.ports.items()},
        "control": f"{site.origin(next(iter(site.ports)))}/_tongban/",
        "token_endpoint": f"{site.origin(next(iter(site.ports)))}{TOKEN}" if service.oauth.grants else None,
        "citizens": [
            {
                "name": one.name,
                "citizen_number": one.number,
                "mobile": one.mobile,
                "home_division": one.home_division,
                "office_division": one.office_division,
                "token": residents.tokens[one.number],
            }
            for one in residents.citizens
        ],
        "secrets": {name.replace(" ", "_"): value for name, value in _secrets(service, hidden).items()},
        "prepared": [
            {
                "prepare": one.text,
                "citizen_number": one.citizen.number,
                "waits_at": one.waits_at or None,
                "outcome": one.outcome,
                "values": dict(one.values),
            }
            for one in residents.prepared
        ],
    }


def ready_text(site: Site, service: Service, residents: Residents, hidden: frozenset[str]) -> str:
    """Return what is served for people."""
    world = service.house.world
    rows = [(name, site.base_url(port), _asked(world.systems[name].provider)) for port, name in site.ports.items()]
    parts = [table(("system", "base URL", "asks for"), rows)]
    people = residents.citizens[:SHOWN]
    rows = [(one.number, one.name, residents.tokens[one.number]) for one in people]
    parts.append(table(("synthetic citizen", "name", "bearer token"), rows))
    if len(residents.citizens) > SHOWN:
        parts[-1] += f"\n... {len(residents.citizens) - SHOWN} more: --format json lists all"
    secrets = _secrets(service, hidden)
    if secrets:
        parts.append("\n".join(f"{name}: {value}" for name, value in secrets.items()))
    for one in residents.prepared:
        how = f"waits at {one.waits_at}" if one.waits_at else one.outcome
        values = ", ".join(f"{name} {value}" for name, value in one.values.items())
        parts.append(f"prepared {one.text}: {how}, citizen {one.citizen.number}\n  {values}")
    example = _example(site, world, residents.tokens[people[0].number])
    if example:
        parts.append(f"try: {example}")
    parts.append("Ctrl-C ends it")
    return "\n\n".join(parts)


def _secrets(service: Service, hidden: frozenset[str]) -> dict[str, str]:
    """Return the secrets that clients need, by what they are for."""
    keyring, systems = service.house.world.keyring, service.house.world.systems.values()
    kinds = {kind_of(scheme) for system in systems for scheme in system.provider.security_schemes.values()}
    found: dict[str, str] = {}
    if "signature" in kinds and "signing" not in hidden:
        key_id, secret = next(iter(keyring.secrets.items()))
        found |= {"signing keyid": key_id, "signing secret": secret.decode()}
    found |= {kind: keyring.keys[kind] for kind in ("api-key", "basic") if kind in kinds and kind not in hidden}
    if "client_credentials" in service.oauth.grants and "client" not in hidden:
        found["client secret"] = keyring.derive("client")
    return found


def _asked(contract: Contract) -> str:
    """Return what a system's operations ask of callers, in words."""
    kinds = {
        kind_of(contract.security_schemes.get(name))
        for operation in contract.operations.values()
        for alternative in operation.security
        for name in alternative
    }
    words = {"bearer": "token", "signature": "signature", "api-key": "API key", "basic": "password"}
    return ", ".join(word for kind, word in words.items() if kind in kinds) or "nothing"


def _example(site: Site, world: World, token: str) -> str:
    """Return a call that works, of the first operation that a citizen's GET needs nothing else for; nothing else."""
    for port, name in site.ports.items():
        contract = world.systems[name].provider
        for operation in contract.operations.values():
            if _is_plain(contract, operation):
                words = ["curl", "-H", f"Authorization: Bearer {token}", f"{site.base_url(port)}{operation.path}"]
                return shlex.join(words)
    return ""


def _is_plain(contract: Contract, operation: Operation) -> bool:
    by_token = not operation.security or any(
        all(kind_of(contract.security_schemes.get(name)) == "bearer" for name in alternative)
        for alternative in operation.security
    )
    return operation.method == "GET" and by_token and not any(one.required for one in operation.parameters)
