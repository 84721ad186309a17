"""HAR 1.2, read with suspicion: it comes from browsers and proxies, or from somebody who means no good."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from sim.contract.json_text import JsonBoundError, JsonTextError, parse_json
from sim.document import display_name, parse_document, read_bytes
from sim.errors import DocumentError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_FAULTS: Final = 200
_REMEDY: Final = "record it again, as HAR 1.2 with contents"
_MISSING: Final = object()


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded exchange.

    Parameters
    ----------
    number : int
        In the recording, from 0.
    status : int
        0 where no answer came.
    seconds : float
        From request to answer, >= 0.
    has_answer_body : bool
        Whether the recording holds the answer's whole body.
    """

    number: int
    started: datetime
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    status: int
    answer_headers: tuple[tuple[str, str], ...]
    answer_body: bytes
    seconds: float
    has_answer_body: bool


@dataclass(slots=True)
class _Reader:
    """Takes values out of JSON of any form; what is wrong is kept with its pointer."""

    faults: list[tuple[str, str]] = field(default_factory=list)

    def take(self, owner: Any, pointer: str, name: str, kind: type, default: Any = _MISSING) -> Any:  # JSON
        """Return a member of a kind; the kind's empty value, and a fault, where it is missing or of another."""
        if not isinstance(owner, dict):
            return kind() if default is _MISSING else default
        value = owner.get(name, default)
        if value is None and default is not _MISSING:
            value = default  # browsers write null for what they do not know
        if isinstance(value, kind) and not (kind is not bool and isinstance(value, bool)):
            return value
        words = {str: "a text", dict: "an object", list: "a list", int: "a whole number", float: "a number"}
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value) if abs(value) < 1e15 else 0.0
        self.faults.append((f"{pointer}/{name}", "is missing" if value is _MISSING else f"is not {words[kind]}"))
        return kind()

    def fault(self, pointer: str, message: str) -> None:
        """Keep what is wrong."""
        self.faults.append((pointer, message))


def read_har(path: Path) -> tuple[Entry, ...]:
    """Read a recording.

    Returns
    -------
    tuple of Entry
        At least one.

    Raises
    ------
    DocumentError
        The file cannot be read, is too large or deep, or is no HAR; the first 200 faults are told with their lines.
    """
    file = display_name(path.absolute())
    text = read_bytes(path, remedy="record less at a time").removeprefix(b"\xef\xbb\xbf")
    try:
        value = parse_json(text)
    except JsonBoundError as error:
        raise DocumentError([Fault(file, 0, 0, "", str(error), "record less at a time")]) from error
    except JsonTextError as error:
        raise DocumentError([_syntax(file, error)]) from error
    reader = _Reader()
    entries = tuple(_entries(reader, value))
    if reader.faults:
        raise DocumentError(_placed(reader.faults[:MAX_FAULTS], path, file, text))
    return entries


def _syntax(file: str, error: JsonTextError) -> Fault:
    """Return where a text is no JSON: its parser says ``line 3, column 4: ...``."""
    place, colon, message = str(error).partition(": ")
    numbers = [int(word.strip(",")) for word in place.split() if word.strip(",").isdecimal()] if colon else []
    line, column = numbers if len(numbers) == 2 else (0, 0)
    return Fault(file, line, column, "", f"is not JSON: {message if line else error}", _REMEDY)


def _placed(faults: list[tuple[str, str]], path: Path, file: str, text: bytes) -> list[Fault]:
    """Return faults with line and column; with their pointers alone where the gate of documents refuses the text."""
    try:
        document = parse_document(text, path=path.absolute(), file=file)
    except DocumentError:  # JSON that is no YAML, such as letters beyond the first plane written as two escapes
        return [Fault(file, 0, 0, pointer, message, _REMEDY) for pointer, message in faults]
    return [document.fault(pointer, message, _REMEDY) for pointer, message in faults]


def _entries(reader: _Reader, value: Any) -> list[Entry]:  # JSON
    if not isinstance(value, dict):
        reader.fault("", "is not an object")
    log = reader.take(value, "", "log", dict)
    if reader.faults:
        return []
    entries = reader.take(log, "/log", "entries", list)
    if not entries and not reader.faults:
        reader.fault("/log/entries", "is empty")
    return [
        _entry(reader, number, one, f"/log/entries/{number}")
        for number, one in _objects(reader, entries, "/log/entries")
    ]


def _objects(reader: _Reader, values: list[Any], pointer: str) -> Iterator[tuple[int, Any]]:  # JSON
    """Yield the objects of a list with their numbers."""
    for number, one in enumerate(values):
        if isinstance(one, dict):
            yield number, one
        else:
            reader.fault(f"{pointer}/{number}", "is not an object")


def _entry(reader: _Reader, number: int, value: Any, pointer: str) -> Entry:  # JSON
    request = reader.take(value, pointer, "request", dict)
    response = reader.take(value, pointer, "response", dict)
    asked, answered = f"{pointer}/request", f"{pointer}/response"
    content = reader.take(response, answered, "content", dict, {})
    body, is_whole = _content(reader, content, f"{answered}/content")
    told = reader.take(value, pointer, "_tongban", dict, {})
    seconds = reader.take(value, pointer, "time", float, 0.0) / 1000.0
    return Entry(
        number=number,
        started=_started(reader, value, pointer),
        method=_method(reader, request, asked),
        url=reader.take(request, asked, "url", str),
        headers=_headers(reader, request, asked),
        body=_posted(reader, request, asked),
        status=_status(reader, response, answered),
        answer_headers=_headers(reader, response, answered),
        answer_body=body,
        seconds=min(max(seconds, 0.0), 86_400.0),
        has_answer_body=is_whole and told.get("cut") is not True,
    )


def _started(reader: _Reader, value: Any, pointer: str) -> datetime:  # JSON
    text = reader.take(value, pointer, "startedDateTime", str)
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        if text:
            reader.fault(f"{pointer}/startedDateTime", "is no moment of ISO 8601")
        return datetime.fromtimestamp(0, UTC)


def _method(reader: _Reader, request: Any, pointer: str) -> str:  # JSON
    method: str = reader.take(request, pointer, "method", str)
    if method and not (method.isascii() and method.replace("-", "").isalpha()):
        reader.fault(f"{pointer}/method", "is no method of HTTP")
    return method.upper()


def _status(reader: _Reader, response: Any, pointer: str) -> int:  # JSON
    status: int = reader.take(response, pointer, "status", int)
    if status and not 100 <= status <= 999:
        reader.fault(f"{pointer}/status", "is no status of HTTP")
        return 0
    return status


def _headers(reader: _Reader, owner: Any, pointer: str) -> tuple[tuple[str, str], ...]:  # JSON
    """Return headers; those of HTTP/2's own (``:path``) are left out, and such as tell how a body travelled."""
    found = []
    for number, one in _objects(reader, reader.take(owner, pointer, "headers", list, []), f"{pointer}/headers"):
        place = f"{pointer}/headers/{number}"
        name, value = reader.take(one, place, "name", str), reader.take(one, place, "value", str)
        if name and not name.startswith(":") and name.lower() not in ("content-encoding", "transfer-encoding"):
            found.append((name, value))
    return tuple(found)


def _posted(reader: _Reader, request: Any, pointer: str) -> bytes:  # JSON
    place = f"{pointer}/postData"
    data = reader.take(request, pointer, "postData", dict, {})
    text: str = reader.take(data, place, "text", str, "")
    if text:
        if data.get("encoding") == "base64":
            return _decoded(reader, text, place)
        return text.encode()
    pairs = []
    for number, one in _objects(reader, reader.take(data, place, "params", list, []), f"{place}/params"):
        at = f"{place}/params/{number}"
        pairs.append((reader.take(one, at, "name", str), reader.take(one, at, "value", str, "")))
    return urlencode(pairs).encode()


def _content(reader: _Reader, content: Any, pointer: str) -> tuple[bytes, bool]:  # JSON
    """Return the body of an answer, and whether the recording has it: browsers leave out what is large."""
    text: str = reader.take(content, pointer, "text", str, "")
    encoding = reader.take(content, pointer, "encoding", str, "")
    size = reader.take(content, pointer, "size", int, 0)
    if encoding not in ("", "base64"):
        reader.fault(f"{pointer}/encoding", f"is {encoding[:40]!r}, not base64")
    body = _decoded(reader, text, pointer) if encoding == "base64" else text.encode()
    return body, bool(body) or size <= 0


def _decoded(reader: _Reader, text: str, pointer: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        reader.fault(f"{pointer}/text", "is not base64")
        return b""
