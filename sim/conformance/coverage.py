"""What tests a contract: which of its statuses, fields and callbacks, and which steps of the journeys that call it.

Takes a contract and journeys, and what a trial says, gives one entry for each thing with why it is untested; promises
that nothing is called tested that documents, or the trial's report, do not show.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Final, Literal

from sim.conformance.impact import ANY, calls_of, meet, sends, tokens_of
from sim.contract import child_schema, resolve_schema
from sim.document import escape_pointer
from sim.errors import UsageError
from sim.journey import decide_success, reads_of
from sim.journey.flow import live_actions
from sim.mock.security import IDEMPOTENCY_KEY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sim.contract import Contract, Operation, Schema
    from sim.journey import Journey, Step, Workflow

Kind = Literal["status", "request", "response", "callback", "step"]
State = Literal["tested", "untested", "unknown"]

KINDS: Final[tuple[Kind, ...]] = ("status", "request", "response", "callback", "step")
STATES: Final[tuple[State, ...]] = ("tested", "untested", "unknown")
REFUSED: Final = tuple(
    f"negative-{kind}" for kind in ("additional", "enum", "length", "pattern", "range", "required", "syntax", "type")
)
INTRUSIONS: Final = tuple(
    f"security-{kind}" for kind in ("age", "altered", "audience", "expired", "missing", "replay", "signature", "token")
)
EXERCISED: Final = frozenset(("pass", "warning", "fail", "error", "review"))
DEEPEST: Final = 8
"""Levels of objects in objects that are looked at."""
MAX_FIELDS: Final = 20_000


@dataclass(frozen=True, slots=True)
class CoverageEntry:
    """One thing of a contract.

    Parameters
    ----------
    name : str
        A status; part and JSON pointer of a field, ``body/materials/*/name``; a callback; a step,
        ``journey/step`` or ``journey#workflow/step``.
    state : str
        ``unknown``: documents, or the report, do not tell.
    reason : str
        Why it is not ``tested``; else empty.
    steps : tuple of str
        Steps that test it.
    checks : tuple of str
        Checks that provoke it.
    """

    kind: Kind
    operation: str
    name: str
    state: State
    reason: str = ""
    steps: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exercised:
    """What a trial says of the system's contract.

    Parameters
    ----------
    journeys : frozenset of str
        That it walked.
    outcomes : mapping of (str, str) to frozenset of str
        Outcomes by operation and check.
    reasons : mapping of (str, str) to str
        Why it was not exercised, by operation and check.
    """

    journeys: frozenset[str]
    outcomes: Mapping[tuple[str, str], frozenset[str]]
    reasons: Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class _Call:
    """A step that calls an operation, and the parts of the answer that its journey reads: part and tokens."""

    name: str
    workflow: Workflow
    step: Step
    reads: tuple[tuple[str, tuple[str, ...]], ...]


def coverage_of(contract: Contract, journeys: Iterable[Journey]) -> tuple[CoverageEntry, ...]:
    """Return what journeys, and the probes of ``tongban conform``, test of a contract, as documents tell.

    Raises
    ------
    UsageError
        Messages of an operation have too many fields to be listed.
    """
    calls: dict[str, list[_Call]] = {}
    for journey, workflow, step in calls_of(journeys):
        if step.operation is not None and step.contract is not None and step.contract.name == contract.name:
            calls.setdefault(step.operation.operation_id, []).append(_call(journey, workflow, step))
    found: list[CoverageEntry] = []
    for operation in contract.operations.values():
        callers = calls.get(operation.operation_id, [])
        found += [_callable(entry, callers) for entry in _entries(operation, callers)]
    return tuple(found)


def narrowed(entries: Sequence[CoverageEntry], trial: Exercised) -> tuple[CoverageEntry, ...]:
    """Return the entries with what a trial exercised of them."""
    walked: dict[str, set[str]] = {}
    for entry in entries:
        if entry.kind == "step" and _journey(entry.name) in trial.journeys:
            walked.setdefault(entry.operation, set()).add(entry.name)
    return tuple(_narrowed(entry, trial, walked.get(entry.operation, set())) for entry in entries)


def _call(journey: Journey, workflow: Workflow, step: Step) -> _Call:
    of = "" if workflow is journey.main else f"#{workflow.workflow_id}"
    reads = tuple((read.part, tokens_of(read.pointer)) for read in reads_of(journey, workflow, step))
    return _Call(f"{journey.name}{of}/{step.step_id}", workflow, step, reads)


def _journey(step: str) -> str:
    return step.partition("/")[0].partition("#")[0]


def _callable(entry: CoverageEntry, callers: Sequence[_Call]) -> CoverageEntry:
    """Return an entry; of an operation that nobody calls nothing is tested, whatever else is true."""
    if callers:
        return entry
    return replace(entry, state="untested", reason="no journey calls it", steps=())


def _entries(operation: Operation, callers: Sequence[_Call]) -> Iterator[CoverageEntry]:
    name = operation.operation_id
    for status in operation.responses:
        yield _of_status(operation, status, callers)
    for field in _bounded(operation, _request_fields(operation)):
        yield _of_request(name, field, callers)
    for field in _bounded(operation, _response_fields(operation)):
        yield _of_response(name, field, callers)
    for callback in operation.callbacks:
        steps = tuple(one.name for one in callers)
        yield CoverageEntry("callback", name, callback.operation_id, "tested", steps=steps, checks=("callback",))
    for call in callers:
        yield _of_step(name, call)


def _of_status(operation: Operation, status: str, callers: Sequence[_Call]) -> CoverageEntry:
    """Return whether a status is got by a step that succeeds with it, or provoked by a check."""
    name = operation.operation_id
    if status.isdecimal():
        taken = {one.name: decide_success(one.step, inputs={}, status=int(status)) for one in callers}
        sure = tuple(one for one, succeeds in taken.items() if succeeds)
        if sure and int(status) < 400:
            return CoverageEntry("status", name, status, "tested", steps=sure)
        checks = _provoking(operation, int(status))
        if checks:
            return CoverageEntry("status", name, status, "tested", checks=checks)
        if any(succeeds is None for succeeds in taken.values()):
            reason = "an expression decides whether a step goes on with it"
            return CoverageEntry("status", name, status, "unknown", reason, tuple(taken))
    return CoverageEntry("status", name, status, "untested", "nothing provokes it")


def _provoking(operation: Operation, status: int) -> tuple[str, ...]:
    """Return the checks of which an operation answers a status."""
    named = {one.name.lower() for one in operation.parameters if one.location == "header"}
    takes = bool(operation.parameters) or operation.request_body is not None
    conflict = 409 if "409" in operation.responses else 422
    secured = bool(operation.security) and all(operation.security)
    provoked: dict[int, tuple[bool, tuple[str, ...]]] = {
        400: (takes, REFUSED),
        401: (secured, INTRUSIONS),
        412: ("if-match" in named, ("stale-version",)),
        415: (operation.request_body is not None, ("negative-media-type",)),
        conflict: ("idempotency-key" in named, ("idempotency-conflict",)),
    }
    applies, checks = provoked.get(status, (False, ()))
    return checks if applies else ()


def _of_request(operation: str, field: tuple[str, ...], callers: Sequence[_Call]) -> CoverageEntry:
    is_key = (field[0], field[-1].lower()) == ("header", IDEMPOTENCY_KEY)  # tongban gives one, whatever a step says
    sent = {one.name: True if is_key else sends(one.step, field[0], field[1:]) for one in callers}
    return _field("request", operation, field, sent, ("no step sends it", "an expression decides whether it is sent"))


def _of_response(operation: str, field: tuple[str, ...], callers: Sequence[_Call]) -> CoverageEntry:
    read = {
        one.name: any(part == field[0] and meet(tokens, field[1:]) for part, tokens in one.reads) for one in callers
    }
    return _field("response", operation, field, read, ("no step reads it", ""))


def _field(
    kind: Kind,
    operation: str,
    field: tuple[str, ...],
    by: Mapping[str, bool | None],
    reasons: tuple[str, str],
) -> CoverageEntry:
    name = "/".join((field[0], *(escape_pointer(token) for token in field[1:])))
    sure = tuple(one for one, does in by.items() if does)
    if sure:
        return CoverageEntry(kind, operation, name, "tested", steps=sure)
    perhaps = tuple(one for one, does in by.items() if does is None)
    if perhaps:
        return CoverageEntry(kind, operation, name, "unknown", reasons[1], perhaps)
    return CoverageEntry(kind, operation, name, "untested", reasons[0])


def _of_step(operation: str, call: _Call) -> CoverageEntry:
    if call.step.step_id in _on_the_way(call.workflow):
        return CoverageEntry("step", operation, call.name, "tested", steps=(call.name,))
    reason = "only the failure of another step leads to it"
    return CoverageEntry("step", operation, call.name, "unknown", reason, (call.name,))


def _on_the_way(workflow: Workflow) -> set[str]:
    """Return the steps that a workflow comes to while no step fails."""
    names = [step.step_id for step in workflow.steps]
    if workflow.parallel:
        return set(names)
    following, found, waiting = dict(pairwise(names)), set[str](), names[:1]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        actions = list(live_actions(workflow.step(name).on_success))
        waiting += [action.step_id for action in actions if action.step_id is not None]
        if name in following and (not actions or actions[-1].criteria):
            waiting.append(following[name])
    return found


# The fields of messages.


def _request_fields(operation: Operation) -> Iterator[tuple[str, ...]]:
    for one in operation.parameters:
        yield one.location, one.name
    content = operation.request_body.content if operation.request_body is not None else {}
    for media_type in content.values():
        if media_type.schema is not None:
            yield from (("body", *field) for field in _leaves(media_type.schema))


def _response_fields(operation: Operation) -> Iterator[tuple[str, ...]]:
    """Yield the fields of successes; a refusal is a problem, whose status says all that a journey may go by."""
    for status, response in operation.responses.items():
        if not status.startswith("2"):
            continue
        yield from (("header", name.lower()) for name in response.headers)
        for media_type in response.content.values():
            if media_type.schema is not None:
                yield from (("body", *field) for field in _leaves(media_type.schema))


def _bounded(operation: Operation, fields: Iterator[tuple[str, ...]]) -> Iterable[tuple[str, ...]]:
    """Return fields, each once; schemas that branch in each other may describe more than can be listed."""
    found = list(islice(fields, MAX_FIELDS + 1))
    if len(found) > MAX_FIELDS:
        message = f"the messages of {operation.operation_id} have more than {MAX_FIELDS} fields"
        raise UsageError(message, "let its schemas branch less (allOf, anyOf, oneOf)")
    return dict.fromkeys(found)


def _leaves(
    schema: Schema, path: tuple[str, ...] = (), above: frozenset[tuple[str, str]] = frozenset()
) -> Iterator[tuple[str, ...]]:
    """Yield the paths to values that hold no named values themselves; elements of a list are ``*``."""
    below = list(_members(schema, above)) if len(path) < DEEPEST else []
    if not below:
        yield from (path,) if path else ()
    for name, member, seen in below:
        yield from _leaves(member, (*path, name), seen)


_Member = tuple[str, "Schema", "frozenset[tuple[str, str]]"]


def _members(schema: Schema, above: frozenset[tuple[str, str]]) -> Iterator[_Member]:
    """Yield the named members and the elements of a schema, of the schemas beside it too; nothing of a circle."""
    key = (schema.uri, schema.pointer)
    if key in above or not isinstance(schema.value, dict):
        return
    seen = above | {key}
    target = resolve_schema(schema)
    if target is not schema:
        yield from _members(target, seen)
    for keyword in ("allOf", "anyOf", "oneOf"):
        branches = schema.value.get(keyword)
        for index in range(len(branches) if isinstance(branches, list) else 0):
            part = child_schema(schema, keyword, str(index))
            if part is not None:
                yield from _members(part, seen)
    properties = schema.value.get("properties")
    for name in properties if isinstance(properties, dict) else ():
        member = child_schema(schema, "properties", name)
        if member is not None:
            yield name, member, seen
    items = child_schema(schema, "items")
    if items is not None and isinstance(items.value, dict):
        yield ANY, items, seen


# What a trial exercised.


def _narrowed(entry: CoverageEntry, trial: Exercised, walked: set[str]) -> CoverageEntry:
    if entry.checks:
        return _by_checks(entry, trial)
    if entry.state == "untested":
        return entry
    if not walked & set(entry.steps):
        return replace(entry, state="untested", reason="the trial walks no journey that tests it")
    outcomes = trial.outcomes.get((entry.operation, "reached"), frozenset())
    if "pass" not in outcomes:
        reason = trial.reasons.get((entry.operation, "reached"), "the report does not say that it was come to")
        return replace(entry, state="untested", reason=reason)
    if walked > set(entry.steps):
        others = len(walked) - len(walked & set(entry.steps))
        reason = f"the report does not tell whether it was this or one of {others} other steps that call it"
        return replace(entry, state="unknown", reason=reason)
    return entry if entry.state == "tested" or entry.kind != "step" else replace(entry, state="tested", reason="")


def _by_checks(entry: CoverageEntry, trial: Exercised) -> CoverageEntry:
    if any(trial.outcomes.get((entry.operation, name), frozenset()) & EXERCISED for name in entry.checks):
        return replace(entry, state="tested", reason="")
    told = (trial.reasons.get((entry.operation, name)) for name in ("reached", *entry.checks))
    reason = next((one for one in told if one), entry.reason or "no check of the trial provoked it")
    return replace(entry, state="untested", reason=reason)
