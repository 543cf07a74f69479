"""Hosting cost: by hand, and the municipality effect in closed form."""

import numpy as np
import pytest

from integrasim.world.costs import hosting_cost
from integrasim.world.illness import ImpossibleAssumptionError


def cost(draws: int = 1, **changes: float) -> np.ndarray:
    options = {
        "kreisfrei": 15_000.0,
        "kreisangehoerig": 11_000.0,
        "index_at_start": 1.2,
        "inflation": 0.1,
        "municipality_sd": 0.0,
    } | changes
    return hosting_cost(
        np.full((draws, 2, 2), 10.0),
        {name: np.full(draws, value) for name, value in options.items()},
        illness_mean=np.full(draws, 1_000.0),
        is_kreisfrei=np.array([True, False]),
        seed=1,
        draws=range(draws),
    )


def test_by_hand() -> None:
    """10 persons · (15,000 - 1,000) · 1.2 = 168,000; 10 · 10,000 · 1.2 = 120,000; +10 %."""
    expected = np.array([[[168_000.0, 120_000.0], [184_800.0, 132_000.0]]])
    assert np.allclose(cost(), expected)


def test_municipality_effect_lasts_and_keeps_the_mean() -> None:
    draws, sd = 20_000, 0.2
    drawn = cost(draws, municipality_sd=sd, inflation=0.0)
    assert np.allclose(drawn[:, 0], drawn[:, 1])
    relative = drawn[:, 0] / np.array([168_000.0, 120_000.0])
    assert np.all(np.abs(relative.mean(axis=0) - 1.0) < 5 * sd * 1.02 / np.sqrt(draws))
    assert np.allclose(np.log(relative).std(axis=0), sd, rtol=0.03)


def test_a_survey_cost_below_illness_is_an_error() -> None:
    with pytest.raises(ImpossibleAssumptionError, match="kreisangehoerig"):
        cost(kreisangehoerig=900.0)
