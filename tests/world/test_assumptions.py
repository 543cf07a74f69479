"""Assumptions: exact marginals, stated rank correlation, no draw moves another."""

import math
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from tests.world.settings import WRITTEN, make_process

from integrasim.scenario import load_scenario
from integrasim.scenario.channels import CHANNELS
from integrasim.scenario.dependence import find_conflict
from integrasim.scenario.distributions import BaseDistribution
from integrasim.scenario.world import numbers_of
from integrasim.world.assumptions import dimensions, draw_assumptions


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


def uncertain_numbers(kind: str, path: str) -> list[tuple[str, float | Uniform]]:
    """The numbers of a process, all of them uncertain, dispersion included."""
    process = make_process(kind, counts="negative_binomial", dispersion=0.1)
    return [(name, Uniform()) for name, _ in numbers_of(process, f"{path}.")]


@pytest.mark.parametrize("kind", WRITTEN)
def test_another_channel_or_process_moves_no_other_number(kind: str) -> None:
    """Each channel in turn gets another process, and each is left out."""
    plain = {path: uncertain_numbers("log_ar1", path) for path in CHANNELS.values()}

    def drawn(of_channel: dict[str, list[tuple[str, float | Uniform]]]) -> dict[str, Any]:
        arrivals = [number for numbers in of_channel.values() for number in numbers]
        return draw_assumptions(arrivals + NUMBERS, [], seed=1, draws=range(64))

    reference = drawn(plain)
    for path in CHANNELS.values():
        without = {other: numbers for other, numbers in plain.items() if other != path}
        for changed in (without, {**plain, path: uncertain_numbers(kind, path)}):
            found = drawn(changed)
            for name, values in reference.items():
                if not name.startswith(f"{path}."):
                    assert np.array_equal(found[name], values)


def test_the_newcomers_move_no_other_number() -> None:
    without = [(path, number) for path, number in BASELINE if path != NEWCOMERS]
    assert len(without) == len(BASELINE) - 1
    found = dimensions([path for path, _ in BASELINE])
    del found[NEWCOMERS]
    assert found == dimensions([path for path, _ in without])


@pytest.mark.parametrize("kind", WRITTEN)
def test_no_two_numbers_share_a_dimension(kind: str) -> None:
    channels = [path for each in CHANNELS.values() for path, _ in uncertain_numbers(kind, each)]
    others = [path for path, _ in BASELINE if "arrivals." not in path]
    found = dimensions([*channels, *others])
    assert len(set(found.values())) == len(channels) + len(others)


BASELINE = load_scenario(
    Path(__file__).parents[2] / "scenarios" / "base_nrw_2025.yaml"
).world.numbers()
NEWCOMERS = "residence.initial.newcomers"
UNCERTAIN = [path for path, number in BASELINE if isinstance(number, BaseDistribution)]
DRAWS = 4096


def spearman_error(rank: float) -> float:
    """Standard error of Spearman's rank correlation of independent pairs (Bonett & Wright 2000)."""
    return (1.0 - rank**2) * math.sqrt((1.0 + rank**2 / 2.0) / (DRAWS - 3))


def assert_rank_correlations(correlations: list[tuple[str, str, float]]) -> None:
    """Compare what is drawn with what is stated, within 5 standard errors."""
    drawn = draw_assumptions(BASELINE, correlations, seed=11, draws=range(DRAWS))
    stated = {frozenset(pair): rank for *pair, rank in correlations}
    for left, right in combinations({path for *pair, _ in correlations for path in pair}, 2):
        rank = stated.get(frozenset((left, right)), 0.0)
        found = float(stats.spearmanr(drawn[left], drawn[right]).statistic)
        assert abs(found - rank) < 5.0 * spearman_error(rank) + 1e-12, (left, right, found)


@given(
    st.lists(st.sampled_from(UNCERTAIN), min_size=2, max_size=2, unique=True),
    st.floats(-0.99, 0.99),
)
def test_any_two_numbers_of_the_baseline_may_be_tied(paths: list[str], rank: float) -> None:
    assert_rank_correlations([(paths[0], paths[1], rank)])


@given(
    st.lists(st.sampled_from(UNCERTAIN), min_size=3, max_size=3, unique=True),
    st.tuples(*[st.floats(-0.95, 0.95)] * 3),
)
def test_any_three_numbers_may_be_tied_to_each_other(
    paths: list[str], ranks: tuple[float, ...]
) -> None:
    correlations = [
        (left, right, rank)
        for (left, right), rank in zip(combinations(paths, 2), ranks, strict=True)
    ]
    assume(find_conflict(correlations) is None)
    assert_rank_correlations(correlations)


def test_places_held_ready_may_be_tied_to_what_they_cost() -> None:
    share, release, index = (
        f"costs.{name}" for name in ("place_share", "place_release", "index_at_start")
    )
    assert {share, release} < set(UNCERTAIN)
    assert_rank_correlations([(share, release, -0.6), (share, index, 0.5), (release, index, -0.3)])
