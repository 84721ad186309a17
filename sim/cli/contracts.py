"""``tongban contracts``: the contracts of the catalog."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.catalog import Catalog
from sim.cli.group import format_option, output_of, voice_options
from sim.cli.text import table
from sim.contract import Contract, load_contract
from sim.errors import DocumentError, Fault
from sim.journey import load_journey

if TYPE_CHECKING:
    from sim.document import JsonValue


@dataclass(frozen=True, slots=True)
class Listed:
    """A contract and the journeys that call it."""

    contract: Contract
    journeys: tuple[str, ...]


@click.group()
def command() -> None:
    """Look at the contracts of the catalog."""


@command.command("list")
@format_option
@voice_options
@click.pass_context
def list_command(ctx: click.Context, /) -> None:
    """List the contracts: system, version, number of operations and the journeys that use it."""
    listed = list_contracts(_catalog())
    output_of(ctx).result([_entry(one) for one in listed], _text(listed))


def list_contracts(catalog: Catalog) -> tuple[Listed, ...]:
    """Return every contract of a catalog with the journeys that call one of its operations.

    Raises
    ------
    DocumentError
        Faults of contracts and journeys, all together.
    """
    faults: list[Fault] = []
    contracts: list[Contract] = []
    users: dict[str, list[str]] = {}
    for name in catalog.names("contract"):
        try:
            contracts.append(load_contract(catalog, name))
        except DocumentError as error:
            faults += error.faults
    for name in catalog.names("journey"):
        try:
            journey = load_journey(catalog, name)
        except DocumentError as error:
            faults += error.faults
            continue
        steps = (step for workflow in journey.workflows.values() for step in workflow.steps)
        for system in sorted({step.contract.name for step in steps if step.contract is not None}):
            users.setdefault(system, []).append(name)
    if faults:
        raise DocumentError(faults)
    return tuple(Listed(contract, tuple(users.get(contract.name, ()))) for contract in contracts)


def _catalog() -> Catalog:
    here = Path.cwd().resolve()
    return Catalog(here) if (here / "contracts").is_dir() else Catalog.bundled()


def _entry(listed: Listed) -> dict[str, JsonValue]:
    contract = listed.contract
    return {
        "system": contract.name,
        "title": contract.title,
        "version": contract.version,
        "openapi": contract.openapi,
        "operations": list(contract.operations),
        "journeys": list(listed.journeys),
        "digest": contract.digest,
    }


def _text(listed: tuple[Listed, ...]) -> str:
    rows = [(one.contract.name, one.contract.version, str(len(one.contract.operations))) for one in listed]
    if not rows:
        return "the catalog has no contracts"
    lines = table(("system", "version", "operations"), rows).splitlines()
    told = [lines[0]]
    for line, one in zip(lines[1:], listed, strict=True):
        told += [line, f"    {one.contract.title}", f"    journeys: {', '.join(one.journeys) or 'none'}"]
    return "\n".join(told)
