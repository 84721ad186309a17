"""The client against partners in process: no socket, no waiting."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from payment_client import RefusedError, UnavailableError, UnknownOutcomeError

if TYPE_CHECKING:
    from sim.pytest_plugin import Partners

    from payment_client import PaymentClient


def test_a_notice_is_paid(client: PaymentClient, payment_no: str) -> None:
    notice = client.look_up(payment_no)
    assert (notice.amount_yuan, notice.paid) == (Decimal("20.00"), False)
    assert client.pay(notice, "fee-of-one-card").paid
    assert client.look_up(payment_no).paid


def test_a_payment_whose_answer_was_lost_is_repeated_and_paid_once(
    client: PaymentClient, payment_no: str, tongban_partners: Partners
) -> None:
    notice = client.look_up(payment_no)
    with tongban_partners.faults("latency=10s:1", operation="payNotice"), pytest.raises(UnknownOutcomeError):
        client.pay(notice, "fee-of-one-card")
    assert client.pay(notice, "fee-of-one-card").paid
    sent = [one.request.headers for one in tongban_partners.requests_seen if one.operation == "payNotice"]
    assert [dict(headers)["Idempotency-Key"] for headers in sent] == ["fee-of-one-card"] * 2
    with pytest.raises(RefusedError, match="the notice is paid"):
        client.pay(notice, "another-payment")


def test_a_busy_gateway_says_when_to_come_again(
    client: PaymentClient, payment_no: str, tongban_partners: Partners
) -> None:
    tongban_partners.faults("status=503:1", system="payment")
    with pytest.raises(UnavailableError) as caught:
        client.look_up(payment_no)
    assert caught.value.retry_after == 1


def test_a_wrong_amount_is_refused(client: PaymentClient, payment_no: str) -> None:
    notice = client.look_up(payment_no)
    with pytest.raises(RefusedError, match="the amount is not that of the notice") as caught:
        client.pay(replace(notice, amount_yuan=Decimal("19.00")), "fee-of-one-card")
    assert caught.value.status == 422
    assert not client.look_up(payment_no).paid


def test_a_citizen_who_is_not_known_is_refused(
    client: PaymentClient, payment_no: str, tongban_partners: Partners
) -> None:
    stranger = type(client)(tongban_partners.url("payment"), "nobody's token")
    with pytest.raises(RefusedError) as caught:
        stranger.look_up(payment_no)
    assert caught.value.status == 401
