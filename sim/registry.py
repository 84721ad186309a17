"""Registries: one file, one decorator, one entry for each kind of new thing.

Takes functions and what is to be known of them, gives them back by name, promises that a name stands once and that an
unknown name is answered with the known ones.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Generic, TypeVar

from sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

Entry = TypeVar("Entry")


class Registry(Generic[Entry]):
    """Entries of one kind, by name.

    Parameters
    ----------
    kind : str
        What an entry is, in the singular, for messages: ``"distribution"``.
    package : str
        The package whose modules make the entries; they are imported at the first look-up.
    """

    def __init__(self, kind: str, package: str) -> None:
        self.kind = kind
        self._package = package
        self._entries: dict[str, Entry] = {}
        self._loaded = False

    def add(self, name: str, entry: Entry) -> None:
        """Add an entry.

        Raises
        ------
        ValueError
            The name is taken.
        """
        if name in self._entries:
            message = f"{self.kind} {name!r} is registered twice"
            raise ValueError(message)
        self._entries[name] = entry

    def get(self, name: str) -> Entry:
        """Return the entry of that name.

        Raises
        ------
        UsageError
            There is none; the message lists those there are.
        """
        self._load()
        if name not in self._entries:
            raise UsageError(f"there is no {self.kind} {name!r}", f"use one of {', '.join(self.names())}")
        return self._entries[name]

    def names(self) -> tuple[str, ...]:
        """Return all names, sorted."""
        self._load()
        return tuple(sorted(self._entries))

    def __contains__(self, name: object) -> bool:
        self._load()
        return name in self._entries

    def __iter__(self) -> Iterator[tuple[str, Entry]]:
        return ((name, self._entries[name]) for name in self.names())

    def _load(self) -> None:
        if self._loaded:
            return
        self._loaded = True  # before the imports: a module may look up an entry of its own registry
        try:
            package = import_module(self._package)
            for module in iter_modules(package.__path__):
                import_module(f"{self._package}.{module.name}")
        except BaseException:
            self._loaded = False
            raise
