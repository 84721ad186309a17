"""Arazzo documents as typed values.

``sim.journey.load_journey`` makes them from a document and the contracts it names; the plan compiles them and the
replay executes them. Names are Arazzo's (https://spec.openapis.org/arazzo/v1.0.1 and v1.1.0).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.contract.model import Contract, Operation
    from sim.document import Document, JsonValue

Division = Literal["home", "office", "none"]


@dataclass(frozen=True, slots=True)
class Criterion:
    """A Criterion Object.

    Parameters
    ----------
    condition : str
        The condition as written.
    context : str or None
        The runtime expression it is applied to; None for a simple condition.
    kind : str
        ``simple``, ``regex`` or ``jsonpath``.
    pointer : str
        Where it stands in the document.
    """

    condition: str
    context: str | None
    kind: Literal["simple", "regex", "jsonpath"]
    pointer: str


@dataclass(frozen=True, slots=True)
class Action:
    """A Success or Failure Action Object, references resolved.

    Parameters
    ----------
    step_id, workflow_id : str or None
        Target of ``goto``; what ``retry`` runs before it repeats.
    retry_after : float or None
        Seconds, >= 0.
    retry_limit : int
        Repeats, >= 0; 1 where the document says nothing.
    parameters : tuple of Parameter
        Inputs of the workflow that ``goto`` or ``retry`` enters (1.1).
    """

    name: str
    kind: Literal["end", "goto", "retry"]
    criteria: tuple[Criterion, ...]
    pointer: str
    step_id: str | None = None
    workflow_id: str | None = None
    retry_after: float | None = None
    retry_limit: int = 1
    parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A Parameter Object; ``location`` is None for the input of a workflow."""

    name: str
    location: Literal["path", "query", "header", "cookie", "querystring"] | None
    value: JsonValue
    pointer: str


@dataclass(frozen=True, slots=True)
class Replacement:
    """A Payload Replacement Object; ``target`` is a JSON pointer into the payload."""

    target: str
    value: JsonValue


@dataclass(frozen=True, slots=True)
class RequestBody:
    """A Request Body Object."""

    content_type: str | None
    payload: JsonValue
    replacements: tuple[Replacement, ...]
    pointer: str


@dataclass(frozen=True, slots=True)
class Step:
    """A Step Object; it has an operation or a workflow, never both.

    Parameters
    ----------
    timeout : float or None
        Seconds (the document of 1.1 says milliseconds).
    depends_on : tuple of str
        Step ids of the same workflow.
    division : str
        Whose platform answers: ``x-tongban-division``, default ``office``.
    on_success, on_failure : tuple of Action
        The step's own actions, then those of the workflow that have no namesake in the step.
    """

    step_id: str
    contract: Contract | None
    operation: Operation | None
    workflow_id: str | None
    parameters: tuple[Parameter, ...]
    request_body: RequestBody | None
    success_criteria: tuple[Criterion, ...]
    on_success: tuple[Action, ...]
    on_failure: tuple[Action, ...]
    outputs: Mapping[str, str]
    timeout: float | None
    depends_on: tuple[str, ...]
    division: Division
    pointer: str


@dataclass(frozen=True, slots=True)
class Workflow:
    """A Workflow Object.

    Parameters
    ----------
    inputs : JsonValue
        Its JSON Schema, resolved; an object schema, ``{}`` where there is none.
    parallel : bool
        ``x-tongban-parallel``: each step starts when the steps it depends on are done.
    """

    workflow_id: str
    summary: str
    inputs: Mapping[str, JsonValue]
    steps: tuple[Step, ...]
    outputs: Mapping[str, str]
    depends_on: tuple[str, ...]
    parallel: bool
    pointer: str

    def step(self, step_id: str) -> Step:
        """Return the step of that id (it exists: the loader checked every reference)."""
        return next(step for step in self.steps if step.step_id == step_id)


@dataclass(frozen=True, slots=True)
class Journey:
    """An Arazzo document with everything it refers to.

    Parameters
    ----------
    name : str
        The file's name without ``.arazzo.yaml``.
    version : str
        ``1.0.0``, ``1.0.1`` or ``1.1.0``.
    contracts : mapping
        Contracts by the name of their source description.
    workflows : mapping
        Workflows by id; those of Arazzo sources as ``$sourceDescriptions.<name>.<workflowId>``. The first is the errand
        itself unless a demand line names another.
    digest : str
        SHA-256 over this document and every Arazzo document it refers to.
    """

    name: str
    version: str
    document: Document
    contracts: Mapping[str, Contract]
    workflows: Mapping[str, Workflow]
    digest: str

    @property
    def main(self) -> Workflow:
        """The first workflow of the document."""
        return next(iter(self.workflows.values()))
