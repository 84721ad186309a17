"""What holds for all tests: what stays for the whole run is made, and looked through, once."""

from __future__ import annotations

import gc
import signal
from typing import TYPE_CHECKING

import pytest

from sim.catalog import Catalog
from sim.contract import loader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sim.contract import Contract
    from sim.document import Document

SELDOM = (50_000, 20, 50)


def pytest_configure() -> None:
    """Let the collector look for garbage less often: a tenth of the time went into it, and it found next to none.

    Commands that the tests start see Ctrl-C, also where the tests themselves run in the background and ignore it.
    """
    gc.set_threshold(*SELDOM)
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Let it pass over the tests themselves."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _bundled_contracts_are_loaded_once() -> Iterator[None]:
    """Commands that run in this process load the same contracts hundreds of times, and these do not change."""
    root, load = Catalog.bundled().root, loader.load_contract_document
    known: dict[tuple[Path, str, str], Contract] = {}

    def load_once(catalog: Catalog, document: Document) -> Contract:
        key = (document.path, document.file, document.digest)
        if catalog.root != root:
            return load(catalog, document)
        if key not in known:
            known[key] = load(catalog, document)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loader, "load_contract_document", load_once)
        yield
