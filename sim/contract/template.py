"""Path templates: which operation a path belongs to.

Takes templates such as ``/cases/{case_no}``, gives the one that matches a path with its raw parameter values, promises
that concrete segments win over templated ones and that matching takes time linear in the path (no regular expression).
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Template:
    """A path template, cut into segments; each is a tuple of literal, name, literal, name, ..., literal."""

    text: str
    segments: tuple[tuple[str, ...], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters in order."""
        return tuple(name for segment in self.segments for name in segment[1::2])

    @property
    def rank(self) -> tuple[tuple[int, int], ...]:
        """Key to sort by: concrete before partly concrete before templated, from the left."""
        return tuple((len(segment) // 2, -sum(map(len, segment[::2]))) for segment in self.segments)

    @property
    def form(self) -> str:
        """The template without its names: two templates of one form match the same paths."""
        return "/".join("{}".join(segment[::2]) for segment in self.segments)

    def match(self, path: str) -> dict[str, str] | None:
        """Return the raw values of the parameters, or None when the path is another one."""
        parts = path.split("/")
        if len(parts) != len(self.segments):
            return None
        values: dict[str, str] = {}
        for part, segment in zip(parts, self.segments, strict=True):
            if not _match_segment(part, segment, values):
                return None
        return values


def parse_template(text: str) -> Template:
    """Return a path template.

    Raises
    ------
    ValueError
        It does not begin with a slash, its braces do not pair, a name is empty or stands twice, or two parameters
        follow each other without a character between.
    """
    if not text.startswith("/"):
        message = "a path begins with '/'"
        raise ValueError(message)
    template = Template(text, tuple(_segment(part) for part in text.split("/")))
    names = template.names
    if len(set(names)) != len(names):
        message = f"a parameter stands twice in {text!r}"
        raise ValueError(message)
    return template


def _segment(part: str) -> tuple[str, ...]:
    pieces: list[str] = []
    rest = part
    while "{" in rest:
        literal, _, rest = rest.partition("{")
        name, closed, rest = rest.partition("}")
        if not closed or not name or "{" in name or "}" in literal:
            message = f"the braces of {part!r} do not pair around a name"
            raise ValueError(message)
        if pieces and not literal:
            message = f"two parameters of {part!r} follow each other"
            raise ValueError(message)
        pieces += [literal, name]
    if "}" in rest:
        message = f"the braces of {part!r} do not pair around a name"
        raise ValueError(message)
    return (*pieces, rest)


def _match_segment(part: str, segment: tuple[str, ...], values: dict[str, str]) -> bool:
    if len(segment) == 1:
        return part == segment[0] or unquote(part) == segment[0]
    head, tail = segment[0], segment[-1]
    if len(part) < len(head) + len(tail) or not (part.startswith(head) and part.endswith(tail)):
        return False
    inner = part[len(head) : len(part) - len(tail)]
    for name, literal in zip(segment[1:-2:2], segment[2:-1:2], strict=True):
        end = inner.find(literal, 1)
        if end < 0:
            return False
        values[name] = inner[:end]
        inner = inner[end + len(literal) :]
    values[segment[-2]] = inner
    return bool(inner)
