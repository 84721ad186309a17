"""``tongban contracts``: the contracts of the catalog, what tests them, and two editions of one compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.catalog import KINDS, Catalog
from sim.cli.change_text import Party, Told, changes_document, changes_text
from sim.cli.coverage_text import Covered, coverage_document, coverage_text
from sim.cli.group import format_option, output_of, voice_options
from sim.cli.text import one_line, table
from sim.conformance import steps_broken
from sim.conformance.coverage import coverage_of, narrowed
from sim.conformance.trial_report import read_exercised
from sim.contract import (
    Contract,
    apply_overlay,
    compare_contracts,
    load_contract,
    load_contract_file,
    load_overlay_file,
)
from sim.document import display_name, read_document
from sim.errors import DocumentError, Fault, UsageError
from sim.journey import Journey, load_journey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.document import JsonValue
    from sim.journey.loader import ContractLoader

GOOD, BREAKING = 0, 1


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


@command.command("diff")
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@click.option(
    "--for",
    "party",
    type=click.Choice(["both", "consumer", "provider"]),
    default="both",
    show_default=True,
    help="Whose side decides what is breaking.",
)
@format_option
@voice_options
@click.pass_context
def diff_command(ctx: click.Context, /, old: str, new: str, party: Party) -> int:
    """Compare two editions of a contract, A the older and B the newer.

    Each is a file or a name in the catalog, of a contract or of an overlay that extends one.

    Each change is told with what it does to a consumer and to a provider that keep to A, with its place in both, and
    with the steps of the catalog's journeys that it breaks. Exit code 1: something breaks.
    """
    (catalog_a, a), (catalog_b, b) = _edition(old), _edition(new)
    changes = compare_contracts(a, b)
    is_broken = any(change.severity == "breaking" for change in changes)
    journeys = _journeys(catalog_a, catalog_b, load=cache(load_contract_file)) if is_broken else ()
    told = [Told(change, steps_broken(change, journeys, (a.name, b.name))) for change in changes]
    output_of(ctx).result(changes_document(a, b, told, party), changes_text(a, b, told, party))
    return BREAKING if any(one.severity(party) == "breaking" for one in told) else GOOD


@command.command("coverage")
@click.argument("names", nargs=-1, metavar="[CONTRACT]...")
@click.option(
    "--trial",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="REPORT.json",
    help="Count what this trial exercised: the conform.json that tongban conform wrote.",
)
@format_option
@voice_options
@click.pass_context
def coverage_command(ctx: click.Context, /, names: tuple[str, ...], trial: Path | None) -> None:
    """Tell what of each CONTRACT is tested and what is not, and why; without any, of all in the catalog.

    Statuses, fields of requests and answers, callbacks, and the steps of journeys: as the documents tell, or with
    --trial what a trial exercised.
    """
    output = output_of(ctx)
    covered = cover(_catalog(), names, trial)
    document = coverage_document(covered, display_name(trial.absolute()) if trial is not None else None)
    output.result(document, coverage_text(covered, verbose=output.verbosity > 0))


def cover(catalog: Catalog, names: Sequence[str], trial: Path | None) -> list[Covered]:
    """Return the coverage of contracts; of a trial's system alone where a trial is given.

    Raises
    ------
    DocumentError
        Faults of contracts, journeys or the report, those of documents all together.
    UsageError
        The catalog has no such contract, or the report is of another system.
    """
    exercised = None
    if trial is not None:
        system, exercised = read_exercised(trial)
        if set(names) - {system}:
            raise UsageError(f"the report is of {system}", f"name {system} alone, or no contract")
        names = (system,)
    load = cache(load_contract_file)  # journeys share most of their contracts
    journeys = _journeys(catalog, load=load)
    wanted = dict.fromkeys(names) or catalog.names("contract")
    covered = [load(catalog, catalog.path("contract", name)) for name in wanted]
    found = [Covered(one, coverage_of(one, journeys)) for one in covered]
    if exercised is None:
        return found
    return [Covered(one.contract, narrowed(one.entries, exercised)) for one in found]


def _edition(name: str) -> tuple[Catalog, Contract]:
    """Return an edition by its file, or by its name in the current folder's catalog, then in the bundled one."""
    if name.endswith((".yaml", ".yml", ".json")) or "/" in name:
        path = Path(name)
        if not _is_file(path):
            raise UsageError(f"there is no file {name!r}", "check the path, or give the name of a contract")
        catalog = Catalog.around(path)
        if name.endswith(KINDS["overlay"][1]):
            return catalog, _overlaid(catalog, path.absolute())
        return catalog, load_contract_file(catalog, path.absolute())
    here, bundled = _catalog(), Catalog.bundled()
    for catalog in (here, bundled):
        if name in catalog.names("contract"):
            return catalog, load_contract(catalog, name)
        if name in catalog.names("overlay"):
            return catalog, _overlaid(catalog, catalog.path("overlay", name))
    kinds = ("contract", "overlay")
    known = sorted({one for catalog in (here, bundled) for kind in kinds for one in catalog.names(kind)})
    raise UsageError(f"there is no contract {name!r}", f"use a path to a file, or one of: {', '.join(known)}")


def _overlaid(catalog: Catalog, path: Path) -> Contract:
    """Return the edition that an overlay makes of the contract it extends."""
    overlay = load_overlay_file(catalog, path)
    if overlay.extends is None:
        raise UsageError(f"{display_name(path)} does not say which contract it changes", "add 'extends'")
    return apply_overlay(catalog, read_document(overlay.extends), overlay)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name too long
        return False


def _journeys(*catalogs: Catalog, load: ContractLoader) -> tuple[Journey, ...]:
    """Return all journeys of the catalogs that hold the editions, or of the current one where these hold none.

    Raises
    ------
    DocumentError
        Faults of journeys, all together.
    """
    faults: list[Fault] = []
    journeys: list[Journey] = []
    holding = dict.fromkeys(catalog for catalog in catalogs if catalog.names("journey")) or {_catalog(): None}
    for catalog in holding:
        for name in catalog.names("journey"):
            try:
                journeys.append(load_journey(catalog, name, load=load))
            except DocumentError as error:
                faults += error.faults
    if faults:
        raise DocumentError(faults)
    return tuple(journeys)


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
    load = cache(load_contract_file)  # journeys share most of their contracts
    for name in catalog.names("contract"):
        try:
            contracts.append(load(catalog, catalog.path("contract", name)))
        except DocumentError as error:
            faults += error.faults
    for name in catalog.names("journey"):
        try:
            journey = load_journey(catalog, name, load=load)
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
    rows = [(one.contract.name, one_line(one.contract.version), str(len(one.contract.operations))) for one in listed]
    if not rows:
        return "the catalog has no contracts"
    lines = table(("system", "version", "operations"), rows).splitlines()
    told = [lines[0]]
    for line, one in zip(lines[1:], listed, strict=True):
        told += [line, f"    {one_line(one.contract.title)}", f"    journeys: {', '.join(one.journeys) or 'none'}"]
    return "\n".join(told)
