"""What the client sends keeps the contract, refused requests included."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from payment_client import RefusedError

if TYPE_CHECKING:
    from sim.pytest_plugin import AssertConforms, Partners

    from payment_client import PaymentClient


def test_every_message_keeps_the_contract(
    client: PaymentClient, payment_no: str, tongban_partners: Partners, assert_conforms: AssertConforms
) -> None:
    notice = client.look_up(payment_no)
    with pytest.raises(RefusedError):
        client.pay(replace(notice, amount_yuan=Decimal("0.01")), "too-little-1")
    client.pay(notice, "fee-of-one-card")
    assert [one.status for one in tongban_partners.requests_seen] == [200, 422, 201]
    for seen in tongban_partners.requests_seen:
        assert_conforms(seen)


def test_an_amount_in_another_form_would_be_told(
    client: PaymentClient, payment_no: str, tongban_partners: Partners, assert_conforms: AssertConforms
) -> None:
    notice = client.look_up(payment_no)
    with pytest.raises(RefusedError, match="the request breaks the contract in 1 place"):
        client.pay(replace(notice, amount_yuan=Decimal("1E+1")), "fee-of-one-card")
    with pytest.raises(AssertionError, match="request body /amount_yuan: pattern"):
        assert_conforms(tongban_partners.requests_seen[-1])
