"""What a codec does at each place of a schema, worked out once.

Takes a shape, gives what its values need on the way in and out, promises that a place where nothing is to be done is
known as such, so that it costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sim.mock.form import FORMS
from sim.mock.reader import plainly, reader
from sim.mock.shape import Shape, shape_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.contract.validator import PlacedSchema
    from sim.mock.form import Form
    from sim.mock.reader import Read

STANDARD_FORMATS: Final = {"date-time": "datetime-rfc3339", "date": "date-iso"}


@dataclass(eq=False, slots=True)
class Recipe:
    """What is done with a value at one place.

    Parameters
    ----------
    shape : Shape
        Of the schema there.
    members : dict of str to Recipe
        Known properties; empty where the schema names none.
    item : Recipe or None
        Elements of an array.
    form : Form or None
        How the schema writes a value.
    labels, codes : mapping or None
        Label by code and code by label, where the schema names a code list.
    longest : int or None
        ``maxLength``.
    changing : dict of str to Recipe
        Members that are read otherwise than they stand.
    is_read_plainly : bool
        Whether nothing in a value is read otherwise than it stands.
    is_written_plainly : bool
        Whether every text is written as it stands.
    read : callable
        Gives the domain value of JSON here.
    """

    shape: Shape
    members: dict[str, Recipe] = field(default_factory=dict)
    item: Recipe | None = None
    form: Form | None = None
    code_list: str | None = None
    labels: Mapping[str, str] | None = None
    codes: Mapping[str, str] | None = None
    longest: int | None = None
    changing: dict[str, Recipe] = field(default_factory=dict)
    is_read_plainly: bool = False
    is_written_plainly: bool = False
    read: Read = plainly

    @property
    def is_number(self) -> bool:
        """Whether numbers here are amounts."""
        return "number" in self.shape.types


NOTHING: Final = Recipe(Shape(), is_read_plainly=True, is_written_plainly=True)
"""Of a value that no schema speaks of."""


class Recipes:
    """Recipes by schema.

    Parameters
    ----------
    labels : mapping
        Label by code, by code list with its edition.
    """

    def __init__(self, labels: Mapping[str, Mapping[str, str]]) -> None:
        self._labels = labels
        self._codes = {
            reference: {label: code for code, label in members.items()} for reference, members in labels.items()
        }
        self._known: dict[tuple[int, str, str], Recipe] = {}
        self._places: list[PlacedSchema] = []  # keeps what the keys name alive

    def of(self, schema: PlacedSchema) -> Recipe:
        """Return the recipe of a schema."""
        key = (id(schema.validators), schema.uri, schema.pointer)
        found = self._known.get(key)
        if found is None:
            found = self._make(schema)
            self._settle(found)
        return found

    def _make(self, schema: PlacedSchema) -> Recipe:
        """Make a recipe and those of its parts; a schema may lie inside itself."""
        key = (id(schema.validators), schema.uri, schema.pointer)
        if key in self._known:
            return self._known[key]
        shape = shape_of(schema)
        named = shape.text("x-format") or STANDARD_FORMATS.get(shape.text("format") or "")
        recipe = Recipe(shape, form=FORMS.get(named or ""), longest=shape.number("maxLength"))
        recipe.is_written_plainly = recipe.form is None and recipe.longest is None
        self._known[key] = recipe
        self._places.append(schema)
        reference = shape.text("x-code-list")
        if reference is not None:
            recipe.code_list = reference
            recipe.labels = self._labels.get(reference, {})
            recipe.codes = self._codes.get(reference, {})
        recipe.members = {name: self._make(child) for name, child in shape.properties.items()}
        recipe.item = self._make(shape.items) if shape.items is not None else None
        return recipe

    def _settle(self, recipe: Recipe) -> None:
        """Find which members are read otherwise than they stand."""
        reached = _reached(recipe)
        for one in reached:
            one.changing = {name: child for name, child in one.members.items() if not _is_plain(child)}
            one.is_read_plainly = _is_plain(one)
        for one in reached:
            one.read = reader(one)


def _reached(recipe: Recipe) -> list[Recipe]:
    found, waiting = {id(recipe): recipe}, [recipe]
    while waiting:
        one = waiting.pop()
        for part in (*one.members.values(), *((one.item,) if one.item is not None else ())):
            if id(part) not in found:
                found[id(part)] = part
                waiting.append(part)
    return list(found.values())


def _is_plain(recipe: Recipe) -> bool:
    return not any(one.form is not None or one.labels is not None or one.is_number for one in _reached(recipe))
