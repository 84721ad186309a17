"""Motor insurance: quotes by the vehicle licence's code, insures by the driver licence's."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sim.mock import Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Record

PARTNERS = ("certificate",)

PURPOSE = "motor-insurance"
INSURER = "示例财产保险公司"
VEHICLE_LICENCE, DRIVER_LICENCE = "机动车行驶证", "机动车驾驶证"
PREMIUMS = {"compulsory": Decimal("950.00"), "comprehensive": Decimal("3600.00")}
"""Yuan a year: compulsory insurance of a private car of fewer than six seats; the other is assumed."""


def quote_policy(call: Call) -> Reply:
    """Redeem the vehicle licence's code and name a premium."""
    licence = _redeem(call, VEHICLE_LICENCE)
    number = f"IQ{call.now:%Y%m%d}{call.count('quote'):06d}"
    cover = call.body["cover"]
    quote = {"quote_no": number, "name": licence["name"], "cover": cover, "amount_yuan": PREMIUMS[cover]}
    quote["valid_until"] = call.now + timedelta(days=1)
    call.table("quotes").put(number, {**quote, "used": False})
    return Reply(201, quote)


def issue_policy(call: Call) -> Reply:
    """Redeem the driver licence's code and insure."""
    quote = call.table("quotes").get(call.path["quote_no"])
    if quote is None:
        raise Problem(404, "there is no quote of that number", "not-found")
    if quote["used"] or call.now > quote["valid_until"]:
        raise Problem(409, "the quote was used, or is over", "wrong-state")
    _redeem(call, DRIVER_LICENCE)
    call.table("quotes").put(quote["quote_no"], {**quote, "used": True})
    number, first = f"IP{call.now:%Y%m%d}{call.count('policy'):06d}", call.now.date() + timedelta(days=1)
    policy = {"policy_no": number, **{name: quote[name] for name in ("name", "cover", "amount_yuan")}}
    policy |= {"valid_from": first, "valid_until": first + timedelta(days=364)}
    call.table("policies").put(number, policy)
    return Reply(201, policy)


def get_policy(call: Call) -> Reply:
    """Give a policy."""
    policy = call.table("policies").get(call.path["policy_no"])
    if policy is None:
        raise Problem(404, "there is no policy of that number", "not-found")
    return Reply(200, policy)


def _redeem(call: Call, wanted: str) -> Record:
    body = {"code": call.body["code"], "organisation": INSURER, "purpose": PURPOSE}
    answer = call.ask("certificate", "redeemCode", body=body)
    if answer.status in (404, 409, 422):
        raise Problem(422, "the code does not hold", "not-consistent")
    answer.require("the code could not be redeemed")
    if answer.body["certificate_name"] != wanted:
        raise Problem(422, f"the code is not that of a {wanted}", "not-consistent")
    return answer.body
