"""Counter-based streams of uniform numbers: the only source of randomness.

Every number has an address: the seed, the name of its stream, its draw, and a
position within the draw. Nothing is consumed in order, so a result cannot
depend on workers, blocks, or on how many draws are asked for, and a new stream
moves no other.

The generator is Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as
easy as 1, 2, 3", SC'11) with the position in the first counter word, the draw in the
second, and a layer in the third and fourth. It is written out here because a kernel must
address single numbers from compiled code; the tests hold it against the numbers that its
authors published. Its words of 32 bits are multiplied eight at once by processors that
have wide registers, which those of NumPy's Philox4x64 are not.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_ROUNDS = 10
_WORD = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_SHIFT = np.uint64(12)
_SCALE = 2.0**-52
_SHORT_SHIFT = np.uint64(22)
_SHORT_SCALE = 2.0**-42
_LOW_FIRST = np.uint64(2**22 - 1)
_LOW_SECOND = np.uint64(2**20 - 1)
_LOW_BITS = np.uint64(20)


@numba.njit(inline="always")
def _philox(key_0, key_1, word_0, word_1, word_2, word_3):
    """Four words of 32 bits from a key of two and a counter of four, each in 64 bits."""
    for _ in range(_ROUNDS):
        product_0 = _MULTIPLIER_0 * word_0
        product_1 = _MULTIPLIER_1 * word_2
        word_0 = (product_1 >> _HALF) ^ word_1 ^ key_0
        word_2 = (product_0 >> _HALF) ^ word_3 ^ key_1
        word_1 = product_1 & _WORD
        word_3 = product_0 & _WORD
        key_0 = (key_0 + _WEYL_0) & _WORD
        key_1 = (key_1 + _WEYL_1) & _WORD
    return word_0, word_1, word_2, word_3


@numba.njit(inline="always")
def _two_words(key_0, key_1, position, draw, layer):
    """Two words of 64 bits at an address."""
    word_0, word_1, word_2, word_3 = _philox(
        np.uint64(key_0) & _WORD,
        np.uint64(key_1) & _WORD,
        np.uint64(position) & _WORD,
        np.uint64(draw) & _WORD,
        np.uint64(layer) & _WORD,
        np.uint64(layer) >> _HALF,
    )
    return (word_0 << _HALF) | word_1, (word_2 << _HALF) | word_3


@numba.njit(inline="always")
def two_uniforms(key_0, key_1, position, draw, layer):
    """Two uniforms in the open interval (0, 1) at one address.

    For compiled kernels; Python code uses :class:`Stream`. They are (k + 1/2) · 2⁻⁵² with k
    the upper 52 bits of a word, so neither 0 nor 1 occurs and every quantile function is
    finite. Positions and draws lie below 2³², layers below 2⁶⁴. A loop over positions is
    compiled to wide registers.
    """
    first, second = _two_words(key_0, key_1, position, draw, layer)
    return (
        (np.float64(np.int64(first >> _SHIFT)) + 0.5) * _SCALE,
        (np.float64(np.int64(second >> _SHIFT)) + 0.5) * _SCALE,
    )


@numba.njit(inline="always")
def three_uniforms(key_0, key_1, position, draw, layer):
    """Three uniforms of 42 bits at one address, where the fourth part of a time counts.

    The upper 42 bits of each word, and what is left of both: no event above 10⁻¹² is more or less
    likely by it.
    """
    first, second = _two_words(key_0, key_1, position, draw, layer)
    rest = ((first & _LOW_FIRST) << _LOW_BITS) | (second & _LOW_SECOND)
    return (
        (np.float64(np.int64(first >> _SHORT_SHIFT)) + 0.5) * _SHORT_SCALE,
        (np.float64(np.int64(second >> _SHORT_SHIFT)) + 0.5) * _SHORT_SCALE,
        (np.float64(np.int64(rest)) + 0.5) * _SHORT_SCALE,
    )


@numba.njit(inline="always")
def four_uniforms(key_0, key_1, position, draw, layer):
    """Four uniforms: the :func:`two_uniforms` of twice the layer, and of the next one."""
    first = two_uniforms(key_0, key_1, position, draw, 2 * layer)
    second = two_uniforms(key_0, key_1, position, draw, 2 * layer + 1)
    return first[0], first[1], second[0], second[1]


@numba.njit(nogil=True, cache=True)
def _fill(key_0, key_1, first_draw, out):
    """Fill (draw, position) with consecutive numbers, two to an address."""
    draws, count = out.shape
    for d in range(draws):
        for pair in range(count // 2):
            two = two_uniforms(key_0, key_1, pair, first_draw + d, 0)
            out[d, 2 * pair], out[d, 2 * pair + 1] = two
        if count % 2 == 1:
            out[d, count - 1] = two_uniforms(key_0, key_1, count // 2, first_draw + d, 0)[0]


@numba.njit(nogil=True, cache=True)
def _fill_at(key_0, key_1, first_draw, draw, position, layer, out):
    """Fill rows with one number per (draw, position, layer)."""
    for row in range(out.size):
        out[row] = two_uniforms(key_0, key_1, position[row], first_draw + draw[row], layer[row])[0]


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
        """The two key words of 32 bits of the generator, derived from seed and name."""
        digest = hashlib.blake2b(self.name.encode(), digest_size=16).digest()
        words = np.frombuffer(digest, dtype="<u4")
        sequence = np.random.SeedSequence(self.seed, spawn_key=tuple(int(w) for w in words))
        key_0, key_1 = sequence.generate_state(2, np.uint32).astype(np.uint64)
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
