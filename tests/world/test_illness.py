"""Illness costs: closed forms, the observed tail, and an FFT of the compound sum."""

import pickle
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from integrasim.world.illness import (
    IllnessYears,
    ImpossibleAssumptionError,
    Severity,
    draw_illness_cost,
    draw_ledger,
)

CAP = 2_000_000.0


def severity(**changes: float) -> Severity:
    """One plausible severity, (draw=1,) parameters."""
    options = {
        "mean_cost": 1_100.0,
        "no_cost": 0.3,
        "sigma": 1.6,
        "splice": 30_000.0,
        "tail_threshold": 70_000.0,
        "tail_rate": 28 / 101_700,
        "tail_index": 2.1,
        "cap": CAP,
    } | changes
    arrays = {
        name: np.array([options[name]]) for name in ("no_cost", "sigma", "tail_rate", "tail_index")
    }
    return Severity.with_mean(
        np.array([options["mean_cost"]]),
        splice=options["splice"],
        tail_threshold=options["tail_threshold"],
        cap=options["cap"],
        **arrays,
    )


def by_draw(one: Severity) -> Severity:
    """The same parameters with a year axis."""
    return Severity(
        **{
            name: np.asarray(getattr(one, name))[..., None]
            if np.ndim(getattr(one, name))
            else getattr(one, name)
            for name in one.__dataclass_fields__
        }
    )


def repeat(one: Severity, draws: int) -> Severity:
    wide = by_draw(one)
    return Severity(
        **{
            name: np.repeat(getattr(wide, name), draws, axis=0)
            if np.ndim(getattr(wide, name)) == 2
            else getattr(wide, name)
            for name in wide.__dataclass_fields__
        }
    )


@given(
    mean_cost=st.floats(600.0, 3_000.0),
    no_cost=st.floats(0.0, 0.6),
    sigma=st.floats(0.5, 2.2),
    tail_index=st.floats(1.3, 3.5),
    rate=st.floats(1e-5, 4e-4),
)
def test_mean_is_the_one_stated(
    mean_cost: float, no_cost: float, sigma: float, tail_index: float, rate: float
) -> None:
    try:
        one = severity(
            mean_cost=mean_cost,
            no_cost=no_cost,
            sigma=sigma,
            tail_index=tail_index,
            tail_rate=rate,
        )
    except ImpossibleAssumptionError:
        return
    assert one.capped_moment(1, np.array(CAP))[0] == pytest.approx(mean_cost, rel=1e-6)


@given(cost=st.floats(1.0, 1.9e6), index=st.floats(1.2, 3.0))
def test_quantile_undoes_survival(cost: float, index: float) -> None:
    one = severity(tail_index=index)
    probability = one.survival(np.array([cost]))
    assert one.at_survival(probability)[0] == pytest.approx(cost, rel=1e-6)


@pytest.mark.parametrize("tail_index", [1.6, 2.0, 2.4, 1.0 + 1e-12])
@pytest.mark.parametrize("deductible", [5_000.0, 25_000.0, 35_000.0, 70_000.0, 500_000.0])
def test_pure_premium_is_the_integral_of_the_survival_function(
    tail_index: float, deductible: float
) -> None:
    one = severity(tail_index=tail_index, mean_cost=2_000.0)
    knots = sorted({deductible, max(deductible, 30_000.0), CAP})
    area = sum(
        integrate.quad(
            lambda log_cost: one.survival(np.exp(np.array([log_cost])))[0] * np.exp(log_cost),
            np.log(low),
            np.log(high),
            limit=200,
        )[0]
        for low, high in pairwise(knots)
    )
    found = one.expected_excess(np.array(deductible), np.array(CAP))[0]
    assert found == pytest.approx(area, rel=1e-6)


def test_second_moment_is_the_integral() -> None:
    one = severity()
    area = sum(
        integrate.quad(
            lambda log_cost: (
                2 * one.survival(np.exp(np.array([log_cost])))[0] * np.exp(2 * log_cost)
            ),
            low,
            high,
            limit=300,
        )[0]
        for low, high in [(-10, np.log(30_000)), (np.log(30_000), np.log(CAP))]
    )
    assert one.capped_moment(2, np.array(CAP))[0] == pytest.approx(area, rel=1e-6)


def test_observed_rate_is_reproduced_at_its_threshold() -> None:
    """28 cases above 70,000 EUR in 101,700 person-years of 2015 (WDR 2016), any tail."""
    for tail_index in (1.6, 2.0, 2.4):
        cases = severity(tail_index=tail_index).survival(np.array(70_000.0))[0] * 101_700
        assert cases == pytest.approx(28.0)


@pytest.mark.parametrize(
    ("changes", "key", "message"),
    [
        ({"mean_cost": 50.0}, "mean_cost", "tail alone costs"),
        ({"mean_cost": 20_950.0}, "mean_cost", "does not fit below 30,000 EUR"),
        ({"mean_cost": 11_900.0, "no_cost": 0.6, "sigma": 3.0}, "mean_cost", "does not fit"),
        ({"no_cost": 0.999, "tail_rate": 0.01}, "no_cost_share", "more than 1"),
    ],
)
def test_parameters_that_do_not_fit_are_an_error(
    changes: dict[str, float], key: str, message: str
) -> None:
    with pytest.raises(ImpossibleAssumptionError, match=message) as caught:
        severity(**changes)
    assert caught.value.key == f"world.illness.{key}"
    assert pickle.loads(pickle.dumps(caught.value)).remedy == caught.value.remedy


@given(
    target=st.floats(0.001, 0.999),
    sigma=st.floats(0.01, 5.0),
    no_cost=st.floats(0.0, 0.9),
)
def test_mean_is_exact_or_refused(target: float, sigma: float, no_cost: float) -> None:
    """Near the splice no lognormal body has the mean; there must be no silent misfit."""
    mean_cost = 30_000 * target * (1 - no_cost) + 200.0
    try:
        one = severity(mean_cost=mean_cost, sigma=sigma, no_cost=no_cost)
    except ImpossibleAssumptionError:
        assert target > 0.3
        return
    assert one.capped_moment(1, np.array(CAP))[0] == pytest.approx(mean_cost, rel=1e-6)
    assert np.isfinite(one.survival(np.array(10_000.0))).all()


def model(draws: int, *, floor: float = 15_000.0, index: float = 1.4) -> IllnessYears:
    return IllnessYears(
        severity=repeat(severity(), draws),
        index=np.full((draws, 1), index),
        floor=floor,
        cap=CAP,
    )


def test_ledger_rows_follow_the_severity() -> None:
    """Count and distribution of the rows against closed forms (error rate 1e-4)."""
    draws, years = 400, 5_000.0
    setting = model(draws)
    ledger = draw_ledger(np.full((draws, 1, 1), years), setting, seed=3, draws=range(draws))
    above = setting.severity.survival(setting.floor / setting.index)[0, 0]
    expected = draws * years * above
    assert abs(ledger.cost.size - expected) < 4 * np.sqrt(expected)
    assert ledger.cost.min() >= setting.floor * (1 - 1e-9)
    assert ledger.cost.max() <= CAP
    one = severity()
    share = 1.0 - one.survival(ledger.cost[ledger.cost < CAP] / 1.4) / above
    assert stats.kstest(share, "uniform").pvalue > 1e-4


def test_ledger_of_a_block_is_the_same_in_any_block() -> None:
    exposure = np.full((6, 1, 3), 800.0)
    whole = draw_ledger(exposure, model(6), seed=3, draws=range(10, 16))
    part = draw_ledger(exposure[4:], model(2), seed=3, draws=range(14, 16))
    inside = whole.draw >= 4
    assert np.array_equal(whole.cost[inside], part.cost)
    assert np.array_equal(whole.municipality[inside], part.municipality)


def test_more_persons_add_rows_and_change_no_other() -> None:
    few = draw_ledger(np.full((1, 1, 2), 900.0), model(1), seed=3, draws=range(1))
    many = draw_ledger(np.array([[[1100.0, 900.0]]]), model(1), seed=3, draws=range(1))
    for municipality in (0, 1):
        before = few.cost[few.municipality == municipality]
        after = many.cost[many.municipality == municipality]
        assert np.array_equal(before, after[: before.size])
    assert many.cost.size > few.cost.size


def compound_distribution(
    *, person_years: float, deductible: float, step: float, points: int
) -> np.ndarray:
    """Distribution of Σ (X - d)⁺ by FFT: an independent calculation of the ledger.

    Severity of the excess given a case, discretised by rounding; compound Poisson
    by exp(λ(φ - 1)) (Klugman, Panjer & Willmot, "Loss Models", section 9.6).
    """
    one, index = severity(), 1.4
    grid = (np.arange(points) + 0.5) * step
    nominal = np.minimum(deductible + grid, CAP * (1 - 1e-12))
    beyond = one.survival(nominal / index)
    beyond[deductible + grid >= CAP] = 0.0
    case = float(one.survival(np.array(deductible / index))[0])
    mass = -np.diff(np.concatenate([[case], beyond])) / case
    transform = np.fft.rfft(mass)
    return np.cumsum(np.fft.irfft(np.exp(person_years * case * (transform - 1.0)), n=points))


@pytest.mark.parametrize("deductible", [25_000.0, 35_000.0])
def test_reimbursement_agrees_with_fft(deductible: float) -> None:
    """Distribution of a year's reimbursement for a fixed stock of 3,000 person-years.

    The Dvoretzky-Kiefer-Wolfowitz bound at an error rate of 1e-4, plus the FFT grid.
    """
    draws, person_years, step = 20_000, 3_000.0, 250.0
    ledger = draw_ledger(
        np.full((draws, 1, 1), person_years), model(draws), seed=8, draws=range(draws)
    )
    excess = np.maximum(ledger.cost - deductible, 0.0)
    total = np.sort(np.bincount(ledger.draw, weights=excess, minlength=draws))
    cumulated = compound_distribution(
        person_years=person_years, deductible=deductible, step=step, points=2**17
    )
    assert cumulated[-1] == pytest.approx(1.0, abs=1e-9)
    at = np.arange(0, 4_000) * step
    empirical = np.searchsorted(total, at + 0.5 * step, side="right") / draws
    bound = np.sqrt(np.log(2 / 1e-4) / (2 * draws))
    assert np.abs(empirical - cumulated[:4_000]).max() < bound + 2e-3
    mean = (
        person_years
        * 1.4
        * severity().expected_excess(np.array(deductible / 1.4), np.array(CAP / 1.4))
    )
    assert abs(total.mean() - mean[0]) < 5 * total.std() / np.sqrt(draws)


def test_illness_cost_has_the_mean_and_variance_of_the_compound_sum() -> None:
    draws, counted, tolerated = 20_000, 400.0, 300.0
    setting = model(draws)
    exposure = np.full((draws, 1, 1), counted)
    ledger = draw_ledger(exposure, setting, seed=5, draws=range(draws))
    total = draw_illness_cost(
        exposure,
        np.full((draws, 1, 1), tolerated),
        ledger,
        setting,
        seed=5,
        draws=range(draws),
    ).ravel()
    one = severity()
    cap = np.array(CAP / 1.4)
    mean = (counted + tolerated) * 1.4 * one.capped_moment(1, cap)[0]
    variance = (counted + tolerated) * 1.4**2 * one.capped_moment(2, cap)[0]
    assert total.min() > 0.0
    assert abs(total.mean() - mean) < 5 * np.sqrt(variance / draws)
    assert total.var() == pytest.approx(variance, rel=0.2)


def test_no_persons_have_no_illness_cost() -> None:
    nobody = np.zeros((2, 1, 3))
    ledger = draw_ledger(nobody, model(2), seed=5, draws=range(2))
    cost = draw_illness_cost(nobody, nobody, ledger, model(2), seed=5, draws=range(2))
    assert ledger.cost.size == 0
    assert np.array_equal(cost, nobody)
