"""Criteria: whether a step succeeded and which action is taken.

Takes ``Criterion`` values and a way to look up runtime expressions, gives true, false or, where a value is not known
yet, None; promises that the static reading (``decide``) and the reading of a run agree whenever the static one is sure.

A call without an answer (a time-out, a breached response) has no status: every criterion that looks at the answer is
false, also behind ``!``. A ``regex`` criterion searches the text of its context, a ``jsonpath`` criterion holds when
its node list is not empty; both are false for a context that is ``null``. Runtime expressions in braces inside such a
condition are filled in first, as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.journey.condition import Lookup, evaluate, expressions_in, parse_condition
from sim.journey.expression import Expression, ExpressionError, parse_expression, parse_template
from sim.journey.pattern import compile_pattern, compile_query, query_prefix, search, select
from sim.journey.value import ABSENT, UNKNOWN, Special, as_text, find_named, split_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.document import JsonValue
    from sim.journey.model import Criterion, Step
    from sim.journey.value import Look, Value


def decide(criteria: tuple[Criterion, ...], *, inputs: Mapping[str, JsonValue], status: int | None) -> bool | None:
    """Return whether criteria hold, as far as can be told without an answer's content.

    Parameters
    ----------
    criteria : tuple of Criterion
        All must hold; an empty tuple holds.
    inputs : mapping
        Inputs of the workflow that are known; others are unknown.
    status : int or None
        Status of the answer; None: no answer came.

    Returns
    -------
    bool or None
        None when it depends on an input, a header, a body or another step that is not known here.
    """

    def look(expression: Expression) -> Value:
        if expression.root == "inputs":
            given = split_name(expression.name, inputs)[0] in inputs
            return find_named(expression, inputs) if given else UNKNOWN
        return status if expression.root == "statusCode" else UNKNOWN

    return holds(criteria, look, answered=status is not None)


def decide_success(step: Step, *, inputs: Mapping[str, JsonValue], status: int | None) -> bool | None:
    """Return whether a step with an operation succeeds, as far as can be told without an answer's content.

    Without an answer it fails; without criteria it succeeds on 2xx. Parameters as for ``decide``.
    """
    if status is None:
        return False
    if not step.success_criteria:
        return 200 <= status <= 299
    return decide(step.success_criteria, inputs=inputs, status=status)


def holds(criteria: Iterable[Criterion], look: Look, *, answered: bool) -> bool | None:
    """Return whether all criteria hold, None when that depends on an unknown value.

    Parameters
    ----------
    look : callable
        Gives the value of a runtime expression, or ``UNKNOWN``.
    answered : bool
        Whether the call had an answer.
    """
    truths = [_holds(criterion, look, answered=answered) for criterion in criteria]
    if False in truths:
        return False
    return None if None in truths else True


def lookups(criterion: Criterion) -> tuple[Lookup, ...]:
    """Return everything a criterion looks up, its context first, as narrow as can be told.

    Raises
    ------
    ExpressionError
        Its context, its condition or an expression in it cannot be parsed.
    """
    if criterion.kind == "simple":
        return tuple(expressions_in(parse_condition(criterion.condition)))
    context = parse_expression(criterion.context or "")
    template = parse_template(criterion.condition)
    embedded = [Lookup(part, ()) for part in template if isinstance(part, Expression)]
    path: tuple[str, ...] = ()
    if not embedded and criterion.kind == "regex":
        compile_pattern(criterion.condition)
    elif not embedded:
        compile_query(criterion.condition)
        path = query_prefix(criterion.condition)
    return (Lookup(context, path), *embedded)


def fill(text: str, look: Look) -> str | Special:
    """Return a text with its embedded expressions filled in, by nothing where there is no value.

    Raises
    ------
    ExpressionError
        An embedded expression cannot be parsed.
    """
    filled: list[str] = []
    for part in parse_template(text):
        value = look(part) if isinstance(part, Expression) else part
        if value is ABSENT:
            continue
        if isinstance(value, Special):
            return UNKNOWN
        filled.append(as_text(value))
    return "".join(filled)


def _holds(criterion: Criterion, look: Look, *, answered: bool) -> bool | None:
    if not answered and any(lookup.expression.reads_answer for lookup in lookups(criterion)):
        return False
    if criterion.kind == "simple":
        return evaluate(parse_condition(criterion.condition), look)
    context = look(parse_expression(criterion.context or ""))
    if context is None or context is ABSENT:
        return False
    condition = fill(criterion.condition, look)
    if isinstance(context, Special) or isinstance(condition, Special):
        return None
    try:
        return search(condition, as_text(context)) if criterion.kind == "regex" else select(condition, context)
    except ExpressionError:
        # Only a filled-in value can break a pattern that the loader compiled: section 5.8.11.4.5 calls that "fail".
        return False
