"""The contract of a provincial platform, as an integrator has written it down: fields and operations."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sim.contract.checksum import is_certificate_identifier, is_citizen_number

if TYPE_CHECKING:
    from collections.abc import Callable

FORMS: Final = {"app": "3", "mini-program": "3", "pc": "2", "kiosk": "9", "window": "1"}

_CITIZEN = re.compile(r"[1-9][0-9]{5}(18|19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]")
_IDENTIFIER = re.compile(
    r"1\.2\.156\.3005\.2\.[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}[0-9]{3}"
    r"\.([0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}|[0-9]{6})\.[0-9A-Z]{1,36}\.[0-9]{3}\.[0-9A-Z]"
)


# Fields: each a function that tells whether a value is good.


def text(most: int, pattern: str = r"[\s\S]+") -> Callable[[Any], bool]:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and len(value) <= most and compiled.fullmatch(value) is not None


def one_of(*codes: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in codes


def flag(value: Any) -> bool:
    return isinstance(value, bool)


def citizen_number(value: Any) -> bool:
    return isinstance(value, str) and _CITIZEN.fullmatch(value) is not None and is_citizen_number(value)


def loose_citizen_number(value: Any) -> bool:
    return isinstance(value, str) and _CITIZEN.fullmatch(value) is not None


def identifier(value: Any) -> bool:
    return isinstance(value, str) and _IDENTIFIER.fullmatch(value) is not None and is_certificate_identifier(value)


ITEM = text(31, r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}[0-9A-Z]{13}")
DIVISION = text(12, r"([0-9]{6}|[0-9]{9}|[0-9]{12})")
PERSON = text(30, r"[^0-9]{1,30}")
MOBILE = text(18, r"[0-9+-]{5,18}")
ENTRY = one_of(*FORMS)
YES_NO = one_of("0", "1")
MATERIAL: Final = {
    "material_name": text(200),
    "material_taken": YES_NO,
    "material_method": text(20),
    "material_count": text(2, r"[0-9]{1,2}"),
    "material_at": text(15, r"[0-9]{8}T[0-9]{6}"),
    "attachment": text(10**6, r"[\s\S]*"),
    "certificate_identifier": identifier,
}


def materials(least: int) -> Callable[[Any], bool]:
    def good(value: Any) -> bool:
        if not isinstance(value, list) or not least <= len(value) <= 50:
            return False
        return all(
            isinstance(one, dict)
            and {"material_name", "material_taken"} <= one.keys()
            and all(name in MATERIAL and MATERIAL[name](member) for name, member in one.items())
            for one in value
        )

    return good


APPLICATION: Final = {
    "implementation_code": ITEM,
    "applicant_name": text(100),
    "applicant_id_no": citizen_number,
    "contact_mobile": MOBILE,
    "address": text(100),
    "applicant_division": DIVISION,
    "delivery": one_of("courier", "pick-up"),
    "materials": materials(0),
}
AGENT: Final = {
    "agent_name": PERSON,
    "agent_id_type": text(3, r"[0-9]{3}"),
    "agent_id_no": text(18, r"[0-9A-Za-z()-]{1,18}"),
    "postcode": text(6, r"[0-9]{6}"),
}
VISIT: Final = {"applicant_name": text(100), "implementation_code": ITEM, "accepting_division": DIVISION}


@dataclass(frozen=True)
class Operation:
    """An operation: how it is addressed, secured, and what its body holds."""

    method: str
    path: str
    name: str
    callers: frozenset[str]
    required: dict[str, Callable[[Any], bool]] = field(default_factory=dict)
    optional: dict[str, Callable[[Any], bool]] = field(default_factory=dict)
    query: dict[str, Callable[[str], bool]] = field(default_factory=dict)
    needs: frozenset[str] = frozenset()

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path))


BOTH, SYSTEM, CITIZEN, PUBLIC = (
    frozenset(("token", "signature")),
    frozenset(("signature",)),
    frozenset(("token",)),
    frozenset[str](),
)
PAGES: Final = {
    "page": lambda value: value.isdecimal() and 1 <= int(value) <= 100_000,
    "page_size": lambda value: value.isdecimal() and 1 <= int(value) <= 100,
}
CASE = "/cases/{case_no}"
REGISTRATION = "/residence-registrations/{case_no}"
OPERATIONS: Final = (
    Operation("GET", "/items/{implementation_code}/guide", "guide", PUBLIC),
    Operation("GET", "/menus/{entry_point}", "menu", PUBLIC, query=PAGES),
    Operation("GET", "/cases", "list_cases", CITIZEN, query=PAGES),
    Operation(
        "POST", "/cases", "draft", BOTH,
        {"implementation_code": ITEM, "applicant_name": text(100), "applicant_id_no": citizen_number,
         "applicant_division": DIVISION, "entry_point": ENTRY},
    ),
    Operation("GET", CASE, "show", BOTH),
    Operation("POST", f"{CASE}/application", "submit", BOTH, APPLICATION, AGENT),
    Operation("POST", f"{CASE}/window-entry", "enter", SYSTEM, APPLICATION, AGENT),
    Operation(
        "POST", f"{CASE}/acceptance", "accept", SYSTEM, {"accepted_by": text(30), "accepting_division": DIVISION}
    ),
    Operation("POST", f"{CASE}/supplements", "supplement", BOTH, {"materials": materials(1)}),
    Operation(
        "POST", f"{CASE}/decisions", "decide", SYSTEM,
        {"decision": one_of("approve", "supplement", "refuse"), "officer": PERSON, "charged": YES_NO,
         "result_text": text(1000)},
        {"finishing_division": DIVISION},
    ),
    Operation("POST", f"{CASE}/products", "make", SYSTEM, {"certificate_name": text(200), "issuer": text(100)}),
    Operation("POST", f"{CASE}/collection", "collect", SYSTEM, {"receiver": PERSON, "id_no": citizen_number}),
    Operation(
        "POST", f"{CASE}/reviews", "review", CITIZEN,
        {"channel": one_of("PC端", "移动端", "二维码", "政务大厅平板电脑", "政务大厅其他终端", "电话", "短信"),
         "reviewer": PERSON, "satisfaction": one_of("1", "2", "3", "4", "5")},
        {"text": text(10_000, r"[\s\S]*"), "division": DIVISION},
    ),
    Operation("POST", "/window-receipts", "receive", SYSTEM, VISIT),
    Operation("POST", "/kiosk-captures", "capture", SYSTEM, VISIT),
    Operation(
        "POST", "/residence-registrations", "register", BOTH - {"signature"},
        {"implementation_code": ITEM, "applicant_name": text(100), "applicant_id_no": citizen_number,
         "contact_mobile": MOBILE, "address": text(100), "applicant_division": DIVISION, "entry_point": ENTRY},
        {"landlord": text(100)},
    ),
    Operation("GET", f"{REGISTRATION}/property-check", "check", SYSTEM),
    Operation("GET", f"{REGISTRATION}/person-check", "check", SYSTEM),
    Operation(
        "POST", f"{REGISTRATION}/confirmation", "confirm", SYSTEM,
        {"decision": one_of("approve", "refuse"), "officer": PERSON, "property_matched": flag, "person_matched": flag},
        {"result_text": text(1000)},
    ),
    Operation(
        "GET", "/duplicate-names", "count_names", CITIZEN,
        query={"name": lambda value: bool(re.fullmatch(r"[^0-9]{1,30}", value)), "division": DIVISION},
        needs=frozenset(("name",)),
    ),
)  # fmt: skip
