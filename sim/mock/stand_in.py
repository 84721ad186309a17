"""What answers an operation that no mock answers: the contract's examples, else values made from its schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.contract import violations_of_answer
from sim.contract.media_type import is_json, reading
from sim.contract.model import Answer
from sim.mock.message import encode_body, example_answer
from sim.mock.sample import sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.contract.model import Contract, MediaType, Operation, Response
    from sim.document import JsonValue


def stand_in(contract: Contract, operation: Operation) -> Answer | None:
    """Return an answer that keeps the contract, the same one each time; None where none could be made.

    It is made of the first success that the operation declares: of an example, else of the schema.
    """
    for answer in _candidates(operation):
        if not violations_of_answer(contract, operation, answer):
            return answer
    return None


def _candidates(operation: Operation) -> Iterator[Answer]:
    example = example_answer(operation)
    if example.status < 300:
        yield example
    for status, response in sorted(operation.responses.items()):
        if status.startswith("2") or status == "default":
            number = int(status) if status.isdigit() else 200
            yield from _made(number, response)


def _made(status: int, response: Response) -> Iterator[Answer]:
    headers = tuple(
        (name, _text(sample(header.schema)))
        for name, header in response.headers.items()
        if header.required and header.schema is not None
    )
    if not response.content:
        yield Answer(status, headers, b"")
    for name, media_type in response.content.items():
        content_type = name if "*" not in name else "application/json"
        values = [*media_type.examples.values(), *_sampled(media_type)]
        for value in values:
            yield Answer(status, (("Content-Type", content_type), *headers), _body(content_type, value))


def _sampled(media_type: MediaType) -> list[JsonValue]:
    if media_type.schema is None:
        return [{}]
    made = sample(media_type.schema)
    return [] if made is None else [made]


def _body(content_type: str, value: JsonValue) -> bytes:
    if is_json(content_type):
        return encode_body(value)
    return _text(value).encode() if reading(content_type) == "text" else b"tongban"


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else encode_body(value).decode()
