"""What the tests begin with: a citizen whose new identity card waits for its fee."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_client import PaymentClient

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.pytest_plugin import Partners


@pytest.fixture
def payment_no(tongban_partners: Partners) -> str:
    """The notice: an errand was walked up to the step `pay`, where it waits."""
    return tongban_partners.prepare("renew-id-card@pay").values["payment_no"]


@pytest.fixture
def client(tongban_partners: Partners) -> Iterator[PaymentClient]:
    made = PaymentClient(tongban_partners.url("payment"), tongban_partners.token())
    yield made
    made.close()
