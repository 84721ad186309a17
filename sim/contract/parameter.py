"""Parameters taken out of a path, a query, headers and cookies.

Takes the texts of a message and the declared parameters, gives their values, promises that style and explode are read
as the table of OpenAPI 3.1.1, section 4.8.12.6, says (RFC 6570).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import unquote

from sim.contract.form import Form, form_of, typed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.contract.model import Parameter
    from sim.document import JsonValue

    Pairs: TypeAlias = list[tuple[str, str]]
    Cut: TypeAlias = str | list[str] | Pairs

_DELIMITERS: Final = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|", "deepObject": ","}


class ParameterTextError(ValueError):
    """A text that is not written in the style of its parameter."""


def parameter_value(parameter: Parameter, text: str, *, encoded: bool) -> JsonValue:
    """Return the value of a parameter that stands in one text: of a path, a header or a cookie.

    Parameters
    ----------
    parameter : Parameter
        Style ``simple``, ``label``, ``matrix`` or ``form``.
    text : str
        As it went over the wire.
    encoded : bool
        Whether the pieces are percent-encoded.

    Raises
    ------
    ParameterTextError
        The text is not written in that style.
    """
    form = form_of(parameter.schema)
    cut = _CUTTERS[parameter.style](text, parameter, _kind(form))
    return _value(cut, form, decode=unquote if encoded else str)


def query_value(parameter: Parameter, pairs: Sequence[tuple[str, str]], taken: set[str]) -> list[JsonValue]:
    """Return the value of a query parameter in a list of its own, empty when the query does not hold it.

    Parameters
    ----------
    parameter : Parameter
        Style ``form``, ``spaceDelimited``, ``pipeDelimited`` or ``deepObject``.
    pairs : sequence of (str, str)
        The decoded query.
    taken : set of str
        Names that belong to declared parameters; this one's are added.

    Raises
    ------
    ParameterTextError
        The pairs are not written in that style.
    """
    form = form_of(parameter.schema)
    kind = _kind(form)
    cut: Cut
    if kind == "object" and parameter.style == "deepObject":
        cut = _deep(parameter.name, pairs, taken)
    elif kind == "object" and parameter.explode:
        cut = _exploded(form, pairs, taken)
    else:
        taken.add(parameter.name)
        values = [value for name, value in pairs if name == parameter.name]
        if not values:
            return []
        if kind == "array" and parameter.explode:
            cut = values
        elif len(values) > 1:
            message = f"{len(values)} values"
            raise ParameterTextError(message)
        else:
            cut = _cut(values[0], _DELIMITERS[parameter.style], kind)
    return [_value(cut, form, decode=str)] if cut != [] or kind == "array" else []


def _kind(form: Form) -> str:
    return next((kind for kind in ("array", "object") if kind in form.types), "one")


def _value(cut: Cut, form: Form, *, decode: Callable[[str], str]) -> JsonValue:
    if isinstance(cut, str):
        return typed(decode(cut), form)
    value: dict[str, JsonValue] = {}
    elements: list[JsonValue] = []
    for piece in cut:
        if isinstance(piece, str):
            elements.append(typed(decode(piece), form.items))
        else:
            name = decode(piece[0])
            value[name] = typed(decode(piece[1]), form.properties.get(name, form.rest))
    return value if "object" in form.types and _kind(form) == "object" else elements


def _cut(text: str, delimiter: str, kind: str) -> Cut:
    if kind == "one":
        return text
    pieces = text.split(delimiter) if text else []
    if kind == "array":
        return pieces
    if len(pieces) % 2:
        message = f"{len(pieces)} pieces where names and values alternate"
        raise ParameterTextError(message)
    return list(zip(pieces[::2], pieces[1::2], strict=True))


def _cut_pairs(pieces: list[str]) -> Pairs:
    pairs: Pairs = []
    for piece in pieces:
        name, equals, value = piece.partition("=")
        if not equals:
            message = f"{piece!r} is not name=value"
            raise ParameterTextError(message)
        pairs.append((name, value))
    return pairs


def _simple(text: str, parameter: Parameter, kind: str) -> Cut:
    if parameter.location == "header" and kind != "one":
        text = ",".join(piece.strip() for piece in text.split(","))
    if kind == "object" and parameter.explode:
        return _cut_pairs(text.split(",") if text else [])
    return _cut(text, ",", kind)


def _label(text: str, parameter: Parameter, kind: str) -> Cut:
    if not text.startswith("."):
        message = f"{text!r} does not begin with '.'"
        raise ParameterTextError(message)
    pieces = text[1:].split(".") if len(text) > 1 else []
    if kind == "array" and parameter.explode:
        return pieces
    if kind == "object" and parameter.explode:
        return _cut_pairs(pieces)
    return _cut(text[1:], ",", kind)


def _matrix(text: str, parameter: Parameter, kind: str) -> Cut:
    if not text.startswith(";"):
        message = f"{text!r} does not begin with ';'"
        raise ParameterTextError(message)
    pieces = text[1:].split(";")
    if kind == "object" and parameter.explode:
        return _cut_pairs(pieces)
    values = []
    for piece in pieces:
        name, _, value = piece.partition("=")
        if name != parameter.name:
            message = f"{piece!r} does not name {parameter.name!r}"
            raise ParameterTextError(message)
        values.append(value)
    if kind == "array" and parameter.explode:
        return values
    if len(values) > 1:
        message = f"{len(values)} values"
        raise ParameterTextError(message)
    return _cut(values[0], ",", kind)


def _form(text: str, parameter: Parameter, kind: str) -> Cut:
    return _cut(text, _DELIMITERS[parameter.style], kind)


def _deep(name: str, pairs: Sequence[tuple[str, str]], taken: set[str]) -> Pairs:
    found: Pairs = []
    for key, value in pairs:
        if key.startswith(name + "[") and key.endswith("]"):
            taken.add(key)
            found.append((key[len(name) + 1 : -1], value))
    return found


def _exploded(form: Form, pairs: Sequence[tuple[str, str]], taken: set[str]) -> Pairs:
    """Return the pairs of an exploded object: its properties stand in the query under their own names."""
    is_open = form.rest is not None or not form.properties
    found = [(name, value) for name, value in pairs if name in form.properties or (is_open and name not in taken)]
    taken.update(name for name, _ in found)
    return found


_CUTTERS: Final[dict[str, Callable[[str, Parameter, str], Cut]]] = {
    "simple": _simple,
    "label": _label,
    "matrix": _matrix,
    "form": _form,
}
