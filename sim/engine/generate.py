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
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Final

from sim.arrival import ARRIVALS, next_gap
from sim.bundle.bucket import bucket
from sim.distribution import DISTRIBUTIONS
from sim.draw import philox, uniform
from sim.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

HEADER: Final = '''"""Generated from tongban's laws and draws; do not edit: this text's digest names its folder."""

import math

from numba import njit
'''

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


def generated_source() -> str:
    """Return the text of the module: every registered law and arrival process, and the functions that choose by number.

    Raises
    ------
    EngineError
        A law uses something that is neither a number, a function nor ``math``, or two globals clash.
    """
    collected = _Collected()
    laws = [entry for _, entry in DISTRIBUTIONS]
    arrivals = [entry for _, entry in ARRIVALS]
    collected.add_all([philox, uniform, bucket, next_gap])
    collected.add_all(entry.sample for entry in laws)
    collected.add_all(entry.hazard for entry in arrivals)
    scalar = [(n, f"{one.sample.__name__}(a, b, c, key)") for n, one in enumerate(laws) if not one.is_table]
    table = [(n, f"{one.sample.__name__}(a, b, table, key)") for n, one in enumerate(laws) if one.is_table]
    process = [(n, f"{one.hazard.__name__}(key)") for n, one in enumerate(arrivals)]
    body = DRAW.format(
        key=KEY,
        laws=_choice("law", "seconds", scalar),
        table_laws=_choice("law", "seconds", table),
        processes=_choice("process", "hazard", process),
    )
    constants = "\n".join(f"{name} = {value!r}" for name, value in sorted(collected.constants.items()))
    return "\n".join([HEADER, constants, *collected.functions.values(), body])


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

    def __init__(self) -> None:
        self.functions: dict[str, str] = {}
        self.constants: dict[str, float] = {}
        self._origin: dict[str, object] = {}

    def add_all(self, functions: Iterable[Callable[..., object]]) -> None:
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
        self.functions[function.__name__] = _plain_source(function)

    def _global(self, function: FunctionType, name: str, value: object) -> None:
        if isinstance(value, FunctionType):
            self._add(value)
        elif isinstance(value, (int, float)):
            self._claim(name, value)
            self.constants[name] = value
        elif not (isinstance(value, ModuleType) and value is math):
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


def _plain_source(function: FunctionType) -> str:
    """Return a function's text without annotations and docstring, under the compiler's decorator."""
    text = textwrap.dedent(inspect.getsource(function))
    tree = ast.parse(text).body[0]
    if not isinstance(tree, ast.FunctionDef):
        message = f"{function.__name__} is not a function definition and cannot be compiled"
        raise EngineError(message)
    body = tree.body[1:] if ast.get_docstring(tree) is not None else tree.body
    arguments = ", ".join(function.__code__.co_varnames[: function.__code__.co_argcount])
    lines = text.splitlines()[body[0].lineno - 1 : tree.end_lineno]
    return "\n".join(
        ["", '@njit(cache=True, error_model="numpy")', f"def {function.__name__}({arguments}):", *lines, ""]
    )
