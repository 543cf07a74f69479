"""Arrivals of several channels: shares, counts, season, blocks, and what moves what."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats
from tests.world.settings import (
    MONTHS,
    WRITTEN,
    draw_numbers,
    make_process,
    make_setting,
)

from integrasim.region import load_history
from integrasim.scenario.channels import CHANNELS
from integrasim.scenario.dependence import normal_correlation
from integrasim.world.arrivals import (
    ArrivalPlan,
    seasonal_factors,
    simulate_arrivals,
    whole_persons,
)
from integrasim.world.arrivals.channels import INTENSITY
from integrasim.world.arrivals.persons import count_persons, dispersed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.scenario.dependence import Correlation

KINDS = list(WRITTEN)
SERIES = load_history("de_first_applications_monthly")
ASYLUM, PROTECTION, RESETTLEMENT = CHANNELS.values()


def simulate(
    processes: dict[str, str],
    *,
    draws: range,
    seed: int = 5,
    correlations: tuple[Correlation, ...] = (),
    **changes: Any,
) -> dict[str, NDArray[np.int64]]:
    """Arrivals of channels with processes of these kinds; changes hold for asylum seekers."""
    plan = ArrivalPlan(
        processes={
            name: make_process(kind, **(changes if name == "asylum" else {}))
            for name, kind in processes.items()
        },
        months=MONTHS,
        correlations=correlations,
        histories=dict.fromkeys(processes, SERIES),
    )
    return simulate_arrivals(
        plan, draw_numbers(plan, seed=seed, draws=draws), seed=seed, draws=draws
    )


@pytest.mark.parametrize("kind", KINDS)
@given(start=st.integers(0, 90), count=st.integers(1, 10))
def test_blocks_do_not_matter(kind: str, start: int, count: int) -> None:
    whole = simulate({"asylum": kind}, draws=range(100))["asylum"]
    part = simulate({"asylum": kind}, draws=range(start, start + count))["asylum"]
    assert np.array_equal(part, whole[start : start + count])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("counts", ["poisson", "negative_binomial"])
def test_a_slightly_higher_share_never_lowers_a_count(kind: str, counts: str) -> None:
    dispersion: dict[str, Any] = {"dispersion": 0.05} if counts == "negative_binomial" else {}
    lower, higher = (
        simulate({"asylum": kind}, draws=range(200), counts=counts, share=share, **dispersion)
        for share in (0.2, 0.2002)
    )
    assert np.all(higher["asylum"] >= lower["asylum"])
    assert higher["asylum"].sum() > lower["asylum"].sum()
    assert (higher["asylum"] - lower["asylum"]).mean() == pytest.approx(
        0.001 * lower["asylum"].mean(), rel=0.2
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", KINDS)
def test_the_process_of_a_channel_moves_no_other_channel(kind: str, other: str) -> None:
    draws = range(40)
    rest = {"temporary_protection": kind, "resettlement": kind}
    alone = simulate(rest, draws=draws)
    beside = simulate({"asylum": other, **rest}, draws=draws)
    for name in rest:
        assert np.array_equal(alone[name], beside[name])
    swapped = simulate({"asylum": kind, "temporary_protection": other}, draws=draws)
    without = simulate({"asylum": kind}, draws=draws)
    assert np.array_equal(swapped["asylum"], without["asylum"])


def test_channels_of_the_same_process_are_independent() -> None:
    found = simulate({"asylum": "log_ar1", "resettlement": "log_ar1"}, draws=range(4000))
    assert not np.array_equal(found["asylum"], found["resettlement"])
    rank = stats.spearmanr(found["asylum"][:, 0], found["resettlement"][:, 0]).statistic
    assert abs(rank) < 5 / np.sqrt(4000)


def shock_matrix(correlations: tuple[Correlation, ...], draws: int) -> NDArray[np.float64]:
    """First month's shocks of all channels, (draw, channel), read off volatile log_ar1 paths."""
    plan = ArrivalPlan({}, MONTHS, correlations)
    weights = plan.weights()
    process = make_process("log_ar1")
    columns = []
    for path in CHANNELS.values():
        setting = make_setting(process, draws=draws, seed=3, path=path)
        columns.append(replace(setting, weights=weights[path]).normals("shocks", 1)[:, 0])
    return np.stack(columns, axis=1)


def test_shocks_have_the_correlation_asked_for() -> None:
    """Five standard errors of a rank correlation, at most 1/√n each."""
    draws = 40_000
    asked = ((ASYLUM, PROTECTION, 0.6), (RESETTLEMENT, PROTECTION, -0.3))
    shocks = shock_matrix(asked, draws)
    found = stats.spearmanr(shocks).statistic
    expected = np.array([[1, 0.6, 0], [0.6, 1, -0.3], [0, -0.3, 1]])
    assert np.all(np.abs(found - expected) < 5 / np.sqrt(draws))
    for column in shocks.T:
        assert stats.kstest(column, "norm").pvalue > 1e-3


def test_weights_are_a_root_of_the_normal_correlation() -> None:
    asked = ((ASYLUM, PROTECTION, 0.6), (PROTECTION, RESETTLEMENT, 1.0))
    paths = list(CHANNELS.values())
    plan = ArrivalPlan({}, MONTHS, ((ASYLUM, PROTECTION, 1.0),))
    assert plan.weights()[RESETTLEMENT] == {RESETTLEMENT: 1.0}
    weights = ArrivalPlan({}, MONTHS, asked[:1]).weights()
    root = np.array([[weights[row].get(column, 0.0) for column in paths] for row in paths])
    assert np.allclose(root @ root.T, normal_correlation(paths, asked[:1]), atol=1e-12)


def test_a_correlation_moves_neither_the_first_nor_the_third_channel() -> None:
    processes = dict.fromkeys(CHANNELS, "log_ar1")
    plain = simulate(processes, draws=range(200))
    tied = simulate(processes, draws=range(200), correlations=((ASYLUM, PROTECTION, 0.8),))
    assert np.array_equal(plain["asylum"], tied["asylum"])
    assert np.array_equal(plain["resettlement"], tied["resettlement"])
    assert not np.array_equal(plain["temporary_protection"], tied["temporary_protection"])


@pytest.mark.parametrize(
    "kind", ["log_ar1", "regime", "bootstrap", "expert", "exponential_smoothing"]
)
def test_the_arrivals_of_correlated_channels_move_together(kind: str) -> None:
    """Each process makes something of its shocks; the sums over a year rise together."""
    processes = {"asylum": kind, "temporary_protection": kind}
    for rank, low, high in ((0.8, 0.2, 1.0), (-0.8, -1.0, -0.05), (0.0, -0.12, 0.12)):
        ties = ((ASYLUM, PROTECTION, rank),) if rank else ()
        found = simulate(processes, draws=range(2000), correlations=ties)
        sums = [found[name][:, :12].sum(axis=1) for name in processes]
        assert low < stats.spearmanr(*sums).statistic < high


def national(kind: str, rank: float, draws: int, **changes: Any) -> list[NDArray[np.float64]]:
    """Persons per month in Germany by two correlated channels."""
    weights = ArrivalPlan({}, MONTHS, ((ASYLUM, PROTECTION, rank),)).weights()
    process = make_process(kind, **changes)
    return [
        INTENSITY[type(process)](
            process,
            replace(
                make_setting(process, draws=draws, seed=3, history=SERIES, path=path),
                weights=weights[path],
            ),
        )
        for path in (ASYLUM, PROTECTION)
    ]


def test_perfectly_correlated_bootstraps_draw_the_same_months() -> None:
    one, two = national("bootstrap", 1.0, 50, block_length=6.0)
    assert np.allclose(one, two, rtol=1e-9)
    one, two = national("bootstrap", 0.0, 50, block_length=6.0)
    assert not np.any(np.isclose(one, two, rtol=1e-9).all(axis=1))


@pytest.mark.parametrize("rank", [-0.7, 0.4])
def test_bootstrapped_changes_have_the_correlation_where_blocks_are_single_months(
    rank: float,
) -> None:
    """Five standard errors; 83 changes instead of a continuum cost less than 0.001."""
    draws = 4000
    one, two = (
        np.diff(np.log(path), axis=1).ravel()
        for path in national("bootstrap", rank, draws, block_length=1.0)
    )
    error = 5 / np.sqrt(one.size)
    assert stats.spearmanr(one, two).statistic == pytest.approx(rank, abs=error + 0.001)


def test_surges_of_correlated_regimes_coincide() -> None:
    """Perfectly correlated, they are one path."""
    one, two = national("regime", 1.0, 50, multiplier=4.0)
    assert np.allclose(one, two, rtol=1e-6)


def test_perfectly_correlated_experts_agree_on_every_year() -> None:
    one, two = national("expert", 1.0, 50, persistence=0.5)
    assert np.allclose(one, two, rtol=1e-6)


def test_counts_follow_the_negative_binomial_distribution() -> None:
    """Mean, variance and every probability against SciPy, within five standard errors."""
    draws, mean, kappa = 40_000, 12.0, 0.25
    process = make_process("fixed", counts="negative_binomial", dispersion=kappa, share=1.0)
    setting = make_setting(process, draws=draws, seed=2, months=MONTHS[:1])
    counts = count_persons(process, np.full((draws, 1), mean), setting)[:, 0]
    law = stats.nbinom(1 / kappa, 1 / (1 + kappa * mean))
    assert law.var() == pytest.approx(mean + kappa * mean**2)
    assert abs(counts.mean() - mean) < 5 * law.std() / np.sqrt(draws)
    kurtosis = float(law.stats(moments="k")) + 3.0
    assert counts.var() == pytest.approx(law.var(), rel=5 * np.sqrt((kurtosis - 1) / draws))
    values = np.arange(60)
    probability = law.pmf(values)
    found = np.bincount(counts, minlength=60)[:60] / draws
    assert np.all(np.abs(found - probability) < 5 * np.sqrt(probability / draws) + 5 / draws)


def test_a_small_dispersion_leads_back_to_the_poisson_distribution() -> None:
    uniforms = np.linspace(0.001, 0.999, 500)[:, None]
    means = dispersed(np.full((500, 1), 1000.0), uniforms, np.full((500, 1), 1e-12))
    assert np.allclose(means, 1000.0, rtol=1e-5)


@given(
    uniform=st.floats(1e-12, 1 - 1e-12),
    more=st.floats(0.0, 0.1),
    mean=st.floats(0.0, 1e6),
    kappa=st.floats(1e-6, 10.0),
)
def test_a_dispersed_mean_rises_with_its_uniform_and_expectation(
    uniform: float, more: float, mean: float, kappa: float
) -> None:
    upper = min(uniform + more, 1 - 1e-12)
    base, later, larger = (
        float(dispersed(*(np.array([[each]]) for each in (m, u, kappa)))[0, 0])
        for m, u in ((mean, uniform), (mean, upper), (mean * (1 + more), uniform))
    )
    assert later >= base * (1 - 1e-9)
    assert larger >= base


def test_poisson_counts_have_the_stated_mean_and_variance() -> None:
    draws = 40_000
    process = make_process("fixed", counts="poisson", share=0.5)
    setting = make_setting(process, draws=draws, seed=1, months=MONTHS[:1])
    counts = count_persons(process, np.full((draws, 1), 100.0), setting)
    assert abs(counts.mean() - 50.0) < 5 * np.sqrt(50.0 / draws)
    assert counts.var() == pytest.approx(50.0, rel=5 * np.sqrt(2 / draws))


@given(
    monthly=st.lists(st.floats(0.0, 5000.0), min_size=1, max_size=36),
    share=st.floats(0.0, 1.0),
)
def test_whole_persons_keep_the_total(monthly: list[float], share: float) -> None:
    arrivals = whole_persons(np.array([monthly, monthly]), np.array([[share], [share]]))
    assert arrivals.min() >= 0
    assert np.all(np.abs(arrivals - share * np.array(monthly)) <= 1.0 + 1e-6)
    assert np.all(np.abs(arrivals.sum(axis=1) - share * sum(monthly)) <= 0.5 + 1e-6)


@given(st.lists(st.floats(0.1, 5.0), min_size=12, max_size=12))
def test_seasonal_factors_average_one(factors: list[float]) -> None:
    scaled = seasonal_factors(factors, list(range(1, 13)))
    assert scaled.mean() == pytest.approx(1.0)
    assert scaled[3] / scaled[7] == pytest.approx(factors[3] / factors[7])


@pytest.mark.parametrize("kind", ["fixed", "log_ar1", "regime", "expert", "exponential_smoothing"])
def test_the_season_multiplies_the_mean_of_its_month(kind: str) -> None:
    """The same draws with and without a season, so only the counts' own chance is left."""
    season = [1.5, *[1.0] * 10, 0.5]
    plain, seasonal = (
        simulate({"asylum": kind}, draws=range(2000), seasonality=factors)["asylum"].sum(axis=0)
        for factors in ([1.0] * 12, season)
    )
    expected = np.array([season[month.month - 1] for month in MONTHS])
    assert np.all(np.abs(seasonal - plain * expected) < 5 * np.sqrt(seasonal + plain))


def test_normals_are_the_quantiles_of_the_channels_own_stream() -> None:
    setting = make_setting(make_process("log_ar1"), draws=8, seed=1)
    expected = special.ndtri(setting.uniforms("shocks"))
    assert np.array_equal(setting.normals("shocks", len(MONTHS)), expected)
