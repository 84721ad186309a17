"""Network security department: files websites."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sim.mock import Problem, Reply

if TYPE_CHECKING:
    from sim.mock import Call, Record

# Words in a site's name that an officer must see, and zones that are not admitted in the country.
RESTRICTED = ("银行", "政府", "公安")
BARRED = ("invalid",)
# What was filed before: by domain.
FILED = {"shili.example": {"site_name": "示例小站", "filing_no": "64009902000001", "filed_on": date(2021, 7, 26)}}


def check_website(call: Call) -> Reply:
    """Say whether a domain can be filed."""
    domain = f"{call.body['label']}.{call.body['zone']}"
    answer = {"domain": domain, "outcome": "pass", "checked_at": call.now}
    if _filing_of(call, domain) is not None:
        answer |= {"outcome": "fail", "reason": "the domain is filed, or waits for a decision"}
    elif call.body["zone"] in BARRED:
        answer |= {"outcome": "fail", "reason": "the zone is not admitted"}
    elif any(word in call.body["site_name"] for word in RESTRICTED):
        answer |= {"outcome": "refer", "reason": "the name is that of an authority or bank"}
    return Reply(200, answer)


def file_website(call: Call) -> Reply:
    """Take a filing in."""
    body = call.body
    if _filing_of(call, body["domain"]) is not None:
        raise Problem(409, "the domain is filed, or waits for a decision", "wrong-state")
    number = f"W{call.now:%Y%m%d}{call.count('request'):04d}"
    filing = {name: body[name] for name in ("domain", "site_name", "operator", "division")}
    filing |= {"request_no": number, "state": "applied", "applied_at": call.now}
    call.table("requests").put(number, filing)
    call.table("domains").put(body["domain"], {"request_no": number})
    return Reply(201, filing)


def get_website_filing(call: Call) -> Reply:
    """Say whether a domain is filed, and how."""
    domain = call.query["domain"]
    filing = _filing_of(call, domain)
    if filing is None or filing["state"] != "filed":
        return Reply(200, {"domain": domain, "filed": False})
    return Reply(200, {**filing, "domain": domain, "filed": True})


def decide_website_filing(call: Call) -> Reply:
    """File a website under its number, or refuse."""
    filing = call.table("requests").get(call.path["request_no"])
    if filing is None:
        raise Problem(404, "there is no request of that number", "not-found")
    if filing["state"] != "applied":
        raise Problem(409, "the request has been decided", "wrong-state")
    decided = {**filing, "state": "refused"}
    if call.body["decision"] == "approve":
        number = f"{filing['division'][:6]}02{call.count('filing'):06d}"
        decided |= {"state": "filed", "filing_no": number, "filed_on": call.now.date()}
    call.table("requests").put(filing["request_no"], decided)
    return Reply(201, decided)


def _filing_of(call: Call, domain: str) -> Record | None:
    """Return the filing of a domain unless it was refused."""
    if domain in FILED:
        return {**FILED[domain], "state": "filed"}
    held = call.table("domains").get(domain)
    filing: Record | None = call.table("requests").get(held["request_no"]) if held is not None else None
    return None if filing is None or filing["state"] == "refused" else filing
