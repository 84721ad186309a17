"""The one gate through which every YAML or JSON text enters.

Takes a file or text, gives a ``Document``: plain JSON values with the place of each, promises that size, depth, aliases
and node count were bounded before anything was built, that types follow YAML 1.2's core schema, that no key stands
twice, and that every refusal names file, line and column.

The text is read as a stream of parser events, which needs no recursion: PyYAML's composer overflows the C stack on deep
nesting and expands aliases without bound.
"""

from __future__ import annotations

import errno
import hashlib
import math
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, NoReturn, TypeAlias

import yaml

from sim.errors import DocumentError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 256
MAX_NODES = 500_000
KEPT = 64
"""Documents that are kept, so that the same text in the same place is not parsed again."""
MAX_KEPT_BYTES = 128 * 1024
MAX_DIGITS = 300
# Places are kept by pointer: long keys above many values would fill the memory of a document within all other bounds.
MAX_POINTERS = 64 * 1024 * 1024

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]++")
_BASED_INT = re.compile(r"0o[0-7]++|0x[0-9a-fA-F]++")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]++|[0-9]++(?:\.[0-9]*+)?)(?:[eE][-+]?[0-9]++)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


class Place(NamedTuple):
    """Where a value stands: file as shown to the user, line and column counted from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A text that passed the gate.

    Parameters
    ----------
    path : Path
        The file, absolute.
    file : str
        The file as messages show it.
    value : JsonValue
        Its content; aliased parts are shared objects, so never change it in place.
    values, keys : mapping of str to Place
        JSON pointer to the place of a value, and of the key before it.
    digest : str
        SHA-256 of the bytes, hexadecimal.
    """

    path: Path
    file: str
    value: JsonValue
    values: Mapping[str, Place]
    keys: Mapping[str, Place]
    digest: str

    def place(self, pointer: str, *, of_key: bool = False) -> Place:
        """Return the place of a value or its key; of the nearest parent that has one where it is missing."""
        while True:
            place = (self.keys.get(pointer) if of_key else None) or self.values.get(pointer)
            if place is not None or not pointer:
                return place or Place(self.file, 1, 1)
            pointer = pointer.rpartition("/")[0]

    def fault(self, pointer: str, message: str, remedy: str = "", *, of_key: bool = False) -> Fault:
        """Return a fault at a pointer of this document."""
        return Fault(*self.place(pointer, of_key=of_key), pointer, message, remedy)


def escape_pointer(token: str) -> str:
    """Return a key as a token of a JSON pointer (RFC 6901, section 3)."""
    return token.replace("~", "~0").replace("/", "~1")


def display_name(path: Path) -> str:
    """Return a path as messages show it: relative to the current folder where it lies below it."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def read_document(path: Path, *, max_bytes: int = MAX_BYTES) -> Document:
    """Read a YAML or JSON file.

    Parameters
    ----------
    path : Path
        A regular file.
    max_bytes : int
        Largest size that is read, in bytes.

    Returns
    -------
    Document

    Raises
    ------
    DocumentError
        The file cannot be read or its text is not accepted.
    """
    text = read_bytes(path, max_bytes=max_bytes)
    return parse_document(text, path=path.absolute(), file=display_name(path), max_bytes=max_bytes)


def read_bytes(path: Path, *, max_bytes: int = MAX_BYTES, remedy: str = "split the document") -> bytes:
    """Return what a file that the user named holds.

    Parameters
    ----------
    path : Path
        A regular file.
    max_bytes : int
        Largest size that is read, in bytes.
    remedy : str
        What to do about a larger one.

    Raises
    ------
    DocumentError
        There is no such file, it cannot be read, or it is larger.
    """
    try:
        if not path.is_file():
            raise DocumentError([_of_file(path, "there is no such file", "check the path")])
        content = read_start(path, max_bytes + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DocumentError([_of_file(path, f"cannot be read: {reason}", "check path and permissions")]) from error
    if len(content) > max_bytes:
        raise DocumentError([_of_file(path, f"is larger than {max_bytes} bytes", remedy)])
    return content


def _of_file(path: Path, message: str, remedy: str) -> Fault:
    return Fault(display_name(path), 0, 0, "", message, remedy)


def decode_text(content: bytes, file: str) -> str:
    """Return text in UTF-8, with or without its mark; ``file`` only names it.

    Raises
    ------
    DocumentError
        It is no such text.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentError([Fault(file, line, 1, "", "is not UTF-8 text", "save the file as UTF-8")]) from error


def read_start(path: Path, size: int) -> bytes:
    """Return the first ``size`` bytes of a file, or all of them.

    A file is not believed about its size, and none is waited for: those of /proc say 0 and may give more for ever.

    Raises
    ------
    OSError
        The file cannot be read, or has nothing to give yet.
    """
    with open(path, "rb", opener=_open_at_once) as file:
        content: bytes | None = file.read(size)
    if content is None:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    return content


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))  # Windows has no such flag, and no such files


def parse_document(text: bytes, *, path: Path, file: str, max_bytes: int = MAX_BYTES) -> Document:
    """Read YAML or JSON from bytes; ``path`` and ``file`` only name it.

    Raises
    ------
    DocumentError
        The text is not accepted; all duplicate keys are told together, anything else ends the reading.
    """
    if len(text) > max_bytes:
        raise DocumentError([Fault(file, 0, 0, "", f"is larger than {max_bytes} bytes", "split the document")])
    return _parse_again(text, path, file) if len(text) <= MAX_KEPT_BYTES else _parse(text, path, file)


def _parse(text: bytes, path: Path, file: str) -> Document:
    decoded = decode_text(text, file)
    builder = _Builder(file)
    try:
        for event in yaml.parse(decoded, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = f"is not YAML: {error.problem or error.context}"
        raise DocumentError([Fault(file, line, column, "", message, "correct the syntax")]) from error
    except yaml.YAMLError as error:
        raise DocumentError([Fault(file, 1, 1, "", "holds a character that YAML forbids", "remove it")]) from error
    if builder.faults:
        raise DocumentError(builder.faults)
    return Document(path, file, builder.root, builder.values, builder.keys, hashlib.sha256(text).hexdigest())


# Contracts share their schemas, and errands their contracts: most texts of a catalog come again and again.
_parse_again = lru_cache(KEPT)(_parse)


@dataclass(slots=True)
class _Open:
    """A mapping or sequence whose end has not been read."""

    value: list[JsonValue] | dict[str, JsonValue]
    pointer: str
    anchor: str | None
    first_node: int
    key: str | None = None


class _Builder:
    """Builds values from parser events; bounds everything as it goes."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: JsonValue = None
        self.values: dict[str, Place] = {}
        self.keys: dict[str, Place] = {}
        self.faults: list[Fault] = []
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[JsonValue, str, int]] = {}
        self._nodes = 0
        self._pointers = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        """Take one event."""
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._start(event)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            ended = self._stack.pop()
            self._name(ended.anchor, ended.value, ended.pointer, self._nodes - ended.first_node + 1)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._refuse(event, "holds more than one YAML document", "keep one document in a file")

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return Place(self.file, mark.line + 1, mark.column + 1) if mark else Place(self.file, 1, 1)

    def _refuse(self, event: yaml.Event, message: str, remedy: str) -> NoReturn:
        pointer = self._stack[-1].pointer if self._stack else ""
        raise DocumentError([*self.faults, Fault(*self._place(event), pointer, message, remedy)])

    def _count(self, event: yaml.Event, nodes: int = 1) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            self._refuse(event, f"grows beyond {MAX_NODES} values", "use fewer aliases or a smaller document")

    def _keep(self, places: dict[str, Place], pointer: str, place: Place, event: yaml.Event) -> None:
        self._pointers += len(pointer)
        if self._pointers > MAX_POINTERS:
            self._refuse(event, "has keys too long for the number of values under them", "shorten the keys")
        places[pointer] = place

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        plain = event.implicit[0]
        if event.tag is not None and event.tag not in ("!", "tag:yaml.org,2002:str"):
            self._refuse(event, f"the tag {event.tag!r} is not accepted", "write the value without a tag")
        if self._expects_key():
            self._key(event)
            return
        self._count(event)
        value = self._resolve(event) if plain and event.tag is None else event.value
        pointer = self._attach(event, value)
        self._name(event.anchor, value, pointer, 1)

    def _expects_key(self) -> bool:
        return bool(self._stack) and isinstance(self._stack[-1].value, dict) and self._stack[-1].key is None

    def _key(self, event: yaml.ScalarEvent) -> None:
        frame = self._stack[-1]
        key = event.value
        pointer = f"{frame.pointer}/{escape_pointer(key)}"
        if event.implicit[0] and key == "<<":
            self._refuse(event, "merge keys are not part of YAML 1.2", "repeat the keys or use extends")
        if key in frame.value:
            first = self.keys[pointer].line
            message = f"the key {key[:100]!r} stands twice, first on line {first}"
            self.faults.append(Fault(*self._place(event), pointer, message, "remove one of them"))
        self._keep(self.keys, pointer, self._place(event), event)
        frame.key = key
        self._name(event.anchor, key, pointer, 1)

    def _start(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        if self._expects_key():
            self._refuse(event, "a key must be text", "use text as key")
        if event.tag is not None and event.tag not in ("!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"):
            self._refuse(event, f"the tag {event.tag!r} is not accepted", "write the value without a tag")
        if len(self._stack) >= MAX_DEPTH:
            self._refuse(event, f"is nested deeper than {MAX_DEPTH} levels", "flatten the document")
        self._count(event)
        value: list[JsonValue] | dict[str, JsonValue] = {} if isinstance(event, yaml.MappingStartEvent) else []
        pointer = self._attach(event, value)
        self._stack.append(_Open(value, pointer, event.anchor, self._nodes))

    def _attach(self, event: yaml.Event, value: JsonValue) -> str:
        """Put a value where it belongs and return its pointer."""
        if not self._stack:
            self.root, pointer = value, ""
        else:
            frame = self._stack[-1]
            if isinstance(frame.value, list):
                pointer = f"{frame.pointer}/{len(frame.value)}"
                frame.value.append(value)
            else:
                key = frame.key or ""
                pointer = f"{frame.pointer}/{escape_pointer(key)}"
                frame.value[key] = value
                frame.key = None
        self._keep(self.values, pointer, self._place(event), event)
        return pointer

    def _name(self, anchor: str | None, value: JsonValue, pointer: str, nodes: int) -> None:
        if anchor is not None:
            self._anchors[anchor] = (value, pointer, nodes)

    def _alias(self, event: yaml.AliasEvent) -> None:
        if event.anchor not in self._anchors:
            self._refuse(event, f"the alias *{event.anchor} names nothing above it", "define the anchor first")
        if self._expects_key():
            self._refuse(event, "a key must be text, not an alias", "write the key out")
        value, source, nodes = self._anchors[event.anchor]
        self._count(event, nodes)
        if len(self._stack) + _depth(value) > MAX_DEPTH:
            self._refuse(event, f"is nested deeper than {MAX_DEPTH} levels", "flatten the document")
        pointer = self._attach(event, value)
        for below in _pointers_below(value, ""):
            for places in (self.values, self.keys):
                if (place := places.get(source + below)) is not None:
                    self._keep(places, pointer + below, place, event)

    def _resolve(self, event: yaml.ScalarEvent) -> JsonValue:
        """Return the value of a plain scalar by YAML 1.2.2, section 10.3.2 (core schema)."""
        text = event.value
        if text in _NULL:
            return None
        if text in _BOOL:
            return _BOOL[text]
        if _FLOAT.fullmatch(text) or _BASED_INT.fullmatch(text):
            return self._number(event)
        if _NOT_FINITE.fullmatch(text):
            self._refuse(event, f"{text} is not a number that JSON knows", "write a finite number")
        return str(text)

    def _number(self, event: yaml.ScalarEvent) -> int | float:
        text = event.value
        if len(text) > MAX_DIGITS:
            self._refuse(event, f"a number of {len(text)} characters is too long", "write it as text, in quotes")
        if _INT.fullmatch(text):
            return int(text)
        if _BASED_INT.fullmatch(text):
            return int(text, 0)
        number = float(text)
        if not math.isfinite(number):
            self._refuse(event, f"the number {text} is too large", "write a number below 1e308")
        return number


def _pointers_below(value: JsonValue, pointer: str) -> Iterator[str]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        below = f"{pointer}/{escape_pointer(str(key))}"
        yield below
        yield from _pointers_below(child, below)


def _depth(value: JsonValue) -> int:
    """Return how many mappings and sequences lie inside each other; the gate bounded it, so recursion is safe."""
    if isinstance(value, dict):
        return 1 + max((_depth(child) for child in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((_depth(child) for child in value), default=0)
    return 0
