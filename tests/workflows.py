"""Arazzo workflows made in a line or two, for tests of the compiler and the engines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.contract.model import Operation, Response
from sim.document import Document
from sim.journey.model import Action, Criterion, Journey, Step, Workflow

if TYPE_CHECKING:
    from collections.abc import Sequence

DOCUMENT = Document(Path("test.arazzo.yaml"), "test.arazzo.yaml", {}, {}, {}, "0" * 64)


def when(condition: str) -> tuple[Criterion, ...]:
    return (Criterion(condition, None, "simple", "/criterion"),)


def action(name: str, kind: Any, condition: str = "", **changes: Any) -> Action:  # a Literal; fields of Action
    return Action(name, kind, when(condition) if condition else (), f"/actions/{name}", **changes)


def operation(name: str, *, is_visit: bool = False) -> Operation:
    responses = {"200": Response("200", {}, {}, "")}
    return Operation("system", name, "POST", f"/{name}", "", (), None, responses, (), None, "", is_visit=is_visit)


def call(name: str, **changes: Any) -> Step:  # fields of Step
    """A step that calls the operation of its own name unless another is given."""
    called = operation(changes.pop("of", name), is_visit=changes.pop("is_visit", False))
    given: dict[str, Any] = {
        "contract": None,
        "operation": called if "workflow_id" not in changes else None,
        "workflow_id": None,
        "parameters": (),
        "request_body": None,
        "success_criteria": (),
        "on_success": (),
        "on_failure": (),
        "outputs": {},
        "timeout": None,
        "depends_on": (),
        "division": "office",
        "pointer": f"/steps/{name}",
        **changes,
    }
    return Step(step_id=name, **given)


def workflow(name: str, steps: Sequence[Step], *, parallel: bool = False, depends_on: tuple[str, ...] = ()) -> Workflow:
    return Workflow(name, "", {}, tuple(steps), {}, depends_on, parallel, f"/workflows/{name}")


def journey(*workflows: Workflow) -> Journey:
    return Journey("visit", "1.1.0", DOCUMENT, {}, {one.workflow_id: one for one in workflows}, "0" * 64)
