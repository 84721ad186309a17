"""Payment: notices and bills of the fiscal side, payments and refunds of the bank."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING

from sim.mock import Problem, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.mock import Call, Record

BILL_CLASS = "0101"


def create_payment_notice(call: Call) -> Reply:
    """Open what is owed for a case; one case has at most one open notice."""
    call.check_address(call.body.get("callback_url"))
    case_no = call.body["case_no"]
    open_notice = call.table("cases").get(case_no)
    if open_notice is not None and not _notice(call, open_notice["payment_no"])["paid"]:
        raise Problem(409, "the case has an open notice", "wrong-state")
    payment_no = f"64{call.now:%Y%m%d}{call.count('notice'):08d}"
    notice = {name: call.body[name] for name in ("case_no", "payee", "payer", "amount_yuan")}
    notice |= {"payment_no": payment_no, "paid": False, "callback_url": call.body.get("callback_url")}
    call.table("notices").put(payment_no, notice)
    call.table("cases").put(case_no, {"payment_no": payment_no})
    return Reply(201, notice)


def get_payment(call: Call) -> Reply:
    """Say what is owed and whether it has been paid."""
    return Reply(200, _notice(call, call.path["payment_no"]))


def pay_notice(call: Call) -> Reply:
    """Move the amount of the notice, no more and no less."""
    notice = _notice(call, call.path["payment_no"])
    if notice["paid"]:
        raise Problem(409, "the notice is paid", "wrong-state")
    if call.body["amount_yuan"] != notice["amount_yuan"]:
        raise Problem(422, "the amount is not that of the notice", "not-consistent")
    paid = {**notice, "payer": call.body["payer"], "paid": True, "paid_at": call.now, "refunded": Decimal(0)}
    call.table("notices").put(notice["payment_no"], paid)
    day = f"{call.now:%Y%m%d}"
    call.table("days").put(f"{day} {call.count(day)}", {"payment_no": notice["payment_no"]})
    if notice["callback_url"] is not None:
        call.notify("notifyPayment", notice["callback_url"], paid)
    return Reply(201, paid)


def issue_bill(call: Call) -> Reply:
    """Issue the electronic bill of a paid notice."""
    notice = _paid(call)
    number = call.count("bill")
    bill = {
        "bill_code": f"64{BILL_CLASS}{call.now:%y}",
        "bill_number": f"{number:010d}",
        "billed_at": call.now,
        **{name: notice[name] for name in ("payment_no", "case_no", "payee", "amount_yuan")},
        "payer": call.body["payer"],
    }
    return Reply(201, bill)


def refund_payment(call: Call) -> Reply:
    """Give back what was paid, whole or in part, never more."""
    notice = _paid(call)
    refunded = notice["refunded"] + call.body["amount_yuan"]
    if refunded > notice["amount_yuan"]:
        raise Problem(422, "more would be given back than was paid", "not-consistent")
    call.table("notices").put(notice["payment_no"], {**notice, "refunded": refunded})
    refund = {"refund_no": f"R{call.count('refund'):012d}", "payment_no": notice["payment_no"]}
    return Reply(201, {**refund, "amount_yuan": call.body["amount_yuan"], "refunded_at": call.now})


def reconcile_day(call: Call) -> Reply:
    """Hold what a platform knows of a day against what came in."""
    day = call.body.get("day", call.now.date())
    known = {one["payment_no"]: one["amount_yuan"] for one in call.body["known"]}
    came_in = {number: _notice(call, number)["amount_yuan"] for number in _paid_on(call, f"{day:%Y%m%d}")}
    differences = [
        _difference(number, came_in.get(number), known.get(number))
        for number in sorted(came_in.keys() | known.keys())
        if came_in.get(number) != known.get(number)
    ]
    page, shown = call.page(differences)
    agreed = len(came_in.keys() | known.keys()) - len(differences)
    number = f"RC{call.now:%Y%m%d}{call.count('reconciliation'):08d}"
    told = {"reconciliation_no": number, "day": day, "agreed": agreed, "differences": shown}
    return Reply(201, {**told, **page})


def _paid_on(call: Call, day: str) -> Iterator[str]:
    """Yield the payment numbers of a day, which are numbered from 1."""
    for number in count(1):
        paid = call.table("days").get(f"{day} {number}")
        if paid is None:
            return
        yield paid["payment_no"]


def _difference(payment_no: str, came_in: Decimal | None, known: Decimal | None) -> Record:
    kind = "told-not-paid" if came_in is None else "paid-not-told" if known is None else "another-amount"
    return {"payment_no": payment_no, "kind": kind, "amount_yuan": came_in if came_in is not None else known}


def _notice(call: Call, payment_no: str) -> Record:
    notice = call.table("notices").get(payment_no)
    if notice is None:
        raise Problem(404, "there is no notice of that payment number", "not-found")
    return notice


def _paid(call: Call) -> Record:
    notice = _notice(call, call.path["payment_no"])
    if not notice["paid"]:
        raise Problem(409, "the notice is not paid", "wrong-state")
    return notice
