"""Simple conditions of Arazzo criteria: their parser and their three-valued evaluation.

Takes text such as ``$statusCode == 200 && $response.body#/state != 'closed'``, gives a syntax tree whose leaves are
predicates, promises that parsing is bounded in length and depth and that an evaluation with unknown values is never
surer than one in which everything is known (Kleene's strong logic).

Where the specification leaves room (Arazzo 1.1.0, section 5.8.11), we read it so:

- A value that is not there compares as ``null``.
- Strings compare without regard to case, at any depth.
- A string that is a JSON number is taken as that number beside a number and, under ``< <= > >=``, beside another such
  string.
- Otherwise types are strict: values of two types are unequal and have no order; booleans, ``null``, objects and arrays
  have no order at all.
- A value alone passes when it is ``true``; ``!`` of a value passes when it is ``false`` or ``null``.
- A runtime expression ends at a blank or at one of ``( ) [ ] < > = ! & | ' ,``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from sim.journey.expression import Expression, ExpressionError, parse_expression
from sim.journey.value import ABSENT, UNKNOWN, Special, find

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.document import JsonValue
    from sim.journey.value import Look, Value

MAX_LENGTH: Final = 4096
MAX_DEPTH: Final = 32


Operator: TypeAlias = Literal["<", "<=", ">", ">=", "==", "!="]


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal."""

    value: bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Lookup:
    """A runtime expression and the properties and items taken of it by ``.`` and ``[]``."""

    expression: Expression
    path: tuple[str | int, ...]


Operand: TypeAlias = "Constant | Lookup | Condition"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two operands and what stands between them."""

    operator: Operator
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Truth:
    """A value alone (``wanted``), or after ``!`` (not ``wanted``)."""

    operand: Constant | Lookup
    wanted: bool


@dataclass(frozen=True, slots=True)
class Negation:
    """``!`` before a condition."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions joined by ``&&`` (``every``) or ``||``."""

    every: bool
    conditions: tuple[Condition, ...]


Condition: TypeAlias = Comparison | Truth | Negation | Group


@lru_cache(maxsize=4096)
def parse_condition(text: str) -> Condition:
    """Return the syntax tree of a simple condition.

    Raises
    ------
    ExpressionError
        The text does not follow the grammar.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"a condition is longer than {MAX_LENGTH} characters", "split it into several criteria")
    parser = _Parser(text)
    operand = parser.any_of(depth=0)
    if parser.lexeme:
        raise ExpressionError(f"{parser.lexeme!r} is not expected in the condition", "join conditions by && or ||")
    return _as_condition(operand)


def expressions_in(condition: Condition) -> Iterator[Lookup]:
    """Yield every lookup of a condition, from left to right."""
    if isinstance(condition, Comparison):
        for side in (condition.left, condition.right):
            if isinstance(side, Lookup):
                yield side
            elif not isinstance(side, Constant):
                yield from expressions_in(side)
    elif isinstance(condition, Truth):
        if isinstance(condition.operand, Lookup):
            yield condition.operand
    else:
        parts = condition.conditions if isinstance(condition, Group) else (condition.condition,)
        for part in parts:
            yield from expressions_in(part)


def evaluate(condition: Condition, look: Look) -> bool | None:
    """Return whether a condition holds; None when that depends on an unknown value.

    Parameters
    ----------
    condition : Condition
    look : callable
        Gives the value of a runtime expression, ``UNKNOWN`` where only a run can tell.
    """
    if isinstance(condition, Comparison):
        return _compare(condition.operator, _value(condition.left, look), _value(condition.right, look))
    if isinstance(condition, Truth):
        value = _value(condition.operand, look)
        if value is UNKNOWN:
            return None
        return value is True if condition.wanted else value is False or value is None
    if isinstance(condition, Negation):
        truth = evaluate(condition.condition, look)
        return None if truth is None else not truth
    return _join([evaluate(part, look) for part in condition.conditions], every=condition.every)


def _join(truths: list[bool | None], *, every: bool) -> bool | None:
    decisive = not every
    if decisive in truths:
        return decisive
    return None if None in truths else every


def _value(operand: Operand, look: Look) -> Value:
    """Return the value of an operand; what is absent counts as null."""
    if isinstance(operand, Constant):
        return operand.value
    if isinstance(operand, Lookup):
        found = find(look(operand.expression), operand.path)
        return None if found is ABSENT else found
    truth = evaluate(operand, look)
    return UNKNOWN if truth is None else truth


def _compare(operator: Operator, left: Value, right: Value) -> bool | None:
    if isinstance(left, Special) or isinstance(right, Special):
        return None
    if operator in ("==", "!="):
        return _equal(*_same_type(left, right)) is (operator == "==")
    left, right = _same_type(*(_number(side) if isinstance(side, str) else side for side in (left, right)))
    if not (_is_number(left) and _is_number(right)):
        if not (isinstance(left, str) and isinstance(right, str)):
            return False
        left, right = left.casefold(), right.casefold()
    before, same = left < right, left == right  # type: ignore[operator]  # both are numbers or both are strings here
    return {"<": before, "<=": before or same, ">": not (before or same), ">=": not before}[operator]


_NUMERIC = re.compile(r"-?(?:0|[1-9][0-9]{0,63})(?:\.[0-9]{1,64})?(?:[eE][-+]?[0-9]{1,3})?")


def _number(text: str) -> int | float | str:
    """Return the number that a text is as JSON, or the text."""
    if not _NUMERIC.fullmatch(text):
        return text
    return int(text) if text.lstrip("-").isdigit() else float(text)


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _same_type(left: JsonValue, right: JsonValue) -> tuple[JsonValue, JsonValue]:
    """Return both sides with a text of digits beside a number taken as a number; else both as they are."""
    if _is_number(left) and isinstance(right, str):
        return left, _number(right)
    if _is_number(right) and isinstance(left, str):
        return _number(left), right
    if isinstance(left, str) != isinstance(right, str):
        return left, right
    return (str(left), str(right)) if isinstance(left, str) else (left, right)


def _equal(left: JsonValue, right: JsonValue) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left.casefold() == right.casefold()
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_equal(value, right[key]) for key, value in left.items())
    if _is_number(left) and _is_number(right):
        return left == right
    return type(left) is type(right) and left == right


_TOKENS = re.compile(
    r"""\s*(?:
        (?P<expression>\$[^\s()\[\]<>=!&|',]+)
      | (?P<string>'(?:[^']|'')*')
      | (?P<number>-?(?:0|[1-9][0-9]{0,63})(?:\.[0-9]{1,64})?(?:[eE][-+]?[0-9]{1,3})?(?![A-Za-z0-9_.]))
      | (?P<word>true|false|null)(?![A-Za-z0-9_])
      | (?P<property>\.[A-Za-z0-9_-]+)
      | (?P<operator><=|>=|==|!=|&&|\|\||[<>!()\[\]])
    )\s*""",
    re.VERBOSE,
)
_COMPARING: Final[dict[str, Operator]] = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "==", "!=": "!="}
_WORDS: Final = {"true": True, "false": False, "null": None}
_BODY = re.compile(r"(\$(?:request|response)\.body)((?:\.[A-Za-z0-9_-]+)+)")


class _Parser:
    """Recursive descent with one token of lookahead; depth is bounded."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.kind: str | None = None
        self.lexeme = ""
        self.advance()

    def advance(self) -> str:
        """Return the current token and go to the next."""
        taken = self.lexeme
        if self.position >= len(self.text):
            self.kind, self.lexeme = None, ""
            return taken
        match = _TOKENS.match(self.text, self.position)
        if match is None or match.lastgroup is None:
            rest = self.text[self.position :].strip()[:20]
            if not rest:
                self.position, self.kind, self.lexeme = len(self.text), None, ""
                return taken
            raise ExpressionError(f"{rest!r} is not part of a condition", _hint(rest))
        self.position = match.end()
        self.kind, self.lexeme = match.lastgroup, match.group(match.lastgroup)
        return taken

    def any_of(self, depth: int) -> Operand:
        return self.joined("||", depth)

    def joined(self, operator: str, depth: int) -> Operand:
        """Read operands joined by one logical operator."""
        below = self.comparison if operator == "&&" else self.all_of
        operands = [below(depth)]
        while self.lexeme == operator:
            self.advance()
            operands.append(below(depth))
        if len(operands) == 1:
            return operands[0]
        return Group(operator == "&&", tuple(_as_condition(operand) for operand in operands))

    def all_of(self, depth: int) -> Operand:
        return self.joined("&&", depth)

    def comparison(self, depth: int) -> Operand:
        negated = self.lexeme == "!"
        left = self.unary(depth)
        operator = _COMPARING.get(self.lexeme)
        if operator is None:
            return left
        self.advance()
        if negated or self.lexeme == "!":
            raise ExpressionError("! beside a comparison can be read in two ways", "write !(a == b) or (!a) == b")
        right = self.unary(depth)
        if self.lexeme in _COMPARING:
            raise ExpressionError("comparisons cannot be chained", "join two comparisons by &&")
        return Comparison(operator, left, right)

    def unary(self, depth: int) -> Operand:
        if depth > MAX_DEPTH:
            raise ExpressionError(f"a condition is nested deeper than {MAX_DEPTH} levels", "split it into criteria")
        if self.lexeme == "!":
            self.advance()
            operand = self.unary(depth + 1)
            if isinstance(operand, Lookup) or (isinstance(operand, Constant) and _is_truth(operand)):
                return Truth(operand, wanted=False)
            return Negation(_as_condition(operand))
        if self.lexeme == "(":
            self.advance()
            operand = self.any_of(depth + 1)
            self.expect(")")
            return operand
        return self.operand()

    def operand(self) -> Operand:
        kind = self.kind
        if kind == "string":
            return Constant(self.advance()[1:-1].replace("''", "'"))
        if kind == "number":
            return Constant(_number(self.advance()))
        if kind == "word":
            return Constant(_WORDS[self.advance()])
        if kind == "expression":
            return self.lookup()
        shown = repr(self.lexeme) if self.lexeme else "its end"
        raise ExpressionError(
            f"the condition lacks a value before {shown}", "write a runtime expression, number, 'text', true or null"
        )

    def lookup(self) -> Lookup:
        text, path = self.advance(), list[str | int]()
        if match := _BODY.fullmatch(text):
            text, names = match.groups()
            path += names.split(".")[1:]
        expression = parse_expression(text)
        while self.lexeme == "[" or self.kind == "property":
            if self.kind == "property":
                path.append(self.advance()[1:])
                continue
            self.advance()
            if self.kind != "number" or not self.lexeme.isdigit():
                raise ExpressionError("an index in [] is a whole number from 0", "write [0] for the first item")
            path.append(int(self.advance()))
            self.expect("]")
        return Lookup(expression, tuple(path))

    def expect(self, token: str) -> None:
        if self.lexeme != token:
            raise ExpressionError(f"the condition lacks {token!r}", "balance the brackets")
        self.advance()


def _is_truth(operand: Constant) -> bool:
    return operand.value is None or isinstance(operand.value, bool)


def _as_condition(operand: Operand) -> Condition:
    if isinstance(operand, Lookup):
        return Truth(operand, wanted=True)
    if isinstance(operand, Constant):
        if not _is_truth(operand):
            raise ExpressionError(f"the value {operand.value!r} alone is not a condition", "compare it with something")
        return Truth(operand, wanted=True)
    return operand


def _hint(rest: str) -> str:
    if rest.startswith('"'):
        return "write text in single quotes"
    if rest.startswith("'"):
        return "close the text with a single quote"
    if rest.startswith("="):
        return "compare with =="
    if rest.startswith("{"):
        return "write the expression without braces"
    return "use runtime expressions, literals and < <= > >= == != ! && || ( )"
