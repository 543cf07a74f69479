"""Hosting cost: by hand, in closed form, and what empty places may and may not do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray

from integrasim.world.costs import empty_places, hosting_cost
from integrasim.world.problems import ImpossibleAssumptionError

TEN = [[10.0, 10.0], [10.0, 10.0]]
PERSONS = npst.arrays(
    np.float64,
    st.tuples(st.integers(1, 3), st.integers(1, 6), st.integers(1, 4)),
    elements=st.floats(0.0, 1e5, allow_subnormal=False),
)
SHARES = st.floats(0.0, 1.0, allow_subnormal=False)


def cost(
    draws: int = 1,
    person_years: object = TEN,
    year_shares: list[float] | None = None,
    **changes: float,
) -> NDArray[np.float64]:
    """Cost of the same person-years, (year, municipality), in every draw."""
    options = {
        "kreisfrei": 15_000.0,
        "kreisangehoerig": 11_000.0,
        "index_at_start": 1.2,
        "inflation": 0.1,
        "municipality_sd": 0.0,
        "place_share": 0.0,
        "place_release": 1.0,
    } | changes
    hosted = np.array(person_years, dtype=np.float64)
    return hosting_cost(
        np.broadcast_to(hosted, (draws, *hosted.shape)),
        {name: np.full(draws, value) for name, value in options.items()},
        illness_mean=np.full(draws, 1_000.0),
        is_kreisfrei=np.array([True, False]),
        year_shares=np.ones(len(hosted)) if year_shares is None else np.array(year_shares),
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


@pytest.mark.parametrize(("full", "share"), [(900.0, 0.0), (11_000.0, 0.95)])
def test_a_survey_cost_below_its_parts_is_an_error(full: float, share: float) -> None:
    with pytest.raises(ImpossibleAssumptionError, match="kreisangehoerig"):
        cost(kreisangehoerig=full, place_share=share)


def test_empty_places_by_hand() -> None:
    """10 persons, then 4: 6 places empty, of which half are given up: 3 · 0.4 · 15,000 = 18,000.

    Then 5: one of the 3 is taken, one of the other 2 given up: 1 · 6,000.
    """
    drawn = cost(
        person_years=[[10.0, 10.0], [4.0, 10.0], [5.0, 10.0]],
        index_at_start=1.0,
        inflation=0.0,
        place_share=0.4,
        place_release=0.5,
    )
    assert np.allclose(drawn[0, :, 0], [140_000.0, 4 * 14_000 + 18_000.0, 5 * 14_000 + 6_000.0])
    assert np.allclose(drawn[0, :, 1], 100_000.0)


def test_empty_places_inflate_and_differ_as_the_municipality_does() -> None:
    """All persons leave: what remains is the place share of the year before, risen by 10 %."""
    drawn = cost(
        50,
        person_years=[[10.0, 10.0], [0.0, 0.0]],
        municipality_sd=0.3,
        place_share=0.4,
        place_release=0.0,
    )
    full = np.array([15_000.0, 11_000.0])
    assert np.allclose(drawn[:, 1] / drawn[:, 0], 1.1 * 0.4 * full / (full - 1_000.0))


def test_half_a_year_of_persons_leaves_no_place_empty() -> None:
    """20 persons for a full year, then for six months: the same places, half the year."""
    drawn = cost(
        person_years=[[20.0, 20.0], [10.0, 10.0]],
        year_shares=[1.0, 0.5],
        inflation=0.0,
        place_share=0.5,
        place_release=0.0,
    )
    assert np.allclose(drawn[:, 1], 0.5 * drawn[:, 0])


def test_a_vacancy_of_half_a_year_costs_half_of_a_years() -> None:
    def vacancy(share: float) -> NDArray[np.float64]:
        hosted, covered = [[20.0, 20.0], [0.0, 0.0]], [1.0, share]
        return cost(1, hosted, covered, place_share=0.5, place_release=0.0)[:, 1]

    assert np.allclose(vacancy(0.5), 0.5 * vacancy(1.0))


def test_places_run_off_geometrically() -> None:
    """Closed form: 100 places that nobody needs any more are 100 · 0.7^y after y years."""
    persons = np.zeros((1, 8, 1))
    persons[0, 0, 0] = 100.0
    years = np.arange(1, 8)
    assert np.allclose(empty_places(persons, np.array([0.3]))[0, 1:, 0], 100.0 * 0.7**years)


def test_steady_decline_in_closed_form() -> None:
    """Persons fall by d a year: empty_y = d · Σ_(k=1..y) (1 - r)^k."""
    kept, fall = 0.6, 10.0
    persons = np.linspace(100.0, 100.0 - 8 * fall, 9).reshape(1, 9, 1)
    expected = fall * np.cumsum(kept ** np.arange(9)) - fall
    assert np.allclose(empty_places(persons, np.array([1.0 - kept]))[0, :, 0], expected)


@given(PERSONS, SHARES)
def test_empty_places_stay_within_what_was_once_needed(
    persons: NDArray[np.float64], release: float
) -> None:
    empty = empty_places(persons, np.full(len(persons), release))
    held, needed = persons + empty, np.maximum.accumulate(persons, axis=1)
    assert np.all(empty >= 0.0)
    assert np.all(empty[:, 0] == 0.0)
    assert np.all(held <= needed * (1.0 + 1e-12))


@given(PERSONS, SHARES)
def test_places_held_fall_no_faster_than_they_are_released(
    persons: NDArray[np.float64], release: float
) -> None:
    held = persons + empty_places(persons, np.full(len(persons), release))
    assert np.all(held[:, 1:] >= (1.0 - release) * held[:, :-1] * (1.0 - 1e-12))


@given(PERSONS)
def test_rising_numbers_leave_nothing_empty(persons: NDArray[np.float64]) -> None:
    rising = np.sort(persons, axis=1)
    assert not empty_places(rising, np.zeros(len(persons))).any()


@given(PERSONS)
def test_immediate_release_leaves_nothing_empty(persons: NDArray[np.float64]) -> None:
    assert not empty_places(persons, np.ones(len(persons))).any()


@given(PERSONS, SHARES, st.sampled_from([0.25, 2.0, 1024.0]))
def test_empty_places_scale_with_the_persons(
    persons: NDArray[np.float64], release: float, factor: float
) -> None:
    """Factors are powers of two, so that scaling is exact."""
    rate = np.full(len(persons), release)
    assert np.array_equal(
        empty_places(factor * persons, rate), factor * empty_places(persons, rate)
    )


@given(PERSONS, st.tuples(SHARES, SHARES).map(sorted))
def test_a_slower_release_leaves_more_empty(
    persons: NDArray[np.float64], rates: list[float]
) -> None:
    fast, slow = (empty_places(persons, np.full(len(persons), rate)) for rate in rates[::-1])
    assert np.all(fast <= slow * (1.0 + 1e-12) + 1e-9)


HOSTED = npst.arrays(
    np.float64,
    st.tuples(st.integers(1, 6), st.just(2)),
    elements=st.floats(0.0, 1e5, allow_subnormal=False),
)
PLACE_SHARES = st.floats(0.0, 0.9)


@given(HOSTED, PLACE_SHARES, SHARES)
def test_cost_is_never_below_that_without_places(
    hosted: NDArray[np.float64], share: float, release: float
) -> None:
    with_places = cost(person_years=hosted, place_share=share, place_release=release)
    assert np.all(with_places >= cost(person_years=hosted))


@given(HOSTED, PLACE_SHARES, SHARES)
def test_cost_falls_no_faster_than_places_are_released(
    hosted: NDArray[np.float64], share: float, release: float
) -> None:
    """At constant prices at least the cost of the places that are kept goes on."""
    drawn = cost(person_years=hosted, inflation=0.0, place_share=share, place_release=release)
    full = np.array([15_000.0, 11_000.0])
    kept = (1.0 - release) * share * full / (full - 1_000.0)
    assert np.all(drawn[:, 1:] >= kept * drawn[:, :-1] * (1.0 - 1e-12))


@given(HOSTED, PLACE_SHARES)
def test_immediate_release_is_the_cost_without_places_bit_for_bit(
    hosted: NDArray[np.float64], share: float
) -> None:
    assert np.array_equal(cost(person_years=hosted, place_share=share), cost(person_years=hosted))
