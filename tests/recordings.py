"""Recorded traffic, as browsers and proxies write it."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from sim.catalog import Catalog
from sim.conformance.caller import Errand
from sim.conformance.credential import Credentials
from sim.conformance.http import place_of
from sim.conformance.recorded import judge_recording
from sim.conformance.trial import Order
from sim.conformance.verdict import Exchange, Got, Sent, Trial, Verdict
from tests.partners import journey as bundled_journey

if TYPE_CHECKING:
    from pathlib import Path

BASE = "https://platform.tongban.example"
COUNT = {"name": "马晓芳", "division": "640000", "count": 214, "counted_on": "20220725"}
JSON = [{"name": "Content-Type", "value": "application/json"}]


def entry(url: str = "/duplicate-names?name=%E9%A9%AC%E6%99%93%E8%8A%B3", **changes: Any) -> dict[str, Any]:
    """One exchange: a count of names that is right unless ``changes`` says otherwise."""
    request = {
        "method": "GET",
        "url": url if "://" in url else f"{BASE}{url}",
        "httpVersion": "h2",
        "headers": [{"name": ":path", "value": "/"}, {"name": "Authorization", "value": "Bearer hunter2-hunter2"}],
    }
    content = {"size": 10, "mimeType": "application/json", "text": json.dumps(COUNT, ensure_ascii=False)}
    response = {"status": 200, "headers": JSON, "content": content}
    return {
        "startedDateTime": "2022-07-26T01:00:00.000Z",
        "time": 12.5,
        "request": {**request, **changes.pop("request", {})},
        "response": {**response, **changes.pop("response", {})},
        **changes,
    }


def answer(status: int, value: object, media_type: str = "application/json", **changes: Any) -> dict[str, Any]:
    """The response of an exchange."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    headers = [{"name": "Content-Type", "value": media_type}]
    return {"status": status, "headers": headers, "content": {"size": len(text), "text": text, **changes}}


def problem(status: int) -> dict[str, Any]:
    """The response of an exchange that was refused."""
    return answer(status, {"type": "about:blank", "title": "no", "status": status}, "application/problem+json")


def written(folder: Path, *entries: Any) -> Path:
    """A HAR file."""
    path = folder / "traffic.har"
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": list(entries)}}), encoding="utf-8")
    return path


@cache
def errand() -> Errand:
    """The errand that the traffic is of."""
    journey = bundled_journey("query-duplicate-name")
    return Errand(journey, journey.main)


def order(system: str = "provincial-platform", target: str | None = None, **changes: Any) -> Order:
    """An order of a trial of recorded traffic."""
    place = place_of(target) if target is not None else None
    return Order(Catalog.bundled(), (errand(),), system, place, Credentials(None, None), **changes)


def judged(folder: Path, *entries: Any, **changes: Any) -> Trial:
    """What recorded traffic is found to be."""
    return judge_recording(order(**changes), written(folder, *entries))


def exchange(**changes: Any) -> Exchange:
    """One exchange of a trial."""
    sent = Sent("tongban", "POST", "http://h/cases?page=1", (("Content-Type", "application/json"),), '{"a": 1}', "curl")
    given: dict[str, Any] = {
        "started": "2022-07-26T01:00:00.000Z",
        "contract": "platform",
        "operation": "submit",
        "journey": "renew",
        "step": "submit",
        "citizen": 1,
        "probe": "",
        "request": sent,
        "answer": Got(201, (("Location", "/cases/1"),), "{}", 0.25),
        "failure": "",
        "seconds": 0.25,
        "is_cut": False,
    }
    return Exchange(**{**given, **changes})


def trial(*verdicts: Verdict, **changes: Any) -> Trial:
    """A trial that found verdicts."""
    given: dict[str, Any] = {
        "system": "platform",
        "target": "http://h",
        "journeys": ("renew",),
        "listening": (),
        "seed": 1,
        "started": "2022-07-26T00:00:00Z",
        "seconds": 1.0,
        "requests": 1,
        "received": 0,
        "bound": "",
        "errands": (),
        "verdicts": verdicts,
    }
    return Trial(**{**given, **changes})
