"""Compiles an Arazzo workflow: its control flow becomes jumps, its undecidable criteria become draws.

Criteria on ``$inputs.channel`` and on the status are decided here (``sim.journey.decide``); where they depend on what
an answer says, the scenario's ``outcomes`` give the probability of each action by its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from sim.journey import decide, decide_success, waits_for
from sim.plan import op
from sim.plan.builder import NONE, Label
from sim.plan.inline import COMPLETED, FAILED, Counting, Wait, write_retry
from sim.plan.misfit import MisfitError
from sim.scenario.model import Backoff

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.journey.model import Action, Journey, Step, Workflow
    from sim.plan.call import CallCompiler
    from sim.scenario.model import Cost

DEFAULT: Final = "default"
MAX_PARALLEL: Final = 63
"""Parallel steps of a workflow: what a step waits for is a mask in a signed integer of 64 bits."""
MAX_REPEATS: Final = 65_535
MAX_IMMEDIATE: Final = 1_000
"""Repeats of a step; and of one that is repeated without a wait, which can all fall into one instant."""


class Ends(NamedTuple):
    """Where control goes when a workflow is over.

    Parameters
    ----------
    done, failed : Label
        Ended well (or by an ``end`` action of a sub-workflow); failed.
    is_root : bool
        Whether an ``end`` action ends the journey itself, by its name.
    branch : bool
        Whether the code runs in a forked branch, whose ``end`` must reach the parent.
    route : tuple of str
        Workflows that control went to for good on its way here.
    """

    done: Label
    failed: Label
    is_root: bool
    branch: bool = False
    route: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JourneyCompiler:
    """Writes one journey by one channel.

    Parameters
    ----------
    outcomes : mapping
        Step id, action name (or ``default``) to probability.
    ended : mapping of str to int
        Outcome row by the name of an ``end`` action.
    """

    journey: Journey
    channel: str
    calls: CallCompiler
    outcomes: Mapping[str, Mapping[str, float]]
    ended: Mapping[str, int]

    def compile(self, workflow: Workflow) -> Label:
        """Write the whole program and return its first place.

        Raises
        ------
        MisfitError
            The scenario lacks a cost or an outcome, or the journey uses something that is not simulated.
        """
        builder = self.calls.builder
        first, ends = builder.begin_program(), Ends(Label(), Label(), is_root=True)
        self._workflow(workflow, self.journey.name, ends)
        builder.put(ends.done)
        builder.emit(op.END, COMPLETED)
        builder.put(ends.failed)
        builder.emit(op.END, FAILED)
        return first

    def _workflow(self, workflow: Workflow, path: str, ends: Ends) -> None:
        """Write a workflow in line, after those it depends on; control leaves by ``ends`` alone."""
        self._dependencies(workflow, path, ends, set())
        self._body(workflow, path, ends)

    def _dependencies(self, workflow: Workflow, path: str, ends: Ends, written: set[str]) -> None:
        """Write the workflows that must have run, each once."""
        for name in workflow.depends_on:
            if name not in written:
                written.add(name)
                before, after = self.journey.workflows[name], Label()
                self._dependencies(before, path, ends, written)
                self._body(before, f"{path}/{name}", Ends(after, ends.failed, is_root=False))
                self.calls.builder.put(after)

    def _body(self, workflow: Workflow, path: str, ends: Ends) -> None:
        if workflow.parallel:
            self._parallel(workflow, path, ends)
            return
        places = {step.step_id: Label() for step in workflow.steps}
        for step, following in zip(workflow.steps, [*workflow.steps[1:], None], strict=True):
            onward = places[following.step_id] if following else ends.done
            self.calls.builder.put(places[step.step_id])
            _StepCompiler(self, step, f"{path}/{step.step_id}", ends, places, onward).write()

    def _parallel(self, workflow: Workflow, path: str, ends: Ends) -> None:
        builder = self.calls.builder
        waits = waits_for(workflow)
        names = [step.step_id for step in workflow.steps]
        if len(names) > MAX_PARALLEL:
            message = f"{path}: {len(names)} parallel steps are not simulated, at most {MAX_PARALLEL}"
            raise MisfitError((), message, "put some of them into a workflow of their own and run it as one step")
        entries = [Label() for _ in names]
        ended = Label()
        table = builder.table(entries, paths=[builder.path() for _ in names])
        builder.emit(op.FORK, table, len(names), ends.failed, ended)
        builder.emit(op.JUMP, ends.done)
        builder.put(ended)
        if ends.branch:
            builder.emit(op.BACK, op.BACK_ENDED, NONE)
        elif ends.is_root:
            builder.emit(op.END, NONE)
        else:
            builder.emit(op.JUMP, ends.done)
        for step, entry in zip(workflow.steps, entries, strict=True):
            inner = ends._replace(done=Label(), failed=Label(), branch=True)
            builder.put(entry)
            if mask := sum(1 << names.index(name) for name in waits[step.step_id]):
                builder.emit(op.AWAIT, mask)
            with builder.apart():
                _StepCompiler(self, step, f"{path}/{step.step_id}", inner, {step.step_id: entry}, inner.done).write()
            builder.put(inner.done)
            builder.emit(op.BACK, op.BACK_DONE, NONE)
            builder.put(inner.failed)
            builder.emit(op.BACK, op.BACK_FAILED, NONE)

    def tail(self, workflow_id: str, path: str, ends: Ends) -> None:
        """Write a workflow to which control goes for good."""
        if workflow_id in ends.route:
            raise MisfitError((), f"{path}: workflows lead to each other in a circle", "end the circle")
        onward = ends._replace(route=(*ends.route, workflow_id))
        self._workflow(self.journey.workflows[workflow_id], f"{path}/{workflow_id}", onward)

    def inline(self, workflow_id: str, path: str, done: Label, failed: Label) -> None:
        """Write a workflow that a step runs."""
        self._workflow(self.journey.workflows[workflow_id], path, Ends(done, failed, is_root=False))


@dataclass(frozen=True, slots=True)
class _StepCompiler:
    """Writes one step: its call, then what its actions do."""

    whole: JourneyCompiler
    step: Step
    path: str
    ends: Ends
    places: Mapping[str, Label]
    onward: Label

    def write(self) -> None:
        with self.whole.calls.builder.counters():
            self._write()

    def _write(self) -> None:
        builder = self.whole.calls.builder
        counters = {action.pointer: builder.counter() for action in self.step.on_failure if action.kind == "retry"}
        if counters:
            builder.emit(op.CLEAR, min(counters.values()), len(counters))
        again, failed = builder.here(), Label()
        self._run(failed)
        self._succeed(again, counters)
        builder.put(failed)
        self._by_reason(again, counters)

    def _run(self, failed: Label) -> None:
        if self.step.operation is not None:
            cost = self._cost()
            self.whole.calls.begin(cost, self.step.operation)
            self.whole.calls.call(cost, self.step.division, self.path, failed, self.step.timeout)
            return
        builder = self.whole.calls.builder
        done, broken, closed = Label(), Label(), Label()
        with builder.deadline(closed, op.CANCEL, self.step.timeout):
            self.whole.inline(self.step.workflow_id or "", self.path, done, broken)
        builder.put(broken)
        builder.emit(op.REASON, op.UNFINISHED)
        if self.step.timeout is not None:
            builder.emit(op.CLOSE)
        builder.put(closed)
        builder.emit(op.JUMP, failed)
        builder.put(done)
        if self.step.timeout is not None:
            builder.emit(op.CLOSE)

    def _register(self, draw: str) -> int:
        """Return what numbers a draw of this step: its call does, where it has one."""
        return NONE if self.step.operation else self.whole.calls.builder.register(draw)

    def _cost(self) -> Cost:
        name = self.step.operation.operation_id if self.step.operation else ""
        if name not in self.whole.calls.costs:
            raise MisfitError(
                ("operations",),
                f"{name} is missing: journey {self.whole.journey.name} calls it in step {self.step.step_id}",
                "say which station serves it and how long it takes",
            )
        return self.whole.calls.costs[name]

    def _status(self) -> int | None:
        """Return the status of success: the first 2xx that the contract declares; None for a sub-workflow."""
        operation = self.step.operation
        if operation is None:
            return 200
        found = (key for key in operation.responses if key.startswith("2"))
        return int(next(found, "200").replace("X", "0"))

    def _decide(self, action: Action, status: int | None) -> bool | None:
        return decide(action.criteria, inputs={"channel": self.whole.channel}, status=status)

    # What happens after an answer.

    def _succeed(self, again: Label, counters: Mapping[str, int]) -> None:
        status = self._status()
        succeeds = decide_success(self.step, inputs={"channel": self.whole.channel}, status=status)
        if succeeds is False:
            raise MisfitError(
                (), f"{self.path}: no answer that the contract declares meets successCriteria", "correct the criteria"
            )
        open_actions = [action for action in self._live(self.step.on_success) if self._decide(action, status) is None]
        if succeeds is None:
            open_actions += self._live(self.step.on_failure)
        if open_actions or succeeds is None:
            self._draw(open_actions, again, counters)
        elif self._table():
            raise MisfitError(
                self._where(),
                f"nothing is to be drawn at step {self.step.step_id}",
                "remove the step from the outcomes",
            )
        else:
            self._default()

    def _live(self, actions: Sequence[Action]) -> list[Action]:
        """Return the actions that may follow an answer: none that is ruled out, none behind one that always follows."""
        found = []
        for action in actions:
            holds = self._decide(action, self._status())
            if holds is not False:
                found.append(action)
            if holds and action.kind != "retry":
                break
        return found

    def _where(self) -> tuple[str, str, str]:
        return "outcomes", self.whole.journey.name, self.step.step_id

    def _table(self) -> Mapping[str, float]:
        return self.whole.outcomes.get(self.step.step_id, {})

    def _draw(self, open_actions: Sequence[Action], again: Label, counters: Mapping[str, int]) -> None:
        """Write the draw among the actions that depend on what the answer says."""
        builder, table = self.whole.calls.builder, self._table()
        known = {action.name: action for action in open_actions}
        if not table:
            listed = ", ".join([*known, DEFAULT])
            message = f"is missing: what follows step {self.step.step_id} depends on the answer"
            raise MisfitError(self._where(), message, f"give probabilities of {listed}")
        for name in table:
            if name != DEFAULT and name not in known and not self._is_elsewhere(name):
                raise MisfitError(
                    (*self._where(), name),
                    "the step has no action of that name whose criteria depend on the answer",
                    f"use {', '.join([*known, DEFAULT])}",
                )
        drawn = [name for name in table if name in known]
        labels = [Label() for _ in drawn]
        default = Label()
        weights = [table[name] for name in drawn]
        offset = builder.table([*labels, default], [*weights, max(0.0, 1.0 - sum(weights))])
        draw = f"{self.path}#outcome"
        builder.emit(op.BRANCH, offset, len(labels) + 1, self._register(draw), builder.step(draw))
        for name, label in zip(drawn, labels, strict=True):
            builder.put(label)
            self._chosen(known[name], again, counters)
        builder.put(default)
        self._default()

    def _is_elsewhere(self, name: str) -> bool:
        """Whether an action of that name exists and is ruled out by this channel alone."""
        actions = [*self.step.on_success, *self.step.on_failure]
        return any(action.name == name for action in actions)

    def _chosen(self, action: Action, again: Label, counters: Mapping[str, int]) -> None:
        if action.kind == "retry":
            following = self.step.on_failure[self.step.on_failure.index(action) :]
            status = self._status()
            self._chain([one for one in following if self._decide(one, status) is not False], again, counters)
        else:
            self._go(action)

    def _default(self) -> None:
        """Write what follows a success when no open action was drawn."""
        status = self._status()
        for action in self.step.on_success:
            if self._decide(action, status):
                self._go(action)
                return
        self.whole.calls.builder.emit(op.JUMP, self.onward)

    # What happens after a failure.

    def _by_reason(self, again: Label, counters: Mapping[str, int]) -> None:
        builder = self.whole.calls.builder
        chains: dict[tuple[str, ...], Label] = {}
        written: list[tuple[Label, list[Action]]] = []
        targets = []
        for status in op.STATUS:
            matching = self._matching(status)
            key = tuple(action.pointer for action in matching)
            if key not in chains:
                chains[key] = Label()
                written.append((chains[key], matching))
            targets.append(chains[key])
        builder.emit(op.SWITCH, builder.table(targets))
        for label, matching in written:
            builder.put(label)
            self._chain(matching, again, counters)

    def _matching(self, status: int | None) -> list[Action]:
        """Return the failure actions whose criteria hold for a status, in order."""
        found = []
        for action in self.step.on_failure:
            holds = self._decide(action, status)
            if holds is None:
                raise MisfitError(
                    (),
                    f"{self.path}: whether {action.name} follows a failure with status {status} depends on the body",
                    "use criteria on $statusCode for failures",
                )
            if holds:
                found.append(action)
        return found

    def _chain(self, actions: Sequence[Action], again: Label, counters: Mapping[str, int]) -> None:
        """Write failure actions in order: repeats fall through when they are used up, anything else ends the chain."""
        for action in actions:
            if action.kind != "retry":
                self._go(action)
                return
            if action.step_id or action.workflow_id:
                raise MisfitError((), f"{self.path}: retry of another step is not simulated", "use goto instead")
            name = self.step.operation.operation_id if self.step.operation else ""
            row = self.whole.calls.rows.operations.row(self.whole.calls.costs[name]) if name else NONE
            backoff = self.whole.calls.costs[name].backoff if name else Backoff()
            limit = MAX_REPEATS if action.retry_after else MAX_IMMEDIATE
            if action.retry_limit > limit:
                message = f"{self.path}: the retryLimit of {action.name} is above {limit:,}"
                raise MisfitError((), message, "lower it, or write a retryAfter above 0")
            wait = Wait(action.retry_limit, action.retry_after or 0.0, backoff)
            draw = f"{self.path}#backoff/{action.name}"
            counting = Counting(counters[action.pointer], row, self._register(draw))
            write_retry(self.whole.calls.builder, again, draw, wait, counting)
        self.whole.calls.builder.emit(op.JUMP, self.ends.failed)

    def _go(self, action: Action) -> None:
        builder = self.whole.calls.builder
        if action.kind == "goto" and action.step_id:
            if action.step_id not in self.places:
                message = f"{self.path}: goto to another step of a parallel workflow is not simulated"
                raise MisfitError((), message, "put the steps into a workflow of their own and run it as one step")
            builder.emit(op.JUMP, self.places[action.step_id])
        elif action.kind == "goto" and action.workflow_id:
            self.whole.tail(action.workflow_id, self.path, self.ends)
        elif self.ends.branch:
            outcome = self.whole.ended.get(action.name, NONE) if self.ends.is_root else NONE
            builder.emit(op.BACK, op.BACK_ENDED, outcome)
        elif self.ends.is_root:
            builder.emit(op.END, self.whole.ended[action.name])
        else:
            builder.emit(op.JUMP, self.ends.done)
