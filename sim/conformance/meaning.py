"""Codes that two editions read differently: the same value under another list or edition, meaning something else.

Takes a message with the operation of the edition that wrote it and of the one that reads it, gives a violation for each
coded field whose value both know and understand differently; what either does not know is the schema's affair. Looks at
bodies, queries and headers.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.contract import Violation
from sim.contract.validator import contract_pointer
from sim.document import escape_pointer
from sim.mock import Code

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.contract.model import Answer, MediaType, Operation, Request, Schema
    from sim.document import JsonValue
    from sim.mock import Codec

MISREAD: Final = "x-code-list"
"""The rule that such a violation names."""

Schemas: TypeAlias = "tuple[Schema | None, Schema | None]"
"""Of the same value: as it was written, as it is read."""


def misread_request(codec: Codec, consumer: Operation, provider: Operation, request: Request) -> Iterator[Violation]:
    """Yield the codes of a request that the provider takes for something else."""
    for location, pairs in (("query", request.query), ("header", request.headers)):
        sent = {name.lower(): value for name, value in pairs}
        for parameter in consumer.parameters:
            if parameter.location == location and parameter.name.lower() in sent:
                schemas = (parameter.schema, _reader(provider, location, parameter.name))
                yield from _misread(codec, schemas, sent[parameter.name.lower()], location, f"/{parameter.name}")
    written, read = (one.request_body.content if one.request_body else {} for one in (consumer, provider))
    yield from _misread_body(codec, written, read, request.body)


def misread_answer(codec: Codec, provider: Operation, consumer: Operation, answer: Answer) -> Iterator[Violation]:
    """Yield the codes of an answer that the consumer takes for something else."""
    responses = (provider.response(answer.status), consumer.response(answer.status))
    written, read = (response.content if response else {} for response in responses)
    yield from _misread_body(codec, written, read, answer.body)


def _reader(provider: Operation, location: str, name: str) -> Schema | None:
    found = (one.schema for one in provider.parameters if (one.location, one.name) == (location, name))
    return next(found, None)


def _misread_body(
    codec: Codec, written: Mapping[str, MediaType], read: Mapping[str, MediaType], body: bytes
) -> Iterator[Violation]:
    schemas = (_schema(written), _schema(read))
    if None in schemas or not body:
        return
    try:
        value: JsonValue = json.loads(body)
    except (ValueError, RecursionError):
        return  # the check of the body says so
    yield from _misread(codec, schemas, value, "body", "")


def _schema(content: Mapping[str, MediaType]) -> Schema | None:
    return next((one.schema for kind, one in content.items() if "json" in kind), None)


def _misread(codec: Codec, schemas: Schemas, value: JsonValue, part: str, pointer: str) -> Iterator[Violation]:
    written, read = schemas
    if written is None or read is None:
        return
    writing, reading = codec.shape(written), codec.shape(read)
    if isinstance(value, dict):
        for name, member in value.items():
            below = (writing.properties.get(name), reading.properties.get(name))
            yield from _misread(codec, below, member, part, f"{pointer}/{escape_pointer(name)}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _misread(codec, (writing.items, reading.items), item, part, f"{pointer}/{index}")
    else:
        lists = (writing.text(MISREAD), reading.text(MISREAD))
        if None in lists or lists[0] == lists[1]:
            return
        meant, understood = codec.decode(written, value), codec.decode(read, value)
        if isinstance(meant, Code) and isinstance(understood, Code) and meant.label != understood.label:
            received = f"{lists[0]}: {value} is {meant.label}, not {understood.label}"
            yield Violation(part, MISREAD, pointer, str(lists[1]), received, contract_pointer(read))
