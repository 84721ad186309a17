"""Compiles many small functions into one library.

numba optimises and emits every function anew in each function that calls it: with a hundred small ones that is most
of a minute. Here the functions of the interpreter are parts of one library, which is optimised and emitted once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from numba import types
from numba.core.compiler import DEFAULT_FLAGS, compile_extra
from numba.core.registry import cpu_target
from numba.core.typing.templates import AbstractTemplate

if TYPE_CHECKING:
    from collections.abc import Callable


class Library:
    """The functions that are compiled together.

    Parameters
    ----------
    name : str
    """

    def __init__(self, name: str) -> None:
        self._library: Final = cpu_target.target_context.codegen().create_library(name)

    def part(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Have a function compiled into the library when another part calls it."""
        return self._add(function, inline=False, libraries=())

    def inlined(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Have a function compiled into the parts that call it."""
        return self._add(function, inline=True, libraries=())

    def entry(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Have the one function compiled that the outside calls; the library is complete with it."""
        return self._add(function, inline=False, libraries=(self._library,))

    def _add(self, function: Callable[..., Any], *, inline: bool, libraries: tuple[Any, ...]) -> Callable[..., Any]:
        flags = DEFAULT_FLAGS.copy()
        flags.error_model = "numpy"
        flags.no_compile = flags.no_cpython_wrapper = flags.no_cfunc_wrapper = True
        flags.forceinline = inline
        signatures: dict[Any, Any] = {}

        class Call(AbstractTemplate):
            key = function

            def generic(self, arguments: Any, _: Any) -> Any:
                wide = tuple(_widest(one) for one in arguments)
                if wide not in signatures:
                    signatures[wide] = compiled(wide)
                return signatures[wide]

        def compiled(arguments: Any) -> Any:
            typing, target = cpu_target.typing_context, cpu_target.target_context
            result = compile_extra(typing, target, function, arguments, None, flags, {}, library=self._library)
            target.insert_user_function(function, result.fndesc, libraries)
            return result.signature

        cpu_target.typing_context.insert_user_function(function, Call)
        return function


def _widest(kind: Any) -> Any:
    """Return the type that stands for all integers, so that a function is compiled once."""
    if isinstance(kind, types.BaseTuple) and all(isinstance(one, types.Integer) for one in kind.types):
        return types.UniTuple(types.int64, len(kind))
    return types.int64 if isinstance(kind, types.Integer) else kind
