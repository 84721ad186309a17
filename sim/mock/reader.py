"""How JSON of one place becomes a domain value, as a function made once.

Takes what is known of a place, gives the function that reads it; promises that where nothing is to be done the value
comes back as it is, and that the place of what cannot be read is told on the way out alone.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sim.document import escape_pointer
from sim.mock.value import Code

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.document import JsonValue
    from sim.mock.form import Form
    from sim.mock.recipe import Recipe
    from sim.mock.value import Value

    Read = Callable[[JsonValue], Value]


class CodecError(Exception):
    """A value that cannot be written or read in an edition; the message names the place."""

    def __init__(self, pointer: str, message: str) -> None:
        self.pointer = pointer
        self.message = message
        super().__init__(f"{pointer or '/'}: {message}")

    def inside(self, token: str | int) -> CodecError:
        """Return the same of the object or list that holds the value: the place is told on the way out alone."""
        return CodecError(f"/{escape_pointer(str(token))}{self.pointer}", self.message)


def plainly(value: JsonValue) -> Value:
    """Return a value as it stands."""
    return value


def reader(recipe: Recipe) -> Read:
    """Return the function that reads values at a place whose members are known by now."""
    if recipe.is_read_plainly:
        return plainly
    read_scalar, read_list = _scalar_reader(recipe), _list_reader(recipe.item)
    codes = tuple((name, _codes(one)) for name, one in recipe.changing.items() if one.labels is not None)
    others = tuple((name, one) for name, one in recipe.changing.items() if one.labels is None)

    def read(value: JsonValue) -> Value:
        if not isinstance(value, dict):
            return read_list(value) if isinstance(value, list) else read_scalar(value)
        decoded: dict[str, Value] = {**value}
        for name, known in codes:
            if name in value:
                code = value[name]
                decoded[name] = known.get(code, code) if type(code) is str else recipe.changing[name].read(code)
        name = ""
        try:
            for name, child in others:
                if name in value:
                    decoded[name] = child.read(value[name])
        except CodecError as error:
            raise error.inside(name) from error
        return decoded

    return read


def _list_reader(item: Recipe | None) -> Callable[[list[JsonValue]], Value]:
    def read(values: list[JsonValue]) -> Value:
        if item is None or item.is_read_plainly:
            return [*values]
        try:
            return list(map(item.read, values))
        except CodecError:
            return _told_place(item, values)

    return read


def _told_place(item: Recipe, values: list[JsonValue]) -> Value:
    decoded: list[Value] = []
    for index, value in enumerate(values):
        try:
            decoded.append(item.read(value))
        except CodecError as error:
            raise error.inside(index) from error
    return decoded


def _scalar_reader(recipe: Recipe) -> Read:
    if recipe.labels is not None:
        codes = _codes(recipe)
        return lambda value: value if value is None else codes.get(str(value), value)
    form = recipe.form
    if form is not None:
        return lambda value: value if value is None else _formed(form, value)
    if recipe.is_number:
        return lambda value: Decimal(str(value)) if type(value) in (int, float) else value
    return plainly


def _codes(recipe: Recipe) -> dict[str, Value]:
    """Return the members of a place's code list by code."""
    name = (recipe.code_list or "").partition("@")[0]
    return {code: Code(name, label) for code, label in (recipe.labels or {}).items()}


def _formed(form: Form, value: JsonValue) -> Value:
    try:
        return form.read(value)
    except ValueError as error:
        raise CodecError("", str(error)) from error
