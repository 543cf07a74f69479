"""The compiled walk against an obvious one: Philox in Python, SciPy's binomial, the law."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from tests.world.philox import three_uniforms, two_uniforms

from integrasim.law.assignment import obligations
from integrasim.world.residence import (
    GROUPS,
    RESIDENCE_FLOWS,
    Calendar,
    Inflows,
    Placement,
    reside,
)
from integrasim.world.streams import Stream
from integrasim.world.transitions import Transitions

SEED, FIRST_DRAW, DRAWS, MONTHS = 3, 7, 3, 8
KEY = np.array([0.45, 0.25, 0.2, 0.1])
RESIDENCE_KEY = np.array([0.1, 0.2, 0.3, 0.4])
CREDITED = np.array([0.0, 61.3, 0.0, 5.1])
RATES = {
    "decided": 0.2,
    "recognised": 0.4,
    "closed": 0.1,
    "appealed": 0.7,
    "tolerated": 0.1,
    "appeal_decided": 0.15,
    "appeal_recognised": 0.25,
    "appeal_tolerated": 0.5,
    "recognised_end": 0.05,
    "tolerated_end": 0.1,
    "regularised": 0.3,
    "temporary_protection_end": 0.02,
}
INITIAL = dict(zip(GROUPS, (400, 230, 120, 90, 300, 40), strict=True))
INFLOW = {
    "first_instance": 150,
    "appeal": 30,
    "recognised": 40,
    "temporary_protection": 35,
    "temporary_protection_late": 20,
}
COUNTED_ALWAYS = ("first_instance", "appeal")
PROTECTION_END = RATES["temporary_protection_end"]
PROTECTED = ("temporary_protection", "temporary_protection_late")


def uniforms(position: int, draw: int, layer: int) -> list[float]:
    return two_uniforms(Stream(SEED, "residence"), position, draw, layer)


def local_uniforms(position: int, draw: int, layer: int) -> list[float]:
    return three_uniforms(Stream(SEED, "residence"), position, draw, layer)


@dataclass
class SharedOut:
    """Whole persons in proportion to weights; households begin where ``begins`` says so."""

    size: float
    position: int
    draw: int

    def begins(self, flow: int, place: int) -> bool:
        layer = (flow + 1) * 2**33 + place // 2
        return uniforms(self.position, self.draw, layer)[place % 2] < 1.0 / self.size

    def __call__(
        self, total: int, weights: NDArray[np.float64], uniform: float, flow: int
    ) -> NDArray[np.int64]:
        if total == 0:
            return np.zeros(weights.size, dtype=np.int64)
        cumulated = np.cumsum(weights) / weights.sum() * total
        boundaries = np.minimum(np.floor(cumulated + uniform), total).astype(np.int64)
        boundaries[np.flatnonzero(weights)[-1] :] = total
        boundaries = np.concatenate([[0], boundaries])
        if self.size > 1.0:
            circle = [place for place in range(2 * total) if self.begins(flow, place % total)]
            boundaries = np.array([next(p for p in circle if p >= b) for b in boundaries])
        return np.diff(boundaries)


def in_the_land(persons: int) -> NDArray[np.int64]:
    """Persons of no municipality, beside the first."""
    return np.array([persons, 0, 0, 0])


def leavers(uniform: float, persons: int, probability: float) -> int:
    return int(stats.binom.ppf(uniform, persons, min(probability, 1.0))) if persons else 0


@dataclass
class Walk:
    """One draw, person counts by municipality and group, in plain Python."""

    draw: int
    counts: NDArray[np.bool_]
    months_after: NDArray[np.int64]
    months_after_recognition: NDArray[np.int64]
    household_size: float
    person_months: NDArray[np.int64] = field(default_factory=lambda: np.zeros(4, dtype=np.int64))
    newly_tolerated: NDArray[np.int64] = field(default_factory=lambda: np.zeros(4, dtype=np.int64))
    tolerated_months: NDArray[np.int64] = field(default_factory=lambda: np.zeros(4, dtype=np.int64))
    recognised_months: NDArray[np.int64] = field(
        default_factory=lambda: np.zeros(4, dtype=np.int64)
    )
    stock: list[list[int]] = field(default_factory=list)
    flows: list[dict[str, int]] = field(default_factory=list)
    counted: list[int] = field(default_factory=list)
    recognised_before: NDArray[np.int64] = field(
        default_factory=lambda: np.zeros(4, dtype=np.int64)
    )

    def counted_groups(self, month: int) -> list[str]:
        protected = [name for name, on in zip(PROTECTED, self.counts[month], strict=True) if on]
        return [*COUNTED_ALWAYS, *protected]

    def is_local(self, name: str) -> bool:
        return bool(self.counts[:, PROTECTED.index(name)].any())

    def walk(self) -> None:
        self.cohorts = [np.zeros(4, dtype=np.int64) for _ in range(int(self.months_after.max()))]
        longest = int(self.months_after_recognition.max())
        self.granted = [np.zeros(4, dtype=np.int64) for _ in range(longest)]
        self.start()
        for month in range(MONTHS):
            position = month * (KEY.size + 1)
            self.place(month, SharedOut(self.household_size, position, self.draw))
            counted = self.count(month)
            self.person_months += counted
            self.counted.append(int(counted.sum()))
            fresh = sum(self.cohorts[: self.months_after[month]], np.zeros(4, dtype=np.int64))
            self.tolerated_months += self.people["tolerated"] - fresh
            self.recognised_months += self.people["recognised"]
            self.flows.append(dict.fromkeys(RESIDENCE_FLOWS, 0))
            for place in range(KEY.size):
                self.change(place, position + 1 + place)
            self.unprotect(position)
            people = {name: int(persons.sum()) for name, persons in self.people.items()}
            self.stock.append(
                [
                    people["first_instance"] + people["appeal"],
                    people["recognised"],
                    people["tolerated"],
                    people["temporary_protection"] + people["temporary_protection_late"],
                ]
            )
            self.regularise(position)

    def start(self) -> None:
        share_out = SharedOut(1.0, 0, self.draw)
        counted = self.counted_groups(0)
        total = sum(INITIAL[name] for name in counted)
        owed = np.maximum(obligations(KEY, np.zeros(4), CREDITED, total), 0.0)
        keys = dict.fromkeys(GROUPS, KEY) | {"recognised": RESIDENCE_KEY}
        self.people = {
            name: share_out(INITIAL[name], owed if name in counted else keys[name], 0.5, 0)
            for name in GROUPS
        }
        for name in PROTECTED:
            if not self.is_local(name):
                self.people[name] = in_the_land(INITIAL[name])
        self.recognised_before = self.people["recognised"].copy()

    def count(self, month: int) -> NDArray[np.int64]:
        groups = [self.people[name] for name in self.counted_groups(month)]
        every = groups + self.cohorts[: self.months_after[month]]
        every += self.granted[: self.months_after_recognition[month]]
        return np.asarray(np.sum(every, axis=0))

    def place(self, month: int, share_out: SharedOut) -> None:
        u_first, u_appeal, u_protected, u_recognised = (
            number for layer in (0, 1) for number in uniforms(share_out.position, self.draw, layer)
        )
        counted = self.counted_groups(month)
        owed = np.maximum(
            obligations(KEY, self.count(month), CREDITED, sum(INFLOW[name] for name in counted)),
            0.0,
        )
        residence_rule = np.maximum(
            obligations(
                RESIDENCE_KEY, self.people["recognised"], np.zeros(4), INFLOW["recognised"]
            ),
            0.0,
        )
        for flow, (name, uniform) in enumerate(
            zip(INFLOW, (u_first, u_appeal, u_recognised, u_protected, u_protected), strict=True)
        ):
            weights = owed if name in counted else KEY
            if name == "recognised":
                weights = residence_rule
            if name in PROTECTED and not self.is_local(name):
                coming = in_the_land(INFLOW[name])
            else:
                coming = share_out(INFLOW[name], weights, uniform, flow)
            self.people[name] = self.people[name] + coming

    def change(self, i: int, address: int) -> None:
        u = [number for layer in range(3) for number in local_uniforms(address, self.draw, layer)]
        here = {name: int(persons[i]) for name, persons in self.people.items()}
        decided = leavers(u[0], here["first_instance"], RATES["decided"])
        granted = leavers(u[1], decided, RATES["recognised"])
        rest, share = decided - granted, 1 - RATES["recognised"]
        appeals = (share - RATES["closed"]) * RATES["appealed"]
        appealed = leavers(u[2], rest, appeals / share)
        tolerated = leavers(u[3], rest - appealed, RATES["tolerated"] / (share - appeals))
        heard = leavers(u[4], here["appeal"], RATES["appeal_decided"])
        upheld = leavers(u[5], heard, RATES["appeal_recognised"])
        lost = 1 - RATES["appeal_recognised"]
        in_the_end = leavers(u[6], heard - upheld, RATES["appeal_tolerated"] / lost)
        lately = [int(cohort[i]) for cohort in self.granted]
        free = leavers(u[7], here["recognised"] - sum(lately), RATES["recognised_end"])
        bound = []
        for age, persons in enumerate(lately):
            number = local_uniforms(address, self.draw, 20 + age // 3)[age % 3]
            going = leavers(number, persons, RATES["recognised_end"])
            free += going
            bound.append(persons - going)
        for age, cohort in enumerate(self.granted):
            cohort[i] = bound[age - 1] if age else granted + upheld
        fresh = [int(cohort[i]) for cohort in self.cohorts]
        ending = leavers(u[8], here["tolerated"] - sum(fresh), RATES["tolerated_end"])
        staying = []
        for age, persons in enumerate(fresh):
            going = leavers(
                local_uniforms(address, self.draw, 4 + age // 3)[age % 3],
                persons,
                RATES["tolerated_end"],
            )
            ending += going
            staying.append(persons - going)
        for age, cohort in enumerate(self.cohorts):
            cohort[i] = staying[age - 1] if age else tolerated + in_the_end
        unprotected, late = (
            leavers(uniform, here[name], PROTECTION_END) if self.is_local(name) else 0
            for name, uniform in zip(
                PROTECTED, local_uniforms(address, self.draw, 3)[:2], strict=True
            )
        )
        self.newly_tolerated[i] += tolerated + in_the_end
        for name, change in (
            ("first_instance", -decided),
            ("appeal", appealed - heard),
            ("recognised", granted + upheld - free),
            ("tolerated", tolerated + in_the_end - ending),
            ("temporary_protection", -unprotected),
            ("temporary_protection_late", -late),
        ):
            self.people[name][i] += change
        for name, persons in (
            ("appealed", appealed),
            ("recognised", granted + upheld),
            ("tolerated", tolerated + in_the_end),
            ("left_procedure", rest - appealed - tolerated + heard - upheld - in_the_end),
            ("left_tolerated", ending),
            ("obligation_ended", free),
            ("left_temporary_protection", unprotected + late),
        ):
            self.flows[-1][name] += persons

    def unprotect(self, position: int) -> None:
        followed = [self.is_local(name) for name in PROTECTED]
        if not any(followed):  # both kinds are one group
            early, late = (self.people[name] for name in PROTECTED)
            self.people |= {PROTECTED[0]: early + late, PROTECTED[1]: in_the_land(0)}
        for name, uniform, local in zip(
            PROTECTED, uniforms(position, self.draw, 3), followed, strict=True
        ):
            if not local:
                ended = leavers(uniform, int(self.people[name].sum()), PROTECTION_END)
                self.people[name] = self.people[name] - in_the_land(ended)
                self.flows[-1]["left_temporary_protection"] += ended

    def regularise(self, position: int) -> None:
        uniform = uniforms(position, self.draw, 2)[0]
        flows = self.flows[-1]
        flows["regularised"] = leavers(uniform, flows["left_tolerated"], RATES["regularised"])
        flows["left_tolerated"] -= flows["regularised"]


@pytest.mark.parametrize("counts_until", [(0, MONTHS), (2, 0), (MONTHS, 3), (0, 0)])
@pytest.mark.parametrize("months_after", [(0, MONTHS), (5, MONTHS), (3, 4)])
@pytest.mark.parametrize("months_after_recognition", [(0, MONTHS), (1, MONTHS), (5, 4)])
@pytest.mark.parametrize("household_size", [1.0, 2.5])
def test_kernel_equals_the_obvious_walk(
    counts_until: tuple[int, int],
    months_after: tuple[int, int],
    months_after_recognition: tuple[int, int],
    household_size: float,
) -> None:
    month = np.arange(MONTHS)
    counts = np.stack([month < until for until in counts_until], axis=-1)
    after, after_recognition = (
        np.where(month < until, months, 0)
        for months, until in (months_after, months_after_recognition)
    )
    result = reside(
        Inflows(**{name: np.full((DRAWS, MONTHS), n) for name, n in INFLOW.items()}),
        initial=np.repeat(np.array(list(INITIAL.values()))[:, None], DRAWS, axis=1),
        transitions=Transitions(**{name: np.full(DRAWS, rate) for name, rate in RATES.items()}),
        household_size=np.full(DRAWS, household_size),
        placement=Placement(
            key=np.tile(KEY, (MONTHS, 1)),
            residence_key=np.tile(RESIDENCE_KEY, (MONTHS, 1)),
            credited=np.tile(CREDITED, (MONTHS, 1)),
            temporary_protection_counts=counts,
            temporary_protection_local=np.asarray(counts.any(axis=0)),
            months_after_rejection=after,
            months_after_recognition=after_recognition,
        ),
        calendar=Calendar(
            period=np.zeros(MONTHS, dtype=np.int64),
            year_end=np.where(month == MONTHS - 1, 0, -1),
            last_quarter=np.where(month >= MONTHS - 3, 0, -1),
        ),
        seed=SEED,
        draws=range(FIRST_DRAW, FIRST_DRAW + DRAWS),
    )
    for d in range(DRAWS):
        expected = Walk(FIRST_DRAW + d, counts, after, after_recognition, household_size)
        expected.walk()
        assert np.array_equal(result.person_months[d, 0], expected.person_months)
        assert np.array_equal(result.newly_tolerated[d, 0], expected.newly_tolerated)
        assert np.array_equal(result.tolerated_months[d, 0], expected.tolerated_months)
        assert np.array_equal(result.recognised_months[d, 0], expected.recognised_months)
        assert np.array_equal(result.stock[d], expected.stock)
        assert np.array_equal(result.flows[d], [list(flow.values()) for flow in expected.flows])
        assert np.array_equal(result.counted[d], expected.counted)
        assert result.counted_at_end[d, 0].sum() == expected.counted[-1]
        assert result.counted_last_quarter[d, 0].sum() == sum(expected.counted[-3:])
        assert np.array_equal(result.recognised_before[d], expected.recognised_before)
        assert np.array_equal(result.recognised_at_end[d, 0], expected.people["recognised"])
