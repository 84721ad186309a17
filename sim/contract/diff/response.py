"""Responses: which statuses there are, and what each carries."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.contract.diff.body import compare_response_bodies
from sim.contract.diff.parameter import compare_headers
from sim.contract.diff.rule import operation_family, rule
from sim.contract.diff.word import canonical, named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.contract.diff.operation import OperationView
    from sim.contract.diff.side import Side
    from sim.contract.diff.site import Site
    from sim.contract.source import Node

_SUCCESS_CHANGED = rule(
    "success-status-changed",
    "success has another status",
    "answer with the old status until every consumer takes the new one",
    ("breaking", "breaking"),
    "call",
    is_certain=True,
)
_SUCCESS_REMOVED = rule(
    "success-status-removed",
    "a status of success is no longer declared",
    "answer with it until no consumer waits for it",
    ("breaking", "breaking"),
    "call",
)
_SUCCESS_ADDED = rule(
    "success-status-added",
    "a further status of success is declared",
    "let consumers take every 2xx for success",
    ("harmless", "risky"),
    "call",
)
_OTHER_REMOVED = rule(
    "error-status-removed",
    "a status of failure or redirection is no longer declared",
    "declare it, or answer with one that is",
    ("risky", "harmless"),
    "call",
)
_OTHER_ADDED = rule(
    "error-status-added",
    "a further status of failure or redirection is declared",
    "let consumers take every status by its class",
    ("harmless", "risky"),
    "call",
)
_LINKS = rule(
    "link-changed",
    "links of a response differ",
    "follow the links of the edition that answers",
    ("harmless", "risky"),
)


@operation_family("responses")
def compare_responses(site: Site, old: OperationView, new: OperationView) -> None:
    """Note statuses that came, went or changed, and compare what those that stayed carry."""
    here = replace(site, direction="response")
    before, after = (view.side.members(view.node, "responses") for view in (old, new))
    sides = (old.side, new.side)
    owners = (old.node.child("responses") or old.node, new.node.child("responses") or new.node)
    gone = [status for status in before if status not in after]
    come = [status for status in after if status not in before]
    successes = [[status for status in statuses if _is_success(status)] for statuses in (gone, come)]
    if len(successes[0]) == len(successes[1]) == 1 and not _covers(after, successes[0][0]):
        was, becomes = successes[0][0], successes[1][0]
        message = f"success was {was} and is {becomes}"
        replace(here, part="status", status=was).report(_SUCCESS_CHANGED, before[was], after[becomes], message)
        _compare(replace(here, status=was), sides, before[was], after[becomes])
        gone.remove(was)
        come.remove(becomes)
    for status in gone:
        _note_gone(replace(here, status=status), sides, before[status], after, owners[1])
    for status in come:
        _note_come(replace(here, part="status", status=status), before, after[status], owners[0])
    for status, one in before.items():
        if status in after:
            _compare(replace(here, status=status), sides, one, after[status])


def _is_success(status: str) -> bool:
    return status.startswith("2")


def _covers(responses: Mapping[str, Node], status: str) -> Node | None:
    """Return the response that a status falls under: its class or ``default`` (OpenAPI 3.1.1, section 4.8.16)."""
    found = responses.get(f"{status[0]}XX") if status != "default" else None
    return found or (responses.get("default") if not _is_success(status) else None)


def _note_gone(site: Site, sides: tuple[Side, Side], old: Node, after: Mapping[str, Node], owner: Node) -> None:
    covered = _covers(after, site.status)
    if covered is not None and not site.status.endswith("XX"):
        _compare(site, sides, old, covered)
        return
    message = f"{site.status} is no longer declared; there is {named(after)}"
    what = _SUCCESS_REMOVED if _is_success(site.status) else _OTHER_REMOVED
    replace(site, part="status").report(what, old, owner, message)


def _note_come(site: Site, before: Mapping[str, Node], new: Node, owner: Node) -> None:
    covered = _covers(before, site.status)
    if covered is not None and not site.status.endswith("XX"):
        return
    message = f"{site.status} was not declared and is; there was {named(before)}"
    what = _SUCCESS_ADDED if _is_success(site.status) else _OTHER_ADDED
    site.report(what, owner, new, message)


def _compare(site: Site, sides: tuple[Side, Side], old: Node, new: Node) -> None:
    compare_headers(site, sides, old, new)
    compare_response_bodies(site, sides, old, new)
    links = [owner.child("links") for owner in (old, new)]
    if canonical(links[0].value if links[0] else None) != canonical(links[1].value if links[1] else None):
        here = replace(site, part="operation")
        here.report(_LINKS, links[0] or old, links[1] or new, f"the links of {site.status} differ")
