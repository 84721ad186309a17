"""Regular expressions and JSONPath queries of documents, run so that no document can stall us.

Takes a pattern or query and a value, gives whether it matches, promises linear time for patterns: they run in the
automaton engine of jsonschema-rs (no backtracking, compiled size bounded), never in ``re``. Look-around and back
references do not exist there and are refused. ``match()`` and ``search()`` inside JSONPath filters use the same engine.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import jsonschema_rs
from jsonpath import JSONPathEnvironment, JSONPathError
from jsonpath.function_extensions import ExpressionType, FilterFunction
from jsonpath.path import JSONPath
from jsonpath.segments import JSONPathChildSegment
from jsonpath.selectors import IndexSelector, NameSelector

from sim.journey.expression import ExpressionError

if TYPE_CHECKING:
    from sim.document import JsonValue

MAX_PATTERN: Final = 1024
MAX_QUERY: Final = 1024
_COMPILED_BYTES: Final = 1 << 20


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> jsonschema_rs.Draft202012Validator:
    """Return what searches a text for a regular expression (ECMA-262 syntax, unanchored).

    Raises
    ------
    ExpressionError
        The pattern is too long, does not compile, or needs backtracking.
    """
    if len(pattern) > MAX_PATTERN:
        raise ExpressionError(f"a pattern is longer than {MAX_PATTERN} characters", "shorten it")
    options = jsonschema_rs.RegexOptions(size_limit=_COMPILED_BYTES, dfa_size_limit=_COMPILED_BYTES)
    try:
        return jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=options)
    except (jsonschema_rs.ValidationError, ValueError) as error:
        raise ExpressionError(
            f"the pattern {pattern!r} does not compile",
            "correct it; look-around and back references are not supported, and repetitions must stay small",
        ) from error


def search(pattern: str, text: str) -> bool:
    """Return whether a pattern occurs in a text.

    Raises
    ------
    ExpressionError
        The pattern does not compile.
    """
    return bool(compile_pattern(pattern).is_valid(text))


@lru_cache(maxsize=1024)
def compile_query(query: str) -> JSONPath:
    """Return a JSONPath query (RFC 9535).

    Raises
    ------
    ExpressionError
        The query is too long or not of that grammar.
    """
    if len(query) > MAX_QUERY:
        raise ExpressionError(f"a JSONPath query is longer than {MAX_QUERY} characters", "shorten it")
    try:
        compiled = _ENVIRONMENT.compile(query)
    except (JSONPathError, RecursionError, ValueError) as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise ExpressionError(f"{query!r} is not a JSONPath query: {reason}", "follow RFC 9535") from error
    if not isinstance(compiled, JSONPath):
        raise ExpressionError(f"{query!r} is not a JSONPath query", "write one query, without | or &")
    return compiled


def select(query: str, value: JsonValue) -> bool:
    """Return whether a query finds at least one node; a query that cannot be evaluated finds none.

    Raises
    ------
    ExpressionError
        The query does not compile.
    """
    compiled = compile_query(query)
    if not isinstance(value, (dict, list)):
        return query == "$"
    try:
        return next(iter(compiled.finditer(value)), None) is not None
    except (JSONPathError, RecursionError):
        return False


def query_prefix(query: str) -> tuple[str, ...]:
    """Return the names and indices with which a query begins: it reads nothing outside them.

    Raises
    ------
    ExpressionError
        The query does not compile.
    """
    tokens: list[str] = []
    for segment in compile_query(query).segments:
        if not isinstance(segment, JSONPathChildSegment) or len(segment.selectors) != 1:
            break
        selector = segment.selectors[0]
        if isinstance(selector, NameSelector):
            tokens.append(selector.name)
        elif isinstance(selector, IndexSelector) and selector.index >= 0:
            tokens.append(str(selector.index))
        else:
            break
    return tuple(tokens)


class _Occurs(FilterFunction):
    """``search()``, and ``match()`` where ``whole``, of RFC 9535 sections 2.4.6 and 2.4.7."""

    arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]  # noqa: RUF012  # the base class declares it so
    return_type = ExpressionType.LOGICAL

    def __init__(self, *, whole: bool) -> None:
        self.whole = whole

    def __call__(self, value: object, pattern: object) -> bool:
        if not isinstance(value, str) or not isinstance(pattern, str):
            return False
        try:
            return search(f"^(?:{pattern})$" if self.whole else pattern, value)
        except ExpressionError:
            return False


class _Environment(JSONPathEnvironment):
    """RFC 9535 alone, with bounded patterns; it descends as deep as any body that is accepted."""

    max_recursion_depth = 512

    def setup_function_extensions(self) -> None:
        super().setup_function_extensions()
        self.function_extensions["match"] = _Occurs(whole=True)
        self.function_extensions["search"] = _Occurs(whole=False)


_ENVIRONMENT: Final = _Environment(strict=True)
