"""``tongban explain``: what a check asks, by which rule, and how a system that fails it is mended."""

from __future__ import annotations

from difflib import get_close_matches
from textwrap import fill
from typing import TYPE_CHECKING, Final

import click

from sim.cli.group import format_option, output_of, voice_options
from sim.conformance import CHECKS
from sim.conformance.check import LEVELS
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.conformance import Check
    from sim.document import JsonValue

KINDS: Final = {
    "request": "judges each request that the system sends",
    "response": "judges each answer",
    "errand": "judges a whole errand",
    "probe": "sends requests of its own beside those of an errand",
}


@click.command()
@click.argument("check", required=False)
@format_option
@voice_options
@click.pass_context
def command(ctx: click.Context, /, check: str | None) -> int:
    """Explain a CHECK of conformance: what it asks, the rule's source, how to mend; without a name, list all."""
    output = output_of(ctx)
    if check is None:
        every = [one for _, one in CHECKS]
        width = max(len(one.name) for one in every)
        text = "\n".join(f"{one.name:{width}}  {one.meaning}" for one in every)
        output.result({"checks": [_document(one) for one in every]}, text)
        return 0
    if check not in CHECKS:
        near = get_close_matches(check, CHECKS.names(), n=3)
        remedy = f"did you mean {' or '.join(near)}?" if near else "tongban explain lists all"
        raise UsageError(f"there is no check {check!r}", remedy)
    found = CHECKS.get(check)
    output.result(_document(found), _text(found))
    return 0


def _text(check: Check) -> str:
    rows = (
        ("asks", check.meaning),
        ("how", f"It {KINDS[check.direction]}."),
        ("level", f"{check.level}: {LEVELS[check.level]}."),
        ("rule", check.source),
        ("mend", check.remedy),
    )
    indent = " " * 8
    lines = [fill(value, 100, initial_indent=f"  {name:6s}", subsequent_indent=indent) for name, value in rows]
    return "\n".join([check.name, *lines])


def _document(check: Check) -> dict[str, JsonValue]:
    return {
        "check": check.name,
        "judges": check.direction,
        "level": check.level,
        "meaning": check.meaning,
        "source": check.source,
        "remedy": check.remedy,
    }
