"""Values of schemas, made by a seed: such as keep a schema, and such as break one rule of it.

Takes the schemas of contracts as they are written, gives values for two validators to judge. A keyword that is not in
the tables is an error: it would go unbroken. hypothesis-jsonschema does not serve: it knows drafts 4, 6 and 7 alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tests.texts import any_text, matching, moment, with_check_character
from tests.unit.catalog_content.documents import Json, Place, document, file_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from random import Random

ANNOTATIONS: Final = frozenset(
    ("$comment", "$defs", "$schema", "contentEncoding", "contentMediaType", "default", "deprecated", "description",
     "example", "examples", "readOnly", "title", "writeOnly", "x-code-list", "x-tongban-materials")
)  # fmt: skip
ONE_OF_EACH: Final[Mapping[str, Json]] = {
    "null": None, "boolean": True, "integer": 7, "number": 0.5, "string": "7", "array": [], "object": {},
}  # fmt: skip
EXTRA: Final = ("x_extra", "", "$ref", "名称", "constructor", "a/b~c")
MOST_ITEMS: Final = 3


class Library:
    """Documents below contracts/ by file.

    Parameters
    ----------
    edition : mapping of str to JSON
        Documents that another edition has instead.
    """

    def __init__(self, edition: Mapping[str, Json] | None = None) -> None:
        self.edition = edition or {}

    def whole(self, file: str) -> Place:
        return Place(file, "", self.edition[file] if file in self.edition else document(file))

    def target(self, place: Place) -> Place:
        """Return what the ``$ref`` at a place names."""
        file, _, fragment = place.value["$ref"].partition("#")
        whole = self.whole(file_of(place.file, file))
        return whole.child(*(one.replace("~1", "/").replace("~0", "~") for one in fragment.split("/")[1:]))

    def beside(self, place: Place, *, branches: bool = False) -> list[Place]:
        """Return the schemas that apply to the same value; those of conditions too where asked for."""
        if not isinstance(place.value, dict):
            return [place]
        inner = [self.target(place)] if "$ref" in place.value else []
        if "allOf" in place.value:
            listed = enumerate(place.value["allOf"])
            inner += [Place(place.file, f"{place.pointer}/allOf/{index}", value) for index, value in listed]
        if branches:
            inner += [place.child(key) for key in ("if", "then", "else") if key in place.value]
        return [place, *(one for part in inner for one in self.beside(part, branches=branches))]


class Values:
    """Makes values that keep a schema.

    Parameters
    ----------
    library : Library
        Resolves references.
    random : Random
        Seeded.
    """

    def __init__(self, library: Library, random: Random) -> None:
        self.library = library
        self.random = random

    def value(self, *places: Place, is_full: bool = False) -> Json:
        """Return a value of schemas that apply to it together; with every member where it is to be full."""
        parts = [part for place in places for part in self.library.beside(place)]
        conditions = [part for part in parts if isinstance(part.value, dict) and "if" in part.value]
        alternatives = list(_all(parts, "oneOf"))
        while True:
            chosen = [(part, self.random.random() < 0.5) for part in conditions]
            branches = [part.child(key) for part, holds in chosen for key in (("if", "then") if holds else ("else",))
                        if key in part.value]  # fmt: skip
            applied = [*parts, *(part for branch in branches for part in self.library.beside(branch))]
            made = self._value(applied, is_full=is_full)
            for alternative in alternatives:
                made = self._with_one_of(alternative, members_of(applied), made)
            if all(_holds(part.value["if"], made) == holds for part, holds in chosen):
                return made

    def _with_one_of(self, alternative: Json, members: Mapping[str, list[Place]], made: Json) -> Json:
        """Return an object with the members that one of some schemas requires, and not those of the others."""
        if any(one.keys() != {"required"} for one in alternative):
            raise NotImplementedError(alternative)
        wanted = self.random.choice(alternative)["required"]
        others = {name for one in alternative for name in one["required"]}.difference(wanted)
        kept = {name: value for name, value in made.items() if name not in others}
        return kept | {name: self.value(*members[name]) for name in wanted if name not in kept}

    def _value(self, parts: list[Place], *, is_full: bool) -> Json:
        for constant in _all(parts, "const"):
            return constant
        enums = list(_all(parts, "enum"))
        if enums:
            patterns = list(_all(parts, "pattern"))
            allowed = [one for one in enums[0] if all(one in other for other in enums)]
            return self.random.choice([one for one in allowed if all(re.search(pattern, one) for pattern in patterns)])
        kind = self.random.choice(sorted(types_of(parts)))
        makers: Mapping[str, Callable[[], Json]] = {
            "array": lambda: self._array(parts, is_full=is_full),
            "boolean": lambda: self.random.choice((True, False)),
            "integer": lambda: self._integer(parts),
            "null": lambda: None,
            "object": lambda: self._object(parts, is_full=is_full),
            "string": lambda: self._text(parts),
        }
        return makers[kind]()

    def _object(self, parts: list[Place], *, is_full: bool) -> Json:
        members = members_of(parts)
        forbidden = {name for name, places in members.items() if any(one.value is False for one in places)}
        names = {name for required in _all(parts, "required") for name in required}
        share = 1.0 if is_full else self.random.random()
        names |= {name for name in members if self.random.random() < share} - forbidden
        for needs in _all(parts, "dependentRequired"):
            names |= {other for name in sorted(names & needs.keys()) for other in needs[name]}
        made = {name: self.value(*members[name], is_full=is_full) if name in members else "x" for name in sorted(names)}
        if self.random.random() < 0.3 and not any(True for _ in _all(parts, "additionalProperties")):
            made[self.random.choice(EXTRA)] = self.random.choice(tuple(ONE_OF_EACH.values()))
        return made

    def _array(self, parts: list[Place], *, is_full: bool) -> Json:
        least = max((0, *_all(parts, "minItems")))
        most = min((least + MOST_ITEMS, *_all(parts, "maxItems")))
        items = [part.child("items") for part in parts if "items" in part.value]
        length = max(least, 1) if is_full else self.random.randint(least, most)
        return [self.value(*items, is_full=is_full) for _ in range(length)]

    def _integer(self, parts: list[Place]) -> int:
        least = max((-1_000_000, *_all(parts, "minimum")))
        most = min((least + 2_000_000, *_all(parts, "maximum")))
        return self.random.choice((least, most, self.random.randint(least, most)))

    def _text(self, parts: list[Place]) -> str:
        for form in _all(parts, "x-format"):
            return moment(form, self.random)
        least, most = max((0, *_all(parts, "minLength"))), min((400, *_all(parts, "maxLength")))
        patterns = list(_all(parts, "pattern"))
        for form in _all(parts, "format"):
            if form != "uri":
                raise NotImplementedError(form)
            return f"https://example.org/{self.random.randrange(1_000_000)}?a=%E4%B8%AD#b"
        made = any_text(self.random.choice((least, most, self.random.randint(least, most))), self.random)
        for _ in range(20):
            made = matching(patterns[0], self.random) if patterns else made
            if least <= len(made) <= most:
                break
        for kind in _all(parts, "x-checksum"):
            return with_check_character(kind, made, self.random)
        return made


def members_of(parts: Iterable[Place]) -> dict[str, list[Place]]:
    """Return the schemas of each member that schemas name."""
    found: dict[str, list[Place]] = {}
    for part in parts:
        if isinstance(part.value, dict) and "properties" in part.value:
            for name, place in part.child("properties").items():
                found.setdefault(name, []).append(place)
    return found


def types_of(parts: Iterable[Place]) -> set[str]:
    """Return the types that schemas allow together; a schema that names none still shows the one it is about."""
    allowed = set(ONE_OF_EACH) - {"number"}
    for part in parts:
        value = part.value if isinstance(part.value, dict) else {}
        if "type" in value:
            declared = {value["type"]} if isinstance(value["type"], str) else set(value["type"])
            allowed &= declared | ({"integer"} if "number" in declared else set())
    return allowed


def _holds(condition: Json, value: Json) -> bool:
    if condition.keys() != {"properties"} or any(one.keys() != {"const"} for one in condition["properties"].values()):
        raise NotImplementedError(condition)
    return all(name not in value or value[name] == one["const"] for name, one in condition["properties"].items())


def _all(parts: Iterable[Place], keyword: str) -> Iterator[Json]:
    return (part.value[keyword] for part in parts if isinstance(part.value, dict) and keyword in part.value)
