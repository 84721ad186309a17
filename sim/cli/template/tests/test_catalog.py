"""The documents hold together, the mock keeps its contract, and the day keeps its objective."""

from functools import cache
from pathlib import Path

import pytest

from sim.catalog import Catalog
from sim.cli import main
from sim.experiment import Prepared, Request, make_bundle, prepare, run_experiment
from sim.metric import Scope, summarise

NAME = "library-card"
ROOT = Path(__file__).resolve().parents[1]


@cache
def prepared() -> Prepared:
    """Read the documents, replay the journey against the mock, make the simulation ready. `trusted` loads the mock."""
    catalog = Catalog(ROOT, trusted=True)
    return prepare(catalog, catalog.path("scenario", NAME), {})


def test_the_documents_have_no_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["check"]) == 0


def test_the_mock_keeps_its_contract_on_every_branch() -> None:
    table = prepared().table
    assert table.mocked_by == ((NAME, "mock"),)
    assert [f"{one.operation}: {one.rule} {one.pointer}" for one in table.findings] == []
    assert {row.operation: row.verdict for row in table.rows} == {
        "applyForCard": "pass",
        "decideApplication": "pass",
        "issueCard": "pass",
    }
    taken = {(ending.step, ending.action): ending.count for ending in table.endings}
    assert taken["decide", "approved"] == taken["decide", "refused"] == 20
    assert table.unfinished == 0


def test_a_small_run_keeps_the_objective() -> None:
    request = Request.of(prepared(), replications=2, workers=1)
    bundle = make_bundle(prepared(), request, run_experiment(prepared(), request), command="pytest")
    summary = summarise(bundle)
    assert {verdict.objective.name: verdict.outcome for verdict in summary.verdicts} == {"clerk-wait": "met"}
    # A card is printed for everybody who completes the errand and for nobody else: exact, whatever the figures are.
    (printed,) = summary.of("services", "total", Scope(station="printer"))
    (completed,) = summary.of("endings", "completed", Scope(journey=NAME))
    assert printed.value == completed.value
