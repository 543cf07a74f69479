"""Compound Poisson sums by FFT against Panjer's recursion, moments and bounds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from integrasim.analysis.compound_poisson import compound_poisson, points_needed, unit_jumps

if TYPE_CHECKING:
    from numpy.typing import NDArray

JUMPS = arrays.arrays(
    np.float64, st.integers(2, 40), elements=st.floats(0.0, 0.2, allow_subnormal=False)
)


def distribution(
    jumps: NDArray[np.float64], exposure: float, *, points: int
) -> NDArray[np.float64]:
    return compound_poisson(jumps, np.array([exposure]), out=np.empty((1, points))).ravel()


def recursion(jumps: NDArray[np.float64], *, points: int) -> NDArray[np.float64]:
    """Panjer's recursion: p_0 = exp(-λ), p_s = 1/s · Σ j·m_j·p_{s-j} (Panjer 1981)."""
    masses = np.zeros(points)
    masses[0] = math.exp(-jumps[1:].sum())
    for size in range(1, points):
        reach = np.arange(1, min(size, jumps.size - 1) + 1)
        masses[size] = (reach * jumps[reach] * masses[size - reach]).sum() / size
    return np.cumsum(masses)


@given(jumps=JUMPS, exposure=st.floats(0.0, 30.0))
def test_transform_agrees_with_the_recursion(jumps: NDArray[np.float64], exposure: float) -> None:
    jumps[0] = 0.0
    points = 512
    found = distribution(jumps, exposure, points=points)
    # What lies beyond the grid comes back damped by e^-12.
    expected = recursion(jumps * exposure, points=points)
    assert np.abs(found - expected).max() < 1e-9 + 1e-5 * (1.0 - expected[-1])


@given(jumps=JUMPS, exposure=st.floats(0.01, 100.0))
def test_moments_are_the_cumulants(jumps: NDArray[np.float64], exposure: float) -> None:
    jumps[0] = 0.0
    points = points_needed(jumps, exposure)
    beyond = 1.0 - distribution(jumps, exposure, points=4 * points)
    sizes = np.arange(jumps.size)
    mean, variance = exposure * (jumps @ sizes), exposure * (jumps @ sizes**2)
    at = np.arange(beyond.size)
    assert beyond.sum() == pytest.approx(mean, rel=1e-6, abs=1e-6)
    second = ((2 * at + 1) * beyond).sum()
    assert second - mean**2 == pytest.approx(variance, rel=1e-4, abs=1e-4)


@given(jumps=JUMPS, exposure=st.floats(0.0, 100.0))
def test_a_grid_holds_all_but_one_in_a_million(jumps: NDArray[np.float64], exposure: float) -> None:
    points = points_needed(jumps, exposure)
    assert points >= jumps.size
    assert points.bit_count() == 1
    assert distribution(jumps, exposure, points=2 * points)[points - 1] >= 1.0 - 1.1e-6


def test_what_lies_beyond_a_short_grid_does_not_come_back() -> None:
    jumps = np.zeros(60)
    jumps[[7, 31, 59]] = 0.5, 0.3, 0.2
    for exposure in (1.0, 5.0, 20.0):
        short = distribution(jumps, exposure, points=64)
        assert np.abs(short - distribution(jumps, exposure, points=4096)[:64]).max() < 1e-5


def test_exposures_are_computed_one_by_one_or_together() -> None:
    jumps, exposure = np.array([0.0, 0.1, 0.0, 0.3]), np.linspace(0.0, 40.0, 301)
    points = 1024  # more exposures than fit into a batch
    together = compound_poisson(jumps, exposure, out=np.empty((exposure.size, points)))
    for which in (0, 1, 150, 300):
        alone = distribution(jumps, float(exposure[which]), points=points)
        assert np.allclose(together[which], alone, atol=1e-12)
    assert np.array_equal(together[0], np.ones(points))


def test_sums_of_two_exposures_are_convolved() -> None:
    jumps = np.array([0.0, 0.2, 0.1, 0.05])
    one, two, both = (distribution(jumps, each, points=256) for each in (3.0, 8.0, 11.0))
    masses = np.diff(one, prepend=0.0), np.diff(two, prepend=0.0)
    assert np.allclose(np.cumsum(np.convolve(*masses))[:256], both, atol=1e-9)


@given(size=st.floats(0.01, 20.0), rate=st.floats(0.01, 5.0))
def test_jumps_on_the_grid_keep_mean_and_number(size: float, rate: float) -> None:
    excess = rate * np.maximum(size - np.arange(24), 0.0)
    jumps = unit_jumps(excess, step=1.0)
    assert jumps @ np.arange(jumps.size) == pytest.approx(rate * size)
    assert np.count_nonzero(jumps > 1e-12) <= 2
    assert jumps.min() >= -1e-12
    if size >= 1.0:
        assert jumps.sum() == pytest.approx(rate)


def test_nothing_to_reimburse_needs_two_points() -> None:
    nothing = np.zeros(1)
    assert points_needed(nothing, 10.0) == 2
    assert np.array_equal(distribution(nothing, 10.0, points=2), [1.0, 1.0])
