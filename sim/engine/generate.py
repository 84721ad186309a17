"""Writes one module of compiled functions from the plain ones that laws and draws are.

numba caches a function on disk only when it stands at module level, and does not notice an edit in another file. So all
that is compiled is written to one generated module whose folder is named by the digest of its text: an edited or added
law gives another folder, and a stale cache cannot be met.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import math
import textwrap
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.arrival import ARRIVALS, next_gap
from sim.bundle.bucket import bucket
from sim.distribution import DISTRIBUTIONS
from sim.draw import philox, uniform
from sim.engine.machine import advance, memory
from sim.engine.machine.law import hazard, sample
from sim.engine.machine.mark import INLINED, fetch
from sim.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sim.distribution import Distribution

HEADER: Final = '''"""Generated from tongban's laws, draws and engine; do not edit: its digest names its folder."""

import math

import numpy as np
{prelude}

{written_in}
def frexp(x):
    bits = np.float64(x).view(np.int64)
    if bits < 4503599627370496:
        return 0.0, -1100
    fraction = np.int64((bits & 0xFFFFFFFFFFFFF) | 0x3FE0000000000000).view(np.float64)
    return fraction, (bits >> 52) - 1022


{written_in}
def ldexp(x, k):
    return x * np.int64((k + 1023) << 52).view(np.float64)
'''
"""``frexp`` of what is positive and normal, less than any for the rest; ``ldexp`` by a power of two that is normal."""

CACHED: Final = '@njit(cache=True, error_model="numpy")'
CACHED_IN: Final = '@njit(forceinline=True, error_model="numpy")'
PART: Final = "@LIBRARY.part"
ENTRY: Final = "@LIBRARY.entry"
PART_IN: Final = "@LIBRARY.inlined"
"""How functions are compiled: for Python and the disk, for other functions, into their callers."""
NUMBA: Final = "from numba import njit"
ONE_LIBRARY: Final = """from numba import njit

from sim.engine.machine.part import Library
from sim.engine.machine.view import fetch, world_at

LIBRARY = Library("tongban_machine")
"""
MACHINE_ENTRIES: Final = """
@njit(cache=True, error_model="numpy")
def advance_at(address, steps):
    return advance(world_at(address), steps)

"""

KEY: Final = "(key_0, key_1, k, stream, step, visit)"

# A compiled ceil is an integer of 64 bits; floats from 2**52 on are whole already.
DRAW: Final = """
@njit(cache=True, error_model="numpy")
def draw(law, a, b, c, clock, key_0, key_1, k, stream, step, visit):
    key = {key}
    seconds = 0.0
{laws}
    return math.ceil(seconds) * 1.0 if clock > 0.0 and seconds < 4503599627370496.0 else seconds


@njit(cache=True, error_model="numpy")
def draw_table(law, a, b, table, clock, key_0, key_1, k, stream, step, visit):
    key = {key}
    seconds = 0.0
{table_laws}
    return math.ceil(seconds) * 1.0 if clock > 0.0 and seconds < 4503599627370496.0 else seconds


@njit(cache=True, error_model="numpy")
def draw_uniform(key_0, key_1, k, stream, step, visit):
    return uniform({key}, 0)


@njit(cache=True, error_model="numpy")
def draw_gap(process, now, rates, row, phase, key_0, key_1, k, stream, step):
    key = (key_0, key_1, k, stream, step, 0)
    hazard = 1.0
{processes}
    return next_gap(now, hazard, rates, row, phase)
"""


MACHINE: Final = """
@LIBRARY.part
def sample(law, table, key):
    kind = law.kind
    seconds = 0.0
{laws}
    return seconds


@LIBRARY.part
def hazard(process, key):
    integral = 1.0
{processes}
    return integral
"""


def generated_source() -> str:
    """Return the text of the module: every registered law and arrival process, and the functions that choose by number.

    Raises
    ------
    EngineError
        A law uses something that is neither a number, a function nor ``math``, or two globals clash.
    """
    collected = _Collected(NUMBA, CACHED, CACHED_IN)
    collected.add_all([philox, uniform, bucket, next_gap])
    laws, processes = _add_laws(collected)
    scalar = [(n, f"{one.sample.__name__}(a, b, c, key)") for n, one in enumerate(laws) if not one.is_table]
    table = [(n, f"{one.sample.__name__}(a, b, table, key)") for n, one in enumerate(laws) if one.is_table]
    body = DRAW.format(
        key=KEY,
        laws=_choice("law", "seconds", scalar),
        table_laws=_choice("law", "seconds", table),
        processes=_choice("process", "hazard", processes),
    )
    return collected.text(body)


def machine_source() -> str:
    """Return the text of the compiled interpreter with every registered law and arrival process.

    Raises
    ------
    EngineError
        As ``generated_source``.
    """
    collected = _Collected(ONE_LIBRARY, PART_IN, PART_IN)
    laws, processes = _add_laws(collected)
    collected.decorator = PART
    arguments = ("law.a, law.b, law.c", "law.a, law.b, table")
    cases = [(n, f"{one.sample.__name__}({arguments[one.is_table]}, key)") for n, one in enumerate(laws)]
    collected.add_text(
        MACHINE.format(laws=_choice("kind", "seconds", cases), processes=_choice("process", "integral", processes)),
        sample,
        hazard,
    )
    collected.give("fetch", fetch)
    collected.add_all([advance])
    texts = [Path(memory.__file__).with_name(name).read_bytes() for name in ("memory.py", "view.py", "part.py")]
    layout = hashlib.sha256(b"".join(texts)).hexdigest()
    return collected.text(f"{MACHINE_ENTRIES}\n# arrays: {layout}\n")


def _add_laws(collected: _Collected) -> tuple[list[Distribution], list[tuple[int, str]]]:
    laws = [entry for _, entry in DISTRIBUTIONS]
    arrivals = [entry for _, entry in ARRIVALS]
    collected.add_all(entry.sample for entry in laws)
    collected.add_all(entry.hazard for entry in arrivals)
    return laws, [(n, f"{one.hazard.__name__}(key)") for n, one in enumerate(arrivals)]


def digest_of(source: str) -> str:
    """Return the name of the folder for a generated text: SHA-256, 16 digits."""
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def _choice(chooser: str, variable: str, cases: list[tuple[int, str]]) -> str:
    lines: list[str] = []
    for number, expression in cases:
        word = "elif" if lines else "if"
        lines += [f"    {word} {chooser} == {number}:", f"        {variable} = {expression}"]
    return "\n".join(lines)


class _Collected:
    """Functions in the order of their need, with the numbers they use."""

    def __init__(self, prelude: str, decorator: str, written_in: str) -> None:
        self._functions: dict[str, str] = {}
        self._constants: dict[str, float] = {}
        self._origin: dict[str, object] = {}
        self._prelude = prelude
        self.decorator = decorator
        self._written_in = written_in

    def text(self, body: str) -> str:
        """Return everything as a module that ends with this text."""
        constants = "\n".join(f"{name} = {_literal(value)}" for name, value in sorted(self._constants.items()))
        header = HEADER.format(prelude=self._prelude, written_in=self._written_in)
        return "\n".join([header, constants, *self._functions.values(), body])

    def give(self, name: str, function: Callable[..., object]) -> None:
        """Take a function as given by the prelude."""
        self._claim(name, function)

    def add_text(self, text: str, *functions: Callable[..., object]) -> None:
        """Add functions that are written differently."""
        for function in functions:
            self._claim(function.__name__, function)
        self._functions[functions[0].__name__] = text

    def add_all(self, functions: Iterable[Callable[..., object]]) -> None:
        """Add functions and all that they use."""
        for function in functions:
            self._add(function)

    def _add(self, function: Callable[..., object]) -> None:
        if not isinstance(function, FunctionType):
            message = f"{function!r} is not a plain function and cannot be compiled"
            raise EngineError(message)
        if not self._claim(function.__name__, function):
            return
        for name in function.__code__.co_names:
            if name in function.__globals__:
                self._global(function, name, function.__globals__[name])
        decorator = self.decorator
        if function in INLINED:
            decorator = self._written_in
        elif function is advance:
            decorator = ENTRY
        self._functions[function.__name__] = _plain_source(function, decorator)

    def _global(self, function: FunctionType, name: str, value: object) -> None:
        if isinstance(value, FunctionType):
            self._add(value)
        elif isinstance(value, (int, float)):
            self._claim(name, value)
            self._constants[name] = value
        elif not (isinstance(value, ModuleType) and value in (math, np)):
            message = f"{function.__module__}.{function.__name__} uses {name}, which cannot be compiled"
            raise EngineError(message)

    def _claim(self, name: str, value: object) -> bool:
        """Claim a name; return whether it is new."""
        if name not in self._origin:
            self._origin[name] = value
            return True
        if self._origin[name] is not value and self._origin[name] != value:
            message = f"two laws or draws use the global name {name!r} for different things; rename one"
            raise EngineError(message)
        return False


def _literal(value: float) -> str:
    return repr(value) if math.isfinite(value) else f'float("{value}")'


@cache
def _plain_source(function: FunctionType, decorator: str) -> str:
    """Return a function's text without annotations and docstring, under the compiler's decorator."""
    text = textwrap.dedent(inspect.getsource(function))
    tree = ast.parse(text).body[0]
    if not isinstance(tree, ast.FunctionDef):
        message = f"{function.__name__} is not a function definition and cannot be compiled"
        raise EngineError(message)
    body = tree.body[1:] if ast.get_docstring(tree) is not None else tree.body
    arguments = ", ".join(function.__code__.co_varnames[: function.__code__.co_argcount])
    lines = [_with_own_powers(line) for line in text.splitlines()[body[0].lineno - 1 : tree.end_lineno]]
    return "\n".join(["", decorator, f"def {function.__name__}({arguments}):", *lines, ""])


def _with_own_powers(line: str) -> str:
    """Return a line that takes floats apart by their bits, which costs a tenth of a call of the C library."""
    return line.replace("math.frexp(", "frexp(").replace("math.ldexp(", "ldexp(")
