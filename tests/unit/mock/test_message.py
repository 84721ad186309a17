"""Answers that are made of a contract alone."""

import json
from dataclasses import replace

from sim.mock.message import example_answer
from tests.partners import contract


def test_an_operation_that_nothing_answers_is_named() -> None:
    operation = replace(contract("payment").operations["getPayment"], responses={})
    answer = example_answer(operation)
    assert answer.status == 501
    detail = json.loads(answer.body)["detail"]
    assert detail == "neither a mock nor an example answers getPayment of payment"
