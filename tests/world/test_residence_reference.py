"""The compiled walk against an obvious one: NumPy's Philox, SciPy's binomial, the law."""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from integrasim.law.assignment import obligations
from integrasim.world.residence import Inflows, Placement, Transitions, reside
from integrasim.world.streams import Stream

SEED, FIRST_DRAW, DRAWS, MONTHS = 3, 7, 3, 5
KEY = np.array([0.45, 0.25, 0.2, 0.1])
CREDITED = np.array([0.0, 61.3, 0.0, 5.1])
RATES = {
    "decided": 0.2,
    "recognised": 0.4,
    "tolerated": 0.35,
    "recognised_end": 0.05,
    "tolerated_end": 0.1,
    "temporary_protection_end": 0.02,
}


def uniforms(position: int, draw: int, layer: int) -> list[float]:
    key = np.array(Stream(SEED, "residence").key, dtype=np.uint64)
    raw = np.random.Philox(key=key, counter=[position, draw, layer, 0]).random_raw(4)
    return list(((raw >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52)


def share_out(total: int, weights: NDArray[np.float64], uniform: float) -> NDArray[np.int64]:
    if total == 0:
        return np.zeros(weights.size, dtype=np.int64)
    cumulated = np.cumsum(weights) / weights.sum() * total
    boundaries = np.minimum(np.floor(cumulated + uniform), total)
    boundaries[np.flatnonzero(weights)[-1] :] = total
    return np.asarray(np.diff(boundaries, prepend=0), dtype=np.int64)


def leavers(uniform: float, persons: int, probability: float) -> int:
    return int(stats.binom.ppf(uniform, persons, probability)) if persons else 0


@dataclass
class Sums:
    person_months: NDArray[np.int64]
    newly_tolerated: NDArray[np.int64]
    tolerated_months: NDArray[np.int64]
    stock: NDArray[np.int64]


def walk(draw: int, initial: list[int], inflow: dict[str, int], counts: NDArray[np.bool_]) -> Sums:
    """Follow one draw, person counts by municipality and status, in plain Python."""
    size = KEY.size
    nobody = np.zeros(size)

    def owed(counted: NDArray[np.float64], arriving: int) -> NDArray[np.float64]:
        return np.maximum(obligations(KEY, counted, CREDITED, arriving), 0.0)

    settled = owed(nobody, initial[0] + initial[3] * counts[0])
    people = [
        share_out(initial[0], settled, 0.5),
        share_out(initial[1], KEY, 0.5),
        share_out(initial[2], KEY, 0.5),
        share_out(initial[3], settled if counts[0] else KEY, 0.5),
    ]
    zero = np.zeros(size, dtype=np.int64)
    sums = Sums(zero.copy(), zero.copy(), zero.copy(), np.zeros((MONTHS, 4), dtype=np.int64))
    for month in range(MONTHS):
        u_procedure, u_recognised, u_protected, _ = uniforms(month * (size + 1), draw, 1)
        counted = people[0] + people[3] * counts[month]
        arriving = inflow["procedure"] + inflow["temporary_protection"] * counts[month]
        weights = owed(counted, arriving)
        people[0] = people[0] + share_out(inflow["procedure"], weights, u_procedure)
        people[3] = people[3] + share_out(
            inflow["temporary_protection"], weights if counts[month] else KEY, u_protected
        )
        people[1] = people[1] + share_out(inflow["recognised"], KEY, u_recognised)
        sums.person_months += people[0] + people[3] * counts[month]
        sums.tolerated_months += people[2]
        for i in range(size):
            address = month * (size + 1) + 1 + i
            u, v = uniforms(address, draw, 1), uniforms(address, draw, 2)
            ended = leavers(u[0], people[0][i], RATES["decided"])
            granted = leavers(u[1], ended, RATES["recognised"])
            to_tolerated = RATES["tolerated"] / (1.0 - RATES["recognised"])
            refused = leavers(u[2], ended - granted, to_tolerated)
            out = (
                leavers(u[3], people[1][i], RATES["recognised_end"]),
                leavers(v[0], people[2][i], RATES["tolerated_end"]),
                leavers(v[1], people[3][i], RATES["temporary_protection_end"]),
            )
            sums.newly_tolerated[i] += refused
            people[0][i] -= ended
            people[1][i] += granted - out[0]
            people[2][i] += refused - out[1]
            people[3][i] -= out[2]
        sums.stock[month] = [status.sum() for status in people]
    return sums


@pytest.mark.parametrize("counts_until", [0, 2, MONTHS])
def test_kernel_equals_the_obvious_walk(counts_until: int) -> None:
    initial = [400, 120, 90, 300]
    inflow = {"procedure": 150, "recognised": 40, "temporary_protection": 35}
    counts = np.arange(MONTHS) < counts_until
    result = reside(
        Inflows(**{name: np.full((DRAWS, MONTHS), n) for name, n in inflow.items()}),
        initial=np.repeat(np.array(initial)[:, None], DRAWS, axis=1),
        transitions=Transitions(**{name: np.full(DRAWS, rate) for name, rate in RATES.items()}),
        placement=Placement(
            key=np.tile(KEY, (MONTHS, 1)),
            credited=np.tile(CREDITED, (MONTHS, 1)),
            temporary_protection_counts=counts,
        ),
        period=np.zeros(MONTHS, dtype=np.intp),
        seed=SEED,
        draws=range(FIRST_DRAW, FIRST_DRAW + DRAWS),
    )
    for d in range(DRAWS):
        expected = walk(FIRST_DRAW + d, initial, inflow, counts)
        assert np.array_equal(result.person_months[d, 0], expected.person_months)
        assert np.array_equal(result.newly_tolerated[d, 0], expected.newly_tolerated)
        assert np.array_equal(result.tolerated_months[d, 0], expected.tolerated_months)
        assert np.array_equal(result.stock[d], expected.stock)
