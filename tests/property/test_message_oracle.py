"""Whole requests and answers: our verdict on each is that of openapi-core.

Judged are the exchanges of the bundled journeys, replayed against the bundled mocks with the provincial platform in its
national and in its older edition, and one made message for every operation and status; then each of them with one thing
wrong. Who may call is not judged here, so that openapi-core reads the contracts without their security.
"""

from __future__ import annotations

import copy
import json
import os
from dataclasses import replace
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote

import pytest
from jsonschema_path import SchemaPath
from jsonschema_path.handlers import default_handlers
from openapi_core import Config, OpenAPI
from openapi_core.casting.schemas.exceptions import CastError
from openapi_core.deserializing.media_types.util import json_loads
from openapi_core.testing import MockRequest, MockResponse
from werkzeug.datastructures import Headers, MultiDict

from sim.contract import violations_of_answer, violations_of_request
from tests.instances import Library, Values
from tests.messages import Message, changed, exchanges, older, replayed, written
from tests.partners import SYSTEMS, contract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sim.contract import Contract, Violation
    from sim.mock import Exchange

FACTOR: Final = int(os.environ.get("TONGBAN_ORACLE_FACTOR", "1"))
CITIZENS: Final = 3
CHANGES: Final = 3 * FACTOR
"""Changes of each exchange that was replayed and of each request that was made; a success that was made has two, a
problem, which all operations share, none."""
OLDER: Final = "older-edition"
FILES: Final = cache(default_handlers["file"])
"""Its reader of files, which reads each once: else every reference into a file reads it again."""


class Difference(NamedTuple):
    """A rule that one of the two does not know, and by what text ours is right."""

    name: str
    reason: str
    ours: Callable[[Violation], bool] = lambda _: False
    """Whether ours tells it alone."""
    theirs: Callable[[Exception], bool] = lambda _: False
    """Whether openapi-core tells it alone."""


DIFFERENCES: Final = (
    Difference(
        "vocabulary",
        "x-checksum and x-format are extensions (OpenAPI 3.1.1, section 4.9), enforced by us alone",
        lambda broken: broken.rule in ("x-checksum", "x-format"),
    ),
    Difference(
        "format",
        "OpenAPI 3.1.1, section 4.4.2 leaves formats to tools; openapi-core knows no uri without another library",
        lambda broken: broken.rule == "format",
    ),
    Difference(
        "end of a pattern",
        "ECMA-262 (JSON Schema 2020-12 core, section 6.4): $ is the end of the text; Python's allows a line feed after",
        lambda broken: broken.rule == "pattern" and broken.received.endswith('\\n"'),
    ),
    Difference(
        "beside a reference",
        "JSON Schema 2020-12 core, section 8.2.3.1: what stands beside $ref applies too; openapi-core drops it in the"
        " schema of a media type or of a parameter",
        lambda broken: broken.contract_pointer.endswith(
            ("application~1json/schema/properties/delivery/enum", "/components/schemas/UserNumber/pattern")
        ),
    ),
    Difference(
        "JSON",
        "RFC 8259, sections 4, 6, 8.1 and 8.2: UTF-8 without byte order mark, names that stand once, finite numbers,"
        " whole characters; Python's reader takes all of it",
        lambda broken: (broken.part, broken.rule) == ("body", "parse"),
    ),
    Difference(
        "integers in texts",
        "OpenAPI 3.1.1, appendix B leaves open how a text is an integer: ours takes what JSON takes (1.0 and 1e1, as"
        " JSON Schema does), openapi-core what Python's int() takes (+1, a space before, digits of other scripts)",
        lambda broken: broken.part in ("query", "header") and broken.rule == "type",
        lambda error: isinstance(error.__cause__, CastError),
    ),
    Difference(
        "twice",
        "OpenAPI 3.1.1, section 4.8.12.6: style form writes a single value as one name=value; openapi-core takes one of"
        " several",
        lambda broken: (broken.part, broken.rule) == ("query", "parse"),
    ),
    Difference(
        "not declared",
        "OpenAPI leaves open what a query parameter or a body means that an operation does not declare; ours tells it",
        lambda broken: broken.rule == "declared" and broken.part in ("query", "body", "media-type"),
    ),
)


@cache
def editions() -> dict[str, Contract]:
    return {**{name: contract(name) for name in SYSTEMS}, OLDER: older()}


@cache
def seen() -> tuple[Exchange, ...]:
    return (*exchanges(is_older=False, citizens=CITIZENS), *exchanges(is_older=True, citizens=CITIZENS))


@cache
def openapi_core(edition: str) -> OpenAPI:
    judged = editions()[edition]
    document: Any = copy.deepcopy(judged.document.value)
    for holder in (document, *(one for item in document["paths"].values() for one in item.values())):
        if isinstance(holder, dict):
            holder.pop("security", None)
    # It knows application/json alone; RFC 6839, section 3.1: +json is read alike.
    config = Config(extra_media_type_deserializers={"application/problem+json": json_loads})
    uri = judged.document.path.resolve().as_uri()
    return OpenAPI(
        SchemaPath.from_dict(document, base_uri=uri, handlers={"file": FILES}, resolved_cache_maxsize=4096), config
    )


def ours(edition: str, message: Message) -> tuple[Violation, ...]:
    judged = editions()[edition]
    if message.answer is None:
        return violations_of_request(judged, message.operation, message.request)
    return violations_of_answer(judged, message.operation, message.answer)


def theirs(edition: str, message: Message) -> list[Exception]:
    root: Any = editions()[edition].document.value
    sent, answer = message.request, message.answer
    pieces = zip(message.operation.path.split("/"), sent.path.split("/"), strict=False)
    request = MockRequest(
        root["servers"][0]["url"],
        sent.method,
        sent.path,
        view_args={name.strip("{}"): unquote(text) for name, text in pieces if name.startswith("{")},
        headers=dict(sent.headers),
        data=sent.body,
        content_type=Headers(list(sent.headers)).get("Content-Type", ""),
        args=MultiDict(sent.query),
    )
    if answer is None:
        return list(openapi_core(edition).iter_request_errors(request))
    content_type = Headers(list(answer.headers)).get("Content-Type", "")
    response = MockResponse(answer.body, answer.status, dict(answer.headers), content_type)
    return list(openapi_core(edition).iter_response_errors(request, response))


@cache
def judged(edition: str) -> list[tuple[Message, tuple[Violation, ...], list[Exception]]]:
    """Return every message of an edition with both judgements."""
    return [(message, ours(edition, message), theirs(edition, message)) for message in messages(edition)]


def messages(edition: str) -> Iterator[Message]:
    spoken = editions()[edition]
    library = Library({f"{spoken.name}.openapi.yaml": spoken.document.value})
    random = Random(edition)  # noqa: S311 - values for tests, no secret
    for message in replayed(seen(), spoken):
        yield from (message, *changed(message, library, random, most=CHANGES))
    for _ in range(FACTOR):
        for message in written(spoken, Values(library, random)):
            yield message
            if message.answer is None or message.answer.status < 400:
                yield from changed(message, library, random, most=CHANGES if message.answer is None else 2)


def differences(broken: tuple[Violation, ...], errors: list[Exception]) -> set[str] | None:
    """Return the names of what explains that one of the two tells something alone, None when nothing does."""
    explained = [{one.name for one in DIFFERENCES if one.ours(violation)} for violation in broken]
    explained += [{one.name for one in DIFFERENCES if one.theirs(error)} for error in errors]
    return set().union(*explained) if all(explained) else None


@pytest.mark.parametrize("edition", [*SYSTEMS, OLDER])
def test_openapi_core_gives_each_message_the_same_verdict(edition: str) -> None:
    differ = [
        (message, broken, errors, [error.__cause__ for error in errors])
        for message, broken, errors in judged(edition)
        if bool(broken) != bool(errors) and differences(broken, errors) is None
    ]
    assert differ == []


@pytest.mark.parametrize("edition", [*SYSTEMS, OLDER])
def test_both_give_both_verdicts_on_requests_and_answers_of_every_operation(edition: str) -> None:
    agreed: dict[tuple[str, str], set[bool]] = {}
    conforming: set[tuple[str, str]] = set()
    for message, broken, errors in judged(edition):
        operation, part = message.operation.operation_id, "answer" if message.answer else "request"
        if bool(broken) == bool(errors):
            agreed.setdefault((operation, part), set()).add(not errors)
        if message.answer and not broken and not errors:
            conforming.add((operation, str(message.answer.status)))

    operations = editions()[edition].operations.values()
    parts = {(operation.operation_id, part) for operation in operations for part in ("answer", "request")}
    assert agreed == {part: {True, False} for part in parts}
    assert conforming == {(one.operation_id, status) for one in operations for status in one.responses}


def made(edition: str, operation_id: str, **fields: Any) -> Message:
    """Return a request that keeps its contract but for the fields given."""
    spoken = editions()[edition]
    maker = Values(Library({f"{spoken.name}.openapi.yaml": spoken.document.value}), Random(1))  # noqa: S311 - no secret
    message = next(one for one in written(spoken, maker) if one.operation.operation_id == operation_id)
    body = json.dumps({**json.loads(message.request.body), **fields}).encode() if message.request.body else b""
    return message._replace(request=replace(message.request, body=body))


def asking(*query: tuple[str, str]) -> Message:
    message = made("provincial-platform", "listCases")
    return message._replace(request=replace(message.request, query=query))


def with_body(body: bytes) -> Message:
    message = made("identity", "verifyIdentity")
    return message._replace(request=replace(message.request, body=body or message.request.body[:-1] + b', "name": ""}'))


SHOWN: Final[list[tuple[str, str, Callable[[], Message]]]] = [
    ("vocabulary", "identity", lambda: made("identity", "verifyIdentity", id_no="640099199208150028")),
    ("format", "logistics", lambda: made("logistics", "createDeliveryOrder", callback_url="https://a b")),
    ("end of a pattern", "payment", lambda: made("payment", "createPaymentNotice", amount_yuan="20.00\n")),
    ("beside a reference", OLDER, lambda: made(OLDER, "submitApplication", delivery="courier")),
    ("JSON", "identity", lambda: with_body(b'{"name": "a", "id_no": "640099199208150027", "name": "b"}')),
    ("integers in texts", "provincial-platform", lambda: asking(("page", "1.0"))),
    ("integers in texts", "provincial-platform", lambda: asking(("page", "+1"))),
    ("twice", "provincial-platform", lambda: asking(("page", "1"), ("page", "2"))),
    ("not declared", "provincial-platform", lambda: asking(("colour", "red"))),
]


@pytest.mark.parametrize(("name", "edition", "make"), SHOWN)
def test_a_known_difference_still_is_one(name: str, edition: str, make: Callable[[], Message]) -> None:
    message = make()
    broken, errors = ours(edition, message), theirs(edition, message)
    assert bool(broken) != bool(errors)
    assert differences(broken, errors) == {name}


def test_each_difference_is_shown() -> None:
    assert {name for name, _, _ in SHOWN} == {one.name for one in DIFFERENCES}
