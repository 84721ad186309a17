"""The same client over real connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_client import PaymentClient, UnknownOutcomeError

if TYPE_CHECKING:
    from sim.pytest_plugin import Partners


def test_a_notice_is_paid_over_http(tongban_mock: Partners) -> None:
    errand = tongban_mock.prepare("renew-id-card@pay")
    client = PaymentClient(tongban_mock.url("payment"), tongban_mock.token(errand.citizen))
    notice = client.look_up(errand.values["payment_no"])
    assert client.pay(notice, "fee-of-one-card").paid
    with tongban_mock.faults("drop=1"), pytest.raises(UnknownOutcomeError):
        client.look_up(notice.payment_no)
    client.close()
