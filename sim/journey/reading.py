"""What a journey reads of a response.

Takes a step of a loaded journey, gives the parts of its response that anything in the journey looks at, promises that
a part which is not named here cannot change what the journey does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from sim.document import escape_pointer
from sim.journey.condition import Lookup
from sim.journey.expression import parse_expression
from sim.journey.site import Site, step_sites, workflow_sites
from sim.journey.value import split_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.journey.model import Journey, Step, Workflow

Path: TypeAlias = tuple[str | int, ...]
_ANSWER: Final = ("response", "statusCode")


@dataclass(frozen=True, slots=True, order=True)
class Read:
    """A part of a response that a journey reads.

    Parameters
    ----------
    part : str
        ``status``, ``header`` or ``body``.
    pointer : str
        Of a header its lower-case name after ``/``; of the body a JSON pointer, ``""`` for all of it.
    """

    part: Literal["status", "header", "body"]
    pointer: str


def reads_of(journey: Journey, workflow: Workflow, step: Step) -> tuple[Read, ...]:
    """Return the parts of a step's response that the journey reads, sorted.

    Criteria and actions of the step read what they look at; a step without criteria reads the status. An output reads
    what is read through it, in its workflow and by the steps that call that workflow; an output that nobody in the
    journey names is there for others and reads all it names.
    """
    reads = set() if step.success_criteria else {Read("status", "")}
    for site in step_sites(step):
        if site.moment == "answer" and not site.strict:
            reads.update(_read(lookup, ()) for lookup in site.lookups() if lookup.expression.root in _ANSWER)
    for name, text in step.outputs.items():
        lookup = Lookup(parse_expression(text), ())
        if lookup.expression.root in _ANSWER:
            paths = _step_output_paths(journey, workflow, step, name) or {()}
            reads.update(_read(lookup, path) for path in paths)
    return tuple(sorted(reads))


def _read(lookup: Lookup, path: Path) -> Read:
    expression = lookup.expression
    if expression.root == "statusCode":
        return Read("status", "")
    if expression.part == "header":
        return Read("header", "/" + escape_pointer(expression.name.lower()))
    tokens = (*(expression.pointer or ()), *lookup.path, *path)
    return Read("body", "".join(f"/{escape_pointer(str(token))}" for token in tokens))


def _step_output_paths(journey: Journey, workflow: Workflow, step: Step, output: str) -> set[Path]:
    """Return the paths into an output of a step at which the journey reads it."""
    paths: set[Path] = set()
    for other in workflow.steps:
        paths |= _named_paths(step_sites(other), "steps", step.step_id, output, step.outputs)
    for name, text in workflow.outputs.items():
        through = _named_paths([Site("", text, "end", strict=True)], "steps", step.step_id, output, step.outputs)
        beyond = _workflow_output_paths(journey, workflow, name) or {()}
        paths |= {(*path, *more) for path in through for more in beyond}
    return paths


def _workflow_output_paths(journey: Journey, workflow: Workflow, output: str) -> set[Path]:
    """Return the paths into an output of a workflow at which steps that call it, or other workflows, read it."""
    paths: set[Path] = set()
    for other in journey.workflows.values():
        callers = [step.step_id for step in other.steps if step.workflow_id == workflow.workflow_id]
        sites = [site for step in other.steps for site in step_sites(step)]
        sites += workflow_sites(other)
        for caller in callers:
            paths |= _named_paths(sites, "steps", caller, output, workflow.outputs)
            paths |= _named_paths(step_sites(other.step(caller)), "outputs", "", output, workflow.outputs)
        name = workflow.workflow_id.rpartition(".")[2]
        paths |= _named_paths(sites, "workflows", name, output, workflow.outputs)
    return paths


def _named_paths(sites: Iterable[Site], root: str, owner: str, name: str, known: Iterable[str]) -> set[Path]:
    """Return the paths at which places read one output of a step or workflow."""
    paths: set[Path] = set()
    for site in sites:
        for lookup in site.lookups():
            expression = lookup.expression
            if (expression.root, expression.owner) != (root, owner) or expression.part == "inputs":
                continue
            found, properties = split_name(expression.name, known)
            if found == name:
                paths.add((*properties, *(expression.pointer or ()), *lookup.path))
    return paths
