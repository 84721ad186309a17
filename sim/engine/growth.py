"""How the memory of a run grows between two steps: what is live and counted stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.bundle.log import CHUNK
from sim.engine.machine import loop
from sim.engine.machine import memory as m
from sim.engine.world import aligned_zeros, power_of_two

if TYPE_CHECKING:
    from numpy.typing import NDArray

TIMES: Final = 4
"""By how much slots grow: what is only asked for costs nothing, what is copied stands twice."""


def grown(world: m.World) -> m.World:
    """Return the memory with room for ``loop.MOST_SLACK`` steps at least (``loop.slack``); nothing else changes."""
    run = world.run[0]
    steps, fork = loop.MOST_SLACK, int(run["max_fork"]) + 2
    changed: dict[str, Any] = {}
    if run["n_free_token"] < steps * fork:
        changed["tokens"] = _more(world.tokens, run, "token", "journey", steps * fork)
    if run["n_free_stay"] < steps:
        changed["stays"] = _more(world.stays, run, "stay", "next", steps)
    if run["n_free_branch"] < steps * fork:
        changed["branches"] = _more(world.branches, run, "branch", "next", steps * fork)
    if run["n_free_journey"] < steps:
        changed["journeys"] = _more(world.journeys, run, "journey", "group", steps)
    counters = steps * m.LINE * len(world.spare)
    if len(world.counters) - run["counters"] < counters:
        size = TIMES * len(world.counters) + counters
        changed["counters"] = lengthened(world.counters, size, int(run["counters"]))
    if run["n_free_node"] < steps * loop.NODES_A_STEP:
        changed["nodes"] = _more(world.nodes, run, "node", "outer", steps * loop.NODES_A_STEP)
    world = world._replace(**changed)
    changed = _more_events(world)
    pages = int(run["pages"] + run["waiting"]) + 4 * steps
    if pages > len(world.pages):
        changed["pages"] = lengthened(world.pages, 2 * pages, int(run["pages"]))
    tokens = len(world.tokens)
    if int(run["agenda_to"] - run["agenda_from"]) + tokens + 2 * fork * steps > len(world.agenda):
        changed["agenda"] = _longer_ring(world.agenda, run, tokens + fork * steps)
    if run["has_log"] and run["live"] + 2 + steps > len(world.visit_log):
        changed["visit_log"] = lengthened(world.visit_log, 2 * (int(run["live"]) + steps) + CHUNK)
    return world._replace(**changed)


def _more_events(world: m.World) -> dict[str, Any]:
    """Return what of the event list must be longer, for so many tokens and nodes."""
    run, steps = world.run[0], loop.MOST_SLACK
    owned = 2 * len(world.tokens) + len(world.nodes) + len(world.stations)
    owned += steps * (4 * (int(run["max_fork"]) + 2) + 2 * loop.NODES_A_STEP)
    longer: dict[str, Any] = {}
    blocks = owned // m.BLOCK + 1 + len(world.buckets)
    if run["n_free_block"] < blocks:
        used = int(np.max(np.flatnonzero(world.distant["key"][:: m.BLOCK]), initial=-1)) + 1
        more = _more(world.blocks, run, "block", None, blocks, used)
        longer = {"blocks": more, "distant": lengthened(world.distant, m.BLOCK * len(more), m.BLOCK * used)}
    events = int(run["heap_size"]) + m.BLOCK * (len(world.blocks) - int(run["n_free_block"])) + owned
    if events > len(world.heap_time):
        for name in ("heap_time", "heap_key", "heap_handle"):
            longer[name] = lengthened(getattr(world, name), 2 * events, int(run["heap_size"]))
    return longer


def _more(
    slots: NDArray[Any], run: Any, what: str, link: str | None, least: int, used: int | None = None
) -> NDArray[Any]:
    """Return several times as many slots; those still free come after the new ones."""
    old = len(slots)
    new = lengthened(slots, TIMES * old + least, used)
    links = new if link is None else new[link]
    links[-1] = run[f"free_{what}"] - len(new)
    run[f"free_{what}"] = old
    run[f"n_free_{what}"] += len(new) - old
    return new


def lengthened(array: NDArray[Any], size: int, used: int | None = None) -> NDArray[Any]:
    """Return a longer array with the same rows; those beyond ``used`` are not copied, nor is their memory touched."""
    new = aligned_zeros((size, *array.shape[1:]), array.dtype)
    kept = len(array) if used is None else used
    new[:kept] = array[:kept]
    return new


def _longer_ring(ring: NDArray[Any], run: Any, tokens: int) -> NDArray[Any]:
    """Return a longer ring with the same entries at the same positions."""
    positions = np.arange(int(run["agenda_from"]), int(run["agenda_to"]))
    new = np.zeros(power_of_two(4 * tokens + 2 * len(positions)), ring.dtype)
    new[positions % len(new)] = ring[positions % len(ring)]
    return new
