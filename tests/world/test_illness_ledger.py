"""The ledger of large costs against closed forms and an FFT, and its addresses."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import integrate, stats
from tests.world.illness_models import CAP, RATE, SPLICE, TAILS, THRESHOLD, exposure, model

from integrasim.analysis.compound_poisson import compound_poisson
from integrasim.analysis.marginals import reimbursement_jumps
from integrasim.world.illness import Exposure, draw_illness_cost, draw_ledger
from integrasim.world.illness.acute import crossing_episodes, whole_episodes
from integrasim.world.illness.chronic import chronic_cases, continuation
from integrasim.world.illness.excess import excess_costs
from integrasim.world.illness.model import Course
from integrasim.world.illness.part_year import longest_part, part_of_year, whole_year
from integrasim.world.illness.small import check_floor, large_costs
from integrasim.world.problems import ImpossibleAssumptionError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.law.basis import Ledger
    from integrasim.world.illness import IllnessYears, Tail

COURSE: dict[str, Any] = {
    "chronic_share": 0.3,
    "persistence": 0.7,
    "persistence_rank_correlation": 0.25,
    "episode_months": 4.0,
}
TAIL = pytest.mark.parametrize("tail", TAILS)


def draw(years: Exposure, setting: IllnessYears, *, seed: int = 3) -> Ledger:
    return draw_ledger(years, setting, seed=seed, draws=range(years.counted_years.shape[0]))


def by_cell(ledger: Ledger, shape: tuple[int, ...], *, above: float = 0.0) -> NDArray[np.int64]:
    """Rows above an amount in each (draw, year, municipality)."""
    which = ledger.cost > above
    cell = np.ravel_multi_index(
        (ledger.draw[which], ledger.year[which], ledger.municipality[which]), shape
    )
    return np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape)


def rate_above(
    cost: NDArray[np.float64] | float,
    setting: IllnessYears,
    *,
    presence: float = 1.0,
    remaining: float = 1.0,
) -> Any:
    """Rows above nominal costs per person-year, in the first year of a steady stock.

    Summed over the kinds of rows; by part_survival for a uniform share of a cost.
    """
    severity = setting.severity.per_draw(lambda values: values[:1])
    course = Course(*(getattr(setting.course, field.name)[:1] for field in fields(Course)))
    real = np.atleast_2d(cost) / setting.index[0, 0]
    whole, longest = whole_year(np.array(presence)), longest_part(np.array(presence))
    chronic = whole * severity.survival(real)
    chronic = chronic + (1.0 - whole) * severity.part_survival(real / longest)
    rate = course.whole_episodes * severity.survival(real)
    rate = rate + course.crossing_episodes * (1.0 + remaining) * severity.part_survival(real)
    return np.squeeze(rate + course.chronic_cases / presence * chronic)


# Counts and costs


@TAIL
def test_rows_follow_the_severity(tail: Tail) -> None:
    """Without a course: count and distribution of the rows (error rate 1e-4)."""
    draws, years = 400, 5_000.0
    setting = model(tail, draws=draws, elapsed=10, inflation=0.03)
    ledger = draw(exposure(np.full((draws, 1, 1), years)), setting)
    one, index = setting.severity.per_draw(lambda values: values[0]), setting.index[0, 0]
    above = one.survival(np.array(setting.floor / index)).item()
    expected = draws * years * above
    assert abs(ledger.cost.size - expected) < 4 * np.sqrt(expected)
    assert ledger.cost.min() >= setting.floor * (1 - 1e-9)
    assert ledger.cost.max() <= CAP
    share = 1.0 - one.survival(ledger.cost[ledger.cost < CAP] / index) / above
    assert stats.kstest(share, "uniform").pvalue > 1e-4


@TAIL
@pytest.mark.parametrize(("presence", "remaining"), [(1.0, 1.0), (0.7, 0.6), (0.3, 0.4)])
def test_calendar_years_have_the_expected_cases(
    tail: Tail, presence: float, remaining: float
) -> None:
    """Counts above four amounts in each of three years, 5 standard errors of a Poisson count."""
    draws, years = 500, 2_000.0
    setting = model(tail, draws=draws, years=3, **COURSE)
    given = exposure(np.full((draws, 3, 1), years), presence=presence, remaining=remaining)
    ledger = draw(given, setting)
    for amount in (15_000.0, 25_000.0, THRESHOLD, 200_000.0):
        rate = rate_above(amount, setting, presence=presence, remaining=remaining)
        expected = draws * years * rate
        found = by_cell(ledger, (draws, 3, 1), above=amount).sum(axis=(0, 2))
        assert (abs(found - expected) < 5 * np.sqrt(expected)).all()
    cells = ledger.draw * 3 + ledger.year
    assert (np.diff(cells) >= 0).all()


@TAIL
@pytest.mark.parametrize("months", [0.0, 2.0, 12.0])
@pytest.mark.parametrize("chronic", [0.0, 0.4, 1.0])
def test_rate_of_calendar_years_is_the_one_observed(
    tail: Tail, months: float, chronic: float
) -> None:
    """In closed form: whole years, chronic or acute, and parts of episodes together."""
    setting = model(tail, chronic_share=chronic, episode_months=months)
    assert rate_above(THRESHOLD, setting) == pytest.approx(RATE, rel=1e-9)


@TAIL
@pytest.mark.parametrize("presence", [0.3, 0.6, 1.0])
def test_rate_of_calendar_years_holds_where_it_was_observed(tail: Tail, presence: float) -> None:
    """In a year whose persons are counted for as long as those of the observation."""
    setting = model(tail, chronic_share=0.4, episode_months=2.0, tail_presence=presence)
    found = rate_above(THRESHOLD, setting, presence=presence)
    assert found == pytest.approx(RATE, rel=1e-9)


def test_thinning_of_a_pareto_tail_has_its_closed_form() -> None:
    """f = 3/4: half of the persons all year, the others uniform; E[A^α] = 1/2 + 1/2·1/(α + 1)."""
    setting = model(chronic_share=0.4, tail_index=2.0, tail_presence=0.75)
    assert setting.course.thinning.item() == pytest.approx((0.5 + 0.5 / 3.0) / 0.75)


def test_dilution_of_a_pareto_tail_has_its_closed_form() -> None:
    """κ = (1 - q) + 2·q/(α + 1); above the splice a Pareto tail stays the same Pareto tail."""
    setting = model(episode_months=3.0, tail_index=2.0, chronic_share=0.2)
    assert setting.course.dilution.item() == pytest.approx(0.75 + 0.25 * 2.0 / 3.0)
    for amount in (SPLICE, 100_000.0, 1e6):
        expected = setting.severity.survival(np.array([[amount]])).item()
        assert rate_above(amount, setting) == pytest.approx(expected, rel=1e-9)


# Chronic cases from year to year


def chronic_counts(
    staying: float, persistence: float, means: list[float]
) -> tuple[NDArray[np.int64], NDArray[np.float64], IllnessYears]:
    """Counts of chronic cases by (draw, year) for expected numbers of cases by year."""
    draws, years = 40_000, len(means)
    setting = model(
        draws=draws, years=years, chronic_share=1.0, persistence=persistence, tail_rate=3e-4
    )
    above = setting.severity.survival(setting.floors)
    counted = np.asarray(means) / above
    given = exposure(counted[:, :, None], staying=staying)
    rows = chronic_cases(given, setting, seed=5, draws=range(draws))
    counts = np.stack([np.bincount(each.draw, minlength=draws) for each in rows], axis=1)
    return counts, np.asarray(means), setting


def test_chronic_counts_are_poisson_in_every_year() -> None:
    """Means, variances, and lag-1 covariance persistence · staying · mean; 5 standard errors.

    The variance of a Poisson variance estimate is (2·m² + m)/n, that of the product of
    two Poisson counts about their means at most the same.
    """
    counts, means, _ = chronic_counts(0.8, 0.5, [4.0, 6.0, 5.0])
    draws = counts.shape[0]
    error = np.sqrt((2.0 * means**2 + means) / draws)
    assert (abs(counts.mean(axis=0) - means) < 5 * np.sqrt(means / draws)).all()
    assert (abs(counts.var(axis=0) - means) < 5 * error).all()
    covariance = np.cov(counts.T)
    assert abs(covariance[0, 1] - 0.4 * 4.0) < 5 * error[1]
    assert abs(covariance[1, 2] - 0.4 * 6.0) < 5 * error[1]
    assert abs(covariance[0, 2] - 0.16 * 4.0) < 5 * error[1]
    for year, mean in enumerate(means):
        seen = np.bincount(counts[:, year], minlength=16)[:16]
        expected = draws * stats.poisson.pmf(np.arange(16), mean)
        assert (abs(seen - expected) < 5 * np.sqrt(expected) + 1).all()


def test_fewer_cases_go_on_where_numbers_fall_faster() -> None:
    counts, means, _ = chronic_counts(1.0, 0.9, [6.0, 1.5])
    draws = counts.shape[0]
    assert abs(counts[:, 1].mean() - 1.5) < 5 * np.sqrt(1.5 / draws)
    assert abs(counts[:, 1].var() - 1.5) < 5 * np.sqrt((2 * 1.5**2 + 1.5) / draws)
    error = np.sqrt((means.prod() + 2.0 * means[1] ** 2) / draws)
    assert abs(np.cov(counts.T)[0, 1] - 1.5) < 5 * error
    assert continuation(0.0, 3.0, 0.9) == 0.0
    assert continuation(6.0, 1.5, 0.9) == 0.25


@pytest.mark.parametrize("correlation", [0.0, 0.6, -0.5])
def test_costs_of_continuing_cases_keep_their_rank_correlation(correlation: float) -> None:
    """Spearman's rank correlation, error about 1/√n; the marginal stays that of the severity."""
    draws = 30_000
    setting = model(
        draws=draws,
        years=2,
        inflation=0.05,
        chronic_share=1.0,
        persistence=1.0,
        persistence_rank_correlation=correlation,
    )
    above = setting.severity.survival(setting.floors)
    given = exposure((0.3 / above)[:, :, None])
    first, second = chronic_cases(given, setting, seed=9, draws=range(draws))
    single = np.flatnonzero(np.bincount(first.draw, minlength=draws) == 1)
    both = single[np.bincount(second.draw, minlength=draws)[single] == 1]
    costs = [each.cost[np.isin(each.draw, both)] for each in (first, second)]
    assert both.size > 5_000
    found = stats.spearmanr(costs[0], costs[1]).statistic
    assert abs(found - correlation) < 5 / np.sqrt(both.size)
    one = setting.severity.per_draw(lambda values: values[0])
    for year, rows in enumerate((first, second)):
        rank = one.survival(rows.cost[rows.cost < CAP] / setting.index[0, year]) / above[0, year]
        assert stats.kstest(rank, "uniform").pvalue > 1e-4


@pytest.mark.parametrize("presence", [0.2, 0.5, 0.8, 1.0])
def test_parts_of_a_year_have_the_stated_mean(presence: float) -> None:
    uniform = (np.arange(100_000) + 0.5) / 100_000
    part = part_of_year(uniform, np.full(uniform.size, presence))
    assert part.mean() == pytest.approx(presence, rel=1e-4)
    assert part.min() > 0.0
    assert part.max() <= 1.0
    whole = float(whole_year(np.array(presence)))
    assert (part == 1.0).mean() == pytest.approx(whole, abs=1e-4)


# Episodes across New Year


def test_new_year_splits_an_episode_and_loses_nothing() -> None:
    """With hardly a floor both parts are rows: their sum is the severity's, the share uniform."""
    setting = model(years=2, floor=1e-6, cap=1e12, episode_months=12.0)
    first, second = crossing_episodes(
        exposure([[[3_000.0], [3_000.0]]]), setting, seed=1, draws=range(1)
    )
    old, new = first.cost[first.year == 0], second.cost[second.year == 1]
    assert old.size == new.size > 1_000
    rank = setting.severity.survival((old + new)[None, :])[0] / 0.7
    assert stats.kstest(rank, "uniform").pvalue > 1e-4
    assert stats.kstest(old / (old + new), "uniform").pvalue > 1e-4
    assert abs(stats.spearmanr(rank, old / (old + new)).statistic) < 5 / np.sqrt(old.size)


def test_first_parts_before_the_horizon_and_second_parts_after_it_are_left_out() -> None:
    setting = model(years=1, floor=1e-6, cap=1e12, episode_months=12.0)
    first, second = crossing_episodes(exposure([[[3_000.0]]]), setting, seed=1, draws=range(1))
    expected = 3_000.0 * 0.7 * setting.course.crossing_episodes.item()
    for part in (first, second):
        assert part.year.max() == 0
        assert abs(part.cost.size - expected) < 5 * np.sqrt(expected)


@pytest.mark.parametrize("remaining", [0.0, 0.35, 1.0])
def test_second_parts_are_eligible_only_while_the_person_is_counted(remaining: float) -> None:
    draws, years = 2_000, 1_000.0
    setting = model(draws=draws, years=2, episode_months=6.0)
    given = exposure(np.full((draws, 2, 1), years), remaining=remaining)
    first, second = crossing_episodes(given, setting, seed=4, draws=range(draws))
    part = setting.severity.part_survival(setting.floors)
    expected = float((years * setting.course.crossing_episodes * part).sum())
    assert abs(first.cost.size - expected) < 5 * np.sqrt(expected)
    assert abs(second.cost.size - remaining * expected) < 5 * np.sqrt(expected)
    if remaining == 0.0:
        assert second.cost.size == 0


@pytest.mark.parametrize("covered", [[1 / 12], [0.25, 0.5], [0.5, 1.0, 0.25]])
def test_a_year_covered_in_part_has_the_same_part_of_its_cases(covered: list[float]) -> None:
    """Whoever is there at the ends of the horizon brings no more episodes than in any month."""
    draws, shares = 2_000, np.array(covered)
    setting = model(draws=draws, years=shares.size, **COURSE)
    given = exposure(np.full((draws, shares.size, 1), 1_000.0), covered=covered)
    ledger = draw(given, setting)
    rows = by_cell(ledger, given.counted_years.shape, above=THRESHOLD).sum(axis=(0, 2))
    expected = 1_000.0 * draws * RATE * shares
    assert (np.abs(rows - expected) < 5 * np.sqrt(expected)).all()
    total = draw_illness_cost(given, ledger, setting, seed=3, draws=range(draws))[:, :, 0]
    mean = 1_000.0 * shares * setting.severity.capped_moment(1, setting.caps)[0]
    error = total.std(axis=0) / np.sqrt(draws)
    assert (np.abs(total.mean(axis=0) - mean) < 5 * error).all()


def test_nobody_is_ill_in_a_municipality_that_is_left_empty() -> None:
    """Second parts need persons: where all have gone, none is counted any more."""
    setting = model(draws=500, years=2, **COURSE)
    given = Exposure(
        counted_years=np.tile([[[2_000.0], [0.0]]], (500, 1, 1)),
        tolerated_years=np.zeros((500, 2, 1)),
        presence=np.ones((500, 2)),
        staying=np.full((500, 2), 0.9),
        before=np.full((500, 1), 2_000.0),
        ending=np.tile([[[1_000.0], [0.0]]], (500, 1, 1)),
        remaining=np.full((500, 2), 0.9),
        covered=np.ones(2),
    )
    ledger = draw(given, setting)
    assert ledger.year.max() == 0
    cost = draw_illness_cost(given, ledger, setting, seed=3, draws=range(500))
    assert (cost[:, 1] == 0.0).all()


def test_parts_are_in_the_prices_of_their_year() -> None:
    """With 100 % inflation the second part of a year of equal exposure is twice as dear."""
    draws = 4_000
    setting = model(draws=draws, years=2, episode_months=12.0, inflation=1.0, cap=1e12)
    given = exposure(np.full((draws, 2, 1), 500.0))
    _, second = crossing_episodes(given, setting, seed=4, draws=range(draws))
    part = setting.severity.part_survival(setting.floors)
    expected = 500.0 * (setting.course.crossing_episodes * part).sum(axis=0)
    found = np.bincount(second.year, minlength=2)
    assert expected[1] > 1.5 * expected[0]
    assert (abs(found - expected) < 5 * np.sqrt(expected)).all()


# Addresses


@pytest.mark.parametrize("course", [{}, COURSE])
def test_ledger_of_a_block_is_the_same_in_any_block(course: dict[str, Any]) -> None:
    given = exposure(np.full((6, 3, 3), 800.0), presence=0.7, staying=0.6)
    whole = draw_ledger(given, model(draws=6, years=3, **course), seed=3, draws=range(10, 16))
    last = exposure(np.full((2, 3, 3), 800.0), presence=0.7, staying=0.6)
    part = draw_ledger(last, model(draws=2, years=3, **course), seed=3, draws=range(14, 16))
    inside = whole.draw >= 4
    assert np.array_equal(whole.cost[inside], part.cost)
    assert np.array_equal(whole.municipality[inside], part.municipality)
    assert np.array_equal(whole.year[inside], part.year)


@pytest.mark.parametrize("course", [{}, COURSE])
def test_more_persons_add_rows_and_change_no_other(course: dict[str, Any]) -> None:
    setting = model(draws=20, years=3, **course)
    few = np.full((20, 3, 2), 900.0)
    more_always, more_at_last = few.copy(), few.copy()
    more_always[:, :, 0] *= 1.2
    more_at_last[:, 2, 0] *= 1.2
    before = draw(exposure(few, presence=0.8, staying=0.6), setting)
    for many in (more_always, more_at_last):
        after = draw(exposure(many, presence=0.8, staying=0.6), setting)
        assert after.cost.size > before.cost.size
        assert np.isin(before.cost, after.cost).all()
        elsewhere = after.municipality == 1
        assert np.array_equal(before.cost[before.municipality == 1], after.cost[elsewhere])


def test_a_course_of_no_length_changes_nothing() -> None:
    """Chronic cases and episodes have streams of their own."""
    given = exposure(np.full((5, 2, 3), 900.0), presence=0.5, staying=0.3)
    plain = draw(given, model(draws=5, years=2))
    whole = whole_episodes(given, model(draws=5, years=2), seed=3, draws=range(5))
    assert np.array_equal(plain.cost, whole.cost)
    names = ("chronic_share", "persistence", "persistence_rank_correlation", "episode_months")
    course = Course.of(
        {"tail_presence": np.ones(1)} | {name: np.zeros(1) for name in names},
        model().severity.per_draw(lambda values: values[:, 0]),
        THRESHOLD,
    )
    assert course.whole_episodes.item() == 1.0
    assert course.crossing_episodes.item() == 0.0


# Reimbursement against FFT and integrals


@TAIL
@pytest.mark.parametrize("deductible", [25_000.0, 35_000.0])
@pytest.mark.parametrize(("presence", "remaining"), [(1.0, 1.0), (0.6, 0.5)])
def test_reimbursement_agrees_with_fft(
    tail: Tail, deductible: float, presence: float, remaining: float
) -> None:
    """Distribution of a year's reimbursement for 3,000 person-years, course included.

    The Dvoretzky-Kiefer-Wolfowitz bound at an error rate of 1e-4, plus the FFT grid.
    """
    draws, person_years, step, points = 20_000, 3_000.0, 250.0, 2**14
    numbers: dict[str, Any] = COURSE | {"elapsed": 10, "inflation": 0.03, "cap": 1_000_000.0}
    given = exposure(np.full((draws, 1, 1), person_years), presence=presence, remaining=remaining)
    ledger = draw(given, model(tail, draws=draws, **numbers), seed=8)
    excess = np.maximum(ledger.cost - deductible, 0.0)
    total = np.sort(np.bincount(ledger.draw, weights=excess, minlength=draws))
    jumps = reimbursement_jumps(
        model(tail, **numbers),
        np.array([deductible]),
        presence=presence,
        remaining=remaining,
        step=step,
    )[0, 0]
    cumulated = compound_poisson(jumps, np.array([person_years]), out=np.empty((1, points)))[0]
    assert cumulated[-1] == pytest.approx(1.0, abs=1e-9)
    at = np.arange(0, 8_000) * step
    empirical = np.searchsorted(total, at + 0.5 * step, side="right") / draws
    bound = np.sqrt(np.log(2 / 1e-4) / (2 * draws))
    assert np.abs(empirical - cumulated[:8_000]).max() < bound + 2e-3
    mean = person_years * step * (jumps @ np.arange(jumps.size))
    assert abs(total.mean() - mean) < 5 * total.std() / np.sqrt(draws)


@TAIL
@pytest.mark.parametrize(("presence", "remaining"), [(1.0, 1.0), (0.6, 0.5), (0.3, 0.0)])
def test_expected_excess_is_the_integral(tail: Tail, presence: float, remaining: float) -> None:
    """E[Σ (row - T)⁺] = ∫ of the rate above T up to the cap."""
    setting = model(tail, elapsed=10, inflation=0.03, **COURSE)
    thresholds = np.array([15_000.0, 25_000.0, 1.4 * SPLICE, THRESHOLD, 300_000.0, CAP])
    own, part = excess_costs(thresholds, np.array([[presence]]), setting)

    def rate(cost: float) -> float:
        return float(rate_above(cost, setting, presence=presence, remaining=remaining))

    knots = np.union1d(thresholds, [SPLICE * 1.03**10])  # the splice is in prices of 2015
    areas = [integrate.quad(rate, low, high, limit=200)[0] for low, high in pairwise(knots)]
    above = np.append(np.cumsum(areas[::-1])[::-1], 0.0)[np.searchsorted(knots, thresholds)]
    assert (own + (1.0 + remaining) * part)[:, 0, 0] == pytest.approx(above, rel=1e-5, abs=1e-9)


@TAIL
@pytest.mark.parametrize("presence", [0.3, 0.7, 1.0])
def test_expected_cost_of_rows_is_the_integral(tail: Tail, presence: float) -> None:
    """E[cost of rows] = f·rate(f) + ∫ rate above f, per person-year, up to the cap."""
    setting = model(tail, years=1, elapsed=10, inflation=0.03, **COURSE)
    large = large_costs(np.array([[presence]]), setting)

    def rate(cost: float) -> float:
        return float(rate_above(cost, setting, presence=presence, remaining=0.4))

    knots = [15_000.0, SPLICE, 1.4 * SPLICE, THRESHOLD, 300_000.0, CAP]
    area = sum(integrate.quad(rate, low, high, limit=200)[0] for low, high in pairwise(knots))
    expected = 15_000.0 * rate(15_000.0) + area
    assert (large.own + 1.4 * large.part).item() == pytest.approx(expected, rel=1e-5)


# Gross cost


@TAIL
@pytest.mark.parametrize(
    ("course", "presence", "remaining"), [({}, 1.0, 1.0), (COURSE, 1.0, 0.5), (COURSE, 0.4, 0.5)]
)
def test_illness_cost_has_the_mean_of_all_persons(
    tail: Tail, course: dict[str, Any], presence: float, remaining: float
) -> None:
    """Whatever the course, a person-year costs E[min(X, cap)] in the mean."""
    draws = 20_000
    setting = model(tail, draws=draws, elapsed=10, inflation=0.03, **course)
    given = exposure(
        np.full((draws, 1, 1), 400.0), tolerated=300.0, presence=presence, remaining=remaining
    )
    total = draw_illness_cost(given, draw(given, setting), setting, seed=3, draws=range(draws))
    index = setting.index[0, 0]
    mean = 700.0 * index * setting.severity.capped_moment(1, setting.caps)[0, 0]
    assert total.min() > 0.0
    assert abs(total.mean() - mean) < 5 * total.std() / np.sqrt(draws)


def test_illness_cost_has_the_variance_of_the_compound_sum() -> None:
    draws = 20_000
    setting = model(draws=draws, elapsed=10, inflation=0.03, tail_index=3.0)
    given = exposure(np.full((draws, 1, 1), 400.0), tolerated=300.0)
    total = draw_illness_cost(given, draw(given, setting), setting, seed=3, draws=range(draws))
    square = setting.severity.capped_moment(2, setting.caps)[0, 0]
    assert total.var() == pytest.approx(700.0 * setting.index[0, 0] ** 2 * square, rel=0.2)


def test_what_parts_leave_below_the_floor_is_among_the_small_sums() -> None:
    """All chronic, present for a third: what is no row any more is small, and none is lost."""
    draws = 4_000
    whole, parts = (
        exposure(np.full((draws, 1, 1), 500.0), presence=presence) for presence in (1.0, 1 / 3)
    )
    setting = model(draws=draws, chronic_share=1.0)
    rows = [draw(given, setting).cost.sum() for given in (whole, parts)]
    totals = [
        draw_illness_cost(given, draw(given, setting), setting, seed=3, draws=range(draws))
        for given in (whole, parts)
    ]
    assert rows[1] < 0.95 * rows[0]
    error = np.hypot(*(total.std() for total in totals)) / np.sqrt(draws)
    assert abs(totals[1].mean() - totals[0].mean()) < 5 * error


def test_no_persons_have_no_illness_cost() -> None:
    nobody, setting = exposure(np.zeros((2, 1, 3))), model(draws=2, **COURSE)
    ledger = draw(nobody, setting)
    cost = draw_illness_cost(nobody, ledger, setting, seed=5, draws=range(2))
    assert ledger.cost.size == 0
    assert np.array_equal(cost, nobody.counted_years)


@pytest.mark.parametrize(
    "numbers",
    [
        {"floor": 100.0, "episode_months": 12.0},
        {"chronic_share": 0.5, "tail_presence": 1e-9},
    ],
)
def test_rows_that_cost_more_than_everything_are_refused(numbers: dict[str, Any]) -> None:
    """Before any is drawn: there may be more of them than memory can hold."""
    with pytest.raises(ImpossibleAssumptionError, match="cost more than all persons") as caught:
        check_floor(np.ones((1, 1)), model(**numbers))
    assert caught.value.key == "world.illness.floor"
