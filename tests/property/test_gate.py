"""What a gate lets through, the whole judgement finds nothing wrong with: made messages, and each with one change."""

from __future__ import annotations

import os
from random import Random
from typing import TYPE_CHECKING, Final

import pytest

from sim.contract import gate_of, match_operation, violations_of_answer, violations_of_request
from sim.contract.json_text import JsonBoundError, JsonTextError, parse_json
from tests.instances import Library, Values
from tests.messages import Message, changed, written
from tests.partners import SYSTEMS, contract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.contract import Contract

FACTOR: Final = int(os.environ.get("TONGBAN_ORACLE_FACTOR", "1"))
CHANGES: Final = 12 * FACTOR


def messages(spoken: Contract) -> Iterator[Message]:
    library = Library({f"{spoken.name}.openapi.yaml": spoken.document.value})
    random = Random(spoken.name)  # noqa: S311 - values for tests, no secret
    for message in written(spoken, Values(library, random)):
        yield from (message, *changed(message, library, random, most=CHANGES))


def is_let_through(spoken: Contract, message: Message) -> bool:
    gate = gate_of(message.operation)
    if message.answer is None:
        matched = match_operation(spoken, message.request.method, message.request.path)
        if matched is None or matched[0] is not message.operation:
            return False
        reading = gate.reading(message.request, matched[1])
        assert reading is None or not message.request.body or reading.body == parse_json(message.request.body)
        return reading is not None
    try:
        return gate.keeps(message.answer, parse_json(message.answer.body))
    except (JsonTextError, JsonBoundError):
        return False


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_gate_lets_nothing_through_that_breaks_the_contract(system: str) -> None:
    spoken = contract(system)
    through = [message for message in messages(spoken) if is_let_through(spoken, message)]
    broken = [
        (message, found)
        for message in through
        if (
            found := violations_of_request(spoken, message.operation, message.request)
            if message.answer is None
            else violations_of_answer(spoken, message.operation, message.answer)
        )
    ]
    assert broken == []
    assert {message.answer is None for message in through} == {True, False}
