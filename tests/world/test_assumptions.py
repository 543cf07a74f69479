"""Assumptions: exact marginals, stated rank correlation, no draw moves another."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from integrasim.world.assumptions import draw_assumptions


@dataclass(frozen=True)
class Uniform:
    low: float = 0.0
    high: float = 1.0

    def ppf(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.low + (self.high - self.low) * u


NUMBERS: list[tuple[str, float | Uniform]] = [
    ("a", Uniform()),
    ("b", 5.0),
    ("c", Uniform(2.0, 4.0)),
    ("d", Uniform()),
]


@given(start=st.integers(0, 700), count=st.integers(1, 40), seed=st.integers(0, 2**63))
def test_blocks_do_not_matter(start: int, count: int, seed: int) -> None:
    tie = [("a", "d", 0.5)]
    whole = draw_assumptions(NUMBERS, tie, seed=seed, draws=range(740))
    part = draw_assumptions(NUMBERS, tie, seed=seed, draws=range(start, start + count))
    for name, values in part.items():
        assert np.array_equal(values, whole[name][start : start + count])


def test_points_are_evenly_spread() -> None:
    """Each of 1,024 equal slices holds exactly one of the first 1,024 points (a net)."""
    drawn = draw_assumptions(NUMBERS, [], seed=3, draws=range(1024))
    for name in ("a", "d"):
        assert sorted(np.floor(drawn[name] * 1024)) == list(range(1024))


def test_making_a_number_uncertain_moves_no_other() -> None:
    fixed = draw_assumptions(NUMBERS, [], seed=1, draws=range(64))
    numbers: list[tuple[str, float | Uniform]] = [
        (name, Uniform() if name == "b" else number) for name, number in NUMBERS
    ]
    uncertain = draw_assumptions(numbers, [], seed=1, draws=range(64))
    for name in ("a", "c", "d"):
        assert np.array_equal(fixed[name], uncertain[name])


def test_correlation_leaves_the_first_and_all_others_untouched() -> None:
    plain = draw_assumptions(NUMBERS, [], seed=1, draws=range(64))
    tied = draw_assumptions(NUMBERS, [("c", "d", 0.8)], seed=1, draws=range(64))
    assert np.array_equal(plain["a"], tied["a"])
    assert np.allclose(plain["c"], tied["c"], rtol=1e-12)
    assert not np.allclose(plain["d"], tied["d"])


@pytest.mark.parametrize("rank", [-1.0, -0.7, 0.0, 0.4, 0.9, 1.0])
def test_rank_correlation_is_the_one_stated(rank: float) -> None:
    drawn = draw_assumptions(NUMBERS, [("a", "c", rank)], seed=5, draws=range(8192))
    found = stats.spearmanr(drawn["a"], drawn["c"]).statistic
    assert found == pytest.approx(rank, abs=0.01)
    assert stats.kstest(drawn["c"], "uniform", args=(2.0, 2.0)).pvalue > 1e-3


def test_order_of_the_pair_does_not_matter() -> None:
    one = draw_assumptions(NUMBERS, [("a", "c", 0.5)], seed=5, draws=range(16))
    two = draw_assumptions(NUMBERS, [("c", "a", 0.5)], seed=5, draws=range(16))
    assert np.array_equal(one["c"], two["c"])


def test_another_channel_or_process_moves_no_other_number() -> None:
    arrivals: list[tuple[str, float | Uniform]] = [("arrivals.level", Uniform())]
    channel: list[tuple[str, float | Uniform]] = [("other_arrivals.resettlement.share", Uniform())]
    without = draw_assumptions(arrivals + NUMBERS, [], seed=1, draws=range(64))
    with_one = draw_assumptions(arrivals + channel + NUMBERS, [], seed=1, draws=range(64))
    other = draw_assumptions(
        [("arrivals.share", Uniform()), *arrivals, *NUMBERS], [], seed=1, draws=range(64)
    )
    for name in without:
        assert np.array_equal(without[name], with_one[name])
    for name, _ in NUMBERS:
        assert np.array_equal(without[name], other[name])


def test_a_number_that_came_later_moves_no_other() -> None:
    """It owns a dimension from the end of the sequence, and one that is absent keeps its own."""
    later: list[tuple[str, float | Uniform | None]] = [
        ("illness.episode_months", Uniform()),
        ("illness.persistence", Uniform()),
    ]
    before = draw_assumptions(NUMBERS, [], seed=1, draws=range(64))
    after = draw_assumptions([*later, *NUMBERS], [], seed=1, draws=range(64))
    for name in before:
        assert np.array_equal(before[name], after[name])
    tied = draw_assumptions(
        [*later, *NUMBERS], [("a", "illness.persistence", 1.0)], seed=1, draws=range(64)
    )
    assert np.array_equal(tied["illness.episode_months"], after["illness.episode_months"])
    assert np.allclose(tied["illness.persistence"], tied["a"], atol=1e-7)
    absent = draw_assumptions(
        [*later[1:], *((name, None if name == "c" else number) for name, number in NUMBERS)],
        [],
        seed=1,
        draws=range(64),
    )
    assert "c" not in absent
    assert np.array_equal(absent["d"], before["d"])
    assert np.array_equal(absent["illness.persistence"], after["illness.persistence"])
