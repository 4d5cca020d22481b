"""Vector instructions for the two inner loops of the network: adding weighted rows of rates, and products of two rows.

A compiler left to itself keeps the sums of a row in memory and loads and stores them at every synapse. Here eight
stimuli make one vector, and up to five such vectors stay in registers while the synapses of a row are walked. Sums
along stimuli or synapses are taken in an order that the source fixes, so that results do not depend on the compiler.

The columns of every matrix must lie side by side in memory (rows may be apart); others are refused while compiling, or,
where numba cannot know (strided views), give wrong sums.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from rehab_opt.network.kernels.accelerate import kernel

Floats = NDArray[np.floating]
LANES = 8  # stimuli in a vector: one register of 32 bytes in single, two in double precision
UNROLL = 2  # synapses at a time, with sums of their own, so that an addition need not wait for the one before

_I64, _BYTE = ir.IntType(64), ir.IntType(8).as_pointer()


class _Row:
    """Address arithmetic on one row of a C-contiguous or row-strided matrix, in the code being generated."""

    def __init__(self, context: Any, builder: Any, kind: Any, value: Any, row: Any) -> None:
        if kind.layout == "F" and kind.ndim > 1:
            raise TypeError("columns must lie side by side in memory: use numpy.ascontiguousarray")
        array = context.make_array(kind)(context, builder, value)
        self._builder, self._real = builder, context.get_value_type(kind.dtype)
        self._size = kind.dtype.bitwidth // 8
        stride = builder.extract_value(array.strides, 0)
        self._start = builder.gep(builder.bitcast(array.data, _BYTE), [builder.mul(row, stride)])

    def _at(self, index: Any) -> Any:
        return self._builder.gep(self._start, [self._builder.mul(index, _I64(self._size))])

    def item(self, index: Any) -> Any:
        return self._builder.load(self._builder.bitcast(self._at(index), self._real.as_pointer()))

    def vector(self, index: Any) -> Any:
        loaded = self._builder.load(self._builder.bitcast(self._at(index), self._lanes.as_pointer()))
        loaded.align = self._size
        return loaded

    def put_item(self, index: Any, value: Any) -> None:
        self._builder.store(value, self._builder.bitcast(self._at(index), self._real.as_pointer()))

    def put(self, index: Any, vector: Any) -> None:
        stored = self._builder.store(vector, self._builder.bitcast(self._at(index), self._lanes.as_pointer()))
        stored.align = self._size

    @property
    def _lanes(self) -> ir.VectorType:
        return ir.VectorType(self._real, LANES)


def _broadcast(builder: Any, value: Any) -> Any:
    kind = ir.VectorType(value.type, LANES)
    nothing = ir.Constant(kind, ir.Undefined)
    first = builder.insert_element(nothing, value, ir.IntType(32)(0))
    return builder.shuffle_vector(first, nothing, ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES))


def _multiply_add(builder: Any, one: Any, two: Any, total: Any) -> Any:
    """Left to the compiler as two contractible instructions: fused where the processor can."""
    return builder.fadd(total, builder.fmul(one, two, flags=("contract",)), flags=("contract",))


Generator = Callable[[Any, Any, Any, Any], Any]
_generated: Any = intrinsic(prefer_literal=True)  # the typed form does not know that the typing context is not passed
_variable: Any = cgutils.alloca_once


@_generated  # type: ignore[untyped-decorator]
def _add_block(
    typing: Any,
    vectors: Any,
    out: Any,
    i: Any,
    source: Any,
    weight: Any,
    count: Any,
    rates: Any,
    s: Any,
    column: Any,
) -> tuple[Any, Generator]:
    """out[i, s ...] += sum over the first ``count`` slots of weight x rates[source, column + s ...], some vectors."""
    index = types.intp
    signature = types.void(vectors, out, index, source, weight, index, rates, index, index)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        kinds = signature.args
        _, out_, i_, source_, weight_, count_, rates_, s_, column_ = values
        blocks = [builder.add(s_, _I64(block * LANES)) for block in range(kinds[0].literal_value)]
        target = _Row(context, builder, kinds[1], out_, i_)
        sources, weights = (_Row(context, builder, kinds[n], v, i_) for n, v in ((3, source_), (4, weight_)))
        lanes = ir.VectorType(context.get_value_type(kinds[1].dtype), LANES)
        sums = [[_variable(builder, lanes) for _ in blocks] for _ in range(UNROLL)]
        for lane, block in enumerate(blocks):
            builder.store(target.vector(block), sums[0][lane])
            for other in sums[1:]:
                builder.store(ir.Constant(lanes, None), other[lane])
        with cgutils.for_range_slice(builder, _I64(0), count_, _I64(UNROLL), _I64) as (k, _):
            for turn in range(UNROLL):
                slot = builder.add(k, _I64(turn))
                factor = _broadcast(builder, weights.item(slot))
                row = _Row(context, builder, kinds[6], rates_, builder.zext(sources.item(slot), _I64))
                for lane, block in enumerate(blocks):
                    total = builder.load(sums[turn][lane])
                    values_of_block = row.vector(builder.add(block, column_))
                    builder.store(_multiply_add(builder, factor, values_of_block, total), sums[turn][lane])
        for lane, block in enumerate(blocks):
            total = builder.load(sums[0][lane])
            for other in sums[1:]:
                total = builder.fadd(total, builder.load(other[lane]))
            target.put(block, total)
        return context.get_dummy_value()

    return signature, generate


def _add_lanes(builder: Any, vector: Any) -> Any:
    """Sum of a vector's lanes, halves first, so that the order is the same everywhere."""
    width = LANES
    while width > 1:
        width //= 2
        kind = ir.VectorType(ir.IntType(32), width)
        low, high = ir.Constant(kind, list(range(width))), ir.Constant(kind, list(range(width, 2 * width)))
        nothing = ir.Constant(vector.type, ir.Undefined)
        parts = [builder.shuffle_vector(vector, nothing, half) for half in (low, high)]
        vector = builder.fadd(*parts)
    return builder.extract_element(vector, ir.IntType(32)(0))


@_generated  # type: ignore[untyped-decorator]
def _dot_block(
    typing: Any, vectors: Any, out: Any, post: Any, n: Any, pre: Any, source: Any, i: Any, s: Any, column: Any
) -> tuple[Any, Generator]:
    """out[k] += sum over ``vectors`` x LANES stimuli of post[n, s ...] x pre[source[i, k], column + s ...]."""
    index = types.intp
    signature = types.void(vectors, out, post, index, pre, source, index, index, index)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        kinds = signature.args
        _, out_, post_, n_, pre_, source_, i_, s_, column_ = values
        results, sources = (
            _Row(context, builder, kinds[1], out_, _I64(0)),
            _Row(context, builder, kinds[5], source_, i_),
        )
        blocks = [builder.add(s_, _I64(block * LANES)) for block in range(kinds[0].literal_value)]
        mine = _Row(context, builder, kinds[2], post_, n_)
        factors = [mine.vector(block) for block in blocks]
        slots = builder.extract_value(context.make_array(kinds[1])(context, builder, out_).shape, 0)
        with cgutils.for_range(builder, slots, intp=_I64) as loop:
            row = _Row(context, builder, kinds[4], pre_, builder.zext(sources.item(loop.index), _I64))
            total = ir.Constant(ir.VectorType(context.get_value_type(kinds[2].dtype), LANES), None)
            for factor, block in zip(factors, blocks, strict=True):
                total = _multiply_add(builder, factor, row.vector(builder.add(block, column_)), total)
            before = results.item(loop.index)
            results.put_item(loop.index, builder.fadd(before, _add_lanes(builder, total)))
        return context.get_dummy_value()

    return signature, generate


@kernel()
def add_row(
    out: Floats, i: int, source: NDArray[np.int32], weight: Floats, count: int, rates: Floats, column: int
) -> None:
    """Add the sum over the first ``count`` slots k of weight[i, k] x rates[source[i, k], column + s] to out[i, s].

    For all stimuli s of ``out``; ``count`` must be even.
    """
    stimuli = out.shape[1]
    s = 0
    while stimuli - s >= 5 * LANES:
        _add_block(5, out, i, source, weight, count, rates, s, column)
        s += 5 * LANES
    if stimuli - s >= 4 * LANES:
        _add_block(4, out, i, source, weight, count, rates, s, column)
        s += 4 * LANES
    elif stimuli - s >= 3 * LANES:
        _add_block(3, out, i, source, weight, count, rates, s, column)
        s += 3 * LANES
    elif stimuli - s >= 2 * LANES:
        _add_block(2, out, i, source, weight, count, rates, s, column)
        s += 2 * LANES
    elif stimuli - s >= LANES:
        _add_block(1, out, i, source, weight, count, rates, s, column)
        s += LANES
    if s < stimuli:
        for k in range(count):
            w = weight[i, k]
            j = source[i, k]
            for t in range(s, stimuli):
                out[i, t] += w * rates[j, column + t]


@kernel()
def dot_row(out: Floats, post: Floats, n: int, pre: Floats, source: NDArray[np.int32], i: int, column: int) -> None:
    """Write the sum over stimuli s of post[n, s] x pre[source[i, k], column + s] into out[k], for every slot of out."""
    stimuli = post.shape[1]
    for k in range(out.shape[0]):
        out[k] = out.dtype.type(0)
    s = 0
    while stimuli - s >= 5 * LANES:
        _dot_block(5, out, post, n, pre, source, i, s, column)
        s += 5 * LANES
    if stimuli - s >= 4 * LANES:
        _dot_block(4, out, post, n, pre, source, i, s, column)
        s += 4 * LANES
    elif stimuli - s >= 3 * LANES:
        _dot_block(3, out, post, n, pre, source, i, s, column)
        s += 3 * LANES
    elif stimuli - s >= 2 * LANES:
        _dot_block(2, out, post, n, pre, source, i, s, column)
        s += 2 * LANES
    elif stimuli - s >= LANES:
        _dot_block(1, out, post, n, pre, source, i, s, column)
        s += LANES
    if s < stimuli:
        for k in range(out.shape[0]):
            j = source[i, k]
            for t in range(s, stimuli):
                out[k] += post[n, t] * pre[j, column + t]
