"""Runtime expressions of Arazzo.

Takes text, gives an ``Expression`` by the grammar of Arazzo 1.1.0 section 5.9 (1.0.1 writes the same expressions with a
looser grammar), promises that parsing is linear, never recurses and refuses with ``ExpressionError`` alone. Nothing is
evaluated as code: an expression is looked up, see ``sim.journey.scope``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from sim.errors import UsageError

Root: TypeAlias = Literal[
    "url",
    "method",
    "statusCode",
    "request",
    "response",
    "message",
    "inputs",
    "outputs",
    "steps",
    "workflows",
    "sourceDescriptions",
    "components",
    "self",
]

MAX_LENGTH: Final = 4096

_WHOLE: Final = {"$url": "url", "$method": "method", "$statusCode": "statusCode", "$self": "self"}
_INTENDED = re.compile(r"\$[A-Za-z]")
_STRICT = r"[A-Za-z0-9_-]+"
_LOOSE = r"[A-Za-z0-9._-]+"
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NAME = re.compile(r"[^{}\x00-\x1f]+")
_POINTER = re.compile(r"(?:/(?:[^/{}~]|~[01])*)*")
_NAMED = re.compile(rf"({_LOOSE})(?:#(.*))?", re.DOTALL)
_STEP = re.compile(rf"({_STRICT})\.outputs\.({_LOOSE})(?:#(.*))?", re.DOTALL)
_WORKFLOW = re.compile(rf"({_STRICT})\.(inputs|outputs)\.({_LOOSE})(?:#(.*))?", re.DOTALL)
_SOURCE = re.compile(rf"({_STRICT})\.([^{{}}\x00-\x1f]+)", re.DOTALL)
_COMPONENT = re.compile(rf"(parameters|successActions|failureActions)\.({_LOOSE})")
_EMBEDDED = re.compile(r"\{(\$[^{}]*)\}")


class ExpressionError(UsageError):
    """A text is not a runtime expression, a condition or a pattern."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed runtime expression.

    Parameters
    ----------
    text : str
        As written.
    root : str
        What it looks into: the word after ``$``.
    part : str
        ``header``, ``query``, ``path``, ``body`` or ``payload`` of a message; ``inputs`` or ``outputs`` of a workflow
        or step; ``parameters``, ``successActions`` or ``failureActions`` of the components; else ``""``.
    owner : str
        Id of the step, workflow or source description; else ``""``.
    name : str
        Name of the header, parameter, input, output, component or field; else ``""``.
    pointer : tuple of str or None
        Decoded tokens of the JSON pointer after ``#``; None where there is none.
    """

    text: str
    root: Root
    part: str = ""
    owner: str = ""
    name: str = ""
    pointer: tuple[str, ...] | None = None

    @property
    def reads_answer(self) -> bool:
        """Whether it has a value only when an answer came."""
        return self.root in ("response", "statusCode", "message")

    @property
    def reads_call(self) -> bool:
        """Whether it looks at the exchange of the step it stands in."""
        return self.reads_answer or self.root in ("request", "url", "method")


Template: TypeAlias = tuple[str | Expression, ...]


def is_expression(text: str) -> bool:
    """Return whether a whole text is meant as a runtime expression: ``$`` and a letter begin it."""
    return _INTENDED.match(text) is not None


@lru_cache(maxsize=4096)
def parse_expression(text: str) -> Expression:
    """Return a runtime expression.

    Parameters
    ----------
    text : str
        The whole expression, ``$steps.apply.outputs.case_no``.

    Returns
    -------
    Expression

    Raises
    ------
    ExpressionError
        The text does not follow the grammar.

    References
    ----------
    Arazzo Specification 1.1.0, section 5.9.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"an expression is longer than {MAX_LENGTH} characters", "shorten it")
    if text in _WHOLE:
        return Expression(text, _WHOLE[text])  # type: ignore[arg-type]  # the values of the table are of type Root
    head, dot, rest = text.partition(".")
    parse = _RULES.get(head)
    if parse is None:
        known = ", ".join([*_WHOLE, *(f"{root}." for root in _RULES)])
        raise ExpressionError(f"{text!r} is not a runtime expression", f"begin it with one of {known}")
    found = parse(text, rest) if dot else None
    if found is None:
        raise ExpressionError(f"{text!r} is not a runtime expression", f"write {_SHAPES[head]}")
    return found


def parse_template(text: str) -> Template:
    """Return the literal and embedded parts of a text with ``{$expression}`` in it.

    Braces that no ``$`` follows are literal, so that JSON text can be a template.

    Raises
    ------
    ExpressionError
        An embedded expression is not closed or does not follow the grammar.
    """
    parts: list[str | Expression] = []
    end = 0
    for match in _EMBEDDED.finditer(text):
        parts += [text[end : match.start()], parse_expression(match.group(1))]
        end = match.end()
    parts.append(text[end:])
    for part in parts:
        if isinstance(part, str) and re.search(r"\{\$[A-Za-z]", part):
            raise ExpressionError("an embedded expression is not closed", "write {$expression} with both braces")
    return tuple(part for part in parts if part != "")


def expressions_of(text: str) -> tuple[Expression, ...]:
    """Return all expressions of a text: itself, or those embedded in it.

    Raises
    ------
    ExpressionError
        As ``parse_expression`` and ``parse_template``.
    """
    if is_expression(text):
        return (parse_expression(text),)
    return tuple(part for part in parse_template(text) if isinstance(part, Expression))


def parse_pointer(text: str) -> tuple[str, ...] | None:
    """Return the decoded tokens of a JSON pointer (RFC 6901, section 3), or None where it is none."""
    if not _POINTER.fullmatch(text):
        return None
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in text.split("/")[1:])


def _pointed(text: str | None) -> tuple[bool, tuple[str, ...] | None]:
    """Return whether what stands after ``#`` is acceptable, and its tokens."""
    if text is None:
        return True, None
    tokens = parse_pointer(text)
    return tokens is not None, tokens


def _message(root: Root, text: str, rest: str) -> Expression | None:
    part, dot, name = rest.partition(".")
    if part == "header" and _TOKEN.fullmatch(name):
        return Expression(text, root, part, name=name)
    if part in ("query", "path") and dot and _NAME.fullmatch(name) and root == "request":
        return Expression(text, root, part, name=name)
    body, sharp, pointer = rest.partition("#")
    if body == ("payload" if root == "message" else "body"):
        accepted, tokens = _pointed(pointer if sharp else None)
        return Expression(text, root, body, pointer=tokens) if accepted else None
    return None


def _request(text: str, rest: str) -> Expression | None:
    return _message("request", text, rest)


def _response(text: str, rest: str) -> Expression | None:
    return _message("response", text, rest)


def _async_message(text: str, rest: str) -> Expression | None:
    return _message("message", text, rest)


def _named(root: Root, text: str, rest: str) -> Expression | None:
    match = _NAMED.fullmatch(rest)
    accepted, tokens = _pointed(match.group(2)) if match else (False, None)
    return Expression(text, root, name=match.group(1), pointer=tokens) if match and accepted else None


def _inputs(text: str, rest: str) -> Expression | None:
    return _named("inputs", text, rest)


def _outputs(text: str, rest: str) -> Expression | None:
    return _named("outputs", text, rest)


def _steps(text: str, rest: str) -> Expression | None:
    match = _STEP.fullmatch(rest)
    accepted, tokens = _pointed(match.group(3)) if match else (False, None)
    if match is None or not accepted:
        return None
    return Expression(text, "steps", "outputs", match.group(1), match.group(2), tokens)


def _workflows(text: str, rest: str) -> Expression | None:
    match = _WORKFLOW.fullmatch(rest)
    accepted, tokens = _pointed(match.group(4)) if match else (False, None)
    if match is None or not accepted:
        return None
    return Expression(text, "workflows", match.group(2), match.group(1), match.group(3), tokens)


def _source(text: str, rest: str) -> Expression | None:
    match = _SOURCE.fullmatch(rest)
    return Expression(text, "sourceDescriptions", owner=match.group(1), name=match.group(2)) if match else None


def _components(text: str, rest: str) -> Expression | None:
    match = _COMPONENT.fullmatch(rest)
    return Expression(text, "components", match.group(1), name=match.group(2)) if match else None


_RULES: Final = {
    "$request": _request,
    "$response": _response,
    "$message": _async_message,
    "$inputs": _inputs,
    "$outputs": _outputs,
    "$steps": _steps,
    "$workflows": _workflows,
    "$sourceDescriptions": _source,
    "$components": _components,
}

_SHAPES: Final = {
    "$request": "$request.header.<name>, .query.<name>, .path.<name> or .body#/<pointer>",
    "$response": "$response.header.<name> or $response.body#/<pointer>",
    "$message": "$message.header.<name> or $message.payload#/<pointer>",
    "$inputs": "$inputs.<name> or $inputs.<name>#/<pointer>",
    "$outputs": "$outputs.<name> or $outputs.<name>#/<pointer>",
    "$steps": "$steps.<stepId>.outputs.<name>",
    "$workflows": "$workflows.<workflowId>.inputs.<name> or .outputs.<name>",
    "$sourceDescriptions": "$sourceDescriptions.<name>.<operationId or workflowId>",
    "$components": "$components.parameters.<name>, .successActions.<name> or .failureActions.<name>",
}
