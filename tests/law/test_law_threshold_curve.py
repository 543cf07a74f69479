"""The curve of thresholds against the settlement of each, and its shape."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrasim.law.basis import Ledger
from integrasim.law.formulas import excess
from integrasim.law.threshold_curve import QUANTUM, rounded, threshold_curve

SHAPE = (3, 2, 4)


def ledger_of(costs: list[float], seed: int, floor: float = 0.0) -> Ledger:
    random = np.random.default_rng(seed)
    draw, year, municipality = (random.integers(0, size, len(costs)) for size in SHAPE)
    return Ledger(draw, year, municipality, np.array(costs, dtype=np.float64), floor)


ledgers = st.builds(
    ledger_of,
    st.lists(st.floats(0.0, 2e6) | st.sampled_from([25_000.0, 35_000.0]), max_size=40),
    st.integers(0, 2**32 - 1),
)
grids = st.lists(st.integers(0, 200_000), min_size=1, max_size=8, unique=True).map(sorted)


@given(ledgers, grids)
def test_each_threshold_is_what_the_excess_says(ledger: Ledger, grid: list[int]) -> None:
    curve = threshold_curve(ledger, grid, shape=SHAPE)
    for step, threshold in enumerate(grid):
        paid = np.zeros(SHAPE)
        np.add.at(
            paid,
            (ledger.draw, ledger.year, ledger.municipality),
            excess(rounded(ledger.cost), deductible=threshold),
        )
        np.testing.assert_array_equal(curve.land[step], paid.sum(axis=2))
        np.testing.assert_array_equal(curve.total[step], paid.sum(axis=0))
        np.testing.assert_allclose(curve.squares[step], (paid**2).sum(axis=0), rtol=1e-12)


@given(ledgers, st.integers(0, 50_000), st.integers(1, 10_000))
def test_it_falls_and_is_convex_to_the_last_bit(ledger: Ledger, start: int, step: int) -> None:
    curve = threshold_curve(ledger, start + step * np.arange(20), shape=SHAPE)
    for amounts in (curve.land, curve.total):
        falls = np.diff(amounts, axis=0)
        assert (falls <= 0.0).all()
        assert (np.diff(falls, axis=0) >= 0.0).all()


@given(ledgers, grids)
def test_a_finer_grid_changes_no_point_of_it(ledger: Ledger, grid: list[int]) -> None:
    finer = sorted({*grid, *(threshold + 7 for threshold in grid)})
    one, other = (threshold_curve(ledger, each, shape=SHAPE) for each in (grid, finer))
    kept = [finer.index(threshold) for threshold in grid]
    np.testing.assert_array_equal(one.land, other.land[kept])


def test_by_hand() -> None:
    """Two persons in one place and one in another: 20,000, 50,000 and 35,000 EUR."""
    zeros = np.zeros(3, dtype=np.intp)
    ledger = Ledger(zeros, zeros, np.array([0, 0, 1]), np.array([20e3, 50e3, 35e3]), 15e3)
    curve = threshold_curve(ledger, [15e3, 25e3, 35e3, 60e3], shape=(1, 1, 2))
    assert curve.land[:, 0, 0].tolist() == [60e3, 35e3, 15e3, 0.0]
    assert curve.total[:, 0].tolist() == [[40e3, 20e3], [25e3, 10e3], [15e3, 0.0], [0.0, 0.0]]
    assert curve.squares[1, 0].tolist() == [625e6, 100e6]


def test_rounding_is_to_the_nearest_quantum() -> None:
    assert abs(rounded(np.pi) - np.pi) <= QUANTUM / 2
    assert rounded([25_000.0, -0.5]).tolist() == [25_000.0, -0.5]


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ([], "list of finite numbers"),
        ([[1.0, 2.0]], "list of finite numbers"),
        ([np.inf], "list of finite numbers"),
        ([2.0, 2.0], "must rise"),
        ([14_999.0], "14,999 EUR lies below the floor .* 15,000 EUR"),
    ],
)
def test_wrong_thresholds(grid: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        threshold_curve(ledger_of([20e3], 1, floor=15e3), grid, shape=SHAPE)
