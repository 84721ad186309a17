"""The rules of contract changes as a table."""

from __future__ import annotations

from docs.grid import code, grid
from sim.contract import CHANGE_RULES


def change_table() -> str:
    """Return the rules: what differs, what it does to the sender and to the receiver, what to do."""
    rows = [(code(name), rule.meaning, rule.sender, rule.receiver, rule.remedy) for name, rule in CHANGE_RULES]
    return grid(("rule", "what differs", "sender", "receiver", "what to do"), rows)
