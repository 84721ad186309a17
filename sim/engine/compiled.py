"""Loads what is compiled, from the disk where it was compiled before."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sim.engine.generate import digest_of, generated_source, machine_source
from sim.errors import EngineError

if TYPE_CHECKING:
    from types import ModuleType


def cache_folder() -> Path:
    """Return the folder for compiled code.

    ``TONGBAN_CACHE_DIR``, else the user's cache folder, else, where neither can be written, a temporary one.
    """
    named = os.environ.get("TONGBAN_CACHE_DIR")
    shared = os.environ.get("XDG_CACHE_HOME")
    for folder in (named, shared and f"{shared}/tongban", "~/.cache/tongban"):
        if folder:
            path = Path(folder).expanduser()
            try:
                path.mkdir(parents=True, exist_ok=True, mode=0o700)
            except (OSError, RuntimeError):
                continue
            if os.access(path, os.W_OK):
                return path
    return Path(tempfile.mkdtemp(prefix="tongban-"))


@cache
def draws() -> ModuleType:
    """Return the module of compiled draws: ``draw``, ``draw_table``, ``draw_uniform`` and ``draw_gap``.

    The first import of a text compiles lazily, about three seconds of CPU; later ones read the disk.

    Raises
    ------
    EngineError
        The generated module cannot be loaded.
    """
    return _loaded("tongban_draws", generated_source())


@cache
def machine() -> ModuleType:
    """Return the module of the compiled interpreter: ``advance_at``.

    The first call of a text compiles; later ones read the disk.

    Raises
    ------
    EngineError
        The generated module cannot be loaded.
    """
    return _loaded("tongban_machine", machine_source())


def is_compiled(name: str, source: str) -> bool:
    """Whether a module's functions were compiled before, as far as their index on the disk tells."""
    return any(_place(name, source).parent.glob(f"__pycache__/{name}.*.nbi"))


def _place(name: str, source: str) -> Path:
    return cache_folder() / digest_of(source) / f"{name}.py"


def _loaded(name: str, source: str) -> ModuleType:
    path = _place(name, source)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # another process may write the same text at the same time: whole files only
        with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".tmp", delete=False, encoding="utf-8") as file:
            file.write(source)
        Path(file.name).replace(path)
    elif path.read_text(encoding="utf-8") != source:
        message = f"{path} was altered; remove its folder"
        raise EngineError(message)
    specification = importlib.util.spec_from_file_location(name, path)
    if specification is None or specification.loader is None:
        message = f"{path} cannot be loaded"
        raise EngineError(message)
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    specification.loader.exec_module(module)
    return module
