"""What a mock function takes and gives: a decoded call and its reply."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from sim.document import escape_pointer
from sim.mock.address import split_address
from sim.mock.problem import Problem

if TYPE_CHECKING:
    from datetime import datetime

    from sim.mock.store import Table
    from sim.mock.value import Record
    from sim.mock.world import World

PAGE_SIZE: Final = 20
"""Entries of a page where the caller does not say."""
PATIENCE: Final = 60
"""Seconds after which a caller may try again when a partner did not answer."""

Entry = TypeVar("Entry")


class Fields(Mapping[str, Any]):
    """An object that remembers which of its fields were read, by JSON pointer.

    Parameters
    ----------
    values : mapping
        The object.
    read : set of str
        Takes the pointers.
    pointer : str
        Where the object stands.
    """

    def __init__(self, values: Record, read: set[str], pointer: str = "") -> None:
        self._values = values
        self._read = read
        self._pointer = pointer

    def __getitem__(self, name: str) -> Any:  # as Record says
        pointer = f"{self._pointer}/{escape_pointer(name)}"
        self._read.add(pointer)
        value = self._values[name]
        return Fields(value, self._read, pointer) if isinstance(value, Mapping) else value

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a mock function answers, in domain values.

    Parameters
    ----------
    status : int
        HTTP status.
    body : mapping
        Fields of the answer; those that the edition in force does not have are left out of the message.
    headers : mapping
        Response headers; ``Content-Type`` is that of the contract unless it stands here.
    """

    status: int
    body: Record = field(default_factory=dict)
    headers: Record = field(default_factory=dict)

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    def require(self, otherwise: str) -> None:
        """Check that a partner answered with success.

        Parameters
        ----------
        otherwise : str
            What could not be done.

        Raises
        ------
        Problem
            503: it did not.
        """
        if not self.is_success:
            raise Problem(503, otherwise, "out-of-service", headers={"Retry-After": PATIENCE})


def checked_reply(returned: object) -> Reply:
    """Return what a mock function returned.

    Raises
    ------
    TypeError, ValueError
        It is no reply, or one that HTTP cannot carry (RFC 9110, section 15).
    """
    if not isinstance(returned, Reply):
        message = f"it returned {type(returned).__name__}, not a Reply"
        raise TypeError(message)
    if type(returned.status) is not int or not 200 <= returned.status <= 599:
        message = f"the status {returned.status!r} is not a whole number from 200 to 599"
        raise ValueError(message)
    body: object = returned.body
    headers: object = returned.headers
    if not (isinstance(body, Mapping) and isinstance(headers, Mapping)):
        message = "body and headers are mappings"
        raise TypeError(message)
    return returned


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a request in domain values: parameters by name, fields of the body."""

    path: Record
    query: Record
    headers: Record
    body: Record


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an operation, decoded.

    Parameters
    ----------
    system : str
        The system that is called.
    path, query, headers : mapping
        Parameters by name; those not sent are missing.
    body : mapping
        Fields of the body; empty without one.
    holder : str or None
        Citizen number of the person whose token it is; None for a system's call.
    """

    system: str
    operation_id: str
    path: Record
    query: Record
    headers: Record
    body: Record
    holder: str | None
    world: World

    @property
    def now(self) -> datetime:
        """The present instant of the world."""
        return self.world.clock.now

    def table(self, name: str) -> Table:
        """Return a table of the called system."""
        return self.world.store.table(self.system, name)

    def count(self, name: str) -> int:
        """Return the next number of a counter of the called system: 1, 2, 3, ..."""
        return self.world.store.count(self.system, name)

    def ask(
        self,
        system: str,
        operation_id: str,
        *,
        path: Record | None = None,
        query: Record | None = None,
        body: Record | None = None,
    ) -> Reply:
        """Call an operation of another system, as this operation."""
        parts = Parts(path or {}, query or {}, {}, body or {})
        return self.world.call(system, operation_id, parts, caller=self.operation_id)

    def page(self, entries: Sequence[Entry]) -> tuple[Record, Sequence[Entry]]:
        """Return the fields that tell of the page asked for (``page``, ``page_size``, ``total``), and its entries.

        Parameters
        ----------
        entries : sequence
            All of them, in their order; a page behind the last has none.
        """
        asked = self.body or self.query
        page, size = int(asked.get("page", 1)), int(asked.get("page_size", PAGE_SIZE))
        told = {"page": page, "page_size": size, "total": len(entries)}
        return told, entries[(page - 1) * size : page * size]

    def check_address(self, url: str | None) -> None:
        """Check an address for callbacks when it is given, before anything is remembered.

        Raises
        ------
        Problem
            422: it cannot be called.
        """
        if url is not None:
            split_address(url)

    def notify(self, callback: str, url: str, body: Record, *, after: float = 1.0) -> None:
        """Send a callback of the contract, signed and repeated until it is taken, once this call has been answered.

        Parameters
        ----------
        callback : str
            Its operationId.
        url : str
            Where the caller wants it; no address is called that the user of the mock did not allow.
        body : mapping
            Fields of the message.
        after : float
            Seconds of the world to wait first, >= 0.

        Raises
        ------
        Problem
            422: the address cannot be called.
        UsageError
            The contract has no such callback, or the body breaks it.
        """
        self.world.notify(self.system, callback, url, body, after=after)


Behaviour: TypeAlias = Callable[[Call], Reply]
"""A mock function: one operation of one system."""
