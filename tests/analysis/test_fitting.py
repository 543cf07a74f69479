"""Fitting: known parameters are found again within the stated standard errors.

Each recovery fits many simulated series and looks at the standardised errors z = (estimate - truth)
/ standard error. Their mean over n series lies within 5/√n of zero if the estimate is unbiased at
that precision, which no estimate of a persistence is in short series; so the tests ask that the
share of |z| < 2 is at least 0.95 minus what is stated, with fixed seeds.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

import integrasim as igs
from integrasim.analysis.fitting import Estimate, month_name, month_position, observed_months
from integrasim.analysis.fitting.exponential_smoothing import fit_exponential_smoothing
from integrasim.analysis.fitting.log_ar1 import fit_log_ar1
from integrasim.analysis.fitting.months import ObservedMonths
from integrasim.analysis.fitting.season import fit_season
from integrasim.scenario.distributions import Beta, Lognormal
from integrasim.world.arrivals import exponential_smoothing_intensity, log_ar1_intensity
from integrasim.world.streams import Stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

SERIES, MONTHS = 60, 120
FIRST = month_position("2015-01")


def shocks(name: str) -> NDArray[np.float64]:
    return np.asarray(special.ndtri(Stream(8, name).uniforms(range(SERIES), MONTHS)))


def scores(
    fits: list[Mapping[str, Estimate]], key: str, truth: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Errors of the estimates in standard errors, and the estimates."""
    values = np.array([fit[key].value for fit in fits])
    errors = np.array([fit[key].standard_error for fit in fits])
    return (values - truth) / errors, values


def table(values: NDArray[np.float64], first: int = FIRST) -> dict[str, float]:
    return {month_name(first + step): float(value) for step, value in enumerate(values)}


def test_exponential_smoothing_finds_smoothing_and_decay() -> None:
    """Of 60 series at most 9 miss by two standard errors.

    With a chance of 4.6 % each, 9 or more of 60 miss with probability 0.2 %.
    """
    ones = np.ones(SERIES)
    paths = np.log(
        exponential_smoothing_intensity(
            shocks("smoothing"),
            initial=1000.0 * ones,
            smoothing=0.6 * ones,
            volatility=0.15 * ones,
            decay=0.85 * ones,
            highest_volatility=ones,
        )
    )
    fits = [fit_exponential_smoothing(path) for path in paths]
    for key, truth in (("smoothing", 0.6), ("decay", 0.85)):
        standardised, values = scores(fits, key, truth)
        assert np.sum(np.abs(standardised) > 2.0) < 9
        assert values.mean() == pytest.approx(truth, abs=0.05)


def test_exponential_smoothing_knows_its_state() -> None:
    """Level and volatility at the end follow from the recursion with the estimates."""
    logs = np.log(1000.0) + np.cumsum(0.1 * shocks("state")[0])
    fit = fit_exponential_smoothing(logs)
    alpha, delta = fit["smoothing"].value, fit["decay"].value
    level, errors = logs[0], []
    for value in logs[1:]:
        errors.append(value - level)
        level += alpha * errors[-1]
    spreads = [float(np.mean(np.square(errors[:12])))]
    for error in errors:
        spreads.append(delta * spreads[-1] + (1.0 - delta) * error**2)
    assert fit["initial"].value == pytest.approx(math.exp(level))
    assert fit["volatility"].value == pytest.approx(math.sqrt(spreads[-1]))
    assert fit["highest_volatility"].value == pytest.approx(math.sqrt(max(spreads)))


def test_log_ar1_finds_level_persistence_and_volatility() -> None:
    """Of 60 series at most 12 miss by two standard errors.

    The likelihood is asymptotic: at 120 months it underrates persistence by about half a standard
    error, and its errors with it, so the chance of a miss is nearer to 8 % than to 5 %; then 12 or
    more of 60 miss with probability 0.3 %.
    """
    ones = np.ones(SERIES)
    paths = np.log(
        log_ar1_intensity(
            shocks("log_ar1"),
            initial=5000.0 * ones,
            level=5000.0 * ones,
            persistence=0.8 * ones,
            volatility=0.2 * ones,
        )
    )
    fits = [fit_log_ar1(path) for path in paths]
    for key, truth in (("level", 5000.0), ("persistence", 0.8), ("volatility", 0.2)):
        standardised, values = scores(fits, key, truth)
        assert np.sum(np.abs(standardised) > 2.0) < 12
        assert values.mean() == pytest.approx(truth, rel=0.05)
    assert fits[0]["initial"].value == pytest.approx(math.exp(paths[0, -1]))


def test_the_season_is_found() -> None:
    """Twelve factors within five standard errors; those of a flat series are drawn to 1."""
    truth = np.array([1.3, 1.0, 1.0, 0.9, 1.0, 0.9, 1.1, 1.0, 1.0, 1.1, 1.0, 0.7])
    noise = np.exp(0.1 * shocks("season")[0])
    found = fit_season(ObservedMonths(FIRST, 5000.0 * np.tile(truth, 10) * noise))
    assert found.factors.mean() == pytest.approx(1.0)
    assert np.all(np.abs(found.factors - truth) < 5.0 * found.standard_errors)
    assert np.all(found.standard_errors < 0.05)
    flat = fit_season(ObservedMonths(FIRST, 5000.0 * noise))
    assert np.all(np.abs(flat.factors - 1.0) < 0.03)


def test_a_short_series_has_no_season() -> None:
    season = fit_season(ObservedMonths(FIRST, 100.0 + np.arange(35.0)))
    assert np.all(season.factors == 1.0)
    assert np.all(np.isnan(season.standard_errors))


def test_the_season_does_not_depend_on_the_first_month() -> None:
    values = 5000.0 * np.exp(0.1 * shocks("start")[0] + 0.2 * np.sin(np.arange(MONTHS)))
    whole = fit_season(ObservedMonths(FIRST, values))
    moved = fit_season(ObservedMonths(FIRST + 5, values))
    assert moved.factors == pytest.approx(np.roll(whole.factors, 5))


@pytest.mark.parametrize("name", ["exponential_smoothing", "log_ar1", "fixed"])
def test_the_entry_is_ready_for_a_scenario(name: str) -> None:
    values = np.exp(8.0 + 0.3 * shocks("entry")[0].cumsum() / 4.0)
    fit = igs.fit_process(name, table(values), share=0.2)
    assert fit.process.process == name
    assert fit.process.share == 0.2
    assert fit.months == ("2015-01", "2024-12")
    for key, estimate in fit.estimates.items():
        assert getattr(fit.process, key) == estimate.value
    uncertain = igs.fit_process(name, table(values), uncertain=True)
    for key, estimate in uncertain.estimates.items():
        number = getattr(uncertain.process, key)
        if estimate.standard_error > 0.01 * estimate.value:
            assert isinstance(number, Beta | Lognormal)


@given(value=st.floats(0.01, 0.99), error=st.floats(1e-4, 0.2))
def test_a_share_keeps_its_mean_and_error(value: float, error: float) -> None:
    number = Estimate(value, error, "share").number(uncertain=True)
    if error**2 >= value * (1.0 - value):
        assert number == value
    else:
        assert isinstance(number, Beta)
        assert (number.mean, number.sd) == (value, error)


@given(value=st.floats(1.0, 1e5), share=st.floats(0.0, 0.5))
def test_a_positive_number_keeps_its_median_and_error(value: float, share: float) -> None:
    number = Estimate(value, share * value).number(uncertain=True)
    if share < 0.01:
        assert number == value or isinstance(number, Lognormal)
    else:
        assert isinstance(number, Lognormal)
        assert number.median == value
        assert number.sigma == pytest.approx(share)
        assert number.ppf([0.0])[0] > 0.0


def test_an_array_and_a_table_say_the_same() -> None:
    values = {"2015-03": 3.0, "2015-01": 1.0, "2015-02": 2.0}
    array = xr.DataArray(
        list(values.values()), dims="period", coords={"period": np.array(list(values))}
    )
    assert observed_months(array).names == ["2015-01", "2015-02", "2015-03"]
    assert np.array_equal(observed_months(array).persons, observed_months(values).persons)


@pytest.mark.parametrize(
    ("series", "words"),
    [
        ({"2015": 1.0}, "2015: no month"),
        ({"2015-13": 1.0}, "2015-13: no month"),
        ({"2015-01": 0.0}, "no positive number for 2015-01"),
        ({"2015-01": -5.0}, "no positive number for 2015-01"),
        ({"2015-01": 1.0, "2015-04": 1.0}, "no value for 2015-02, 2015-03"),
        ({"2015-01": 1.0, "2015-02": math.nan, "2015-03": 1.0}, "no value for 2015-02"),
        ({"2014-01": 1.0, "2015-12": 1.0}, "2014-07 and 16 more"),
        ({}, "the series has no month"),
    ],
)
def test_a_wrong_series_is_refused(series: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        observed_months(series)


def test_a_month_twice_and_two_dimensions_are_refused() -> None:
    twice = xr.DataArray([1.0, 2.0], dims="period", coords={"period": ["2015-01", "2015-01"]})
    with pytest.raises(ValueError, match="2015-01 more than once"):
        observed_months(twice)
    with pytest.raises(ValueError, match="2 dimensions"):
        observed_months(xr.DataArray(np.ones((2, 2))))


def test_the_last_stretch_is_used_when_asked_for() -> None:
    values = table(np.exp(8.0 + 0.1 * shocks("gap")[0]))
    del values["2018-06"]
    with pytest.raises(ValueError, match="2018-06"):
        igs.fit_process("fixed", values)
    fit = igs.fit_process("fixed", values, gaps="last_stretch")
    assert fit.months == ("2018-07", "2024-12")
    assert fit.month_count == 78


def test_unknown_processes_and_short_series_are_refused() -> None:
    with pytest.raises(ValueError, match="Did you mean log_ar1"):
        igs.fit_process("log_ar", table(np.ones(30)))
    with pytest.raises(ValueError, match="has 23 months in a row; at least 24"):
        igs.fit_process("log_ar1", table(np.ones(23)))


def test_the_text_is_in_both_languages() -> None:
    values = table(np.exp(8.0 + 0.2 * shocks("text")[0].cumsum() / 3.0))
    fit = igs.fit_process("log_ar1", values)
    english, german = fit.text("en"), fit.text("de")
    assert english.startswith("log_ar1, fitted to 120 months (2015-01 to 2024-12)")
    assert "long-run median (persons per month)" in english
    assert german.startswith("log_ar1, geschätzt aus 120 Monaten (2015-01 bis 2024-12)")
    assert "langfristiger Median (Personen im Monat)" in german
    assert english.count("±") == german.count("±") > 3


def test_a_missing_library_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr("integrasim.analysis.extras.import_module", missing)
    with pytest.raises(ImportError, match=r"statsmodels. Install it: pip install integrasim\[hind"):
        igs.fit_process("log_ar1", table(np.exp(0.1 * np.arange(30.0))))
