"""The one codec between domain values and the messages of an edition.

Takes a schema and a value, gives the other form of the value; promises that what the edition can say comes back as it
was. What an edition lacks is left out: a property it does not declare, a value that is None and may be missing. Texts
longer than the edition's ``maxLength`` are cut, as its narrower columns do. A value that the edition has no writing for
is a mock's defect; of an edition that is not the mock's own it is left out too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sim.contract.validator import PlacedSchema
from sim.document import escape_pointer
from sim.mock.form import DAYS, FORMS, MOMENTS
from sim.mock.shape import Shape, shape_of
from sim.mock.value import Code

if TYPE_CHECKING:
    from sim.contract import CodeLists
    from sim.contract.model import Schema
    from sim.document import JsonValue
    from sim.mock.form import Form
    from sim.mock.value import Value

_STANDARD_FORMATS = {"date-time": "datetime-rfc3339", "date": "date-iso"}


class CodecError(Exception):
    """A value that cannot be written or read in an edition; the message names the place."""

    def __init__(self, pointer: str, message: str) -> None:
        self.pointer = pointer
        super().__init__(f"{pointer or '/'}: {message}")


class Codec:
    """Encodes and decodes by schema; what it learns of a schema is kept.

    Parameters
    ----------
    code_lists : CodeLists
        Members of the code lists, by edition.
    is_lenient : bool
        Whether a property whose value has no writing (a code that the edition's list lacks) is left out, else told.
    """

    def __init__(self, code_lists: CodeLists, *, is_lenient: bool = False) -> None:
        self._is_lenient = is_lenient
        self._labels = {
            f"{name}@{edition}": {member.code: member.label_en for member in members}
            for (name, edition), members in code_lists.lists.items()
        }
        self._codes = {
            reference: {label: code for code, label in labels.items()} for reference, labels in self._labels.items()
        }
        self._shapes: dict[tuple[int, str, str], Shape] = {}

    def shape(self, schema: Schema) -> Shape:
        """Return the shape of a schema; empty for one that stands in no loaded contract."""
        if not isinstance(schema, PlacedSchema):
            return Shape()
        key = (id(schema.validators), schema.uri, schema.pointer)
        if key not in self._shapes:
            self._shapes[key] = shape_of(schema)
        return self._shapes[key]

    def shape_at(self, schema: Schema | None, pointer: str) -> Shape:
        """Return the shape of what stands at a JSON pointer into a value of a schema; empty where that is not known."""
        shape = self.shape(schema) if schema is not None else Shape()
        for token in pointer.split("/")[1:]:
            name = token.replace("~1", "/").replace("~0", "~")
            child = shape.properties.get(name) or (shape.items if name.isdecimal() else None)
            if child is None:
                return Shape()
            shape = self.shape(child)
        return shape

    def encode(self, schema: Schema | None, value: Value, pointer: str = "") -> JsonValue:
        """Return a value as the schema writes it.

        Raises
        ------
        CodecError
            The schema has no writing for it.
        """
        if isinstance(value, Mapping):
            return self._encode_object(schema, value, pointer)
        if isinstance(value, Sequence) and not isinstance(value, str):
            items = self.shape(schema).items if schema else None
            return [self.encode(items, item, f"{pointer}/{index}") for index, item in enumerate(value)]
        if schema is None:
            return _plain(value, pointer)
        return self._encode_scalar(self.shape(schema), value, pointer)

    def decode(self, schema: Schema | None, value: JsonValue, pointer: str = "") -> Value:
        """Return the domain value that JSON of a schema says.

        Raises
        ------
        CodecError
            The schema's form does not fit.
        """
        if schema is None or value is None:
            return value
        shape = self.shape(schema)
        if isinstance(value, dict):
            return {
                name: self.decode(shape.properties.get(name), member, f"{pointer}/{escape_pointer(name)}")
                for name, member in value.items()
            }
        if isinstance(value, list):
            return [self.decode(shape.items, item, f"{pointer}/{index}") for index, item in enumerate(value)]
        return self._decode_scalar(shape, value, pointer)

    def _encode_object(self, schema: Schema | None, value: Mapping[str, Value], pointer: str) -> JsonValue:
        shape = self.shape(schema) if schema else Shape()
        encoded: dict[str, JsonValue] = {}
        for name, member in value.items():
            child = shape.properties.get(name)
            if child is None and shape.properties:
                continue
            if member is None:
                if child and self.shape(child).allows_null and name in shape.required:
                    encoded[name] = None
                continue
            try:
                encoded[name] = self.encode(child, member, f"{pointer}/{escape_pointer(name)}")
            except CodecError:
                if not self._is_lenient:
                    raise
        return encoded

    def _encode_scalar(self, shape: Shape, value: Value, pointer: str) -> JsonValue:
        if isinstance(value, Code):
            return self._encode_code(shape, value, pointer)
        form = _form(shape, value)
        if form is not None:
            try:
                return form.write(value)
            except ValueError as error:
                raise CodecError(pointer, str(error)) from error
        longest = shape.number("maxLength")
        if isinstance(value, str) and longest is not None:
            return value[:longest]
        return _plain(value, pointer)

    def _decode_scalar(self, shape: Shape, value: bool | float | str, pointer: str) -> Value:  # noqa: FBT001  # a JSON scalar
        reference = shape.text("x-code-list")
        if reference is not None:
            label = self._labels.get(reference, {}).get(str(value))
            return value if label is None else Code(reference.partition("@")[0], label)
        form = _form(shape, value)
        if form is None:
            return value
        try:
            return form.read(value)
        except ValueError as error:
            raise CodecError(pointer, str(error)) from error

    def _encode_code(self, shape: Shape, value: Code, pointer: str) -> JsonValue:
        reference = shape.text("x-code-list")
        if reference is None:
            raise CodecError(pointer, f"a member of the code list {value.code_list!r} where no code list is named")
        code = self._codes.get(reference, {}).get(value.label)
        if code is None:
            raise CodecError(pointer, f"{reference} has no member {value.label!r}")
        return code


def _form(shape: Shape, value: object) -> Form | None:
    """Return the written form that a shape asks for, or the one a value needs where the shape asks for none."""
    named = shape.text("x-format") or _STANDARD_FORMATS.get(shape.text("format") or "")
    if named is not None and named in FORMS:
        return FORMS[named]
    if isinstance(value, Decimal):
        return FORMS["amount-text" if "string" in shape.types else "amount"]
    if isinstance(value, datetime):
        return MOMENTS["datetime-rfc3339"]
    if isinstance(value, date):
        return DAYS["date-iso"]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return FORMS["amount"] if is_number and "number" in shape.types else None


def _plain(value: Value, pointer: str) -> JsonValue:
    if isinstance(value, Decimal):
        return FORMS["amount"].write(value)
    if isinstance(value, datetime):
        return MOMENTS["datetime-rfc3339"].write(value)
    if isinstance(value, date):
        return DAYS["date-iso"].write(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise CodecError(pointer, f"{type(value).__name__} has no plain form")
