"""The shipped scenarios against what was observed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from ruamel.yaml import YAML
from scipy import stats

import integrasim as igs
from integrasim.world.assumptions import draw_assumptions

DRAWS = 1024
AACHEN = "05334002"
ANCHORS: dict[str, dict[str, Any]] = YAML(typ="safe", pure=True).load(
    Path(__file__).with_name("anchors.yaml").read_text("utf-8")
)


@pytest.fixture(scope="module")
def scenario() -> igs.Scenario:
    return igs.load_scenario("scenarios/base_nrw_2025.yaml")


@pytest.fixture(scope="module")
def simulated(scenario: igs.Scenario) -> dict[str, float]:
    """Every anchor as the baseline has it in its first year, median over draws."""
    result = igs.simulate(scenario, draws=DRAWS)
    first = result.isel(year=0, option=0, month=slice(12))
    months = first.person_months
    kreisfrei = months.municipality_type == "kreisfrei"

    def share(mask: xr.DataArray) -> xr.DataArray:
        chosen: xr.DataArray = months.where(mask, 0).sum("municipality")
        every: xr.DataArray = months.sum("municipality")
        return chosen / every

    assumptions = draw_assumptions(
        scenario.world.numbers(), scenario.correlations(), seed=2025, draws=range(DRAWS)
    )
    (places,) = scenario.world.reception.places
    quantities: dict[str, Any] = {
        "eligible_person_years": months.sum("municipality") / 12,
        "tolerated": first.stock.sel(status="tolerated").mean("month"),
        "facility_places": places.reception_centre + places.other_facility,
        "application_share": assumptions["arrivals.share"],
        "lump_sums": first.land_cost.sel(instrument="fluag.lump_sum"),
        "kreisfrei_share": share(kreisfrei),
        "kreisfrei_share_without_aachen": share(kreisfrei & (months.municipality != AACHEN)),
        "facility_occupancy": first.stock.sel(status="reception").isel(month=4),
    }
    return {name: float(np.median(values)) for name, values in quantities.items()}


@pytest.mark.parametrize("name", ANCHORS)
def test_first_year_meets_the_anchor(name: str, simulated: dict[str, float]) -> None:
    anchor = ANCHORS[name]
    assert simulated[name] == pytest.approx(anchor["observed"], rel=anchor["within"], abs=0)


def formatted(value: float, unit: str) -> str:
    if unit == "share":
        return f"{value:.1%}"
    return f"{value / 1e6:,.0f} m EUR" if unit == "EUR" else f"{value:,.0f}"


@pytest.mark.parametrize("name", ANCHORS)
def test_docs_show_both_figures(name: str, simulated: dict[str, float]) -> None:
    """The table in docs/baseline.md is what the scenario gives, to the digit."""
    anchor = ANCHORS[name]
    observed = formatted(anchor["observed"], anchor["unit"])
    found = formatted(simulated[name], anchor["unit"])
    row = f"| {anchor['label']} | {observed} | {found} |"
    assert row in Path("docs/baseline.md").read_text("utf-8")


def test_tail_of_2015_is_reproduced_within_poisson_error() -> None:
    """28 cases and about 2.0 m EUR above 70,000 EUR in 101,700 person-years (WDR 2016).

    The number of cases in the world is Poisson; its mean must lie in the exact 95 %
    interval of 28 cases (18.6 to 40.5), as must the sum in that of a mean excess with
    a Poisson number of cases.
    """
    scenario = igs.load_scenario("scenarios/illness_2015.yaml")
    result = igs.simulate(scenario, draws=2000).isel(year=0)
    person_years = (result.person_months.sum("municipality") / 12).mean()
    assert float(person_years) == pytest.approx(101_700, rel=0.001)
    above = result.illness_reimbursement.sel(option="threshold_70k").sum("municipality")
    low, high = stats.chi2.ppf(0.025, 2 * 28) / 2, stats.chi2.ppf(0.975, 2 * 29) / 2
    mean_excess = 2.0e6 / 28
    assert low * mean_excess < above.mean() < high * mean_excess
    assert float(above.mean()) == pytest.approx(2.0e6, rel=0.1)
    ever = (result.illness_reimbursement.sel(option="threshold_70k") > 0).sum("municipality")
    assert low < ever.mean() < high
