"""Correlations that can and cannot hold together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import special, stats

from integrasim.scenario.dependence import Correlation, find_conflict, normal_correlation


def smallest_eigenvalue(correlations: list[Correlation]) -> float:
    paths = sorted({path for *pair, _ in correlations for path in pair})
    return float(np.linalg.eigvalsh(normal_correlation(paths, correlations)).min())


def test_the_normal_correlation_gives_the_rank_correlation() -> None:
    """Monte Carlo: 400,000 pairs have a standard error below 0.002."""
    matrix = normal_correlation(["a", "b"], [("a", "b", 0.6)])
    normal = np.random.default_rng(1).standard_normal((400_000, 2))
    pairs = special.ndtr(normal @ np.linalg.cholesky(matrix).T)
    assert stats.spearmanr(pairs).statistic == pytest.approx(0.6, abs=0.006)


@pytest.mark.parametrize("rank", [-1.0, 0.0, 1.0])
def test_the_extremes_are_their_own_normal_correlation(rank: float) -> None:
    matrix = normal_correlation(["a", "b"], [("a", "b", rank)])
    assert_allclose(matrix, [[1, rank], [rank, 1]], atol=1e-15)
    assert find_conflict([("a", "b", rank)]) is None


def test_rows_and_columns_stand_in_the_order_of_the_paths() -> None:
    matrix = normal_correlation(["d", "a", "b", "c"], [("b", "a", 0.1), ("c", "b", 0.2)])
    low, high = 2.0 * np.sin(np.pi * np.array([0.1, 0.2]) / 6.0)
    expected = [[1, 0, 0, 0], [0, 1, low, 0], [0, low, 1, high], [0, 0, high, 1]]
    assert_allclose(matrix, expected, rtol=1e-15)


def test_a_correlation_with_another_number_is_no_correlation_of_these() -> None:
    with pytest.raises(ValueError, match="'c'"):
        normal_correlation(["a", "b"], [("a", "c", 0.1)])


def test_nothing_conflicts_with_nothing() -> None:
    assert find_conflict([]) is None


def test_perfect_correlations_may_agree() -> None:
    assert find_conflict([("a", "b", 1.0), ("b", "c", -1.0), ("a", "c", -1.0)]) is None


def test_perfect_correlations_may_conflict() -> None:
    conflict = find_conflict([("a", "b", 1.0), ("b", "c", 1.0), ("a", "c", 0.5)])
    assert conflict is not None
    assert conflict.index in (0, 1)
    assert conflict.low == pytest.approx(0.5)
    assert conflict.high == pytest.approx(0.5)


PAIRS = [("a", "b"), ("b", "c"), ("a", "c"), ("c", "d"), ("a", "d"), ("b", "d")]
RANKS = st.lists(st.floats(-1, 1), min_size=6, max_size=6)


@given(RANKS, st.integers(3, 6))
def test_a_named_change_mends_the_conflict_and_nothing_beyond_it_does(
    ranks: list[float], size: int
) -> None:
    correlations = [
        (left, right, rank) for (left, right), rank in zip(PAIRS[:size], ranks, strict=False)
    ]
    conflict = find_conflict(correlations)
    assert (conflict is None) == (smallest_eigenvalue(correlations) >= -1e-9)
    assume(conflict is not None)
    assert conflict is not None
    if conflict.low is None or conflict.high is None:
        return
    left, right, rank = correlations[conflict.index]
    assert not conflict.low <= rank <= conflict.high or conflict.high - conflict.low < 1e-6

    def with_rank(value: float) -> float:
        changed = list(correlations)
        changed[conflict.index] = (left, right, value)
        return smallest_eigenvalue(changed)

    assert with_rank((conflict.low + conflict.high) / 2) >= -1e-7
    for beyond in (conflict.low - 0.02, conflict.high + 0.02):
        assert abs(beyond) > 1 or with_rank(beyond) < 0.0


@given(RANKS, st.integers(3, 6))
def test_a_named_third_number_conflicts_by_itself(ranks: list[float], size: int) -> None:
    correlations = [
        (left, right, rank) for (left, right), rank in zip(PAIRS[:size], ranks, strict=False)
    ]
    conflict = find_conflict(correlations)
    assume(conflict is not None)
    assert conflict is not None

    def among(*paths: str) -> list[Correlation]:
        chosen = [each for each in correlations if {*each[:2]} <= set(paths)]
        return [*chosen, *((path, f"lone {path}", 0.0) for path in paths)]

    pair = correlations[conflict.index][:2]
    if conflict.third is not None:
        assert smallest_eigenvalue(among(*pair, conflict.third)) < -1e-9
    else:
        others = {path for *both, _ in correlations for path in both} - set(pair)
        assert all(smallest_eigenvalue(among(*pair, other)) >= -1e-9 for other in others)


STRONG = st.one_of(st.floats(-1, -0.7), st.floats(0.7, 1))


@given(st.lists(STRONG, min_size=5, max_size=5), st.sampled_from([2, 4, 5]))
def test_an_addition_mends_the_conflict_and_leaves_what_is_listed(
    ranks: list[float], size: int
) -> None:
    correlations = [
        (left, right, rank) for (left, right), rank in zip(PAIRS[:size], ranks, strict=False)
    ]
    conflict = find_conflict(correlations)
    assume(conflict is not None)
    assert conflict is not None
    assume(conflict.addition is not None)
    assert conflict.addition is not None
    left, right, low, high = conflict.addition
    assert {left, right} not in [{*pair} for *pair, _ in correlations]
    assert not low <= 0.0 <= high
    assert smallest_eigenvalue([*correlations, (left, right, (low + high) / 2)]) >= -1e-7


def test_a_conflict_of_four_has_no_third() -> None:
    """Every three of these are possible, all four are not: three go against each of the others."""
    pairs = [(x, y) for index, x in enumerate("abcd") for y in "abcd"[index + 1 :]]
    correlations = [(x, y, -0.4) for x, y in pairs]
    conflict = find_conflict(correlations)
    assert conflict is not None
    assert (conflict.third, conflict.addition) == (None, None)


def test_where_one_change_is_not_enough_the_heaviest_pair_is_named() -> None:
    """Six numbers that all go against each other: every triple conflicts by itself."""
    names = "abcdef"
    pairs = [(x, y) for index, x in enumerate(names) for y in names[index + 1 :]]
    correlations = [(x, y, -0.9 if (x, y) == ("c", "d") else -0.8) for x, y in pairs]
    conflict = find_conflict(correlations)
    assert conflict is not None
    assert (conflict.low, conflict.high) == (None, None)
    assert correlations[conflict.index][:2] == ("c", "d")
