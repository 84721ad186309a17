"""Requests and answers between the bundled systems, and the same with one thing wrong.

Takes the bundled journeys, replays them in process against the bundled mocks (one of them in an older edition where
asked for), gives every exchange; then the messages with one change each. All is seeded.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote

from sim.catalog import Catalog
from sim.conformance.caller import Errand, ReplayCaller
from sim.conformance.cohort import participants
from sim.conformance.record import Recorder
from sim.conformance.tally import NATIONAL, Tally
from sim.contract import Answer, Request, apply_overlay, load_code_lists, load_overlay
from sim.journey import execute
from sim.mock import Codec, World
from tests.mutants import mutants
from tests.partners import START, codec, national
from tests.partners import journey as bundled_journey
from tests.unit.catalog_content.documents import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from random import Random

    from sim.contract import Contract, MediaType, Operation, Schema
    from sim.mock import Exchange
    from tests.instances import Library, Values

# Texts of an integer from 1 and of an idempotency key, most of them wrong; None: the header is left out.
QUERIES: Final = ("", "0", "1", "100001", "1.0", "1.5", "1e1", "x", "-1", " 1", "+1", "true", "\uff11", "a,b")
HEADERS: Final = (None, "", "short", "x" * 81, "has spaces in it", "中文中文中文中文", "7f3e9a52-1c4d", "a,b,c,d,e")


class Message(NamedTuple):
    """A request or an answer of an operation, and what was changed in it: nothing when ``change`` is empty."""

    operation: Operation
    request: Request
    answer: Answer | None
    change: str = ""


@cache
def older() -> Contract:
    """The provincial platform one edition behind."""
    return apply_overlay(Catalog.bundled(), "provincial-platform", load_overlay(Catalog.bundled(), "older-edition"))


def exchanges(*, is_older: bool, citizens: int) -> list[Exchange]:
    """Replay every bundled journey that meets the edition and return all calls, nested ones included."""
    bundled, systems = Catalog.bundled(), dict(national())
    if is_older:
        systems["provincial-platform"] = replace(systems["provincial-platform"], provider=older())
    lenient = Codec(load_code_lists(bundled), is_lenient=True) if is_older else codec()
    found: list[Exchange] = []
    for name in bundled.names("journey"):
        journey = bundled_journey(name)
        errand = Errand(journey, journey.main)
        if is_older and "provincial-platform" not in {contract.name for contract in journey.contracts.values()}:
            continue
        people = participants(journey, journey.main, seed=5, count=citizens, offices=["640000"])
        for one in islice(people, citizens):
            world = World(systems, lenient, seed=5, start=START)
            world.enrol(one.citizen)
            caller = ReplayCaller(errand, world, one.citizen, Recorder(systems, lenient, Tally(NATIONAL)))
            execute(journey, journey.main, one.inputs, caller)
            found += world.exchanges
    return found


def replayed(seen: Iterable[Exchange], contract: Contract) -> Iterator[Message]:
    """Yield the first exchange of each operation and status as messages of an edition: the request, then the answer."""
    met: set[tuple[str, int]] = set()
    for one in seen:
        operation = contract.operations.get(one.operation.operation_id) if one.operation else None
        if operation is None or one.system != contract.name or (operation.operation_id, one.answer.status) in met:
            continue
        met.add((operation.operation_id, one.answer.status))
        yield Message(operation, one.request, None)
        yield Message(operation, one.request, one.answer)


def written(contract: Contract, maker: Values) -> Iterator[Message]:
    """Yield a request of every operation, and an answer of every status, with values made from their schemas."""
    for operation in contract.operations.values():
        path, headers = operation.path, []
        for parameter in operation.parameters:
            text = str(maker.value(_placed(parameter.schema)))
            if parameter.location == "path":
                path = path.replace(f"{{{parameter.name}}}", quote(text, safe=""))
            elif parameter.location == "header":
                headers.append((parameter.name, text))
        content = operation.request_body.content if operation.request_body else {}
        sent, body = _content(content, maker)
        request = Request(operation.method, path, (), (*headers, *sent), body)
        yield Message(operation, request, None)
        for status, response in operation.responses.items():
            told = [(name, str(maker.value(_placed(one.schema)))) for name, one in response.headers.items()]
            sent, body = _content(response.content, maker)
            yield Message(operation, request, Answer(int(status), (*told, *sent), body))


def changed(message: Message, library: Library, random: Random, *, most: int) -> list[Message]:
    """Return a message with one change each: at most so many, half of them of the values in its body."""
    request, answer = message.request, message.answer
    if answer is None:
        found = [message._replace(request=one, change=change) for change, one in _requests(message.operation, request)]
    else:
        found = [message._replace(answer=one, change=change) for change, one in _answers(message.operation, answer)]
    body = (answer or request).body
    found += [_with(message, f"body: {change}", other) for change, other in _bodies(body)]
    place = body_schema(message)
    values = list(mutants(library, place, json.loads(body))) if place is not None and body else []
    chosen = random.sample(values, min(most - most // 2, len(values)))
    return [
        found[0],  # breaks every message
        *random.sample(found[1:], max(0, min(most - len(chosen) - 1, len(found) - 1))),
        *(_with(message, "value", json.dumps(value, ensure_ascii=False).encode()) for value in chosen),
    ]


def body_schema(message: Message) -> Place | None:
    """Return the schema of a message's body."""
    part = message.operation.request_body
    content = part.content if part else {}
    if message.answer is not None:
        response = message.operation.response(message.answer.status)
        content = response.content if response else {}
    return next((_placed(media_type.schema) for media_type in content.values()), None)


def _placed(schema: Schema | None) -> Place:
    assert schema is not None
    return Place(schema.uri.removeprefix("catalog:/contracts/"), schema.pointer, schema.value)


def _content(content: Mapping[str, MediaType], maker: Values) -> tuple[tuple[tuple[str, str], ...], bytes]:
    """Return the header that names a body's media type, and the body."""
    for content_type, media_type in content.items():
        value = maker.value(_placed(media_type.schema))
        return (("Content-Type", content_type),), json.dumps(value, ensure_ascii=False).encode()
    return (), b""


def _with(message: Message, change: str, body: bytes) -> Message:
    if message.answer is None:
        return message._replace(request=replace(message.request, body=body), change=change)
    return message._replace(answer=replace(message.answer, body=body), change=change)


def _requests(operation: Operation, request: Request) -> Iterator[tuple[str, Request]]:
    yield "another method", replace(request, method="PATCH")
    yield "another path", replace(request, path="/nowhere")
    yield "an unknown query parameter", replace(request, query=(*request.query, ("colour", "red")))
    for change, headers in _content_types(request.headers):
        yield change, replace(request, headers=headers)
    for parameter in operation.parameters:
        name = parameter.name
        if parameter.location == "query":
            others = tuple(pair for pair in request.query if pair[0] != name)
            for value in QUERIES:
                yield f"query: {value!r}", replace(request, query=(*others, (name, value)))
            yield "query: twice", replace(request, query=(*others, (name, "1"), (name, "2")))
        elif parameter.location == "header":
            for text in HEADERS:
                yield f"header: {text!r}", replace(request, headers=_set(request.headers, name, text))
        else:
            yield from _paths(operation, request, name)


def _paths(operation: Operation, request: Request, name: str) -> Iterator[tuple[str, Request]]:
    at = operation.path.split("/").index(f"{{{name}}}")
    pieces = request.path.split("/")
    texts = (f"%{ord(pieces[at][0]):02X}{pieces[at][1:]}", quote("中文"), "a%2Fb", "a.b", "x" * 51, "%20", "-", "%0A")
    for text in texts:
        yield f"path: {text[:12]}", replace(request, path="/".join([*pieces[:at], text, *pieces[at + 1 :]]))


def _answers(operation: Operation, answer: Answer) -> Iterator[tuple[str, Answer]]:
    for status in (299, 418, 599):
        yield f"status {status}", replace(answer, status=status)
    for change, headers in _content_types(answer.headers):
        yield change, replace(answer, headers=headers)
    response = operation.response(answer.status)
    for name in response.headers if response else ():
        for value in (None, "", "soon", "0", "1", "1.5", "86401", "1,2"):
            yield f"header: {value!r}", replace(answer, headers=_set(answer.headers, name, value))


def _content_types(headers: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    sent = next((value for name, value in headers if name.lower() == "content-type"), None)
    if sent is not None:
        others = ("text/plain", "application/xml", f"{sent}; charset=utf-8", sent.upper(), f"{sent}-seq", "json", None)
        for other in others:
            yield f"content type: {(other or 'none').replace(sent, '*')}", _set(headers, "Content-Type", other)


def _set(headers: tuple[tuple[str, str], ...], name: str, value: str | None) -> tuple[tuple[str, str], ...]:
    kept = tuple(pair for pair in headers if pair[0].lower() != name.lower())
    return kept if value is None else (*kept, (name, value))


def _bodies(body: bytes) -> Iterator[tuple[str, bytes]]:
    yield "none", b""
    yield "not JSON", b"{"
    yield "another", b'{"a": 1}'
    if body:
        yield "with more behind", body + b" x"
        yield "with spaces around", b" \n" + body + b"\n"
        yield "with a byte order mark", b"\xef\xbb\xbf" + body
        yield "in UTF-16", body.decode().encode("utf-16")
        yield "not UTF-8", body[:-1] + b',"x_note":"\xff"}'
        yield "with a number that is none", body[:-1] + b',"x_note":NaN}'
        yield "with a key twice", body[:-1] + b"," + body[1:]
        yield "with a lone surrogate", body[:-1] + b',"x_note":"\\ud800"}'
        yield "with a number beyond float64", body[:-1] + b',"x_note":1e400}'
