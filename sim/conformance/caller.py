"""What a journey is executed against in a replay: the in-process session of a world."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.transport import InProcessTransport, in_process_session
from sim.journey import reads_of
from sim.mock import Caller, authorise, base_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.record import Recorder
    from sim.conformance.transport import Transport
    from sim.contract import Answer, Contract
    from sim.journey import Journey, OutgoingCall, Read, Step, Workflow
    from sim.mock import Citizen, World


class Errand:
    """A workflow of a journey, with what it reads of each answer.

    Parameters
    ----------
    journey : Journey
    workflow : Workflow
        One of the journey's.
    name : str
        As demand lines name it; by default the journey's.
    """

    def __init__(self, journey: Journey, workflow: Workflow, name: str = "") -> None:
        self.name = name or journey.name
        self.journey = journey
        self.workflow = workflow
        self._reads: dict[str, tuple[Read, ...]] = {}

    def steps(self) -> Iterator[tuple[str, Step]]:
        """Yield every step that the errand may come to, with its path."""
        entered: set[str] = set()
        waiting = [("", self.workflow)]
        while waiting:
            prefix, workflow = waiting.pop()
            if prefix in entered:
                continue
            entered.add(prefix)
            for step in workflow.steps:
                path = f"{prefix}{step.step_id}"
                yield path, step
                if step.workflow_id is not None:
                    waiting.append((f"{path}/", self.journey.workflows[step.workflow_id]))
                for action in (*step.on_success, *step.on_failure):
                    if action.workflow_id is not None and f"{action.workflow_id}:" not in prefix:
                        target = self.journey.workflows[action.workflow_id]
                        waiting.append((f"{prefix}{target.workflow_id}:", target))

    def reads_at(self, path: str) -> tuple[Read, ...]:
        """Return what is read of the answer at a step path."""
        found = self._reads.get(path)
        if found is None:
            found = reads_of(self.journey, *self.locate(path))
            self._reads[path] = found
        return found

    def locate(self, path: str) -> tuple[Workflow, Step]:
        """Return the workflow and step that a step path names; ``sim.journey.OutgoingCall`` says how it is written."""
        workflow = self.workflow
        segments = path.split("/")
        while True:
            *entered, step_id = segments.pop(0).split(":")
            holder = self.journey.workflows[entered[-1]] if entered else workflow
            step = holder.step(step_id)
            if not segments:
                return holder, step
            workflow = self.journey.workflows[step.workflow_id or ""]


class ReplayCaller:
    """Sends the calls of one citizen's errand and has them judged; waits in virtual time.

    Parameters
    ----------
    errand : Errand
        What is executed.
    world : World
        Answers; the citizen is enrolled in it.
    recorder : Recorder
        Judges each call.
    """

    def __init__(self, errand: Errand, world: World, citizen: Citizen, recorder: Recorder) -> None:
        self._errand = errand
        self._world = world
        self._citizen = citizen
        self._recorder = recorder
        self._session = in_process_session(world)
        self._as_citizen = Caller(world.keyring, world.keyring.grant(citizen.number))
        self._as_system = Caller(world.keyring)

    def send(self, call: OutgoingCall) -> Answer | None:
        """Return the answer to a call; None when it broke the contract where it is read."""
        caller = self._as_citizen if call.operation.actor is None else self._as_system
        now = self._world.clock.timestamp
        request = authorise(call.request, call.contract, call.operation, caller, now=now)
        first = len(self._world.exchanges)
        answer = self._transport(call.contract).send(request, limit=call.timeout)
        reads = self._errand.reads_at(call.path)
        usable = self._recorder.record(self._world.exchanges[first:], reads, self._citizen)
        return answer if usable else None

    def _transport(self, contract: Contract) -> Transport:
        return InProcessTransport(self._session, base_url(contract))

    def wait(self, seconds: float) -> None:
        """Move the world's clock on."""
        self._world.clock.advance(seconds)
