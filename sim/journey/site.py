"""Where runtime expressions stand in a journey.

Takes a step or workflow, gives each place that may hold expressions and when it is evaluated, promises to name them
all: the checks, the order of parallel steps and the reading of responses are told from this one list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from sim.journey.condition import Lookup
from sim.journey.criterion import lookups
from sim.journey.expression import expressions_of, parse_expression
from sim.journey.model import Criterion
from sim.journey.reader import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.document import JsonValue
    from sim.journey.model import Action, Step, Workflow

Moment: TypeAlias = Literal["call", "answer", "end"]


@dataclass(frozen=True, slots=True)
class Site:
    """One text of a document that is, or holds, runtime expressions.

    Parameters
    ----------
    pointer : str
        Where it stands.
    content : str or Criterion
        A value (an expression, or text with embedded ones), or a criterion.
    moment : str
        ``call``: before the step's call is made; ``answer``: after its answer; ``end``: when the workflow ends.
    strict : bool
        Whether nothing but one expression may stand here.
    """

    pointer: str
    content: str | Criterion
    moment: Moment
    strict: bool = False

    def lookups(self) -> tuple[Lookup, ...]:
        """Return everything this place looks up.

        Raises
        ------
        ExpressionError
            The text does not follow the grammar.
        """
        if isinstance(self.content, Criterion):
            return lookups(self.content)
        found = (parse_expression(self.content),) if self.strict else expressions_of(self.content)
        return tuple(Lookup(expression, ()) for expression in found)


def step_sites(step: Step) -> Iterator[Site]:
    """Yield every place of a step, in the order of evaluation."""
    for parameter in step.parameters:
        yield from _values(parameter.value, f"{parameter.pointer}/value", "call")
    body = step.request_body
    if body is not None:
        yield from _values(body.payload, f"{body.pointer}/payload", "call")
        for index, replacement in enumerate(body.replacements):
            yield from _values(replacement.value, f"{body.pointer}/replacements/{index}/value", "call")
    yield from _outputs(step, "answer")
    for criterion in step.success_criteria:
        yield Site(f"{criterion.pointer}/condition", criterion, "answer")
    for action in (*step.on_success, *step.on_failure):
        yield from _action_sites(action)


def workflow_sites(workflow: Workflow) -> Iterator[Site]:
    """Yield the places of a workflow's own outputs."""
    yield from _outputs(workflow, "end")


def _outputs(owner: Step | Workflow, moment: Moment) -> Iterator[Site]:
    for name, text in owner.outputs.items():
        yield Site(f"{owner.pointer}/outputs/{name}", text, moment, strict=True)


def _action_sites(action: Action) -> Iterator[Site]:
    for criterion in action.criteria:
        yield Site(f"{criterion.pointer}/condition", criterion, "answer")
    for parameter in action.parameters:
        yield from _values(parameter.value, f"{parameter.pointer}/value", "answer")


def _values(value: JsonValue, pointer: str, moment: Moment) -> Iterator[Site]:
    for place, found in walk(value, pointer):
        if isinstance(found, str) and "$" in found:
            yield Site(place, found, moment)
