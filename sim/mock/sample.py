"""Values made from schemas, for answers that neither a mock nor an example gives.

Takes a schema, gives a small value that keeps it, the same one each time; promises that what cannot be made so is None,
never a value that breaks the schema.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sim.contract import child_schema, resolve_schema, violations_of_value
from sim.contract.checksum import CERTIFICATE_ROOT, certificate_identifier_check
from sim.mock.citizen import citizen_number
from sim.mock.form import DAYS, MOMENTS
from sim.mock.text_sample import matching_text
from sim.mock.value import CHINA

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sim.contract.model import Schema
    from sim.document import JsonValue

MAX_DEPTH: Final = 12
MOMENT: Final = datetime(2022, 7, 26, 9, 0, tzinfo=CHINA)

_BODY: Final = "11640099MB0009902H"
_IDENTIFIER: Final = (f"{_BODY}001", _BODY, "000000001", "001")
_TEXTS: Final[Mapping[str, str]] = {
    "date-time": "2022-07-26T09:00:00+08:00",
    "date": "2022-07-26",
    "time": "09:00:00+08:00",
    "duration": "P1D",
    "email": "nobody@tongban.example",
    "hostname": "tongban.example",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://tongban.example/",
    "uri-reference": "/",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "byte": "AAAA",
}
_CHECKED: Final[Mapping[str, str]] = {
    "citizen-number": citizen_number("640000", MOMENT.date().replace(year=1990), 1),
    "credit-code": _BODY,
    "certificate-identifier": ".".join((CERTIFICATE_ROOT, *_IDENTIFIER, certificate_identifier_check(*_IDENTIFIER))),
}


def sample(schema: Schema) -> JsonValue | None:
    """Return a value that keeps a schema of an answer; None where none could be made."""
    return next((one for one in _candidates(schema, MAX_DEPTH) if _keeps(schema, one)), None)


def _keeps(schema: Schema, value: JsonValue) -> bool:
    return not violations_of_value(schema, value, direction="response")


def _candidates(schema: Schema, depth: int) -> list[JsonValue]:
    """Return values that may keep a schema, the likeliest first."""
    parts = _Parts()
    found = parts.gather(schema, depth)
    words = parts.words
    if "const" in words:
        found.insert(0, words["const"])
    listed = words.get("enum")
    found += listed if isinstance(listed, list) else []
    if depth > 0:
        types = words.get("type")
        names = types if isinstance(types, list) else [types]
        found += [made for name in names for made in _of_type(str(name), parts, depth)]
    return found


@dataclass(slots=True)
class _Parts:
    """What a schema and those it combines say together, the first word of each keyword."""

    words: dict[str, JsonValue] = field(default_factory=dict)
    properties: dict[str, Schema] = field(default_factory=dict)
    required: list[str] = field(default_factory=list)
    items: Schema | None = None

    def gather(self, schema: Schema, depth: int) -> list[JsonValue]:
        """Add what a schema says; return the examples that stand in it."""
        resolved = resolve_schema(schema)
        value = resolved.value
        found: list[JsonValue] = []
        if not isinstance(value, dict) or depth <= 0:
            return found
        for name, word in value.items():
            self.words.setdefault(name, word)
        self._add_members(resolved, value)
        examples = value.get("examples")
        found += [value[name] for name in ("example", "default") if name in value]
        found += examples if isinstance(examples, list) else []
        for keyword in ("allOf", "oneOf", "anyOf"):
            branches = value.get(keyword)
            count = len(branches) if isinstance(branches, list) else 0
            for index in range(count if keyword == "allOf" else min(count, 1)):
                branch = child_schema(resolved, keyword, str(index))
                found += self.gather(branch, depth - 1) if branch is not None else []
        return found

    def _add_members(self, schema: Schema, value: dict[str, JsonValue]) -> None:
        properties, required = value.get("properties"), value.get("required")
        for name in properties if isinstance(properties, dict) else ():
            member = child_schema(schema, "properties", name)
            if member is not None:
                self.properties.setdefault(name, member)
        self.required += [str(name) for name in required] if isinstance(required, list) else []
        if self.items is None:
            self.items = child_schema(schema, "items")

    def number(self, name: str, default: float) -> float:
        """Return a keyword that is a number."""
        value = self.words.get(name)
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else default


def _of_type(name: str, parts: _Parts, depth: int) -> list[JsonValue]:
    makers: Mapping[str, Callable[[_Parts, int], list[JsonValue]]] = {
        "object": _objects,
        "array": _arrays,
        "string": _texts,
        "integer": _integers,
        "number": _integers,
        "boolean": lambda _, __: [True, False],
        "null": lambda _, __: [None],
    }
    if name in makers:
        return makers[name](parts, depth)
    return _objects(parts, depth) if parts.properties or parts.required else _texts(parts, depth)


def _objects(parts: _Parts, depth: int) -> list[JsonValue]:
    wanted = [name for name in parts.properties if name in parts.required]
    made = {name: _first(parts.properties[name], depth - 1) for name in wanted}
    every = {name: _first(schema, depth - 1) for name, schema in parts.properties.items()} if depth > 6 else made
    return [made, every]


def _first(schema: Schema, depth: int) -> JsonValue:
    candidates = _candidates(schema, depth)
    return next((one for one in candidates if _keeps(schema, one)), candidates[0] if candidates else None)


def _arrays(parts: _Parts, depth: int) -> list[JsonValue]:
    least = int(parts.number("minItems", 0.0))
    if least == 0:
        return [[]]
    items = _candidates(parts.items, depth - 1) if parts.items is not None else ["tongban"]
    kept = [one for one in items if parts.items is None or _keeps(parts.items, one)]
    different = list({json.dumps(one, sort_keys=True): one for one in kept}.values())
    return [[*different, *kept[:1] * least][:least]] if kept else []


def _texts(parts: _Parts, _: int) -> list[JsonValue]:
    words = parts.words
    found: list[JsonValue] = []
    form = str(words.get("x-format"))
    found += [DAYS[form].write(MOMENT.date())] if form in DAYS else []
    found += [MOMENTS[form].write(MOMENT)] if form in MOMENTS else []
    for keyword, texts in (("x-checksum", _CHECKED), ("format", _TEXTS)):
        if str(words.get(keyword)) in texts:
            found.append(texts[str(words[keyword])])
    least, most = int(parts.number("minLength", 0.0)), int(parts.number("maxLength", 1000.0))
    pattern = words.get("pattern")
    made = matching_text(pattern, least) if isinstance(pattern, str) else None
    found += [made] if made is not None else []
    return [*found, ("tongban" * (1 + least // 7))[: max(least, min(most, 7))]]


def _integers(parts: _Parts, _: int) -> list[JsonValue]:
    low = parts.number("minimum", parts.number("exclusiveMinimum", -1.0) + 1.0)
    high = parts.number("maximum", parts.number("exclusiveMaximum", low + 2.0) - 1.0)
    step = parts.number("multipleOf", 1.0)
    ends = (low, high, (low + high) / 2.0, -(-low // step) * step)
    return [int(value) if value == int(value) else value for value in ends]
