"""Price levels that amounts of the law may follow are those by which the world's costs rise."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.world.illness_models import model

from integrasim.scenario.options import INDICES
from integrasim.world.costs import hosting_cost
from integrasim.world.indices import price_levels

INFLATIONS = st.lists(st.floats(-0.2, 0.3), min_size=1, max_size=4).map(np.array)
YEARS = 5


@given(INFLATIONS)
def test_hosting_one_person_costs_as_much_more_as_the_level_is_higher(
    inflation: np.ndarray,
) -> None:
    draws = inflation.size
    same = {
        name: np.full(draws, value)
        for name, value in {
            "kreisfrei": 16e3,
            "kreisangehoerig": 12e3,
            "index_at_start": 1.3,
            "municipality_sd": 0.2,
            "place_share": 0.0,
            "place_release": 1.0,
        }.items()
    }
    cost = hosting_cost(
        np.ones((draws, YEARS, 2)),
        {**same, "inflation": inflation},
        illness_mean=np.full(draws, 1e3),
        is_kreisfrei=np.array([True, False]),
        year_shares=np.ones(YEARS),
        seed=1,
        draws=range(draws),
    )
    assumptions = {"costs.inflation": inflation, "illness.inflation": np.zeros(draws)}
    level = price_levels(assumptions, years=YEARS)["world.costs.inflation"]
    rise = cost / cost[:, :1]
    np.testing.assert_allclose(rise, np.broadcast_to(level[:, :, None], rise.shape), rtol=1e-12)


@given(INFLATIONS, st.integers(0, 15))
def test_illness_costs_rise_with_their_level(inflation: np.ndarray, elapsed: int) -> None:
    """Whichever year the prices of the illness model are from."""
    assumptions = {"illness.inflation": inflation, "costs.inflation": np.zeros(inflation.size)}
    levels = price_levels(assumptions, years=YEARS)
    illness = model(draws=inflation.size, years=YEARS, elapsed=elapsed, inflation=inflation)
    rise = illness.index / illness.index[:, :1]
    np.testing.assert_allclose(levels["world.illness.inflation"], rise, rtol=1e-12)
    assert set(levels) == set(INDICES)
    assert all((level[:, 0] == 1.0).all() for level in levels.values())
