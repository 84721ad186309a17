"""Two editions of a whole contract, compared."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.contract.diff.callback import compare_webhooks
from sim.contract.diff.model import SEVERITIES
from sim.contract.diff.operation import compare_sets, note_servers, views
from sim.contract.diff.side import Side
from sim.contract.diff.site import Book, Site

if TYPE_CHECKING:
    from sim.contract.diff.model import Change
    from sim.contract.model import Contract


def compare_contracts(old: Contract, new: Contract) -> tuple[Change, ...]:
    """Return what changed from an older edition of a contract to a newer one.

    Parameters
    ----------
    old, new : Contract
        Loaded contracts, of one catalog or of two; code lists are those of each one's own catalog.

    Returns
    -------
    tuple of Change
        The worst first, then in the order of the documents. Empty exactly when the editions promise the same; texts
        for people (descriptions, titles, examples) and extensions that are not ours are passed over.

    Raises
    ------
    DocumentError
        A file that a contract refers to changed since it was loaded, or a list of codes has faults.
    """
    book = Book(Side(old), Side(new))
    site = Site(book)
    roots = (book.old.root, book.new.root)
    sides = (book.old, book.new)
    note_servers(site, *roots)
    operations = [views(side, side.members(side.root, "paths")) for side in sides]
    owners = (roots[0].child("paths") or roots[0], roots[1].child("paths") or roots[1])
    compare_sets(site, operations[0], operations[1], owners)
    compare_webhooks(site, sides, roots)
    if book.purse.stop is not None:
        stopped, before, after = book.purse.stop
        message = "the schemas refer to each other in too many ways; from here on they are not compared"
        replace(stopped, book=book).not_compared(before, after, message)
    found = list(dict.fromkeys(book.changes))
    return tuple(sorted(found, key=lambda change: SEVERITIES.index(change.severity)))
