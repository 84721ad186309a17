"""Journeys that would grow without bound are refused before anything walks through them."""

from __future__ import annotations

import pytest

from sim.errors import DocumentError
from sim.journey.loader import MAX_CHAIN
from sim.journey.size import MAX_DEPTH, MAX_STEPS
from tests.unit.journey.documents import HEAD, Check, Load, messages, workflow

LEAF = "{stepId: s, operationId: ping}"


def chain(length: int, *, calls: int = 1, mark: str = "") -> str:
    """Workflows of which each calls the next, as often as asked."""
    text = "workflows:\n"
    for number in range(length - 1):
        steps = ", ".join(f"{{stepId: s{call}, workflowId: w{number + 1}}}" for call in range(calls))
        text += f"  - {mark if number == 0 else ''}{{workflowId: w{number}, steps: [{steps}]}}\n"
    return f"{text}  - {{workflowId: w{length - 1}, steps: [{LEAF}]}}\n"


def test_the_number_of_steps_is_bounded(check: Check) -> None:
    steps = [f"{{stepId: s{number}, operationId: ping}}" for number in range(MAX_STEPS)]
    text = workflow("summary: x", *steps).replace("\n  - ", "\n  §- ", 1)
    assert messages(check(text)) == [f"the document has {MAX_STEPS + 1:,} workflows and steps"]


def test_calls_go_as_deep_as_the_bound_and_no_deeper(check: Check, load: Load) -> None:
    assert len(load(chain(MAX_DEPTH)).workflows) == MAX_DEPTH
    assert messages(check(chain(MAX_DEPTH + 1, mark="§"))) == [f"the workflow w0 calls workflows {MAX_DEPTH + 1} deep"]


@pytest.mark.parametrize("calls", [2, 3])
def test_workflows_that_double_are_refused(check: Check, calls: int) -> None:
    assert messages(check(chain(20, calls=calls, mark="§"))) == ["the workflow w0 has too many steps when written out"]


def test_a_chain_of_documents_is_bounded(load: Load) -> None:
    other = HEAD.replace("sourceDescriptions:\n", "sourceDescriptions:\n  - {name: next, url: NEXT, type: arazzo}\n")
    assert other != HEAD
    text = workflow("summary: x", LEAF)
    files = {f"j{n}.arazzo.yaml": other.replace("NEXT", f"j{n + 1}.arazzo.yaml") + text for n in range(40)}
    files["j40.arazzo.yaml"] = HEAD + text
    with pytest.raises(DocumentError, match=f"more than {MAX_CHAIN} Arazzo documents refer on to each other"):
        load(text, head=other.replace("NEXT", "j0.arazzo.yaml"), files=files)
