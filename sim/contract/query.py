"""JSONPath queries on documents (RFC 9535), bounded.

Takes the text of a query and a value, gives the places it selects, promises that nothing beyond RFC 9535 is accepted,
that ``match()`` and ``search()`` run in the automaton engine of jsonschema-rs (no backtracking, compiled size bounded),
never in ``re``, and that a query which takes too many steps is refused, not waited for.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

import jsonschema_rs
from jsonpath import JSONPathEnvironment, JSONPathError
from jsonpath.function_extensions import ExpressionType, FilterFunction
from jsonpath.path import JSONPath

from sim.document import MAX_DEPTH

if TYPE_CHECKING:
    from sim.contract.graft import Branch

Location: TypeAlias = tuple[str | int, ...]
"""Names and indices from the root of a document to one of its values."""

MAX_QUERY: Final = 1024
MAX_PATTERN: Final = 1024
MAX_STEPS: Final = 300_000
"""Members of mappings and elements of lists that one query may look at; the largest bundled contract has 2,000."""

_COMPILED_BYTES: Final = 1 << 20


class QueryError(ValueError):
    """A query that is not accepted or takes too long; the message says why."""


class Meter:
    """Counts the steps of one query.

    Parameters
    ----------
    left : int
        Steps that may still be taken.
    """

    def __init__(self, left: int = MAX_STEPS) -> None:
        self.left = left

    def spend(self, steps: int) -> None:
        """Take steps.

        Raises
        ------
        QueryError
            None are left.
        """
        self.left -= steps
        if self.left < 0:
            raise QueryError(f"looks at more than {MAX_STEPS} values")


def compile_query(query: str) -> JSONPath:
    """Return a compiled query.

    Raises
    ------
    QueryError
        It is too long or not of RFC 9535's grammar.
    """
    if len(query) > MAX_QUERY:
        raise QueryError(f"is longer than {MAX_QUERY} characters")
    try:
        compiled = _ENVIRONMENT.compile(query)
    except (JSONPathError, RecursionError, ValueError) as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise QueryError(f"is no JSONPath query: {reason}") from error
    if not isinstance(compiled, JSONPath):
        raise QueryError("is more than one JSONPath query")
    return compiled


def locations(query: JSONPath, root: Branch, meter: Meter) -> tuple[Location, ...]:
    """Return the places that a query selects, each once, in the query's order.

    Parameters
    ----------
    meter : Meter
        The one that the containers of ``root`` spend from.

    Raises
    ------
    QueryError
        It takes too many steps.
    """
    meter.left = MAX_STEPS
    try:
        return tuple(dict.fromkeys(match.parts for match in query.finditer(root)))
    except (JSONPathError, RecursionError) as error:
        raise QueryError(f"cannot be evaluated: {str(error).partition(chr(10))[0]}") from error


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> jsonschema_rs.Draft202012Validator | None:
    """Return what searches a text for a regular expression; None where it cannot be compiled within bounds."""
    options = jsonschema_rs.RegexOptions(size_limit=_COMPILED_BYTES, dfa_size_limit=_COMPILED_BYTES)
    try:
        return jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=options)
    except (jsonschema_rs.ValidationError, ValueError):
        return None


class _Occurs(FilterFunction):
    """``search()``, and ``match()`` where ``whole``, of RFC 9535, sections 2.4.6 and 2.4.7."""

    arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]  # noqa: RUF012 - the base class declares it so
    return_type = ExpressionType.LOGICAL

    def __init__(self, *, whole: bool) -> None:
        self.whole = whole

    def __call__(self, value: object, pattern: object) -> bool:
        if not isinstance(value, str) or not isinstance(pattern, str) or len(pattern) > MAX_PATTERN:
            return False  # section 2.4.6: what is no text or no pattern does not match
        compiled = _pattern(f"^(?:{pattern})$" if self.whole else pattern)
        return compiled is not None and bool(compiled.is_valid(value))


class _Environment(JSONPathEnvironment):
    """RFC 9535 alone; it descends as deep as any document that is accepted."""

    max_recursion_depth = MAX_DEPTH + 1

    def setup_function_extensions(self) -> None:
        super().setup_function_extensions()
        self.function_extensions["match"] = _Occurs(whole=True)
        self.function_extensions["search"] = _Occurs(whole=False)


_ENVIRONMENT: Final = _Environment(strict=True)
