"""Counter-based streams of uniform numbers: the only source of randomness.

Every number has an address: the seed, the name of its stream, its draw, and a
position within the draw. Nothing is consumed in order, so a result cannot
depend on workers, blocks, or on how many draws are asked for, and a new stream
moves no other.

The generator is Philox4x64-10 (Salmon et al. 2011, "Parallel random numbers: as
easy as 1, 2, 3", SC'11), bit for bit the one of :class:`numpy.random.Philox`
with the position in the first counter word, the draw in the second, and a layer
in the third. It is written out here because a kernel must address single
numbers from compiled code; the tests hold it against NumPy's.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numba
import numpy as np
from numba.core import types
from numba.extending import intrinsic

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MULTIPLIER_0 = np.uint64(0xD2E7470EE14C6C93)
_MULTIPLIER_1 = np.uint64(0xCA5A826395121157)
_WEYL_0 = np.uint64(0x9E3779B97F4A7C15)
_WEYL_1 = np.uint64(0xBB67AE8584CAA73B)
_ROUNDS = 10
_ONE = np.uint64(1)
_SHIFT = np.uint64(12)
_SCALE = 2.0**-52


@intrinsic
def _multiply_high(_typing_context: Any, left: Any, _right: Any) -> Any:
    """Upper 64 bits of a product: one machine instruction that NumPy has no name for."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        from llvmlite import ir  # noqa: PLC0415 (needed by the compiler only)

        wide = ir.IntType(128)
        product = builder.mul(builder.zext(arguments[0], wide), builder.zext(arguments[1], wide))
        return builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), ir.IntType(64))

    return left(types.uint64, types.uint64), generate


@numba.njit(inline="always")
def four_uniforms(key_0, key_1, position, draw, layer):
    """Four uniforms in the open interval (0, 1) at one address.

    For compiled kernels; Python code uses :class:`Stream`. The numbers are
    (k + 1/2) · 2⁻⁵² with k the upper 52 bits of a Philox word, so neither 0 nor
    1 occurs and every quantile function is finite.
    """
    word_0 = np.uint64(position) + _ONE
    word_1 = np.uint64(draw)
    word_2 = np.uint64(layer)
    word_3 = np.uint64(0)
    round_key_0 = np.uint64(key_0)
    round_key_1 = np.uint64(key_1)
    for _ in range(_ROUNDS):
        high_0 = _multiply_high(_MULTIPLIER_0, word_0)
        low_0 = _MULTIPLIER_0 * word_0
        high_1 = _multiply_high(_MULTIPLIER_1, word_2)
        low_1 = _MULTIPLIER_1 * word_2
        word_0 = high_1 ^ word_1 ^ round_key_0
        word_1 = low_1
        word_2 = high_0 ^ word_3 ^ round_key_1
        word_3 = low_0
        round_key_0 += _WEYL_0
        round_key_1 += _WEYL_1
    return (
        (np.float64(word_0 >> _SHIFT) + 0.5) * _SCALE,
        (np.float64(word_1 >> _SHIFT) + 0.5) * _SCALE,
        (np.float64(word_2 >> _SHIFT) + 0.5) * _SCALE,
        (np.float64(word_3 >> _SHIFT) + 0.5) * _SCALE,
    )


@numba.njit(nogil=True, cache=True)
def _fill(key_0, key_1, first_draw, out):
    """Fill (draw, position) with consecutive numbers, four to an address."""
    draws, count = out.shape
    for d in range(draws):
        for start in range(0, count, 4):
            four = four_uniforms(key_0, key_1, start // 4, first_draw + d, 0)
            for lane in range(min(4, count - start)):
                out[d, start + lane] = four[lane]


@numba.njit(nogil=True, cache=True)
def _fill_at(key_0, key_1, first_draw, draw, position, layer, out):
    """Fill rows with one number per (draw, position, layer)."""
    for row in range(out.size):
        out[row] = four_uniforms(key_0, key_1, position[row], first_draw + draw[row], layer[row])[0]


@dataclass(frozen=True)
class Stream:
    """One named stream of uniform numbers.

    Parameters
    ----------
    seed
        Seed of the run, a non-negative integer; 0 is a seed like any other.
    name
        Purpose of the stream. Streams of different names are independent.

    Examples
    --------
    >>> stream = Stream(seed=7, name="arrivals")
    >>> numbers = stream.uniforms(range(0, 4), 3)
    >>> numbers.shape
    (4, 3)

    A draw is the same whichever block it is made in:

    >>> bool((stream.uniforms(range(2, 4), 3) == numbers[2:]).all())
    True
    """

    seed: int
    name: str

    @property
    def key(self) -> tuple[np.uint64, np.uint64]:
        """The two key words of the generator, derived from seed and name."""
        digest = hashlib.blake2b(self.name.encode(), digest_size=16).digest()
        words = np.frombuffer(digest, dtype="<u4")
        sequence = np.random.SeedSequence(self.seed, spawn_key=tuple(int(w) for w in words))
        key_0, key_1 = sequence.generate_state(2, np.uint64)
        return key_0, key_1

    def uniforms(self, draws: range, count: int) -> NDArray[np.float64]:
        """Draw a fixed number of uniforms for each draw.

        Parameters
        ----------
        draws
            Consecutive draws, for example ``range(256, 512)``.
        count
            Numbers per draw.

        Returns
        -------
        numpy.ndarray
            (draw, count) numbers in (0, 1).
        """
        out = np.empty((len(draws), count))
        _fill(*self.key, draws.start, out)
        return out

    def uniforms_at(
        self,
        draws: range,
        draw: NDArray[np.integer],
        position: NDArray[np.integer],
        layer: NDArray[np.integer],
    ) -> NDArray[np.float64]:
        """Draw one uniform for each addressed row.

        Parameters
        ----------
        draws
            The block of draws that ``draw`` counts from.
        draw, position, layer
            (row,) draw within the block, position and layer within the draw.

        Returns
        -------
        numpy.ndarray
            (row,) numbers in (0, 1).
        """
        out = np.empty(draw.size)
        _fill_at(*self.key, draws.start, draw, position, layer, out)
        return out
