"""Requests whose credentials are wrong in one thing: they have to be refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.conformance.trace import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench
    from sim.conformance.credential import Flaw

REFUSALS: Final = (401, 403)
_REMEDIES: Final[dict[str, str]] = {
    "expired": "give one in TONGBAN_EXPIRED_TOKEN, or let tongban issue tokens (TONGBAN_TOKEN_KEY)",
    "audience": "give one in TONGBAN_FOREIGN_TOKEN, or let tongban issue tokens (TONGBAN_TOKEN_KEY)",
}
_NONE: Final[dict[str, str]] = {"missing": "the caller shows a certificate alone, without which there is no connection"}
_KINDS: Final[dict[str, tuple[str, ...]]] = {"key": ("api-key", "basic")}


def flawed(bench: Bench, flaw: Flaw, scheme: str, what: str) -> Iterator[Found]:
    """Send the step's request with a flaw in its credentials.

    Parameters
    ----------
    scheme : str
        ``bearer``, ``signature`` or ``key`` (an API key or a password): the only one that can have this flaw; ``any``.
    what : str
        The request in words, as the subject of a sentence.
    """
    kinds = set((bench.scheme or "").split("+"))
    if bench.is_public:
        yield Found("omit", "the operation is public")
    elif scheme != "any" and kinds.isdisjoint(_KINDS.get(scheme, (scheme,))):
        yield Found("omit", f"the caller is authorised by {bench.scheme}")
    elif flaw not in bench.credentials.flaws(bench.scheme):
        yield Found(
            "skip", _NONE.get(flaw, f"there is no such token: {_REMEDIES.get(flaw, 'tongban cannot make one')}")
        )
    else:
        violation = bench.rule("security", below="/security")
        yield bench.refuses(bench.send(flaw=flaw), REFUSALS, what, violation)
