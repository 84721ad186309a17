"""Calls that a partner's mock makes to the system under test: they leave tongban's world and come to the real one.

Takes a call inside the world, gives the real system's answer; promises that the world can be used by others for as long
as that lasts, as the system may call its partners before it answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from sim.conformance.http import SpentError
from sim.conformance.trial.prober import SpoiltError
from sim.contract.json_text import JsonBoundError, JsonTextError, parse_json
from sim.errors import TargetError
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
    """Stands for the system under test in a world.

    Parameters
    ----------
    reach : callable or None
        Sends a request to the real system, without credentials; gives None where no answer came. None: nobody walks.
    failure : Exception or None
        What ended the errand while a mock was waiting: mocks know nothing of it.
    enrol : callable or None
        Of the system's own mock, which may make citizens known to its partners.
    turn : Lock
        Who holds it may touch the world; given away while the real system is asked.
    """

    contract: Contract
    codec: Codec
    enrol: Callable[[World, Citizen], None] | None = None
    reach: Reach | None = None
    failure: Exception | None = None
    turn: Lock = field(default_factory=Lock)

    def system(self) -> System:
        """Return the stand-in: it asks for no credentials, as those of the trial are given on the way."""
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
        # without headers: the world's idempotency keys are those of its seed, and the system remembers earlier trials
        request = write_request(self.codec, operation, Parts(call.path, call.query, {}, call.body))
        answer = self._asked(operation, request)
        if answer is None:
            raise Problem(503, "the system under test gave no answer", OUT)
        try:
            parse_json(answer.body or b"null")
        except (JsonTextError, JsonBoundError) as error:
            raise Problem(503, f"the answer of the system under test {error}", OUT) from error
        reply = read_answer(self.codec, operation, answer)
        if not 200 <= reply.status <= 599:
            raise Problem(503, f"the system under test answered {reply.status}", OUT)
        return Reply(reply.status, reply.body)

    def _asked(self, operation: Operation, request: Request) -> Answer | None:
        if self.reach is None or self.failure is not None:
            return None
        reach = self.reach
        self.turn.release()
        try:
            return reach(self.contract, operation, request)
        except (SpentError, SpoiltError, TargetError) as error:
            self.failure = error
            return None
        finally:
            self.turn.acquire()
