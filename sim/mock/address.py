"""Addresses that callers give for callbacks."""

from __future__ import annotations

from urllib.parse import urlsplit

from sim.mock.problem import Problem


def split_address(url: str) -> tuple[str, str, str]:
    """Return origin, path and query of an address.

    Raises
    ------
    Problem
        422: it is none of HTTP, holds a user or braces, or letters that no request line takes.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _unusable() from error
    is_plain = parts.username is None and not {"{", "}"} & set(parts.path) and url.isascii() and url.isprintable()
    if parts.scheme not in ("http", "https") or not parts.hostname or not is_plain or " " in url:
        raise _unusable()
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{f':{port}' if port is not None else ''}", parts.path or "/", parts.query


def _unusable() -> Problem:
    return Problem(422, "the address for callbacks is none that can be called", "not-consistent")
