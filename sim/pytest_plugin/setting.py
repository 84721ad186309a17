"""What a project says of tongban in its pytest settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sim.catalog import Catalog
from sim.errors import UsageError

if TYPE_CHECKING:
    import pytest

MAX_SEED = 2**63 - 1
MAX_CITIZENS = 10_000


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings, checked.

    Parameters
    ----------
    systems : tuple of str
        Those that are mocked, beside the partners that their mocks call.
    seed : int
        >= 0.
    citizens : int
        From 1 to 10,000.
    start : datetime or None
        With time zone; None is the present.
    allow_callback : tuple of str
        As ``tongban mock --allow-callback`` takes them.
    """

    catalog: Catalog
    systems: tuple[str, ...]
    seed: int
    citizens: int
    start: datetime | None
    allow_callback: tuple[str, ...]


def read_settings(config: pytest.Config) -> Settings:
    """Return the settings of a project.

    Raises
    ------
    UsageError
        One of them does not fit.
    """
    catalog = _catalog(config)
    systems = tuple(config.getini("tongban_systems")) or catalog.names("contract")
    return Settings(
        catalog,
        systems,
        _number(config, "tongban_seed", 0, MAX_SEED),
        _number(config, "tongban_citizens", 1, MAX_CITIZENS),
        _start(config),
        tuple(config.getini("tongban_allow_callback")),
    )


def _catalog(config: pytest.Config) -> Catalog:
    """Return the catalog; whoever runs a project's tests runs its Python, so its settings may trust its mocks."""
    named = str(config.getini("tongban_catalog"))
    if not named:
        return Catalog.bundled()
    here = config.inipath.parent if config.inipath is not None else config.rootpath
    root = (here / Path(named).expanduser()).resolve()
    catalog = Catalog(root, trusted=bool(config.getini("tongban_trust_mocks")))
    if not catalog.names("contract"):
        raise UsageError(
            f"tongban_catalog: {root} holds no contracts/*.openapi.yaml", "name the folder above contracts/"
        )
    return catalog


def _number(config: pytest.Config, name: str, least: int, most: int) -> int:
    text = str(config.getini(name))
    if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
        raise UsageError(f"{name}: {text!r} does not fit", f"write a whole number from {least} to {most}")
    return int(text)


def _start(config: pytest.Config) -> datetime | None:
    text = str(config.getini("tongban_start"))
    if not text:
        return None
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        start = None
    if start is None or start.tzinfo is None:
        remedy = "write date, time and time zone: 2022-07-26T09:00:00+08:00"
        raise UsageError(f"tongban_start: {text!r} is no instant", remedy)
    return start
