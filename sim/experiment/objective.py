"""Whether the objectives and statements of a scenario can be held against what its run will measure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.document import Document, read_document
from sim.errors import DocumentError, Fault, UsageError
from sim.metric import METRICS, Scope, quantile_name, rows_of

if TYPE_CHECKING:
    from sim.bundle import Layout
    from sim.scenario import Objective, Scenario


def check_objectives(scenario: Scenario, layout: Layout) -> None:
    """Check that each objective names a metric, a quantile and rows that the run has, each statement a metric.

    Raises
    ------
    DocumentError
        One fault an objective or statement that cannot be judged.
    """
    problems = [
        ("objectives", objective.name, key, error)
        for objective in scenario.objectives
        for key, error in [_problem(objective, layout)]
        if error is not None
    ]
    for statement in scenario.statements:
        try:
            METRICS.get(statement.metric)
        except UsageError as error:
            problems.append(("statements", statement.name, "metric", error))
    if problems:
        document = read_document(scenario.path)
        raise DocumentError(_fault(document, *problem) for problem in problems)


def _problem(objective: Objective, layout: Layout) -> tuple[str, UsageError | None]:
    """Return what is wrong with an objective and the key at which it is."""
    key = "metric"
    try:
        metric = METRICS.get(objective.metric)
        key = "quantile"
        metric.unit(next(iter(metric.statistics)) if objective.quantile is None else quantile_name(objective.quantile))
        key = "station" if objective.station is not None else "journey" if objective.journey is not None else "channel"
        scope = Scope(station=objective.station, journey=objective.journey, channel=objective.channel)
        rows_of(layout, metric.subject, scope)
    except UsageError as error:
        return key, error
    return "", None


def _fault(document: Document, part: str, name: str, key: str, error: UsageError) -> Fault:
    """Return the fault at its place; an entry of a document that this one extends has none here."""
    value = document.value.get(part) if isinstance(document.value, dict) else None
    for index, entry in enumerate(value if isinstance(value, list) else []):
        if isinstance(entry, dict) and entry.get("name") == name:
            return document.fault(f"/{part}/{index}/{key}", error.message, error.remedy)
    return document.fault(f"/{part}", f"{name}: {error.message}", error.remedy)
