"""How compiled code sees the ``World``: one address instead of forty array headers.

A numba array is a header of seven words or more that is copied at every call and counted by reference. Here a world is
the address of a table of (address, rows, columns, depth), one entry an array, that does not change during a call; an
array is looked up when it is used. That is a quarter of the compile time and of the cost of a call. No index is checked
and none counts from the end.
"""

from __future__ import annotations

import operator
from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import from_dtype, types
from numba.core import cgutils
from numba.core.imputils import lower_builtin, lower_getattr_generic
from numba.core.typing.templates import (
    AbstractTemplate,
    AttributeTemplate,
    infer_getattr,
    infer_global,
    signature,
)
from numba.extending import intrinsic, models, register_model

from sim.engine.machine.memory import CACHE_LINE, SHAPES, WORDS


class WorldType(types.Type):
    """A whole world."""

    def __init__(self) -> None:
        super().__init__(name="World")


class TableType(types.Type):
    """One array of a world: records or numbers, in up to three dimensions."""

    def __init__(self, dtype: Any, ndim: int) -> None:
        self.dtype = dtype
        self.ndim = ndim
        super().__init__(name=f"Table({dtype}, {ndim})")


WORLD: Final = WorldType()
TABLES: Final = {
    name: (number, TableType(from_dtype(np.dtype(dtype)), ndim))
    for number, (name, (dtype, ndim)) in enumerate(SHAPES.items())
}

register_model(WorldType)(models.OpaqueModel)


@register_model(TableType)
class TableModel(models.StructModel):
    """Address and shape."""

    def __init__(self, manager: Any, table: TableType) -> None:
        members = [("data", types.voidptr), ("rows", types.intp), ("columns", types.intp), ("depth", types.intp)]
        super().__init__(manager, table, members)


@intrinsic
def world_at(_context: Any, address: Any) -> Any:
    """Return the world at an address."""

    def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], cgutils.voidptr_t)

    return WORLD(address), generate


@intrinsic
def fetch(_context: Any, table: Any, index: Any) -> Any:
    """Ask for an element, as ``sim.engine.machine.mark.fetch`` says."""

    def generate(context: Any, builder: Any, _: Any, arguments: Any) -> Any:
        kind = signature(table.dtype, table, index)
        is_row = table.ndim == 2
        place = (
            _row_address(context, builder, kind, arguments) if is_row else _element(context, builder, kind, arguments)
        )
        first, word = builder.bitcast(place, cgutils.voidptr_t), ir.IntType(32)
        of_kind = ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t, word, word, word])
        function = cgutils.get_or_insert_function(builder.module, of_kind, "llvm.prefetch.p0i8")
        for offset in range(0, table.dtype.size if isinstance(table.dtype, types.Record) else 1, CACHE_LINE):
            address = builder.gep(first, [ir.IntType(64)(offset)])
            builder.call(function, [address, word(1), word(3), word(1)])
        return context.get_dummy_value()

    return types.void(table, index), generate


@infer_getattr
class _WorldAttributes(AttributeTemplate):
    key = WorldType

    def generic_resolve(self, value: WorldType, attr: str) -> Any:  # noqa: ARG002 - numba's signature
        return TABLES[attr][1] if attr in TABLES else None


@lower_getattr_generic(WorldType)
def _get_table(context: Any, builder: Any, _: WorldType, world: Any, name: str) -> Any:
    number, table = TABLES[name]
    word = ir.IntType(64)
    entries = builder.bitcast(world, word.as_pointer())
    words = []
    for offset in range(WORDS):
        place = builder.gep(entries, [word(WORDS * number + offset)])
        load = builder.load(place)
        load.set_metadata("invariant.load", builder.module.add_metadata([]))
        words.append(load)
    value = cgutils.create_struct_proxy(table)(context, builder)
    value.data = builder.inttoptr(words[0], cgutils.voidptr_t)
    value.rows, value.columns, value.depth = words[1:]
    return value._getvalue()  # noqa: SLF001 - numba's own way


@infer_getattr
class _TableAttributes(AttributeTemplate):
    key = TableType

    def resolve_shape(self, table: TableType) -> Any:
        return types.UniTuple(types.intp, table.ndim)


@lower_getattr_generic(TableType)
def _get_shape(context: Any, builder: Any, table: TableType, value: Any, _: str) -> Any:
    proxy = cgutils.create_struct_proxy(table)(context, builder, value=value)
    sizes = [proxy.rows, proxy.columns, proxy.depth][: table.ndim]
    return context.make_tuple(builder, types.UniTuple(types.intp, table.ndim), sizes)


@infer_global(len)
class _Length(AbstractTemplate):
    def generic(self, arguments: Any, _: Any) -> Any:
        if isinstance(arguments[0], TableType):
            return signature(types.intp, arguments[0])
        return None


@lower_builtin(len, TableType)
def _length(context: Any, builder: Any, signed: Any, arguments: Any) -> Any:
    return cgutils.create_struct_proxy(signed.args[0])(context, builder, value=arguments[0]).rows


@infer_global(operator.getitem)
class _GetItem(AbstractTemplate):
    def generic(self, arguments: Any, _: Any) -> Any:
        table, index = arguments
        if not isinstance(table, TableType):
            return None
        if table.ndim == 2 and isinstance(index, types.Integer):
            return signature(TableType(table.dtype, 1), table, index)
        return signature(table.dtype, table, index) if _fits(table, index) else None


@infer_global(operator.setitem)
class _SetItem(AbstractTemplate):
    def generic(self, arguments: Any, _: Any) -> Any:
        table, index, _value = arguments
        if isinstance(table, TableType) and _fits(table, index) and not isinstance(table.dtype, types.Record):
            return signature(types.void, table, index, table.dtype)
        return None


def _fits(table: TableType, index: Any) -> bool:
    if isinstance(index, types.BaseTuple):
        return len(index) == table.ndim and all(isinstance(one, types.Integer) for one in index.types)
    return table.ndim == 1 and isinstance(index, types.Integer)


def _element(context: Any, builder: Any, signed: Any, arguments: Any) -> Any:
    """Return the address of an element."""
    table, index = signed.args[:2]
    proxy = cgutils.create_struct_proxy(table)(context, builder, value=arguments[0])
    is_tuple = isinstance(index, types.BaseTuple)
    kinds = list(index) if is_tuple else [index]
    values = cgutils.unpack_tuple(builder, arguments[1], len(kinds)) if is_tuple else [arguments[1]]
    places = [context.cast(builder, one, kind, types.intp) for one, kind in zip(values, kinds, strict=True)]
    offset = places[0]
    for place, size in zip(places[1:], (proxy.columns, proxy.depth), strict=False):
        offset = builder.add(builder.mul(offset, size), place)
    kind = context.get_data_type(table.dtype)
    return builder.gep(builder.bitcast(proxy.data, kind.as_pointer()), [offset], inbounds=True)


def _row_address(context: Any, builder: Any, signed: Any, arguments: Any) -> Any:
    """Return the address of a row."""
    table, index = signed.args
    proxy = cgutils.create_struct_proxy(table)(context, builder, value=arguments[0])
    offset = builder.mul(context.cast(builder, arguments[1], index, types.intp), proxy.columns)
    data = builder.bitcast(proxy.data, context.get_data_type(table.dtype).as_pointer())
    return builder.gep(data, [offset])


def _row(context: Any, builder: Any, signed: Any, arguments: Any) -> Any:
    """Return one row of a table of two dimensions."""
    proxy = cgutils.create_struct_proxy(signed.args[0])(context, builder, value=arguments[0])
    row = cgutils.create_struct_proxy(signed.return_type)(context, builder)
    row.data = builder.bitcast(_row_address(context, builder, signed, arguments), cgutils.voidptr_t)
    row.rows, row.columns, row.depth = proxy.columns, proxy.depth, proxy.depth
    return row._getvalue()  # noqa: SLF001 - numba's own way


@lower_builtin(operator.getitem, TableType, types.Integer)
@lower_builtin(operator.getitem, TableType, types.BaseTuple)
def _get_item(context: Any, builder: Any, signed: Any, arguments: Any) -> Any:
    if isinstance(signed.return_type, TableType):
        return _row(context, builder, signed, arguments)
    place = _element(context, builder, signed, arguments)
    return place if isinstance(signed.args[0].dtype, types.Record) else builder.load(place)


@lower_builtin(operator.setitem, TableType, types.Integer, types.Any)
@lower_builtin(operator.setitem, TableType, types.BaseTuple, types.Any)
def _set_item(context: Any, builder: Any, signed: Any, arguments: Any) -> Any:
    builder.store(arguments[2], _element(context, builder, signed, arguments))
    return context.get_dummy_value()
