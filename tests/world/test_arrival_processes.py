"""Every process of arrival against its closed forms; tolerances are five standard errors."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats
from tests.world.settings import MONTHS, make_process, make_setting

from integrasim.region import MonthlySeries, load_history
from integrasim.scenario.processes import Bootstrap, Expert, Fixed, LogAr1, Regime
from integrasim.scenario.processes.bootstrap import cumulated_variance
from integrasim.scenario.processes.expert import YearQuantiles
from integrasim.world.arrivals.bootstrap import bootstrap, drawn_changes
from integrasim.world.arrivals.expert import expert, yearly_scores
from integrasim.world.arrivals.fixed import fixed
from integrasim.world.arrivals.log_ar1 import log_ar1
from integrasim.world.arrivals.regime import regime, surge_months

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

SERIES = load_history("de_first_applications_monthly")
DRAWS = 20_000
HORIZON = np.arange(1, len(MONTHS) + 1)


def close(found: ArrayLike, expected: ArrayLike, spread: ArrayLike, draws: int) -> bool:
    """Tell whether means lie within five standard errors of what is expected."""
    error = 5.0 * np.asarray(spread) / np.sqrt(draws)
    return bool(np.all(np.abs(np.subtract(found, expected)) < error + 1e-12))


def test_log_ar1_mean_variance_and_autocorrelation() -> None:
    phi, sigma, initial, level = 0.8, 0.2, 400.0, 100.0
    process = make_process(
        "log_ar1", initial=initial, level=level, persistence=phi, volatility=sigma, share=1.0
    )
    assert isinstance(process, LogAr1)
    logs = np.log(log_ar1(process, make_setting(process, draws=DRAWS, seed=4)))
    mean = np.log(level) + phi**HORIZON * np.log(initial / level)
    variance = sigma**2 * (1 - phi ** (2 * HORIZON)) / (1 - phi**2)
    assert close(logs.mean(axis=0), mean, np.sqrt(variance), DRAWS)
    assert np.allclose(logs.var(axis=0), variance, rtol=5 * np.sqrt(2 / DRAWS))
    lagged = np.corrcoef(logs[:, -2], logs[:, -1])[0, 1]
    assert lagged == pytest.approx(phi, abs=5 * (1 - phi**2) / np.sqrt(DRAWS))


def test_a_fixed_table_is_the_same_in_every_draw() -> None:
    process = make_process("fixed", monthly=[float(month) for month in range(30)], share=1.0)
    assert isinstance(process, Fixed)
    intensity = fixed(process, make_setting(process, draws=3, seed=1))
    assert np.array_equal(intensity, np.tile(np.arange(30.0), (3, 1)))


REGIME = {
    "initial": 9000.0,
    "calm_level": 10_000.0,
    "multiplier": 4.0,
    "onset_hazard": 0.05,
    "mean_length": 8.0,
    "persistence": 0.7,
    "volatility": 0.1,
    "share": 1.0,
}


def surge_probability(
    *, starts_in_surge: bool, hazard: float, length: float
) -> NDArray[np.float64]:
    """Two-state Markov chain: π + (p₀ - π)·(1 - h - 1/L)^t with π = h / (h + 1/L)."""
    limit = hazard / (hazard + 1 / length)
    return np.asarray(limit + (starts_in_surge - limit) * (1 - hazard - 1 / length) ** HORIZON)


@pytest.mark.parametrize("start", ["calm", "surge"])
def test_regime_mean_is_that_of_the_markov_chain(start: str) -> None:
    process = make_process("regime", **REGIME, start=start)
    assert isinstance(process, Regime)
    setting = make_setting(process, draws=DRAWS, seed=4)
    switches = special.ndtr(setting.normals("regime", len(MONTHS)))
    probability = surge_probability(starts_in_surge=start == "surge", hazard=0.05, length=8.0)
    in_surge = surge_months(
        switches,
        starts_in_surge=start == "surge",
        onset_hazard=setting.numbers["onset_hazard"],
        mean_length=setting.numbers["mean_length"],
    )
    assert close(
        in_surge.mean(axis=0), probability, np.sqrt(probability * (1 - probability)), DRAWS
    )
    logs = np.log(regime(process, setting) / 10_000.0)
    phi = 0.7
    mean = phi**HORIZON * np.log(0.9)
    for month in range(HORIZON.size):
        reached = probability[: month + 1] * phi ** np.arange(month, -1, -1)
        mean[month] += (1 - phi) * np.log(4.0) * reached.sum()
    assert close(logs.mean(axis=0), mean, logs.std(axis=0), DRAWS)


def test_surges_last_as_long_as_stated() -> None:
    """Whole surges of one long path: a geometric length has the variance L·(L - 1)."""
    uniforms = np.random.default_rng(1).random((1, 200_000))
    in_surge = surge_months(
        uniforms, starts_in_surge=False, onset_hazard=np.array([0.1]), mean_length=np.array([6.0])
    )[0]
    edges = np.flatnonzero(np.diff(in_surge.astype(int), prepend=0, append=0))
    lengths = (edges[1::2] - edges[::2])[:-1]
    assert close(lengths.mean(), 6.0, np.sqrt(6.0 * 5.0), lengths.size)
    assert abs((lengths == 1).mean() - 1 / 6) < 5 * np.sqrt(1 / 6 / lengths.size)


def test_without_surges_regime_is_log_ar1() -> None:
    calm = make_process("regime", **{**REGIME, "onset_hazard": 0.0}, start="calm")
    plain = make_process(
        "log_ar1", initial=9000.0, level=10_000.0, persistence=0.7, volatility=0.1, share=1.0
    )
    assert isinstance(calm, Regime)
    assert isinstance(plain, LogAr1)
    found = regime(calm, make_setting(calm, draws=50, seed=1))
    assert np.allclose(found, log_ar1(plain, make_setting(plain, draws=50, seed=1)), rtol=1e-12)


def bootstrap_process(**changes: object) -> Bootstrap:
    process = make_process("bootstrap", **{"share": 1.0, "block_length": 1.0, **changes})
    assert isinstance(process, Bootstrap)
    return process


@pytest.mark.parametrize("block_length", [1.0, 6.0, 1000.0])
def test_bootstrap_mean_and_variance_of_the_cumulated_change(block_length: float) -> None:
    """Blocks of one month are independent: t times mean and variance of the changes."""
    process = bootstrap_process(block_length=block_length)
    setting = make_setting(process, draws=DRAWS, seed=4, history=SERIES)
    cumulated = np.log(bootstrap(process, setting) / 14_000.0)
    changes = process.changes(SERIES)
    variance = cumulated_variance(changes, block_length, HORIZON.size)
    if block_length == 1.0:
        assert np.allclose(variance, HORIZON * changes.value.var())
    assert close(cumulated.mean(axis=0), HORIZON * changes.value.mean(), np.sqrt(variance), DRAWS)
    error = np.sqrt(((cumulated - cumulated.mean(axis=0)) ** 2).var(axis=0) / DRAWS)
    assert np.all(np.abs(cumulated.var(axis=0) - variance) < 5 * error)


def test_every_change_is_equally_likely_in_every_month() -> None:
    series = MonthlySeries("a", np.array([0, 1, 2, 5, 6, 7, 8]), np.exp([0, 1, 3, 0, 4, 9, 15.0]))
    changes = series.log_changes()
    assert changes.value.tolist() == pytest.approx([1, 2, 4, 5, 6])
    uniforms = np.random.default_rng(2).random((2, DRAWS, 12))
    drawn = drawn_changes(
        *uniforms,
        value=changes.value,
        following=changes.following,
        block_length=np.full(DRAWS, 3.0),
    )
    for value in changes.value:
        assert np.all(np.abs((drawn == value).mean(axis=0) - 0.2) < 5 * np.sqrt(0.16 / DRAWS))


def test_a_position_may_be_one() -> None:
    """Correlated normal numbers can be so large that their probability is 1 in floating point."""
    drawn = drawn_changes(
        np.ones((1, 1)),
        np.ones((1, 1)),
        value=np.array([0.1, 0.3, 0.2]),
        following=np.array([1, 2, 0]),
        block_length=np.ones(1),
    )
    assert drawn == 0.3


def test_blocks_never_cross_a_gap() -> None:
    """After a change comes the next, the first of its stretch, or the start of a new block."""
    series = MonthlySeries("a", np.array([0, 1, 2, 5, 6, 7, 8]), np.exp([0, 1, 3, 0, 4, 9, 15.0]))
    changes = series.log_changes()
    drawn = drawn_changes(
        np.full((500, 24), 0.99),
        np.random.default_rng(3).random((500, 24)),
        value=changes.value,
        following=changes.following,
        block_length=np.full(500, 4.0),
    )
    followed = {tuple(pair) for row in drawn.round(6) for pair in pairwise(row.tolist())}
    assert followed == {(1.0, 2.0), (2.0, 1.0), (4.0, 5.0), (5.0, 6.0), (6.0, 4.0)}


def test_the_season_is_taken_off_the_changes_and_put_back() -> None:
    """A series that has nothing but its season brings the season and nothing else."""
    season = [1.3, 0.9, 1.0, 1.1, 0.8, 1.0, 1.2, 0.7, 1.0, 1.0, 1.0, 1.0]
    months = np.arange(2020 * 12, 2024 * 12)
    series = MonthlySeries("a", months, 5000.0 * np.array(season * 4))
    process = bootstrap_process(seasonality=season, **{"from": None, "until": None})
    assert np.allclose(process.changes(series).value, 0.0, atol=1e-12)
    intensity = bootstrap(process, make_setting(process, draws=5, seed=1, history=series))
    assert np.allclose(intensity, 14_000.0)


def test_a_window_leaves_out_what_lies_outside() -> None:
    process = bootstrap_process(**{"from": "2017-01", "until": "2018-12"})
    changes = process.changes(SERIES)
    assert changes.value.size == 23
    assert changes.calendar_month[0] == 2
    assert changes.value[0] == pytest.approx(np.log(14951 / 16057))


QUANTILES = st.tuples(st.floats(1.0, 1e6), st.floats(0.01, 3.0), st.floats(0.01, 3.0))


@given(QUANTILES)
def test_a_year_goes_through_its_three_quantiles_and_never_falls(
    written: tuple[float, float, float],
) -> None:
    p10, below, above = written
    p50, p90 = p10 * np.exp(below), p10 * np.exp(below + above)
    year = YearQuantiles(p10=p10, p50=float(p50), p90=float(p90))
    found = year.at_score(special.ndtri([0.1, 0.5, 0.9]))
    assert np.allclose(found, [p10, p50, p90], rtol=1e-9)
    path = year.at_score(np.linspace(-8.2, 8.2, 300))
    assert np.all(np.diff(path) >= 0.0)
    assert path.min() > 0.0


def test_equally_wide_halves_are_lognormal() -> None:
    year = YearQuantiles(p10=100.0, p50=200.0, p90=400.0)
    law = stats.lognorm(s=np.log(2) / special.ndtri(0.9), scale=200.0)
    probabilities = np.array([0.001, 0.25, 0.6, 0.999])
    assert np.allclose(year.at_score(special.ndtri(probabilities)), law.ppf(probabilities))


def test_nearly_equal_halves_are_nearly_lognormal() -> None:
    """Where the formula loses its digits, the distribution must not."""
    scores = np.linspace(-6.0, 6.0, 50)
    equal = YearQuantiles(p10=100.0, p50=200.0, p90=400.0).at_score(scores)
    for change in (1e-13, 1e-10, 1e-7):
        near = YearQuantiles(p10=100.0, p50=200.0, p90=400.0 * (1 + change)).at_score(scores)
        assert np.allclose(near, equal, rtol=100 * np.sqrt(change))


@pytest.mark.parametrize("persistence", [0.0, 0.8, 1.0])
def test_yearly_sums_have_the_stated_quantiles(persistence: float) -> None:
    """Shares of draws below p10, p50 and p90, and the exact correlation of the scores."""
    process = make_process("expert", persistence=persistence, share=1.0)
    assert isinstance(process, Expert)
    setting = make_setting(process, draws=DRAWS, seed=4)
    season = np.array([2.0, *[1.0] * 10, 0.0])[[month.month - 1 for month in MONTHS]]
    intensity = expert(process, setting) * season
    for year in (0, 1):
        sums = intensity[:, 12 * year : 12 * year + 12].sum(axis=1)
        for quantile, share in ((80_000.0, 0.1), (120_000.0, 0.5), (250_000.0, 0.9)):
            error = np.sqrt(share * (1 - share) / DRAWS)
            assert abs((sums <= quantile).mean() - share) < 5 * error
    scores = yearly_scores(setting.normals("shocks", 3), setting.numbers["persistence"])
    assert np.allclose(
        np.corrcoef(scores.T),
        persistence ** np.abs(np.subtract.outer(np.arange(3), np.arange(3))),
        atol=5 / np.sqrt(DRAWS),
    )


def test_a_part_of_a_year_brings_its_part_of_the_persons() -> None:
    process = make_process("expert", share=1.0)
    assert isinstance(process, Expert)
    whole = expert(process, make_setting(process, draws=50, seed=1))
    assert np.allclose(whole[:, 24:].sum(axis=1) * 2, whole[:, 24] * 12)
    late = expert(process, make_setting(process, draws=50, seed=1, months=MONTHS[6:]))
    assert np.array_equal(late, whole[:, 6:])
