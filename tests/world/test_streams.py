"""Streams: NumPy's Philox bit for bit, and one address per number."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from integrasim.world.streams import Stream

SEEDS = st.integers(0, 2**64)


def from_numpy(stream: Stream, draw: int, count: int, layer: int = 0) -> np.ndarray:
    key = np.array(stream.key, dtype=np.uint64)
    raw = np.random.Philox(key=key, counter=[0, draw, layer, 0]).random_raw(count)
    return ((raw >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


@given(seed=SEEDS, draw=st.integers(0, 2**31), count=st.integers(1, 9))
def test_numbers_are_those_of_numpy_philox(seed: int, draw: int, count: int) -> None:
    stream = Stream(seed, "any purpose")
    expected = from_numpy(stream, draw, count)
    assert np.array_equal(stream.uniforms(range(draw, draw + 1), count)[0], expected)


@given(seed=SEEDS, position=st.integers(0, 2**20), layer=st.integers(0, 99))
def test_addressed_rows_are_the_same_numbers(seed: int, position: int, layer: int) -> None:
    stream = Stream(seed, "rows")
    one = stream.uniforms_at(range(3, 9), np.array([2]), np.array([position]), np.array([layer]))
    raw = np.random.Philox(
        key=np.array(stream.key, dtype=np.uint64), counter=[position, 5, layer, 0]
    ).random_raw(1)
    assert one[0] == ((raw[0] >> np.uint64(12)) + 0.5) * 2.0**-52


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
