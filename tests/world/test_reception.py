"""Land facilities: nobody is lost, and flows have their closed-form moments."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from integrasim.world.reception import reception_flows


@settings(max_examples=50)
@given(
    arrivals=st.lists(st.integers(0, 3000), min_size=1, max_size=30),
    initial=st.integers(0, 20_000),
    mean_stay=st.floats(1.0, 40.0),
    recognised=st.floats(0.0, 1.0),
    rest=st.floats(0.0, 1.0),
)
def test_nobody_appears_or_vanishes(
    arrivals: list[int], initial: int, mean_stay: float, recognised: float, rest: float
) -> None:
    table = np.array([arrivals, arrivals[::-1]])
    both = np.ones(2)
    flows = reception_flows(
        table,
        initial=np.array([initial, initial]),
        mean_stay=mean_stay * both,
        share_recognised=recognised * both,
        share_left=(1.0 - recognised) * rest * both,
        seed=2,
        draws=range(2),
    )
    gone = np.cumsum(flows.assigned + flows.recognised + flows.left, axis=1)
    assert all(part.min() >= 0 for part in flows)
    assert np.array_equal(initial + np.cumsum(table, axis=1), gone + flows.stock)


def test_moments_of_a_cohort() -> None:
    """A cohort of n leaves geometrically; each door takes its share (5 standard errors)."""
    draws, cohort, stay, recognised, left = 20_000, 1000, 4.0, 0.2, 0.1
    ones = np.ones(draws)
    arrivals = np.zeros((draws, 6), dtype=np.int64)
    flows = reception_flows(
        arrivals,
        initial=np.full(draws, cohort),
        mean_stay=stay * ones,
        share_recognised=recognised * ones,
        share_left=left * ones,
        seed=1,
        draws=range(draws),
    )
    hazard = 1.0 / stay
    for month in range(6):
        leaving = (1 - hazard) ** month * hazard
        for flow, share in (
            (flows.assigned, 0.7),
            (flows.recognised, recognised),
            (flows.left, left),
        ):
            probability = leaving * share
            mean, variance = cohort * probability, cohort * probability * (1 - probability)
            assert abs(flow[:, month].mean() - mean) < 5 * np.sqrt(variance / draws)
            assert abs(flow[:, month].var() / variance - 1) < 5 * np.sqrt(2.1 / draws)
