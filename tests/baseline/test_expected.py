"""Every shipped scenario against its expected output, the historic ones against observed figures.

`scripts/expected` writes both anew. Whatever changes a result shows up as a diff of these files.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from ruamel.yaml import YAML

import integrasim as igs
from integrasim.reporting.headline import save_headline

if TYPE_CHECKING:
    import xarray as xr

DRAWS = 256
SCENARIOS = Path("scenarios")
EXPECTED = SCENARIOS / "expected"
PAGE = Path("docs/scenarios.md")
NAMES = sorted(
    path.relative_to(SCENARIOS).with_suffix("").as_posix() for path in SCENARIOS.rglob("*.yaml")
)
OBSERVED: dict[str, list[dict[str, Any]]] = YAML(typ="safe", pure=True).load(
    Path(__file__).with_name("observed.yaml").read_text("utf-8")
)
HEAD = ("Quantity", "Observed", "Simulated", "90 % of draws", "Difference", "Observed by")


@functools.cache
def simulated(name: str) -> xr.Dataset:
    """Simulate a shipped scenario with its own seed."""
    scenario = igs.load_scenario(SCENARIOS / f"{name}.yaml")
    return igs.simulate(scenario, draws=DRAWS, keep="land")


@pytest.mark.parametrize("name", NAMES)
def test_headline_is_as_expected(name: str, tmp_path: Path, *, update_expected: bool) -> None:
    expected = EXPECTED / f"{name}.csv"
    if update_expected:
        expected.parent.mkdir(parents=True, exist_ok=True)
        save_headline(simulated(name), expected)
        return
    save_headline(simulated(name), tmp_path / "headline.csv")
    found = (tmp_path / "headline.csv").read_text("utf-8").splitlines()
    assert found == expected.read_text("utf-8").splitlines(), "see scripts/expected"


def test_every_expected_output_belongs_to_a_scenario() -> None:
    files = [path.relative_to(EXPECTED) for path in EXPECTED.rglob("*") if path.is_file()]
    assert sorted(path.as_posix() for path in files) == [f"{name}.csv" for name in NAMES]


def quantity(result: xr.Dataset, figure: dict[str, Any]) -> xr.DataArray:
    """What a figure is compared with, by draw."""
    values: xr.DataArray = result[figure["variable"]]
    if "option" in values.dims:
        values = values.sel(option=figure.get("option", result.attrs["baseline"]))
    if "programme" in figure:
        of_programme = values.instrument.str.startswith(f"{figure['programme']}.")
        values = values.sel(instrument=of_programme).sum("instrument")
    named = {str(dim): figure[dim] for dim in values.dims if dim in figure}
    values = values.sel(named).squeeze()
    if "from" in figure:
        values = values.sel(month=slice(figure["from"], figure["until"])).sum("month")
    scale = {"person_months": 12.0, "land_cost": 1e6}.get(figure["variable"], 1.0)
    scaled: xr.DataArray = values / scale
    return scaled


def table(name: str) -> str:
    """Write observed and simulated figures of a scenario side by side."""
    rows = [HEAD, ("---", "---:", "---:", "---:", "---:", "---")]
    for figure in OBSERVED[name]:
        draws = quantity(simulated(name), figure)
        assert draws.dims == ("draw",)
        low, median, high = np.quantile(draws, [0.05, 0.5, 0.95])
        decimals = figure.get("decimals", 0)
        span = f"{low:,.{decimals}f} to {high:,.{decimals}f}"
        difference = f"{round(median / figure['observed'] - 1.0, 2) + 0.0:+.0%}"
        difference = difference.replace("-", "\N{MINUS SIGN}")
        observed = f"{figure['observed']:,.{decimals}f}"
        numbers = (observed, f"{median:,.{decimals}f}", span, difference)
        rows.append((figure["label"], *numbers, figure["source"]))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


@pytest.mark.parametrize("name", OBSERVED)
def test_page_shows_observed_and_simulated(name: str, *, update_expected: bool) -> None:
    """The tables in docs/scenarios.md are what the scenarios give, to the digit."""
    page = PAGE.read_text("utf-8")
    block = re.compile(rf"(?<=<!-- table: {name} -->\n).*?(?=\n)(?:\n\|.*)*\n")
    (shown,) = block.findall(page)
    if update_expected:
        PAGE.write_text(block.sub(lambda _: table(name), page), "utf-8")
        return
    assert shown == table(name)
