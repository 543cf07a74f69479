"""What all draws share: planned places of the Land and their credits, month by month."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrasim.engine.job import plan_job
from integrasim.law.allocation import allocation_key
from integrasim.region import load_region
from integrasim.scenario import load_scenario
from integrasim.statutes import load_statute_book
from integrasim.world.plan import law_periods, plan_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from integrasim.region import Region
    from integrasim.world.plan import WorldPlan

    Plan = Callable[..., WorldPlan]

TOY = Path(__file__).parents[2] / "scenarios" / "toy.yaml"
LAW = load_statute_book().as_of(date(2025, 1, 1))
PLACES = "{reception_centre: 100, other_facility: 300}"


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """Plan the toy Land with other places."""

    def plan_with(
        places: str, spread: str = "key", start: str = "2023-11", region: str = "toy"
    ) -> WorldPlan:
        path = tmp_path / "s.yaml"
        path.write_text(
            f"extends: {TOY}\nregion: {region}\nhorizon: {{start: {start}, end: 2024-02}}\n"
            f"world: {{arrivals: {{monthly: 10}}, reception: "
            f"{{places: {places}, places_by_municipality: {spread}}}}}\n",
            encoding="utf-8",
        )
        scenario = load_scenario(path)
        months = scenario.horizon.months
        return plan_world(scenario, scenario.load_region(), LAW, law_periods(months, []))

    return plan_with


def by_region(plan: WorldPlan, values: np.ndarray) -> np.ndarray:
    """Put the last axis into the order of the region."""
    back = np.empty_like(values)
    back[..., plan.order] = values
    return back


def key_of(region: Region) -> np.ndarray:
    return allocation_key(region.population, region.area_km2, population_weight=0.9, cap=1.25)


def test_places_spread_like_the_key(plan: Plan) -> None:
    """Credits of 70 and 50 % until November 2023: 0.7 · 100 + 0.5 · 300 = 220, then all 400."""
    planned = plan(PLACES)
    key = key_of(load_region("toy"))
    credited = by_region(planned, planned.placement.credited)
    assert np.allclose(credited, np.outer([220.0, 400.0, 400.0, 400.0], key))
    assert planned.capacity.tolist() == [400.0] * 4
    assert planned.capacity.dtype == np.float64


def test_places_change_with_their_month(plan: Plan) -> None:
    dated = (
        "[{reception_centre: 100, other_facility: 300}, "
        "{from: 2024-01, reception_centre: 0, other_facility: 500}]"
    )
    planned = plan(dated)
    assert planned.capacity.tolist() == [400.0, 400.0, 500.0, 500.0]
    assert np.allclose(planned.placement.credited.sum(axis=1), [220.0, 400.0, 500.0, 500.0])


def test_a_table_of_places_by_municipality_and_month(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text(
        "ags,from,reception_centre,other_facility\n"
        "00200008,2020-01,10,0\n00200012,2024-02,0,40\n00200008,2024-01,0,20\n",
        encoding="utf-8",
    )
    planned = plan(PLACES, "own.csv")
    assert planned.capacity.tolist() == [10.0, 10.0, 20.0, 60.0]
    assert by_region(planned, planned.placement.credited).tolist() == [
        [0.0, 0.0, 7.0, 0.0],
        [0.0, 0.0, 10.0, 0.0],
        [0.0, 0.0, 20.0, 0.0],
        [0.0, 0.0, 20.0, 40.0],
    ]


def test_places_spread_over_the_sites(plan: Plan) -> None:
    """Essen has 800 of 7,090 packaged reception places and no other facility."""
    planned = plan("{reception_centre: 7090, other_facility: 1000}", "sites", region="nrw")
    credited = by_region(planned, planned.placement.credited)
    region = load_region("nrw")
    essen, soest = (region.ags.tolist().index(ags) for ags in ("05113000", "05974040"))
    assert credited[:, essen] == pytest.approx([560.0, 800.0, 800.0, 800.0])
    assert credited[1, soest] == pytest.approx(1000.0 * 1200 / 21208)
    assert planned.capacity.tolist() == [8090.0] * 4
    assert (credited[1] > 0.0).sum() == 38


@given(st.floats(0, 1e4), st.floats(0, 1e4), st.sampled_from(["key", "sites"]))
def test_credits_of_100_percent_add_up_to_the_capacity(
    tmp_path_factory: pytest.TempPathFactory, centres: float, others: float, spread: str
) -> None:
    path = tmp_path_factory.mktemp("plan") / "s.yaml"
    path.write_text(
        f"extends: {TOY}\nregion: nrw\nhorizon: {{start: 2024-01, end: 2024-02}}\n"
        f"world: {{arrivals: {{monthly: 10}}, reception: {{places: {{reception_centre: "
        f"{centres:.6f}, other_facility: {others:.6f}}}, places_by_municipality: {spread}}}}}\n",
        encoding="utf-8",
    )
    scenario = load_scenario(path)
    periods = law_periods(scenario.horizon.months, [])
    planned = plan_world(scenario, scenario.load_region(), LAW, periods)
    assert np.allclose(planned.placement.credited.sum(axis=1), planned.capacity)


@pytest.mark.parametrize(
    ("counted", "local"),
    [
        ({}, [False, False]),
        ({"fluag.temporary_protection_counted": {"from": "2025-03-01", "value": 1}}, [True, False]),
        ({"fluag.temporary_protection_late_counted": 1}, [False, True]),
    ],
)
def test_whom_any_option_counts_is_followed_in_municipalities_by_all(
    tmp_path: Path, counted: dict[str, object], local: list[bool]
) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(
        json.dumps(
            {
                "extends": str(TOY),
                "options": {
                    "threshold_35k": None,
                    "threshold_25k": {"label": {"de": "Recht", "en": "Law"}},
                    "other": {"label": {"de": "Andere", "en": "Other"}, "law": counted},
                },
                "baseline": "threshold_25k",
            }
        ),
        encoding="utf-8",
    )
    plans = plan_job(load_scenario(path), keep="land").plans
    assert len(plans) == 1 + bool(counted)
    for plan in plans:
        assert plan.placement.temporary_protection_local.tolist() == local
