"""A client of the payment gateway: looks up what a citizen owes and pays it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import requests


@dataclass(frozen=True, slots=True)
class Notice:
    """What is owed under a payment number."""

    payment_no: str
    payer: str
    amount_yuan: Decimal
    paid: bool


class PaymentError(Exception):
    """A payment that did not come about."""


class RefusedError(PaymentError):
    """The gateway refused; a repeat would be refused again.

    Parameters
    ----------
    status : int
        HTTP status.
    """

    def __init__(self, status: int, detail: str) -> None:
        self.status = status
        super().__init__(detail)


class UnavailableError(PaymentError):
    """The gateway cannot answer now.

    Parameters
    ----------
    retry_after : int
        Seconds to wait before a repeat.
    """

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"the gateway asks to wait {retry_after} s")


class UnknownOutcomeError(PaymentError):
    """No answer came: the payment may have been made. Repeat it with the same key, which moves nothing twice."""


class PaymentClient:
    """Calls the gateway for one citizen.

    Parameters
    ----------
    base_url : str
        Without a slash at its end.
    token : str
        The citizen's bearer token.
    timeout : float
        Seconds to wait for an answer, > 0.
    """

    def __init__(self, base_url: str, token: str, *, timeout: float = 5.0) -> None:
        self._base_url = base_url
        self._timeout = timeout
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"

    def look_up(self, payment_no: str) -> Notice:
        """Return a notice as it stands.

        Raises
        ------
        PaymentError
            There is no such notice, or no answer.
        """
        return self._call("GET", f"/payment-notices/{payment_no}")

    def pay(self, notice: Notice, key: str) -> Notice:
        """Pay what a notice says.

        Parameters
        ----------
        key : str
            Names this payment; a repeat of it has the same key.

        Raises
        ------
        PaymentError
            It was not paid, or nobody knows: ``UnknownOutcomeError``.
        """
        order = {"payer": notice.payer, "amount_yuan": str(notice.amount_yuan)}
        return self._call("POST", f"/payment-notices/{notice.payment_no}/payments", order, key)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _call(self, method: str, path: str, order: dict[str, str] | None = None, key: str = "") -> Notice:
        headers = {"Idempotency-Key": key} if key else {}
        try:
            response = self._session.request(
                method, f"{self._base_url}{path}", json=order, headers=headers, timeout=self._timeout
            )
        except (requests.ConnectionError, requests.Timeout) as error:
            raise UnknownOutcomeError(str(error)) from error
        if response.status_code in (429, 503):
            raise UnavailableError(int(response.headers.get("Retry-After", "60")))
        if not response.ok:
            raise RefusedError(response.status_code, response.json()["detail"])
        return _notice(response.json())


def _notice(told: dict[str, Any]) -> Notice:  # JSON of the gateway
    return Notice(told["payment_no"], told["payer"], Decimal(told["amount_yuan"]), told["paid"])
