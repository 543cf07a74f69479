"""Streams: the published generator bit for bit, and one address per number."""

from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from tests.world import philox as reference
from tests.world.philox import philox, two_uniforms

from integrasim.world.streams import Stream, _philox, three_uniforms

SEEDS = st.integers(0, 2**64)


# Known answers for Philox4x32-10 that its authors publish with Random123 (kat_vectors).
KNOWN_ANSWERS = [
    (
        (0x00000000, 0x00000000),
        (0x00000000, 0x00000000, 0x00000000, 0x00000000),
        (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8),
    ),
    (
        (0xFFFFFFFF, 0xFFFFFFFF),
        (0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF),
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0xA4093822, 0x299F31D0),
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("key", "counter", "words"), KNOWN_ANSWERS)
def test_the_generator_gives_the_published_answers(
    key: tuple[int, int], counter: tuple[int, int, int, int], words: tuple[int, int, int, int]
) -> None:
    assert _philox(*(np.uint64(word) for word in (*key, *counter))) == words
    assert philox(key, counter) == words


@given(seed=SEEDS, draw=st.integers(0, 2**31), count=st.integers(1, 9))
def test_numbers_are_those_of_the_generator(seed: int, draw: int, count: int) -> None:
    stream = Stream(seed, "any purpose")
    pairs = [two_uniforms(stream, position, draw, 0) for position in range((count + 1) // 2)]
    expected = np.concatenate(pairs)[:count]
    assert np.array_equal(stream.uniforms(range(draw, draw + 1), count)[0], expected)


@given(seed=SEEDS, position=st.integers(0, 2**32 - 1), layer=st.integers(0, 2**40))
def test_addressed_rows_are_the_same_numbers(seed: int, position: int, layer: int) -> None:
    stream = Stream(seed, "rows")
    one = stream.uniforms_at(range(3, 9), np.array([2]), np.array([position]), np.array([layer]))
    assert one[0] == two_uniforms(stream, position, 5, layer)[0]


@numba.njit
def three_at(key: tuple[Any, Any], position: int, draw: int, layer: int) -> Any:
    return three_uniforms(key[0], key[1], position, draw, layer)


@given(seed=SEEDS, position=st.integers(0, 2**32 - 1), layer=st.integers(0, 2**40))
def test_three_numbers_of_an_address(seed: int, position: int, layer: int) -> None:
    stream = Stream(seed, "three")
    ours = three_at(stream.key, position, 5, layer)
    assert list(ours) == reference.three_uniforms(stream, position, 5, layer)


def test_three_numbers_of_an_address_are_uniform_and_independent() -> None:
    """Kolmogorov-Smirnov at an error rate of 1e-4, and correlations within four errors."""
    key = Stream(12, "three").key
    numbers = np.array([three_at(key, position, 0, 0) for position in range(20_000)])
    for column in numbers.T:
        assert stats.kstest(column, "uniform").pvalue > 1e-4
    between = np.corrcoef(numbers.T)[np.triu_indices(3, 1)]
    assert np.abs(between).max() < 4.0 / np.sqrt(len(numbers))


@given(seed=SEEDS, start=st.integers(0, 1000), cut=st.integers(0, 12), count=st.integers(0, 7))
def test_blocks_do_not_matter(seed: int, start: int, cut: int, count: int) -> None:
    stream = Stream(seed, "blocks")
    whole = stream.uniforms(range(start, start + 12), count)
    parts = [
        stream.uniforms(range(start, start + cut), count),
        stream.uniforms(range(start + cut, start + 12), count),
    ]
    assert np.array_equal(np.concatenate(parts), whole)


def test_names_and_seeds_make_different_streams() -> None:
    keys = {Stream(seed, name).key for seed in range(5) for name in ("a", "b", "ab")}
    assert len(keys) == 15


def test_seed_zero_is_a_seed() -> None:
    assert Stream(0, "a").key != Stream(1, "a").key


def test_numbers_are_uniform() -> None:
    """Kolmogorov-Smirnov at an error rate of 1e-4, for draws and for positions."""

    numbers = Stream(11, "uniformity").uniforms(range(1000), 100)
    assert numbers.min() > 0.0
    assert numbers.max() < 1.0
    for sample in (numbers.ravel(), numbers[:, 0], numbers[0]):
        assert stats.kstest(sample, "uniform").pvalue > 1e-4
    neighbours = np.corrcoef(numbers[:, :-1].ravel(), numbers[:, 1:].ravel())[0, 1]
    assert abs(neighbours) < 4.0 / np.sqrt(numbers.size)


@pytest.mark.parametrize("count", [0, 1, 4, 5])
def test_shape(count: int) -> None:
    assert Stream(1, "x").uniforms(range(10, 13), count).shape == (3, count)
