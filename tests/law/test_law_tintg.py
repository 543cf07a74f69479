"""The TIntG: lump sums, the grants of 2018 and 2019, the floor, against figures and properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.law.bases import periods, places

from integrasim.law.account import Account
from integrasim.law.basis import nobody
from integrasim.law.indexation import Indexed
from integrasim.law.instruments import INSTRUMENTS
from integrasim.law.instruments.tintg import FINANCED_FROM_THE_FLOOR, floor_growth
from integrasim.law.settlement import settle
from integrasim.statutes import load_statute_book

if TYPE_CHECKING:
    from integrasim.law.basis import LawBasis
    from integrasim.law.parameters import Law
    from integrasim.law.payment import Payment

BOOK = load_statute_book()
LAW = BOOK.as_of(date(2026, 3, 1))
BY_ID = {each.id: each for each in INSTRUMENTS}
TOTAL = {2018: 100e6, 2019: 400e6}
MINIMUM = {2018: 50_000, 2019: 100_000}
EURO = 1.0
CENT = 0.005

COUNTS = st.integers(0, 20_000)


def basis(years: tuple[int, ...], size: int, draws: int = 1, **counts: Any) -> LawBasis:
    """A world of whole years in which every second municipality is a kreisfreie Stadt."""
    free = [index % 2 == 0 for index in range(size)]
    when = periods(*(date(year, 1, 1) for year in years))
    empty = nobody(when, places(free, kreis_count=2, years=len(years)), draws=draws)
    arrays: dict[str, Any] = {name: np.asarray(value) for name, value in counts.items()}
    return replace(empty, **arrays)


def paid(instrument: str, world: LawBasis, law: Law = LAW) -> Payment:
    return Account(law, world, BY_ID).paid(instrument)


def grants(year: int, assigned: list[int], bound: list[int], law: Law = LAW) -> np.ndarray:
    """The grants of one draw, (municipality,)."""
    world = basis((year,), len(assigned), assigned=[[assigned]], residence_bound=[[bound]])
    received = paid("tintg.grant", world, law).municipalities
    assert received is not None
    return np.asarray(received[0, 0])


groups = st.integers(2, 30).flatmap(
    lambda size: st.tuples(
        st.lists(COUNTS, min_size=size, max_size=size).filter(any),
        st.lists(COUNTS, min_size=size, max_size=size).filter(any),
    )
)


# Parameters


def test_no_figure_that_we_chose_passes_as_law() -> None:
    """§§ 14a (1), 14c (1) of 2012, §§ 3 (2), 17 (1), and the ministry on the minimum of 2019."""
    enacted = {
        (name, value.first_day.year)
        for name, parameter in BOOK.parameters.items()
        for value in parameter.values
        if name.startswith("tintg.") and value.status == "enacted"
    }
    assert enacted == {
        ("tintg.lump_sum_per_quarter", 2022),
        ("tintg.grant_total", 2018),
        ("tintg.grant_total", 2019),
        ("tintg.grant_minimum", 2019),
        ("tintg.grant_kreise_total", 2019),
        ("tintg.floor", 2022),
        ("tintg.floor_pay_weight", 2023),
    }


def test_every_value_names_its_act_agreement_or_index() -> None:
    marks = ("GV. NRW.", "TV-L", "Verbraucherpreisindex")
    for name, parameter in BOOK.parameters.items():
        if name.startswith("tintg."):
            assert (parameter.changes, parameter.placement) == ("year", False)
            for value in parameter.values:
                assert any(mark in value.reference for mark in marks)


# Lump sums


@given(st.lists(COUNTS, min_size=1, max_size=9), st.sampled_from([(2021, 250), (2022, 300)]))
def test_a_lump_sum_for_each_person_and_quarter(persons: list[int], year: tuple[int, int]) -> None:
    day, rate = year
    world = basis((day,), len(persons), newcomers=[[persons]])
    received = paid("tintg.lump_sum", world).municipalities
    assert received is not None
    assert received[0, 0].tolist() == [rate * each for each in persons]


# Grants


@pytest.mark.parametrize("year", [2018, 2019])
@given(groups=groups)
def test_the_grants_are_the_pot_to_the_euro(year: int, groups: tuple[list[int], list[int]]) -> None:
    received = grants(year, *groups)
    assert np.array_equal(received, np.rint(received))
    assert received.sum() == TOTAL[year]
    assert received.min() >= MINIMUM[year]


@pytest.mark.parametrize("year", [2018, 2019])
@given(groups=groups)
def test_who_is_above_the_minimum_shares_by_the_key(
    year: int, groups: tuple[list[int], list[int]]
) -> None:
    """All above it receive the same multiple of their key, and nobody at it would have more."""
    assigned, bound = (np.array(each, dtype=float) for each in groups)
    key = 0.4 * assigned / assigned.sum() + 0.6 * bound / bound.sum()
    received = grants(year, *groups)
    above = received > MINIMUM[year] + EURO
    multiple = received[above].sum() / key[above].sum()
    assert np.abs(received[above] - multiple * key[above]).max() <= 2 * EURO
    assert (key[~above] * multiple <= MINIMUM[year] + 2 * EURO).all()


@given(groups=groups, more=st.integers(1, 20_000))
def test_more_persons_never_bring_less(groups: tuple[list[int], list[int]], more: int) -> None:
    assigned, bound = groups
    first = grants(2018, assigned, bound)[0]
    for changed in (
        grants(2018, [assigned[0] + more, *assigned[1:]], bound),
        grants(2018, assigned, [bound[0] + more, *bound[1:]]),
    ):
        assert changed[0] >= first - EURO
        assert changed.sum() == 100e6


@given(groups=groups, seed=st.integers(0, 1000))
def test_another_order_of_municipalities_changes_nothing(
    groups: tuple[list[int], list[int]], seed: int
) -> None:
    """But for a euro that a remainder as large as another one's may bring to the first of both."""
    order = np.random.default_rng(seed).permutation(len(groups[0]))
    assigned, bound = ([each[index] for index in order] for each in groups)
    there = grants(2019, assigned, bound)
    assert np.abs(there - grants(2019, *groups)[order]).max() <= EURO


def test_nobody_there_at_all() -> None:
    """Then nothing says whose the rest is, and everyone receives the minimum."""
    assert grants(2018, [0, 0, 0], [0, 0, 0]).tolist() == [50_000] * 3


def test_a_pot_that_does_not_suffice_goes_to_all_alike() -> None:
    """But for the euro that 100,000 leave after three times 33,333."""
    poor = LAW.override({"tintg.grant_total": [(date(2018, 1, 1), 100_000)]})
    received = grants(2018, [1, 2, 3], [1, 2, 3], poor)
    assert sorted(received.tolist()) == [33_333, 33_333, 33_334]


def test_a_grant_that_is_abolished_pays_nothing() -> None:
    none = LAW.override({"tintg.grant_total": [(date(2018, 1, 1), 0)]})
    assert grants(2018, [1, 2, 3], [1, 2, 3], none).tolist() == [0, 0, 0]


def test_a_grant_of_another_year_needs_a_weight() -> None:
    """Without one there is no key; a weight of 0 would be a key by the residence rule alone."""
    total = LAW.override({"tintg.grant_total": [(date(2020, 1, 1), 100e6)]})
    assert grants(2020, [3, 1], [1, 1], total).tolist() == [0, 0]
    weighed = total.override({"tintg.grant_assigned_weight": [(date(2020, 1, 1), 1.0)]})
    assert grants(2020, [3, 1], [1, 1], weighed).tolist() == [75e6, 25e6]


@given(groups=groups)
def test_the_kreise_share_what_is_theirs(groups: tuple[list[int], list[int]]) -> None:
    """The kreisangehörige municipalities of `places` all belong to the first of two Kreise."""
    world = basis(
        (2018, 2019), len(groups[0]), assigned=[[groups[0]] * 2], residence_bound=[[groups[1]] * 2]
    )
    received = paid("tintg.grant_kreise", world).kreise
    assert received is not None
    anybody = any(persons[1::2] != [0] * len(persons[1::2]) for persons in groups)
    assert received[0].tolist() == [[0.0, 0.0, 0.0], [32.8e6 if anybody else 0.0, 0.0, 0.0]]


def test_the_whole_federal_lump_sum_of_2019() -> None:
    """432.8 million EUR, as published (rp-online.de, aid-37704473)."""
    world = basis(
        (2018, 2019), 4, assigned=[[[1, 2, 3, 4]] * 2], residence_bound=[[[4, 3, 2, 1]] * 2]
    )
    columns = ["tintg.grant", "tintg.grant_kreise"]
    cost = settle(LAW, world, instruments=[BY_ID[name] for name in columns]).land_cost[0]
    assert cost.sum(axis=1).tolist() == [100e6, 432.8e6]


def test_each_draw_has_its_own_grants() -> None:
    rng = np.random.default_rng(5)
    assigned, bound = rng.integers(0, 500, (2, 4, 1, 6))
    together = paid(
        "tintg.grant", basis((2019,), 6, 4, assigned=assigned, residence_bound=bound)
    ).municipalities
    assert together is not None
    for draw in range(4):
        alone = grants(2019, assigned[draw, 0].tolist(), bound[draw, 0].tolist())
        assert np.array_equal(together[draw, 0], alone)


# The floor


def test_the_floor_grows_as_published() -> None:
    """2.8 and 7.4 %, 0 and 5.1 %, 4.76 and 2 %, 5.5 and 2 %, four fifths and one fifth."""
    growth = np.cumprod([1.0, 1.0372, 1.0102, 1.04208, 1.048])
    found = [floor_growth(LAW, year) for year in range(2022, 2027)]
    assert found == pytest.approx(growth.tolist(), rel=1e-12)


def test_the_growth_is_one_where_no_floor_is_in_force() -> None:
    assert floor_growth(LAW, 2021) == 1.0


def test_the_horizon_does_not_matter_to_the_growth() -> None:
    """A horizon from 2025 has the floor of 2025, not that of 2022."""
    long, short = (
        paid("tintg.floor", basis(years, 1)).total[0, -1]
        + sum(paid(each.id, basis(years, 1)).total[0, -1] for each in FINANCED_FROM_THE_FLOOR)
        for years in ((2022, 2023, 2024, 2025), (2025,))
    )
    assert long == short == pytest.approx(130e6 * floor_growth(LAW, 2025))


@given(st.integers(0, 200_000), st.integers(2022, 2029))
def test_together_with_what_it_finances_it_is_the_floor_or_more(persons: int, year: int) -> None:
    world = basis((year,), 1, newcomers=[[[4 * persons]]])
    financed = sum(float(paid(each.id, world).total[0, 0]) for each in FINANCED_FROM_THE_FLOOR)
    top_up = float(paid("tintg.floor", world).total[0, 0])
    floor = 130e6 * floor_growth(LAW, year)
    assert financed >= 1200 * persons
    assert top_up == pytest.approx(max(0.0, floor - financed), abs=CENT)


def test_the_integration_lump_sums_are_financed_from_it() -> None:
    one = LAW.override({"tintg.floor": [(date(2012, 1, 1), 1e6)]})
    world = basis((2012,), 1, newcomers=[[[1000]]])
    assert paid("tintg.floor", world, one).total.tolist() == [[750_000.0]]


def test_another_index_of_the_floor_states_from_which_amount() -> None:
    """The 130 million EUR in force are those of 2022, not what has become of them."""
    day = date(2026, 1, 1)
    with pytest.raises(ValueError, match=r"tintg.floor: the law itself carries this amount"):
        LAW.override({"tintg.floor": [(day, Indexed(0.03))]})
    other = LAW.override({"tintg.floor": [(day, Indexed(0.03, 150e6))]})
    floors = [
        other.value("tintg.floor", date(year, 1, 1)) * floor_growth(other, year)
        for year in (2026, 2027)
    ]
    assert floors == pytest.approx([150e6, 154.5e6])
