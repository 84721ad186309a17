"""Where a comparison stands, and the book in which it notes what it finds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from sim.contract.diff.model import Change, ChangePlace, Direction, Severity, Touch
from sim.contract.diff.rule import rule
from sim.document import escape_pointer

if TYPE_CHECKING:
    from sim.contract.diff.rule import Rule
    from sim.contract.diff.side import Side
    from sim.contract.source import Node

# Pairs of schemas that are compared; schemas that refer to each other in many ways could be walked for ever.
MAX_PAIRS: Final = 20_000

_NOT_COMPARED = rule(
    "not-compared",
    "what cannot be compared differs",
    "look at both places",
    ("risky", "risky"),
)


@dataclass(slots=True)
class Purse:
    """What a whole comparison may still spend, and where it ran out."""

    left: int = field(default_factory=lambda: MAX_PAIRS)
    stop: tuple[Site, Node, Node] | None = None


@dataclass(slots=True, eq=False)
class Book:
    """The two editions and what was found; ``open`` and ``same`` are pairs of schemas under way and without change."""

    old: Side
    new: Side
    purse: Purse = field(default_factory=Purse)
    changes: list[Change] = field(default_factory=list)
    open: set[object] = field(default_factory=set)
    same: set[object] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Site:
    """A place in both editions at once; parameters as those of ``Change``.

    Parameters
    ----------
    is_reversed : bool
        Whether the provider is the caller: in callbacks and webhooks.
    """

    book: Book
    operation: str = ""
    direction: Direction = "request"
    part: str = "operation"
    status: str = ""
    field: str = ""
    within: str = ""
    is_reversed: bool = False

    @property
    def is_sent_by_consumer(self) -> bool:
        """Whether the consumer sends the message: the requests of calls, the responses of callbacks."""
        return (self.direction == "request") != self.is_reversed

    def under(self, *tokens: str) -> Site:
        """Return the site of a part of the value."""
        return replace(self, field=self.field + "".join(f"/{escape_pointer(token)}" for token in tokens))

    def trial(self) -> Site:
        """Return the same site with a book of its own, to see what a comparison would find."""
        book = self.book
        return replace(self, book=Book(book.old, book.new, book.purse, [], set(book.open), book.same))

    def report(  # the two severities are what a rule cannot know before the editions are seen
        self,
        what: Rule,
        old: Node,
        new: Node,
        message: str,
        *,
        effect: tuple[Severity, Severity] | None = None,
    ) -> None:
        """Note a change.

        Parameters
        ----------
        effect : tuple of str, optional
            What it does to the sender and to the receiver, by default what the rule says.
        """
        sender, receiver = effect or (what.sender, what.receiver)
        if self.is_sent_by_consumer and receiver == "breaking" and not what.is_certain:
            receiver = "risky"
        consumer, provider = (sender, receiver) if self.is_sent_by_consumer else (receiver, sender)
        self.book.changes.append(
            Change(
                rule=what.name,
                consumer=consumer,
                provider=provider,
                operation=self.operation,
                direction=self.direction,
                part=self.part,
                status=self.status,
                field=self.field,
                within=self.within,
                old=_place(old),
                new=_place(new),
                message=message,
                remedy=what.remedy,
                touches=self._touch(what),
            )
        )

    def not_compared(self, old: Node, new: Node, message: str) -> None:
        """Note a difference that cannot be judged."""
        self.report(_NOT_COMPARED, old, new, message)

    def _touch(self, what: Rule) -> Touch:
        if what.touches == "call" or self.part in ("operation", "status", "media-type", "security"):
            return "call"
        if self.direction == "response":
            return "read"
        return "omit" if what.touches == "need" else "send"


def _place(node: Node) -> ChangePlace:
    file, line, column = node.document.place(node.pointer, of_key=True)
    return ChangePlace(file, line, column, node.pointer)
