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
from sim.mock.form import DAYS, FORMS, MOMENTS
from sim.mock.reader import CodecError
from sim.mock.recipe import NOTHING, Recipe, Recipes
from sim.mock.value import Code

if TYPE_CHECKING:
    from sim.contract import CodeLists
    from sim.contract.model import Schema
    from sim.document import JsonValue
    from sim.mock.form import Form
    from sim.mock.shape import Shape
    from sim.mock.value import Value


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
        self._recipes = Recipes(
            {
                f"{name}@{edition}": {member.code: member.label_en for member in members}
                for (name, edition), members in code_lists.lists.items()
            }
        )

    def shape(self, schema: Schema) -> Shape:
        """Return the shape of a schema; empty for one that stands in no loaded contract."""
        return self.recipe(schema).shape

    def shape_at(self, schema: Schema | None, pointer: str) -> Shape:
        """Return the shape of what stands at a JSON pointer into a value of a schema; empty where that is not known."""
        recipe = self.recipe(schema)
        for token in pointer.split("/")[1:]:
            name = token.replace("~1", "/").replace("~0", "~")
            recipe = recipe.members.get(name) or (recipe.item if name.isdecimal() else None) or NOTHING
        return recipe.shape

    def encode(self, schema: Schema | Recipe | None, value: Value, pointer: str = "") -> JsonValue:
        """Return a value as the schema writes it.

        Raises
        ------
        CodecError
            The schema has no writing for it.
        """
        try:
            return self.write(schema if isinstance(schema, Recipe) else self.recipe(schema), value)
        except CodecError as error:
            raise CodecError(pointer + error.pointer, error.message) from error

    def decode(self, schema: Schema | Recipe | None, value: JsonValue, pointer: str = "") -> Value:
        """Return the domain value that JSON of a schema says.

        Raises
        ------
        CodecError
            The schema's form does not fit.
        """
        try:
            return (schema if isinstance(schema, Recipe) else self.recipe(schema)).read(value)
        except CodecError as error:
            raise CodecError(pointer + error.pointer, error.message) from error

    def recipe(self, schema: Schema | None) -> Recipe:
        """Return what is done with values of a schema; ``encode`` and ``decode`` take it too where it is known."""
        return self._recipes.of(schema) if isinstance(schema, PlacedSchema) else NOTHING

    def write(self, recipe: Recipe, value: Value) -> JsonValue:
        """Return a value as a recipe writes it; as ``encode``."""
        if type(value) is str:
            if recipe.form is None:
                return value if recipe.longest is None else value[: recipe.longest]
        elif type(value) is dict or isinstance(value, Mapping):
            return self._encode_object(recipe, value)
        elif isinstance(value, Sequence) and not isinstance(value, str):
            return self._encode_list(recipe.item or NOTHING, value)
        return _encode_scalar(recipe, value)

    def _encode_list(self, item: Recipe, values: Sequence[Value]) -> JsonValue:
        encoded: list[JsonValue] = []
        for index, value in enumerate(values):
            try:
                encoded.append(self.write(item, value))
            except CodecError as error:
                raise error.inside(index) from error
        return encoded

    def _encode_object(self, recipe: Recipe, value: Mapping[str, Value]) -> JsonValue:
        members = recipe.members
        encoded: dict[str, JsonValue] = {}
        for name in value:
            if members and name not in members:
                continue
            child, member = members.get(name, NOTHING), value[name]
            if type(member) is str and child.is_written_plainly:
                encoded[name] = member
                continue
            if member is None:
                if child.shape.allows_null and name in recipe.shape.required:
                    encoded[name] = None
                continue
            try:
                encoded[name] = self.write(child, member)
            except CodecError as error:
                if not self._is_lenient:
                    raise error.inside(name) from error
        return encoded


def _encode_scalar(recipe: Recipe, value: Value) -> JsonValue:
    if isinstance(value, Code):
        return _encode_code(recipe, value)
    form = _form(recipe, value)
    if form is not None:
        try:
            return form.write(value)
        except ValueError as error:
            raise CodecError("", str(error)) from error
    if isinstance(value, str) and recipe.longest is not None:
        return value[: recipe.longest]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise CodecError("", f"{type(value).__name__} has no plain form")


def _encode_code(recipe: Recipe, value: Code) -> JsonValue:
    if recipe.codes is None:
        raise CodecError("", f"a member of the code list {value.code_list!r} where no code list is named")
    code = recipe.codes.get(value.label)
    if code is None:
        raise CodecError("", f"{recipe.code_list} has no member {value.label!r}")
    return code


def _form(recipe: Recipe, value: object) -> Form | None:
    """Return the written form that a recipe asks for, or the one a value needs where it asks for none."""
    if recipe.form is not None:
        return recipe.form
    if isinstance(value, str):
        return None
    if isinstance(value, Decimal):
        return FORMS["amount-text" if "string" in recipe.shape.types else "amount"]
    if isinstance(value, datetime):
        return MOMENTS["datetime-rfc3339"]
    if isinstance(value, date):
        return DAYS["date-iso"]
    is_amount = isinstance(value, int | float) and not isinstance(value, bool) and recipe.is_number
    return FORMS["amount"] if is_amount else None
