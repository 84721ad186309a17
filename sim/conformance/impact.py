"""Which steps of which journeys a change of a contract breaks.

Takes the changes between two editions and loaded journeys, gives the steps that meet them, promises that a step is
passed over only when it neither reads, sends nor omits what changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.journey import reads_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sim.contract import Change
    from sim.document import JsonValue
    from sim.journey import Journey, Step, Workflow

ANY: Final = "*"


@dataclass(frozen=True, slots=True)
class BrokenStep:
    """A step that meets a change.

    Parameters
    ----------
    file, line : str, int
        Where the step stands.
    reason : str
        What it does, in words: ``reads /case_no``, ``omits /reason``, ``may send /name``.
    """

    journey: str
    workflow: str
    step: str
    file: str
    line: int
    reason: str


def steps_broken(change: Change, journeys: Iterable[Journey], contracts: Iterable[str]) -> tuple[BrokenStep, ...]:
    """Return the steps that a breaking change breaks.

    Parameters
    ----------
    change : Change
        Nothing is returned unless it breaks a side.
    journeys : iterable of Journey
        Loaded journeys.
    contracts : iterable of str
        Names of the contract: of the older and of the newer edition. Where no journey knows either name, operations are
        known by their operationId alone.
    """
    if change.severity != "breaking":
        return ()
    known = set(contracts)
    calls = [(journey, workflow, step) for journey, workflow, step in calls_of(journeys)]
    if any(step.contract is not None and step.contract.name in known for _, _, step in calls):
        calls = [call for call in calls if call[2].contract is not None and call[2].contract.name in known]
    found: list[BrokenStep] = []
    for journey, workflow, step in calls:
        if step.operation is None or (change.operation and step.operation.operation_id != change.operation):
            continue
        reason = _reason(change, journey, workflow, step)
        if reason:
            place = journey.document.place(step.pointer)
            found.append(BrokenStep(journey.name, workflow.workflow_id, step.step_id, place.file, place.line, reason))
    return tuple(found)


def calls_of(journeys: Iterable[Journey]) -> Iterator[tuple[Journey, Workflow, Step]]:
    """Yield every step that calls an operation; those of other documents are told with their own journey."""
    for journey in journeys:
        for name, workflow in journey.workflows.items():
            for step in workflow.steps if not name.startswith("$sourceDescriptions.") else ():
                if step.operation is not None:
                    yield journey, workflow, step


def _reason(change: Change, journey: Journey, workflow: Workflow, step: Step) -> str:
    """Return how a step meets a change, ``""`` when it does not."""
    if change.within:
        return f"calls what has the {change.within}" if change.operation else ""
    if change.touches == "call":
        return "calls it"
    tokens = tokens_of(change.field)
    if change.touches == "read":
        return _reading(change, tokens, journey, workflow, step)
    sent = sends(step, change.part, tokens)
    if change.touches == "send":
        return {True: f"sends {change.field or 'it'}", None: f"may send {change.field or 'it'}", False: ""}[sent]
    parent = sends(step, change.part, tokens[:-1]) if len(tokens) > 1 else True
    if parent is False:
        return ""
    return {True: "", None: f"may omit {change.field or 'it'}", False: f"omits {change.field or 'it'}"}[sent]


def tokens_of(pointer: str) -> tuple[str, ...]:
    """Return the tokens of a JSON pointer."""
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])


def _reading(change: Change, tokens: tuple[str, ...], journey: Journey, workflow: Workflow, step: Step) -> str:
    for read in reads_of(journey, workflow, step):
        if read.part == change.part and meet(tokens_of(read.pointer), tokens):
            return f"reads {read.pointer or 'the whole body'}"
    return ""


def meet(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether one path leads to, or through, the other."""
    return all(first == second or ANY in (first, second) for first, second in zip(one, other, strict=False))


def sends(step: Step, part: str, tokens: tuple[str, ...]) -> bool | None:
    """Tell whether a step sends a value; None where an expression decides it."""
    if part != "body":
        fold = str.lower if part == "header" else str
        given = {fold(one.name) for one in step.parameters if one.location == part}
        return part == "path" or fold(tokens[0]) in given
    body = step.request_body
    if body is None:
        return False
    targets = [tokens_of(one.target) for one in body.replacements]
    if any(meet(target, tokens) and len(target) >= len(tokens) for target in targets):
        return True
    found = _holds(body.payload, tokens)
    return None if found is False and any(meet(target, tokens) for target in targets) else found


def _holds(payload: JsonValue, tokens: tuple[str, ...]) -> bool | None:
    """Tell whether a payload as written holds a value at a path; None where an expression stands on the way."""
    if not tokens:
        return True
    if isinstance(payload, str):
        return None if "$" in payload or payload.lstrip().startswith(("{", "[")) else False
    first, rest = tokens[0], tokens[1:]
    if isinstance(payload, dict):
        children = list(payload.values()) if first == ANY else [payload[first]] if first in payload else []
    elif isinstance(payload, list):
        is_index = first.isdecimal() and int(first) < len(payload)
        children = payload if first == ANY else [payload[int(first)]] if is_index else []
    else:
        return False
    answers = [_holds(child, rest) for child in children]
    return True if True in answers else None if None in answers else False
