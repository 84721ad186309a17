"""The payment mock."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.partners import Town

FEE = Decimal("20.00")


def notice(town: Town, case_no: str = "1") -> Any:
    body = {"case_no": case_no, "payee": "示例县公安局", "payer": town.citizen.name, "amount_yuan": FEE}
    return town.call("payment", "createPaymentNotice", body=body)


def pay(town: Town, payment_no: str, amount: Decimal = FEE) -> Any:
    body = {"payer": town.citizen.name, "amount_yuan": amount}
    return town.call("payment", "payNotice", path={"payment_no": payment_no}, body=body, token=town.token)


def refund(town: Town, payment_no: str, amount: str) -> int:
    body = {"amount_yuan": Decimal(amount), "reason": "误缴"}
    return town.call("payment", "refundPayment", path={"payment_no": payment_no}, body=body).status


def test_a_notice_is_paid_once_with_its_own_amount() -> None:
    town = Town()
    payment_no = notice(town).body["payment_no"]
    assert pay(town, payment_no, Decimal("19.99")).status == 422
    paid = pay(town, payment_no)
    assert (paid.status, paid.body["paid"], paid.body["amount_yuan"]) == (201, True, FEE)
    assert pay(town, payment_no).status == 409
    seen = town.call("payment", "getPayment", path={"payment_no": payment_no}).body
    assert seen["paid_at"] == paid.body["paid_at"]


def test_a_case_has_one_open_notice() -> None:
    town = Town()
    first = notice(town)
    assert notice(town).status == 409
    pay(town, first.body["payment_no"])
    assert notice(town).status == 201


def test_a_bill_needs_the_money() -> None:
    town = Town()
    payment_no = notice(town).body["payment_no"]
    path, body = {"payment_no": payment_no}, {"payer": town.citizen.name}
    assert town.call("payment", "issueBill", path=path, body=body).status == 409
    pay(town, payment_no)
    assert town.call("payment", "issueBill", path=path, body=body).body["bill_number"] == "0000000001"


def test_no_more_is_given_back_than_was_paid() -> None:
    town = Town()
    payment_no = notice(town).body["payment_no"]
    assert refund(town, payment_no, "1") == 409
    pay(town, payment_no)
    assert [refund(town, payment_no, amount) for amount in ("15", "5.01", "5", "0.01")] == [201, 422, 201, 422]


def test_an_unknown_notice_is_not_found() -> None:
    assert pay(Town(), "9").status == 404


def test_a_payment_is_told_where_the_notice_asked_for_it() -> None:
    town = Town()
    body = {"case_no": "1", "payee": "示例县公安局", "payer": "马晓芳", "amount_yuan": FEE}
    url = "https://platform.example/paid?case=1"
    opened = town.call("payment", "createPaymentNotice", body={**body, "callback_url": url}).body
    assert town.world.notices == []
    pay(town, opened["payment_no"])
    (notice,) = town.world.notices
    assert (notice.base, notice.request.path, notice.request.query_text) == (
        "https://platform.example",
        "/paid",
        "case=1",
    )
    assert json.loads(notice.request.body)["payment_no"] == opened["payment_no"]
    other = town.call("payment", "createPaymentNotice", body={**body, "case_no": "2"}).body
    pay(town, other["payment_no"])
    assert town.world.notices == [notice]


def test_an_address_that_cannot_be_called_is_refused_when_it_is_given() -> None:
    town = Town()
    body = {"case_no": "1", "payee": "示例县公安局", "payer": "马晓芳", "amount_yuan": FEE}
    for url in ("https://user@host/x", "https://host:99999/", "https:///x"):
        asked = {**body, "callback_url": url}
        assert town.call("payment", "createPaymentNotice", body=asked).status in (400, 422), url
    assert list(town.world.store.table("payment", "notices").items()) == []


def reconcile(town: Town, known: dict[str, str], **more: Any) -> Any:
    listed = [{"payment_no": number, "amount_yuan": Decimal(amount)} for number, amount in known.items()]
    return town.call("payment", "reconcileDay", body={"known": listed, **more}).body


def test_a_payment_that_nobody_was_told_of_stands_out_at_night() -> None:
    town = Town()
    told, untold = (str(notice(town, case_no).body["payment_no"]) for case_no in ("1", "2"))
    pay(town, told)
    pay(town, untold)
    found = reconcile(town, {told: "20.00", "9": "7.00"})
    assert [(one["payment_no"], one["kind"]) for one in found["differences"]] == [
        (untold, "paid-not-told"),
        ("9", "told-not-paid"),
    ]
    assert (found["agreed"], found["total"]) == (1, 2)
    assert reconcile(town, {told: "20.00", untold: "20.00"})["total"] == 0
    assert reconcile(town, {told: "19.00", untold: "20.00"})["differences"][0]["kind"] == "another-amount"


def test_a_day_holds_its_own_payments_alone() -> None:
    town = Town()
    pay(town, notice(town).body["payment_no"])
    day = town.world.clock.now.date()
    assert reconcile(town, {}, day=day)["total"] == 1
    assert reconcile(town, {}, day=day + timedelta(days=1))["total"] == 0


def test_differences_are_cut_into_pages() -> None:
    found = reconcile(Town(), {str(number): "1.00" for number in range(1, 6)}, page=2, page_size=3)
    assert ([one["payment_no"] for one in found["differences"]], found["total"]) == (["4", "5"], 5)
