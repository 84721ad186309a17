"""HAR: what a trial writes, and what is read with suspicion."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from sim.conformance.recorded import har, read_har
from sim.conformance.trial.har import trial_har
from sim.conformance.verdict import Sent
from sim.document import MAX_BYTES
from sim.errors import DocumentError
from tests.recordings import entry, exchange, trial, written

if TYPE_CHECKING:
    from pathlib import Path


def faults(path: Path) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        read_har(path)
    return [f"{fault.line}:{fault.column} {fault.pointer} {fault.message}" for fault in caught.value.faults]


def pointers(folder: Path, *entries: Any) -> list[str]:
    return [one.split(" ", 1)[1] for one in faults(written(folder, *entries))]


# Writing.


def test_an_exchange_of_a_trial_is_an_entry() -> None:
    (told,) = trial_har(trial(exchanges=(exchange(probe="idempotency"),)))["log"]["entries"]
    assert told["startedDateTime"] == "2022-07-26T01:00:00.000Z"
    assert (told["time"], told["timings"]) == (250.0, {"send": 0, "wait": 250.0, "receive": 0})
    assert told["request"]["queryString"] == [{"name": "page", "value": "1"}]
    assert told["request"]["postData"] == {"mimeType": "application/json", "params": [], "text": '{"a": 1}'}
    assert (told["response"]["statusText"], told["response"]["redirectURL"]) == ("Created", "/cases/1")
    assert told["_tongban"] == {
        "direction": "sent",
        "system": "platform",
        "operation": "submit",
        "journey": "renew",
        "step": "submit",
        "citizen": 1,
        "probe": "idempotency",
        "redacted": True,
    }


def test_every_member_that_har_1_2_requires_is_there() -> None:
    """HAR 1.2, sections entries, request, response, content, timings: members without "optional"."""
    log = trial_har(trial(exchanges=(exchange(),)))["log"]
    (told,) = log["entries"]
    required = {
        "method url httpVersion cookies headers queryString headersSize bodySize": told["request"],
        "status statusText httpVersion cookies headers content redirectURL headersSize bodySize": told["response"],
        "size mimeType": told["response"]["content"],
        "send wait receive": told["timings"],
        "startedDateTime time request response cache timings": told,
        "version creator entries": log,
        "name version": log["creator"],
    }
    assert [set(names.split()) - set(value) for names, value in required.items()] == [set()] * len(required)


def test_what_a_system_sent_is_told_from_what_it_was_sent_and_no_answer_is_status_0() -> None:
    sent = Sent("system", "GET", "http://h/x", (), "")
    (told,) = trial_har(trial(exchanges=(exchange(request=sent, answer=None, failure="too late"),)))["log"]["entries"]
    assert (told["_tongban"]["direction"], told["_tongban"]["failure"]) == ("received", "too late")
    assert (told["response"]["status"], told["response"]["headers"]) == (0, [])
    assert "postData" not in told["request"]


def test_what_a_trial_writes_can_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "conform.har"
    path.write_text(json.dumps(trial_har(trial(exchanges=(exchange(), exchange(is_cut=True))))), encoding="utf-8")
    first, second = read_har(path)
    assert (first.method, first.url, first.body, first.status) == ("POST", "http://h/cases?page=1", b'{"a": 1}', 201)
    assert (first.answer_body, first.seconds) == (b"{}", 0.25)
    assert (first.has_answer_body, second.has_answer_body) == (True, False)


# Reading.


def test_what_browsers_write_is_taken(tmp_path: Path) -> None:
    body = base64.b64encode(b"\x00\xff").decode()
    odd = entry(
        time=None,
        request={
            "postData": {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "a", "value": "&"}]}
        },
        response={"content": {"size": 2, "text": body, "encoding": "base64"}, "headers": None},
        _initiator={"type": "script"},
    )
    (one,) = read_har(written(tmp_path, odd))
    assert (one.answer_body, one.body, one.seconds) == (b"\x00\xff", b"a=%26", 0.0)
    assert [name for name, _ in one.headers] == ["Authorization"]


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = written(tmp_path, entry())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read_har(path)) == 1


def test_a_body_that_the_browser_left_out_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    (one,) = read_har(written(tmp_path, entry(response={"content": {"size": 4096, "mimeType": "image/png"}})))
    assert not one.has_answer_body


def test_every_fault_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "traffic.har"
    path.write_text(
        '{"log": {"entries": [\n  {"request": {},\n   "response": {"status": "200"}}\n]}}', encoding="utf-8"
    )
    assert faults(path) == [
        "2:3 /log/entries/0/startedDateTime is missing",
        "2:15 /log/entries/0/request/method is missing",
        "2:15 /log/entries/0/request/url is missing",
        "3:27 /log/entries/0/response/status is not a whole number",
    ]


def test_faults_are_told_by_pointer_where_a_text_is_no_yaml(tmp_path: Path) -> None:
    """JSON writes letters beyond the first plane as two escapes; the gate of documents takes none of them."""
    path = written(tmp_path, entry(comment="\U0001f600", response={"status": None}))
    assert faults(path) == ["0:0 /log/entries/0/response/status is not a whole number"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (entry(response={"content": {"text": "a", "encoding": "base64"}}), "/response/content/text is not base64"),
        (
            entry(response={"content": {"text": "a", "encoding": "gzip"}}),
            "/response/content/encoding is 'gzip', not base64",
        ),
        (entry(request={"postData": {"text": "é", "encoding": "base64"}}), "/request/postData/text is not base64"),
        (entry(response={"status": 99}), "/response/status is no status of HTTP"),
        (entry(response={"status": True}), "/response/status is not a whole number"),
        (entry(request={"method": "GET / HTTP/1.1\r\nX"}), "/request/method is no method of HTTP"),
        (entry(request={"url": 7}), "/request/url is not a text"),
        (entry(request={"headers": [{"name": "A"}]}), "/request/headers/0/value is missing"),
        (entry(request={"headers": ["A: b"]}), "/request/headers/0 is not an object"),
        (entry(request={"headers": "A: b"}), "/request/headers is not a list"),
        (entry(startedDateTime="yesterday"), "/startedDateTime is no moment of ISO 8601"),
        (entry(time="soon"), "/time is not a number"),
        (entry() | {"response": []}, "/response is not an object"),
        (entry(_tongban="x"), "/_tongban is not an object"),
    ],
)
def test_a_member_of_another_form_is_told_with_its_pointer(tmp_path: Path, wrong: Any, told: str) -> None:
    assert f"/log/entries/1{told}" in pointers(tmp_path, entry(), wrong)


@pytest.mark.parametrize("wrong", [None, 7, "x", [], [[]]])
def test_an_entry_that_is_no_object_is_told(tmp_path: Path, wrong: Any) -> None:
    assert pointers(tmp_path, wrong) == ["/log/entries/0 is not an object"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "1:1  is not JSON: Expecting value"),
        (b'{"log": }', "1:9  is not JSON: Expecting value"),
        (b"\xff\xfe{}", "0:0  is not JSON: is not UTF-8 text"),
        (b'{"log": {}, "log": {}}', "0:0  is not JSON: the key 'log' stands twice"),
        (b'{"log": NaN}', "0:0  is not JSON: NaN is not a number that JSON knows"),
        (b"[" * 100_000, "0:0  is nested deeper than 256 levels"),
        (b'{"log": 3}', "1:9 /log is not an object"),
        (b"[]", "1:1  is not an object"),
        (b'{"log": {"entries": []}}', "1:21 /log/entries is empty"),
    ],
)
def test_a_file_that_is_no_har_is_told(tmp_path: Path, text: bytes, told: str) -> None:
    path = tmp_path / "traffic.har"
    path.write_bytes(text)
    assert faults(path) == [told]


def test_a_file_beyond_the_bound_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "traffic.har"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024 * 1024)  # a hole: nothing of it stands on the disk
    assert faults(path) == [f"0:0  is larger than {MAX_BYTES} bytes"]


def test_a_folder_or_nothing_is_told(tmp_path: Path) -> None:
    assert faults(tmp_path) == ["0:0  there is no such file"]
    assert faults(tmp_path / "none") == ["0:0  there is no such file"]


def test_no_more_than_200_faults_are_told(tmp_path: Path) -> None:
    assert len(faults(written(tmp_path, *[{}] * 500))) == har.MAX_FAULTS
