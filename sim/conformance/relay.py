"""Calls that leave tongban's world and come to a real system.

Takes a call inside a world, gives the real system's answer; promises that the world can be used by others for as long
as that lasts, as the system may call its partners before it answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from sim.contract.json_text import JsonBoundError, JsonTextError, parse_json
from sim.mock import Mock, Parts, Problem, Reply, System
from sim.mock.message import read_answer, write_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.contract import Answer, Contract, Operation, Request
    from sim.mock import Call, Citizen, Codec, World

    Reach = Callable[[Contract, Operation, Request], Answer | None]

OUT: Final = "out-of-service"


@dataclass(slots=True, eq=False)
class Relay:
    """Stands for a real system in a world.

    Parameters
    ----------
    reach : callable or None
        Sends a request to the real system, without credentials; gives None where no answer came. None: nobody can.
    turn : Lock
        Who holds it may touch the world; given away while the real system is asked. Several relays of one world share
        it.
    enrol : callable or None
        Of the system's own mock, which may make citizens known to its partners.
    endings : tuple of exception types
        What ``reach`` raises to end the whole errand: the mock that waits gets no answer, ``failure`` keeps it.
    """

    contract: Contract
    codec: Codec
    reach: Reach | None = None
    turn: Lock = field(default_factory=Lock)
    enrol: Callable[[World, Citizen], None] | None = None
    endings: tuple[type[Exception], ...] = ()
    failure: Exception | None = None

    def system(self) -> System:
        """Return the stand-in: it asks for no credentials, as they are given on the way."""
        operations = {name: replace(one, security=()) for name, one in self.contract.operations.items()}
        contract = replace(self.contract, operations=operations)
        mock = Mock(Path(self.contract.document.file), dict.fromkeys(operations, self._pass_on), self.enrol)
        return System(contract, contract, mock)

    def raise_failure(self) -> None:
        """Let the errand end as it was ended while a mock was waiting."""
        failure, self.failure = self.failure, None
        if failure is not None:
            raise failure

    def _pass_on(self, call: Call) -> Reply:
        operation = self.contract.operations[call.operation_id]
        # without headers: the world's idempotency keys are those of its seed, and the system remembers earlier worlds
        request = write_request(self.codec, operation, Parts(call.path, call.query, {}, call.body))
        with call.world.lent():
            answer = self._asked(operation, request)
        if answer is None:
            raise Problem(503, f"{self.contract.name} gave no answer", OUT)
        try:
            parse_json(answer.body or b"null")
        except (JsonTextError, JsonBoundError) as error:
            raise Problem(503, f"the answer of {self.contract.name} {error}", OUT) from error
        reply = read_answer(self.codec, operation, answer)
        if not 200 <= reply.status <= 599:
            raise Problem(503, f"{self.contract.name} answered {reply.status}", OUT)
        return Reply(reply.status, reply.body)

    def _asked(self, operation: Operation, request: Request) -> Answer | None:
        if self.reach is None or self.failure is not None:
            return None
        reach = self.reach
        self.turn.release()
        try:
            return reach(self.contract, operation, request)
        except self.endings as error:
            self.failure = error
            return None
        finally:
            self.turn.acquire()
