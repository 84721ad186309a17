"""A courier of its own making that tells its customers of every event, as ``contracts/logistics.openapi.yaml`` says."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import requests

from tests.reference_contract import BOTH, DIVISION, MOBILE, PAGES, PERSON, SYSTEM, Operation, one_of, text
from tests.reference_gate import CHINA, Body, Refusal, signed_headers
from tests.reference_platform import Platform

PARCEL: Final = "/delivery-orders/{waybill_no}"
DAY: Final = text(8, r"[0-9]{8}")
DEFECTS: Final[dict[str, frozenset[str]]] = {
    "callback-never": frozenset(("callback",)),
    "callback-twice": frozenset(("callback",)),
    "callback-out-of-order": frozenset(("callback-order",)),
    "callback-unsigned": frozenset(("request-security",)),
    "callback-wrong-body": frozenset(("request-schema",)),
}


class Courier(Platform):
    """Takes parcels; callbacks for ``https://`` addresses of others go to ``route``."""

    audience = "logistics"
    operations = (
        Operation(
            "POST", "/delivery-orders", "order", SYSTEM,
            {"case_no": text(50, r"[0-9A-Za-z]{1,50}"), "sender_unit": text(100), "receiver": PERSON, "mobile": MOBILE,
             "address": text(100)},
            {"sender": PERSON, "receiver_unit": text(100), "postcode": text(6, r"[0-9]{6}"), "division": DIVISION,
             "callback_url": text(500, r"https://[!-~]+")},
        ),
        Operation("GET", f"{PARCEL}/events", "events", BOTH, query=PAGES),
        Operation("DELETE", PARCEL, "cancel", SYSTEM),
        Operation("POST", f"{PARCEL}/collection", "gather", SYSTEM, {}, {"sender": PERSON, "sent_on": DAY}),
        Operation(
            "POST", f"{PARCEL}/delivery", "deliver", SYSTEM, {"receiver": PERSON, "parcel_action": one_of("301", "302")}
        ),
    )  # fmt: skip

    def __init__(self, defect: str = "") -> None:
        super().__init__(defect)
        self.route = ""
        self._parcels: dict[str, Body] = {}
        self._held: list[tuple[str, Body, str]] = []
        self._worker = ThreadPoolExecutor(1)

    def _do_order(self, body: Body) -> tuple[int, Body]:
        number = f"W{self._next('parcel'):09d}"
        parcel = {**body, "waybill_no": number, "parcel_state": "0", "events": []}
        self._parcels[number] = parcel
        return 201, _shown(parcel)

    def _do_events(self, path: Body, _: Body, query: Body) -> tuple[int, Body]:
        events = self._parcel(path)["events"][::-1]
        page, size = int(query.get("page", 1)), int(query.get("page_size", 20))
        shown = events[(page - 1) * size : page * size]
        return 200, {"page": page, "page_size": size, "total": len(events), "events": shown}

    def _do_gather(self, path: Body, body: Body, _: Body) -> tuple[int, Body]:
        parcel = self._parcel(path)
        if parcel["parcel_state"] != "0":
            raise Refusal(409, "the parcel has been collected")
        parcel |= {"sent_on": f"{datetime.now(CHINA):%Y%m%d}", **body, "parcel_state": "1"}
        self._tell(parcel, "10")
        return 201, _shown(parcel)

    def _do_deliver(self, path: Body, body: Body, _: Body) -> tuple[int, Body]:
        parcel = self._parcel(path)
        if parcel["parcel_state"] != "1":
            raise Refusal(409, "the parcel is not on its way")
        parcel |= {"receiver": body["receiver"], "received_on": f"{datetime.now(CHINA):%Y%m%d}", "parcel_state": "3"}
        self._tell(parcel, body["parcel_action"])
        return 201, _shown(parcel)

    def _parcel(self, path: Body) -> Body:
        if path["waybill_no"] not in self._parcels:
            raise Refusal(404, "there is no such parcel")
        return self._parcels[path["waybill_no"]]

    def _tell(self, parcel: Body, action: str) -> None:
        event = {"waybill_no": parcel["waybill_no"], "parcel_state": parcel["parcel_state"], "parcel_action": action}
        event["happened_at"] = f"{datetime.now(CHINA):%Y%m%dT%H%M%S}"
        parcel["events"].append(event)
        if "callback_url" not in parcel or self.defect == "callback-never":
            return
        key = f"{parcel['waybill_no']}-{len(parcel['events'])}"
        due = [(parcel["callback_url"], event, key)]
        if self.defect == "callback-out-of-order":
            self._held += due
            if len(parcel["events"]) < 2:
                return
            due, self._held = self._held[::-1], []
        if self.defect == "callback-twice":
            due.append((parcel["callback_url"], event, f"{key}-again"))
        self._worker.submit(self._deliver_all, due)  # one after the other

    def _deliver_all(self, due: list[tuple[str, Body, str]]) -> None:
        for url, event, key in due:
            wrong: dict[str, Any] = {"happened_at": "yesterday"} if self.defect == "callback-wrong-body" else {}
            data = json.dumps({**event, **wrong}).encode()
            headers = signed_headers(url, data, {"idempotency-key": key})
            if self.defect == "callback-unsigned":
                headers.pop("signature")
            requests.post(self.route + urlsplit(url).path, data=data, headers=headers, timeout=5).close()


def _shown(parcel: Body) -> Body:
    names = ("waybill_no", "case_no", "sender_unit", "sent_on", "sender", "receiver", "received_on", "parcel_state")
    return {name: parcel[name] for name in names if name in parcel}
