"""Partners over HTTP: a server in a thread, on ports of loopback that were free."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sim.errors import EngineError
from sim.mock import RunningClock
from sim.mock.http import Service, Serving, serving_beside
from sim.pytest_plugin.partners import Partners

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sim.pytest_plugin.stage import Stage

HOST: Final = "127.0.0.1"
PATIENCE: Final = 30.0
"""Seconds that the server's thread gets to do what a test asked for."""


@contextmanager
def serving(stage: Stage) -> Iterator[Partners]:
    """Serve partners for as long as the context lasts.

    Raises
    ------
    UsageError
        A setting does not fit.
    EngineError
        The server does not end.
    """
    service, residents = stage.open(ServedService, RunningClock(stage.start))
    with serving_beside(Serving(HOST, 0, tuple(stage.systems)), service) as site:
        urls = {name: site.base_url(port) for port, name in site.ports.items()}
        yield Partners(stage, service, residents, run=service.alone, urls=urls)


class ServedService(Service):
    """A service that others can act on from another thread."""

    _loop: asyncio.AbstractEventLoop | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin what runs beside the requests."""
        super().start(loop)
        self._loop = loop

    def alone(self, act: Callable[[], object]) -> object:
        """Do something in the thread of the server, while no request is being answered."""

        async def doing() -> object:
            return act()

        if self._loop is None:
            raise EngineError("the partners are not served yet")
        return asyncio.run_coroutine_threadsafe(doing(), self._loop).result(PATIENCE)
