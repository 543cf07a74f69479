"""Distributions of the reimbursement without simulation, against the simulation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xarray as xr
from scipy import stats
from tests.world.illness_models import TAILS, exposure, model

import integrasim as igs
from integrasim.analysis.compound_poisson import compound_poisson
from integrasim.analysis.marginals import reimbursement_jumps
from integrasim.world.illness import Tail, draw_ledger

if TYPE_CHECKING:
    from numpy.typing import NDArray

THRESHOLDS = np.array([25_000.0, 35_000.0])
TOY = igs.load_scenario("scenarios/toy.yaml")
ERROR_RATE = 1e-6
"""Probability with which any one of some comparisons may fail by chance."""


def persons(values: list[list[float]], *, first_year: int = 2025) -> xr.DataArray:
    years, size = np.shape(values)
    return xr.DataArray(
        values,
        coords={
            "year": range(first_year, first_year + years),
            "municipality": [f"9900100{number}" for number in range(1, size + 1)],
        },
        dims=("year", "municipality"),
    )


def largest_gap(
    sample: NDArray[np.float64], distribution: NDArray[np.float64], *, step: float
) -> float:
    """Largest gap between (draw, cell) amounts and (cell, point) distributions, but for the grid.

    An amount may lie up to half a step to either side of its point, or a whole step if it
    comes from two cases; a share of the true distribution lies in between.
    """
    gaps = []
    for amounts, expected in zip(np.sort(sample.T), distribution, strict=True):
        at = step * np.arange(expected.size)
        least = np.searchsorted(amounts, at - step, side="right") / amounts.size
        most = np.searchsorted(amounts, at + step, side="right") / amounts.size
        gaps.append(max((least - expected).max(), (expected - most).max()))
    return float(max(gaps))


def moments_agree(
    sample: NDArray[np.float64], distribution: NDArray[np.float64], *, step: float
) -> bool:
    """Whether (draw, cell) amounts have the means and variances, within 5 standard errors.

    The errors are those of the (cell, point) distributions: a sample without one of the rare
    dear cases would underrate the error of its variance. Deviations are added up over the
    cells, which are independent: those of a single small one are far from normal.
    """
    amounts = step * np.arange(distribution.shape[1])
    masses = np.diff(distribution, axis=1, prepend=0.0)
    mean = masses @ amounts
    variance, fourth = (
        (masses * (amounts - mean[:, None]) ** order).sum(axis=1) for order in (2, 4)
    )
    draws, cells = sample.shape
    squares = ((sample - mean) ** 2).mean(axis=0)
    of_mean = (sample.mean(axis=0) - mean) / np.sqrt(variance / draws)
    of_variance = (squares - variance) / np.sqrt((fourth - variance**2) / draws)
    sums = np.array([of_mean.sum(), of_variance.sum()])
    return bool((np.abs(sums) < 5 * np.sqrt(cells)).all())


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize(("presence", "remaining"), [(1.0, 1.0), (0.6, 0.5)])
def test_ledger_has_the_distribution_of_every_municipality(
    tail: Tail, presence: float, remaining: float
) -> None:
    """Mean, variance and distribution function of 40 municipalities, from 20 persons to 3,000."""
    draws, step = 3_000, 500.0
    counted = np.geomspace(20.0, 3_000.0, 40)
    numbers: dict[str, Any] = {
        "cap": 400_000.0,
        "elapsed": 10,
        "inflation": 0.03,
        "chronic_share": 0.3,
        "persistence": 0.7,
        "episode_months": 4.0,
    }
    years = np.broadcast_to(counted, (draws, 1, counted.size))
    given = exposure(years, presence=presence, remaining=remaining)
    ledger = draw_ledger(given, model(tail, draws=draws, **numbers), seed=11, draws=range(draws))
    all_jumps = reimbursement_jumps(
        model(tail, **numbers), THRESHOLDS, presence=presence, remaining=remaining, step=step
    )[:, 0]
    cell = ledger.draw * counted.size + ledger.municipality
    bound = stats.kstwo.isf(ERROR_RATE / counted.size, draws)
    for threshold, jumps in zip(THRESHOLDS, all_jumps, strict=True):
        excess = np.maximum(ledger.cost - threshold, 0.0)
        sums = np.zeros((draws, counted.size))
        sums += np.bincount(cell, excess, minlength=sums.size).reshape(sums.shape)
        distribution = compound_poisson(jumps, counted, out=np.empty((counted.size, 2**13)))
        assert moments_agree(sums, distribution, step=step)
        assert largest_gap(sums, distribution, step=step) < bound


def test_simulation_has_the_distribution_of_every_municipality() -> None:
    """The toy Land, where nothing but illness is uncertain, and persons but for a fraction."""
    draws = 1_500
    result = igs.simulate(TOY, draws=draws, seed=7, workers=1)
    years = result.person_months / 12
    assert (years.std("draw") < 0.001 * years.mean("draw")).all()
    exact = igs.illness_marginals(TOY, years.mean("draw"), THRESHOLDS)
    assert exact.municipality.equals(result.municipality)
    cells = exact["mean"][0].size
    bound = stats.kstwo.isf(ERROR_RATE / cells, draws) + 0.002
    for option, threshold in (("threshold_25k", 25_000), ("threshold_35k", 35_000)):
        found = result.illness_reimbursement.sel(option=option).values.reshape(draws, cells)
        at = exact.sel(threshold=threshold)
        distribution = at.distribution.values.reshape(cells, -1)
        assert moments_agree(found, distribution, step=1_000.0)
        assert largest_gap(found, distribution, step=1_000.0) < bound


def test_mean_is_the_pure_premium() -> None:
    """n · r·t² · (1/30,000 - 1/cap) above the splice with α = 2, for any step."""
    means = [
        igs.illness_marginals(TOY, persons([[300.0]]), [30_000], step=step)["mean"].item()
        for step in (100.0, 999.0, 5_000.0)
    ]
    expected = 300.0 * 0.0005 * 70_000.0**2 * (1 / 30_000.0 - 1 / 1_000_000.0)
    assert means == pytest.approx([expected] * 3, rel=1e-9)


def test_moments_are_those_of_the_distribution() -> None:
    exact = igs.illness_marginals(TOY, persons([[40.0, 300.0], [900.0, 2_500.0]]), THRESHOLDS)
    masses = exact.distribution.diff("amount", label="upper")
    mean = (masses * exact.amount).sum("amount")
    square = (masses * exact.amount**2).sum("amount")
    xr.testing.assert_allclose(exact["mean"], mean, rtol=1e-4)
    xr.testing.assert_allclose(exact.standard_deviation**2, square - mean**2, rtol=1e-3)


def test_nothing_is_paid_with_the_probability_of_no_case() -> None:
    exact = igs.illness_marginals(TOY, persons([[300.0, 0.0]]), [35_000], step=100.0)
    none = exact.distribution[0, 0, :, 0].values
    rate = 0.0005 * (70.0 / 35.0) ** 2
    # Cases less than half a step above the threshold are shared by the first two points.
    assert none == pytest.approx([np.exp(-300.0 * rate), 1.0], rel=2e-3)


def test_municipalities_and_years_are_labelled_as_given() -> None:
    given = persons([[100.0, 800.0, 5_000.0], [200.0, 700.0, 6_000.0]])
    whole = igs.illness_marginals(TOY, given, THRESHOLDS)
    turned = igs.illness_marginals(TOY, given[::-1, ::-1].T, THRESHOLDS)
    xr.testing.assert_allclose(whole, turned.sortby(["year", "municipality"]), atol=1e-9)
    alone = igs.illness_marginals(TOY, given.sel(year=[2026]), THRESHOLDS)
    shared = whole.sel(year=[2026], amount=alone.amount[: whole.amount.size])
    xr.testing.assert_allclose(shared, alone.sel(amount=shared.amount), atol=1e-9)
    assert whole.distribution.attrs["long_name_de"].startswith("Wahrscheinlichkeit")


def test_uncertain_numbers_are_at_their_medians() -> None:
    scenario = igs.load_scenario("scenarios/threshold_25k_vs_35k.yaml")
    given = persons([[300.0]])
    means = igs.illness_marginals(scenario, given, THRESHOLDS)["mean"].values.ravel()
    illness = scenario.world.illness
    changes: dict[str, float] = {
        name: float(number.ppf(np.array(0.5))) for name, number in illness if hasattr(number, "ppf")
    }
    assert "tail_index" in changes
    fixed = scenario.model_copy(
        update={
            "world": scenario.world.model_copy(
                update={"illness": illness.model_copy(update=changes)}
            )
        }
    )
    expected = igs.illness_marginals(fixed, given, THRESHOLDS)["mean"].values.ravel()
    assert means == pytest.approx(expected, rel=1e-12)
    assert means[0] > means[1] > 0.0


@pytest.mark.parametrize(
    ("given", "thresholds", "others", "message"),
    [
        (persons([[1.0]]).isel(year=0), [25e3], {}, "dimensions year and municipality"),
        (persons([[1.0]]).drop_vars("year"), [25e3], {}, "with coordinates"),
        (persons([[-1.0]]), [25e3], {}, "0 or more"),
        (persons([[np.nan]]), [25e3], {}, "0 or more"),
        (persons([[np.inf]]), [25e3], {}, "0 or more"),
        (persons([[1.0]]), [5e3], {}, "lies below world.illness.floor"),
        (persons([[1.0]]), [35e3, 25e3], {}, "thresholds must rise"),
        (persons([[1.0]]), [25e3], {"presence": 0.0}, "presence must be above 0"),
        (persons([[1.0]]), [25e3], {"step": 0.5}, "step must be at least 1 EUR"),
    ],
)
def test_impossible_arguments_are_refused(
    given: xr.DataArray, thresholds: list[float], others: dict[str, float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        igs.illness_marginals(TOY, given, thresholds, **others)


def test_a_path_is_no_scenario() -> None:
    with pytest.raises(TypeError, match="Load it first"):
        igs.illness_marginals("toy.yaml", persons([[1.0]]), [25e3])  # type: ignore[arg-type]
