"""What the product covers: every capability of the network, the documents that make it real, where it is studied.

Takes ``scenarios/data/capabilities.csv`` and the bundled catalog, gives the table of the page and everything that a row
names and nobody has; a test holds that list against nothing.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from docs.grid import code, grid
from sim.catalog import Catalog
from sim.chart import CHARTS
from sim.conformance import CHECKS
from sim.contract import load_contract
from sim.metric import METRICS
from sim.scenario import load_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.scenario import Scenario

STEP_OPERATION: Final = re.compile(r"operationId: \$sourceDescriptions\.[\w-]+\.(\w+)")
MOST_NEEDS: Final = 10
"""Rows that may wait for a feature of the engine."""
FILE: Final = "scenarios/data/capabilities.csv"
SERVICES: Final = "scenarios/services"
"""Where the scenarios of one domain, and the studies of one question, stand."""
STUDIED: Final = frozenset({"metric", "chart", "scenario", "study", "check", "report"})
USED: Final = frozenset({"operation", "journey"})
"""What realises a row only where the people of a scenario come by it."""
REPORT: Final = frozenset({"key-figures", "conformance", "divisions", "comparison"})
"""Sections of the report."""


@dataclass(frozen=True, slots=True)
class Name:
    """One thing that a row names: ``journey:renew-id-card``."""

    kind: str
    value: str

    def __str__(self) -> str:
        """Return it as the file has it."""
        return f"{self.kind}:{self.value}"


@dataclass(frozen=True, slots=True)
class Capability:
    """A row of the file.

    Parameters
    ----------
    realised, studied : tuple of Name
        Documents and parts of documents that make it real; figures, charts and scenarios in which it is studied.
    needs : str
        What the engines lack for it; empty where nothing is missing.
    """

    identifier: str
    name: str
    kind: str
    source: str
    realised: tuple[Name, ...]
    studied: tuple[Name, ...]
    needs: str


def capabilities() -> list[Capability]:
    """Return the rows of the file, in its order."""
    with (Catalog.bundled().root / FILE).open(encoding="utf-8", newline="") as file:
        return [
            Capability(
                identifier=row["id"],
                name=row["name"],
                kind=row["kind"],
                source=row["source"],
                realised=_names(row["realised_by"]),
                studied=_names(row["studied_by"]),
                needs=row["needs"],
            )
            for row in csv.DictReader(file)
        ]


def unrealised() -> list[str]:
    """Return what is wrong with the coverage: rows that nothing realises or studies, and names that nobody has."""
    rows = capabilities()
    found = [fault for row in rows for fault in _faults(row)]
    waiting = [row.identifier for row in rows if row.needs]
    if len(waiting) > MOST_NEEDS:
        found.append(f"{len(waiting)} rows need what does not exist: {', '.join(waiting)}")
    return found


def coverage_table() -> str:
    """Return every capability with its documents and where it can be studied."""
    rows = [
        (
            row.identifier,
            row.name,
            ", ".join(_shown(name) for name in row.realised),
            ", ".join(_shown(name) for name in row.studied),
            f"needs: {row.needs}" if row.needs else "",
        )
        for row in capabilities()
    ]
    return grid(("id", "capability", "realised by", "studied in", "left"), rows)


def _names(text: str) -> tuple[Name, ...]:
    return tuple(Name(*(part.strip() for part in one.split(":", 1))) for one in text.split(";") if one.strip())


def _faults(row: Capability) -> Iterator[str]:
    if not row.realised:
        yield f"{row.identifier}: nothing realises it"
    if not row.studied:
        yield f"{row.identifier}: nothing says where it can be studied"
    for name in (*row.realised, *row.studied):
        if name.value not in known().get(name.kind, ()):
            yield f"{row.identifier}: there is no {name}"
        elif name.kind in USED and name.value not in used():
            yield f"{row.identifier}: {name} stands there, and no scenario comes by it"
    for name in row.studied:
        if name.kind not in STUDIED:
            yield f"{row.identifier}: {name} is no place to study anything"


@cache
def known() -> Mapping[str, Mapping[str, str]]:
    """Return everything that a row may name, by kind: its name and its page or file below the repository."""
    catalog = Catalog.bundled()
    found: dict[str, dict[str, str]] = {
        "contract": {name: f"contracts/{name}.openapi.yaml" for name in catalog.names("contract")},
        "journey": {name: f"scenarios/journeys/{name}.arazzo.yaml" for name in catalog.names("journey")},
        "overlay": {name: f"contracts/overlays/{name}.overlay.yaml" for name in catalog.names("overlay")},
        "scenario": {name: f"scenarios/{name}.yaml" for name in catalog.names("scenario")},
        "study": {path.stem: f"{SERVICES}/{path.name}" for path in sorted((catalog.root / SERVICES).glob("*.yaml"))},
        "metric": {name: "docs/reference/metrics.md" for name, _ in METRICS},
        "chart": {name: "docs/reference/charts.md" for name, _ in CHARTS},
        "check": {name: "docs/reference/checks.md" for name, _ in CHECKS},
        "report": dict.fromkeys(REPORT, "docs/guides/read-a-report.md"),
        "figure": dict.fromkeys(_figures(catalog), "scenarios/data/workload.csv"),
    }
    operations = {
        operation: file
        for name, file in found["contract"].items()
        for operation in load_contract(catalog, name).operations
    }
    return {**found, "operation": operations, **_parts()}


@cache
def used() -> frozenset[str]:
    """Return the journeys that a scenario has a demand for, the operations of their steps, and what those call."""
    catalog = Catalog.bundled()
    studies = (load_scenario(catalog, catalog.root / file) for file in known()["study"].values())
    scenarios = [*_scenarios().values(), *studies]
    journeys = {line.journey.partition("#")[0] for one in scenarios for line in one.demand}
    journeys &= set(catalog.names("journey"))
    texts = [catalog.path("journey", name).read_text(encoding="utf-8") for name in journeys]
    operations = {found for text in texts for found in STEP_OPERATION.findall(text)}
    costs = [cost for one in scenarios for name, cost in one.costs.items() if name in operations]
    return frozenset(journeys | operations | {call.operation for cost in costs for call in cost.calls})


@cache
def _scenarios() -> Mapping[str, Scenario]:
    catalog = Catalog.bundled()
    return {name: load_scenario(catalog, catalog.path("scenario", name)) for name in catalog.names("scenario")}


def _parts() -> dict[str, dict[str, str]]:
    """Return stations and demand lines of all scenarios, each with the scenario that has it."""
    stations: dict[str, str] = {}
    lines: dict[str, str] = {}
    for name in sorted(_scenarios(), key=lambda one: one != "national-day"):  # the whole network first
        scenario = _scenarios()[name]
        file = f"scenarios/{name}.yaml"
        stations.update({station.name: file for station in scenario.stations if station.name not in stations})
        lines.update({line.name: file for line in scenario.demand if line.name not in lines})
    return {"station": stations, "line": lines}


def _figures(catalog: Catalog) -> list[str]:
    with (catalog.root / "scenarios/data/workload.csv").open(encoding="utf-8", newline="") as file:
        return [row["id"] for row in csv.DictReader(file)]


def _shown(name: Name) -> str:
    return f"{name.kind} [{code(name.value)}](../../{known()[name.kind][name.value]})"
