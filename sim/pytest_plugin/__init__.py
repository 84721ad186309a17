"""The pytest plugin: partner systems for the tests of a project, and its messages held against their contracts.

Takes the project's pytest settings, gives the fixtures ``tongban_partners`` (in process), ``tongban_mock`` (over HTTP)
and ``assert_conforms``; promises that a test begins with a fresh world, that the same seed gives the same people and
tokens, and that a project which uses none of them pays for nothing: whatever is heavy is imported by the fixtures.

::

    settings -> Stage (contracts, mocks) -> Partners in process, through `responses`
                                         -> Partners over HTTP, on loopback
                -> AssertConforms
"""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.pytest_plugin.assertion import AssertConforms
    from sim.pytest_plugin.partners import Callback, Partners, Seen
    from sim.pytest_plugin.stage import Stage

__all__ = ["AssertConforms", "Callback", "Partners", "Seen"]

_HOMES: Final = {"AssertConforms": "assertion", "Callback": "partners", "Partners": "partners", "Seen": "partners"}


def __getattr__(name: str) -> Any:  # PEP 562: any of the classes
    """Return a class for annotations, imported when it is asked for."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the settings of a project."""
    parser.addini("tongban_catalog", "folder with contracts/ and mocks/; by default the bundled documents", default="")
    parser.addini("tongban_systems", "systems that are mocked; by default all of the catalog", "args", default=[])
    parser.addini(
        "tongban_trust_mocks", "whether the catalog's mocks are loaded, which are Python", "bool", default=False
    )
    parser.addini("tongban_seed", "seed of citizens, tokens and faults", default="1")
    parser.addini("tongban_citizens", "synthetic citizens who are known", default="10")
    parser.addini("tongban_start", "first instant of the mocks' clock; by default the present", default="")
    parser.addini(
        "tongban_allow_callback", "where mocks may call: HOST:PORT or https://NAME=http://HOST:PORT", "args", default=[]
    )


@pytest.fixture
def tongban_partners(_tongban_in_process: Partners) -> Iterator[Partners]:
    """Give the partner systems in process: what the test sends with ``requests`` to their base URLs, they answer."""
    from sim.pytest_plugin.in_process import answering  # noqa: PLC0415 - heavy, and only for who asks

    with _told():
        _tongban_in_process.reset()
    with answering(_tongban_in_process):
        yield _tongban_in_process


@pytest.fixture
def tongban_mock(_tongban_served: Partners) -> Partners:
    """Give the partner systems over HTTP, each on a port of its own on loopback."""
    with _told():
        _tongban_served.reset()
    return _tongban_served


@pytest.fixture(scope="session")
def assert_conforms(pytestconfig: pytest.Config) -> AssertConforms:
    """Hold a request and its response against the contract of a system; ``AssertConforms`` says how."""
    from sim.pytest_plugin.assertion import AssertConforms  # noqa: PLC0415 - as above
    from sim.pytest_plugin.setting import read_settings  # noqa: PLC0415 - as above

    with _told():
        return AssertConforms(read_settings(pytestconfig).catalog)


@pytest.fixture(scope="session")
def _tongban_stage(pytestconfig: pytest.Config) -> Stage:
    """Load contracts and mocks once."""
    from sim.pytest_plugin.setting import read_settings  # noqa: PLC0415 - as above
    from sim.pytest_plugin.stage import Stage  # noqa: PLC0415 - as above

    with _told():
        return Stage.load(read_settings(pytestconfig))


@pytest.fixture(scope="session")
def _tongban_in_process(_tongban_stage: Stage) -> Partners:
    from sim.pytest_plugin.in_process import open_in_process  # noqa: PLC0415 - as above

    with _told():
        return open_in_process(_tongban_stage)


@pytest.fixture(scope="session")
def _tongban_served(_tongban_stage: Stage) -> Iterator[Partners]:
    from sim.pytest_plugin.served import serving  # noqa: PLC0415 - as above

    with _told(), serving(_tongban_stage) as partners:
        yield partners


@contextmanager
def _told() -> Iterator[None]:
    """Tell an error of the project's settings or documents as what it says, not by where we found it."""
    from sim.errors import TongbanError  # noqa: PLC0415 - a millisecond that a start without us does not spend

    try:
        yield
    except TongbanError as error:
        pytest.fail(str(error), pytrace=False)
