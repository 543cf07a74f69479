"""Settlement: the toy Land by hand, and what must hold for any world and any law."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.law.bases import basis_of, periods, places

from integrasim.law.basis import LawBasis, Ledger, Periods
from integrasim.law.instruments import of_programmes
from integrasim.law.settlement import Settlement, parameters_read
from integrasim.law.settlement import settle as settle_instruments
from integrasim.statutes import load_statute_book

if TYPE_CHECKING:
    from integrasim.law.parameters import Law

Floats = NDArray[np.float64]
Rows = list[tuple[int, int, int, float]]
BOOK = load_statute_book()
LAW = BOOK.as_of(date(2025, 1, 1))
FLUAG = of_programmes("fluag")
IDS = [instrument.id for instrument in FLUAG]
THRESHOLD = "fluag.illness_threshold"
# Adorf is a kreisfreie Stadt; Bestadt, Cedorf and Detal belong to one Kreis.
TOY_IS_KREISFREI = np.array([True, False, False, False])


def settle(law: Law, basis: LawBasis) -> Settlement:
    """Settle the FlüAG alone."""
    return settle_instruments(law, basis, instruments=FLUAG)


def ledger(rows: Rows, floor: float = 0.0) -> Ledger:
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    draw, year, municipality = (np.array(column, dtype=np.intp) for column in columns[:3])
    cost = np.array(columns[3], dtype=np.float64)
    return Ledger(draw=draw, year=year, municipality=municipality, cost=cost, floor=floor)


def toy_basis(
    *start: date,
    person_months: dict[date, list[int]],
    newly_tolerated: dict[date, list[int]] | None = None,
    rows: Rows | None = None,
    kreis_count: int = 1,
) -> LawBasis:
    """One draw of the toy Land."""
    tolerated = newly_tolerated or {}
    return basis_of(
        when=periods(*start),
        person_months=np.array([[person_months.get(day, [0] * 4) for day in start]]),
        newly_tolerated=np.array([[tolerated.get(day, [0] * 4) for day in start]]),
        ledger=ledger(rows or []),
        is_kreisfrei=TOY_IS_KREISFREI,
        kreis_count=kreis_count,
    )


def cost(result: Settlement, instrument: str) -> list[float]:
    """What the Land pays by an instrument in the first draw, per year."""
    return [float(amount) for amount in result.land_cost[0, :, IDS.index(instrument)]]


# The toy Land by hand


def test_instruments() -> None:
    assert IDS == [
        "fluag.lump_sum",
        "fluag.one_off",
        "fluag.illness",
        "fluag.kreis_lump_sum",
        "fluag.guarantee",
        "fluag.pool",
        "fluag.tolerated_compensation",
        "fluag.city_lump_sum",
    ]
    assert [each.id for each in FLUAG if each.recipient == "kreis"] == ["fluag.kreis_lump_sum"]
    assert all(name in BOOK.parameters for name in parameters_read(FLUAG))
    assert all(not BOOK.parameters[name].placement for name in parameters_read(FLUAG))


def test_toy_land_over_three_years() -> None:
    y2023, y2024, y2025 = (date(year, 1, 1) for year in (2023, 2024, 2025))
    basis = toy_basis(
        y2023,
        y2024,
        y2025,
        person_months={
            y2023: [1_000, 500, 300, 200],
            y2024: [1_200, 600, 300, 0],
            y2025: [10, 20, 30, 40],
        },
        newly_tolerated={y2023: [0, 2, 0, 0], y2025: [1, 0, 0, 3]},
        rows=[
            (0, 0, 0, 50_000.0),  # 2023: 35,000 is the threshold
            (0, 0, 1, 34_999.0),
            (0, 1, 3, 80_000.0),  # 2024: the same
            (0, 2, 3, 30_000.0),  # 2025: 25,000
            (0, 2, 3, 45_000.0),
            (0, 2, 0, 25_000.0),
        ],
    )
    # the raise brings 1,200 · 178 + 900 · 138 = 337,800; 210,000 are missing to 547,800
    law = LAW.override({"fluag.guarantee_minimum": [(y2024, 547_800.0)]})
    result = settle(law, basis)
    lump_sums = [
        [1_125_000, 437_500, 262_500, 175_000],
        [1_563_600, 607_800, 303_900, 0],
        [13_030, 20_260, 30_390, 40_520],
    ]
    one_off = [[0, 24_000, 0, 0], [0, 0, 0, 0], [12_000, 0, 0, 36_000]]
    illness = [[15_000, 0, 0, 0], [0, 0, 0, 45_000], [0, 0, 0, 25_000]]
    guarantee = [[0, 0, 0, 0], [120_000, 60_000, 30_000, 0], [0, 0, 0, 0]]
    # 100 m EUR for persons tolerated before 2021, a quarter for each by the key
    compensation = [[25e6] * 4, [25e6] * 4, [0] * 4]
    parts = np.array([lump_sums, one_off, illness, guarantee, compensation])
    np.testing.assert_array_equal(result.transfer[0], parts.sum(axis=0))
    np.testing.assert_array_equal(result.illness_reimbursement[0], illness)
    np.testing.assert_array_equal(cost(result, "fluag.lump_sum"), np.sum(lump_sums, axis=1))
    np.testing.assert_array_equal(cost(result, "fluag.one_off"), np.sum(one_off, axis=1))
    np.testing.assert_array_equal(cost(result, "fluag.illness"), np.sum(illness, axis=1))
    np.testing.assert_array_equal(cost(result, "fluag.guarantee"), np.sum(guarantee, axis=1))
    assert cost(result, "fluag.kreis_lump_sum") == [0, 0, 500_000]


def test_periods_of_one_year_have_rates_of_their_own() -> None:
    first, second = date(2026, 1, 1), date(2026, 7, 1)
    basis = toy_basis(
        first,
        second,
        person_months={first: [10, 10, 0, 0], second: [10, 10, 0, 0]},
        newly_tolerated={first: [1, 0, 0, 0], second: [1, 0, 0, 0]},
    )
    law = LAW.override(
        {
            "fluag.lump_sum_kreisfrei": [(second, 1_400.0)],
            "fluag.one_off_tolerated": [(second, 15_000.0)],
        }
    )
    result = settle(law, basis)
    expected = [13_030 + 14_000 + 12_000 + 15_000, 2 * 10_130, 0, 0]
    np.testing.assert_array_equal(result.transfer[0, 0], expected)


def test_the_raise_of_december_2024_is_retroactive() -> None:
    start = date(2024, 1, 1)
    basis = toy_basis(start, person_months={start: [100, 10, 0, 0]})
    before = settle(BOOK.as_of(date(2024, 6, 1)), basis)
    after = settle(BOOK.as_of(date(2024, 12, 10)), basis)
    assert cost(before, "fluag.lump_sum") == [100 * 1125 + 10 * 875]
    assert cost(before, "fluag.guarantee") == [0]
    assert cost(after, "fluag.lump_sum") == [100 * 1303 + 10 * 1013]


def test_the_guarantee_of_2024_reaches_70_5_million() -> None:
    start = date(2024, 1, 1)
    basis = toy_basis(start, person_months={start: [100_000, 200_000, 0, 0]})
    raised = 100_000 * 178 + 200_000 * 138
    assert cost(settle(LAW, basis), "fluag.guarantee") == pytest.approx([70.5e6 - raised])
    plenty = toy_basis(start, person_months={start: [400_000, 200_000, 0, 0]})
    assert cost(settle(LAW, plenty), "fluag.guarantee") == [0]


def test_the_guarantee_counts_all_periods_of_its_year() -> None:
    first, second = date(2024, 1, 1), date(2024, 7, 1)
    months = {first: [600, 300, 150, 0], second: [600, 300, 150, 0]}
    cut = settle(LAW, toy_basis(first, second, person_months=months))
    whole = settle(LAW, toy_basis(first, person_months={first: [1_200, 600, 300, 0]}))
    np.testing.assert_array_equal(cut.transfer, whole.transfer)
    np.testing.assert_array_equal(cut.land_cost, whole.land_cost)


def test_a_guarantee_needs_reference_rates() -> None:
    start = date(2025, 1, 1)
    basis = toy_basis(start, person_months={start: [10, 10, 10, 10]})
    law = LAW.override({"fluag.guarantee_minimum": [(date(2024, 1, 1), 1e6)]})
    assert cost(settle(law, basis), "fluag.guarantee") == [0]
    rates = {"fluag.guarantee_reference_kreisfrei": [(start, 1_303.0)]}
    assert cost(settle(law.override(rates), basis), "fluag.guarantee") == [0]
    rates["fluag.guarantee_reference_kreisangehoerig"] = [(start, 1_013.0)]
    assert cost(settle(law.override(rates), basis), "fluag.guarantee") == [1e6]


def test_without_person_months_no_one_can_receive_the_guarantee() -> None:
    basis = toy_basis(date(2024, 1, 1), person_months={})
    guarantee = [each for each in FLUAG if each.id == "fluag.guarantee"]
    result = settle_instruments(LAW, basis, instruments=guarantee)
    np.testing.assert_array_equal(result.land_cost, 0)
    np.testing.assert_array_equal(result.transfer, 0)


def test_31_kreise_receive_15_5_million_from_2025() -> None:
    start = (date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1))
    result = settle(LAW, toy_basis(*start, person_months={}, kreis_count=31))
    assert cost(result, "fluag.kreis_lump_sum") == [0, 15.5e6, 15.5e6]
    np.testing.assert_array_equal(result.kreis_transfer.sum(axis=-1)[0], [0, 15.5e6, 15.5e6])
    np.testing.assert_array_equal(result.transfer[0, 1:], 0)


def test_yearly_amounts_are_cut_to_the_months_simulated() -> None:
    """Half of 2024: half of 70.5 m EUR; a quarter of 2025: a quarter of 15.5 m EUR."""
    start = (date(2024, 7, 1), date(2025, 1, 1))
    basis = toy_basis(*start, person_months={start[0]: [1, 0, 0, 0]}, kreis_count=31)
    part = replace(basis, periods=replace(basis.periods, year_shares=(0.5, 0.25)))
    additional = 1303 - 1125
    assert cost(settle(LAW, part), "fluag.guarantee") == [35_250_000 - additional, 0]
    assert cost(settle(LAW, part), "fluag.kreis_lump_sum") == [0, 3_875_000]
    assert cost(settle(LAW, basis), "fluag.kreis_lump_sum") == [0, 15_500_000]


@pytest.mark.parametrize("shares", [(0.5,), (0.0, 1.0), (1.0, 1.1)])
def test_year_shares_must_fit(shares: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="year_shares must be one number"):
        replace(periods(date(2024, 1, 1), date(2025, 1, 1)), year_shares=shares)


def with_key(basis: LawBasis, *key: float) -> LawBasis:
    """The same basis with another key in every year."""
    keys = np.array([key] * len(basis.periods.years))
    return replace(basis, municipalities=replace(basis.municipalities, key=keys))


def test_the_pools_of_2015_and_2016_are_shared_by_the_key() -> None:
    start = (date(2015, 1, 1), date(2016, 1, 1), date(2017, 1, 1))
    months = {day: [0, 0, 0, 100] for day in start}
    basis = with_key(toy_basis(*start, person_months=months), 0.5, 0.25, 0.25, 0.0)
    result = settle(LAW, basis)
    assert cost(result, "fluag.pool") == [432e6, 1_947_540_000, 0]
    np.testing.assert_array_equal(result.transfer[0, 0], [216e6, 108e6, 108e6, 0])
    np.testing.assert_array_equal(result.transfer[0, 2], [0, 0, 0, 86_600])
    early = settle(BOOK.as_of(date(2015, 9, 30)), basis)
    assert cost(early, "fluag.pool") == [183_046_000, 0, 0]


def test_persons_tolerated_before_2021_are_compensated_in_four_years() -> None:
    start = tuple(date(year, 1, 1) for year in range(2020, 2026))
    basis = with_key(toy_basis(*start, person_months={}), 0.5, 0.25, 0.25, 0.0)
    result = settle(LAW, basis)
    amounts = [0, 175e6, 175e6, 100e6, 100e6, 0]
    assert cost(result, "fluag.tolerated_compensation") == amounts
    np.testing.assert_array_equal(result.transfer[0, :, 1], [a / 4 for a in amounts])


def test_a_lump_sum_for_cities_is_an_option_only() -> None:
    start = (date(2026, 1, 1), date(2027, 1, 1))
    basis = toy_basis(*start, person_months={})
    assert cost(settle(LAW, basis), "fluag.city_lump_sum") == [0, 0]
    law = LAW.override({"fluag.city_lump_sum": [(start[1], 500_000.0)]})
    result = settle(law, replace(basis, periods=replace(basis.periods, year_shares=(1.0, 0.5))))
    assert cost(result, "fluag.city_lump_sum") == [0, 250_000]
    np.testing.assert_array_equal(result.transfer[0, 1], [250_000, 0, 0, 0])
    np.testing.assert_array_equal(result.kreis_transfer[0, 1], [250_000, 0])


def test_instruments_not_in_force_pay_nothing() -> None:
    # The model knows the FlüAG from 2015 on: the pool, § 4b, from 2017 lump sums per person.
    start = date(2014, 1, 1)
    basis = toy_basis(
        start,
        person_months={start: [100, 100, 100, 100]},
        newly_tolerated={start: [1, 1, 1, 1]},
        rows=[(0, 0, 0, 1e6)],
    )
    result = settle(LAW, basis)
    np.testing.assert_array_equal(result.land_cost, 0)
    np.testing.assert_array_equal(result.transfer, 0)
    np.testing.assert_array_equal(result.illness_reimbursement, 0)


def test_the_threshold_of_a_year_is_that_of_its_first_day() -> None:
    # A horizon that begins in July still has the threshold of 1 January.
    start = date(2025, 7, 1)
    result = settle(LAW, toy_basis(start, person_months={}, rows=[(0, 0, 2, 100_000.0)]))
    np.testing.assert_array_equal(result.illness_reimbursement[0, 0], [0, 0, 75_000, 0])


def test_published_thresholds_of_2015() -> None:
    # Act of 18.12.2014: 70,000 EUR; the 9th amendment of 2016 put 35,000 EUR in its place.
    basis = toy_basis(date(2015, 1, 1), person_months={}, rows=[(0, 0, 0, 80_000.0)])
    assert cost(settle(BOOK.as_of(date(2015, 12, 31)), basis), "fluag.illness") == [10_000]
    assert cost(settle(LAW, basis), "fluag.illness") == [45_000]


def test_a_threshold_below_the_floor_of_the_ledger_is_an_error() -> None:
    start = date(2025, 1, 1)
    basis = basis_of(
        when=periods(start),
        person_months=np.zeros((1, 1, 4), dtype=np.int64),
        newly_tolerated=np.zeros((1, 1, 4), dtype=np.int64),
        ledger=ledger([(0, 0, 0, 20_000.0)], floor=15_000.0),
        is_kreisfrei=TOY_IS_KREISFREI,
        kreis_count=1,
    )
    at_the_floor = settle(LAW.override({THRESHOLD: [(start, 15_000.0)]}), basis)
    assert cost(at_the_floor, "fluag.illness") == [5_000]
    with pytest.raises(ValueError, match=r"14,999 EUR in 2025 lies below the floor .* 15,000 EUR"):
        settle(LAW.override({THRESHOLD: [(start, 14_999.0)]}), basis)


# What must hold for any world


@st.composite
def bases(draw: st.DrawFn) -> LawBasis:
    """Worlds of a few draws from 2022 to 2025, with periods within a year."""
    draws, municipalities = draw(st.integers(1, 4)), draw(st.integers(1, 6))
    cuts = periods(
        date(2022, 1, 1), date(2023, 1, 1), date(2023, 12, 1), date(2024, 1, 1), date(2025, 1, 1)
    )
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    shape = (draws, 5, municipalities)
    rows = draw(st.integers(0, 30))
    return basis_of(
        when=cuts,
        person_months=random.integers(0, draw(st.sampled_from([1, 50, 100_000])), shape),
        newly_tolerated=random.integers(0, 5, shape),
        ledger=Ledger(
            draw=np.sort(random.integers(0, draws, rows)),
            year=random.integers(0, 4, rows),
            municipality=random.integers(0, municipalities, rows),
            cost=random.choice([15_000.0, 25_000.0, 35_000.0, 1.0], rows)
            + random.gamma(0.5, 4e4, rows),
        ),
        is_kreisfrei=random.random(municipalities) < 0.4,
        kreis_count=draw(st.integers(0, 31)),
    )


def with_threshold(value: float, law: Law = LAW) -> Law:
    return law.override({THRESHOLD: [(date(2022, 1, 1), value)]})


def reimbursement(basis: LawBasis, threshold: float) -> Floats:
    return settle(with_threshold(threshold), basis).illness_reimbursement


def assert_same_bits(one: Settlement, other: Settlement) -> None:
    for name in ("land_cost", "transfer", "illness_reimbursement"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()


@given(bases())
def test_to_the_cent_the_land_pays_what_the_municipalities_receive(basis: LawBasis) -> None:
    result = settle(LAW, basis)
    to_municipalities = [each.recipient == "municipality" for each in FLUAG]
    paid = result.land_cost[:, :, to_municipalities].sum(axis=-1)
    np.testing.assert_allclose(paid, result.transfer.sum(axis=-1), rtol=0, atol=0.005)
    np.testing.assert_allclose(
        result.land_cost[:, :, IDS.index("fluag.illness")],
        result.illness_reimbursement.sum(axis=-1),
        rtol=0,
        atol=0.005,
    )
    assert (result.land_cost >= 0).all()
    assert (result.transfer >= result.illness_reimbursement).all()


@given(bases(), st.floats(0, 1e5), st.floats(0, 1e5))
def test_reimbursement_falls_as_the_threshold_rises(
    basis: LawBasis, one: float, other: float
) -> None:
    low, high = sorted([one, other])
    assert (reimbursement(basis, low) >= reimbursement(basis, high) - 1e-6).all()


@given(bases(), st.floats(0, 1e5), st.floats(0, 1e5), st.floats(0, 1))
def test_reimbursement_is_convex_in_the_threshold(
    basis: LawBasis, one: float, other: float, weight: float
) -> None:
    between = reimbursement(basis, weight * one + (1 - weight) * other)
    chord = weight * reimbursement(basis, one) + (1 - weight) * reimbursement(basis, other)
    assert (between <= chord + 1e-6).all()


@given(bases())
def test_layers_add_up(basis: LawBasis) -> None:
    # 25,000 to 35,000 EUR per case, computed row by row, plus what lies above 35,000 EUR
    rows = basis.ledger
    layer = np.zeros(basis.shape)
    for row, case in enumerate(rows.cost):
        part = min(max(case - 25_000.0, 0.0), 10_000.0)
        layer[rows.draw[row], rows.year[row], rows.municipality[row]] += part
    total = layer + reimbursement(basis, 35_000.0)
    np.testing.assert_allclose(total, reimbursement(basis, 25_000.0), rtol=0, atol=1e-6)


@given(bases())
def test_a_null_option_gives_the_same_bits(basis: LawBasis) -> None:
    null = LAW.override(
        {
            THRESHOLD: [(date(2022, 1, 1), 35_000.0), (date(2025, 1, 1), 25_000.0)],
            "fluag.lump_sum_kreisfrei": [(date(2024, 1, 1), 1_303.0)],
            "fluag.kreis_lump_sum": [(date(2025, 1, 1), 500_000.0)],
        }
    )
    assert_same_bits(settle(LAW, basis), settle(null, basis))


@given(bases())
def test_settling_twice_gives_the_same_bits(basis: LawBasis) -> None:
    assert_same_bits(settle(LAW, basis), settle(LAW, basis))


def reordered(basis: LawBasis, order: NDArray[np.intp]) -> LawBasis:
    """The same world with its municipalities in another order."""
    rank = np.argsort(order)
    old, where = basis.ledger, basis.municipalities
    return replace(
        basis,
        municipalities=replace(
            where,
            is_kreisfrei=where.is_kreisfrei[order],
            kreis=where.kreis[order],
            population=where.population[order],
            key=where.key[:, order],
        ),
        person_months=basis.person_months[:, :, order],
        newly_tolerated=basis.newly_tolerated[:, :, order],
        ledger=Ledger(old.draw, old.year, rank[old.municipality], old.cost, old.floor),
    )


@given(bases(), st.integers(0, 2**32 - 1))
def test_reordering_municipalities_reorders_the_result(basis: LawBasis, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(basis.municipalities.size)
    one, other = settle(LAW, basis), settle(LAW, reordered(basis, order))
    np.testing.assert_array_equal(other.transfer, one.transfer[:, :, order])
    np.testing.assert_array_equal(
        other.illness_reimbursement, one.illness_reimbursement[:, :, order]
    )
    np.testing.assert_allclose(other.land_cost, one.land_cost, rtol=1e-14)


def block(basis: LawBasis, draws: slice) -> LawBasis:
    """Some draws of a world."""
    old = basis.ledger
    first, last, _ = draws.indices(basis.shape[0])
    inside = (old.draw >= first) & (old.draw < last)
    return replace(
        basis,
        person_months=basis.person_months[draws],
        newly_tolerated=basis.newly_tolerated[draws],
        ledger=Ledger(
            old.draw[inside] - first,
            old.year[inside],
            old.municipality[inside],
            old.cost[inside],
            old.floor,
        ),
        assigned=basis.assigned[draws],
        residence_bound=basis.residence_bound[draws],
        newcomers=basis.newcomers[draws],
    )


@given(bases(), st.integers(0, 4))
def test_a_draw_depends_on_no_other_draw(basis: LawBasis, cut: int) -> None:
    law = LAW.override({"fluag.lump_sum_kreisangehoerig": [(date(2022, 1, 1), 1013.37)]})
    whole = settle(law, basis)
    for draws in (slice(0, cut), slice(cut, None)):
        part = settle(law, block(basis, draws))
        assert part.land_cost.tobytes() == whole.land_cost[draws].tobytes()
        assert part.transfer.tobytes() == whole.transfer[draws].tobytes()


@given(bases())
def test_the_basis_stays_as_it_is(basis: LawBasis) -> None:
    rows = basis.ledger
    where = basis.municipalities
    arrays: list[NDArray[Any]] = [basis.person_months, basis.newly_tolerated, where.is_kreisfrei]
    arrays += [rows.draw, rows.year, rows.municipality, rows.cost, basis.periods.year_index]
    for array in arrays:
        array.setflags(write=False)
    before = [array.copy() for array in arrays]
    result = settle(LAW, basis)
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)
        for name in ("land_cost", "transfer", "illness_reimbursement"):
            assert not np.shares_memory(getattr(result, name), array)


# Wrong inputs


def test_periods_must_fit_their_years() -> None:
    first, second = date(2024, 1, 1), date(2025, 1, 1)
    with pytest.raises(ValueError, match="order of time"):
        Periods(start=(second, first), years=(2024, 2025), year_index=np.array([1, 0]))
    with pytest.raises(ValueError, match="order of time"):
        Periods(start=(first, first), years=(2024,), year_index=np.array([0, 0]))
    with pytest.raises(ValueError, match="years"):
        Periods(start=(first, second), years=(2024,), year_index=np.array([0, 0]))
    with pytest.raises(ValueError, match=r"year_index must be \[0, 1\], not \[0, 0\]"):
        Periods(start=(first, second), years=(2024, 2025), year_index=np.array([0, 0]))


def small_basis(
    person_months: tuple[int, ...] = (2, 1, 4),
    newly_tolerated: tuple[int, ...] = (2, 1, 4),
    count: int = 0,
    kreis_count: int = 1,
    rows: Rows | None = None,
) -> LawBasis:
    return basis_of(
        when=periods(date(2025, 1, 1)),
        person_months=np.full(person_months, count),
        newly_tolerated=np.zeros(newly_tolerated, dtype=np.int64),
        ledger=ledger(rows or []),
        is_kreisfrei=TOY_IS_KREISFREI,
        kreis_count=kreis_count,
    )


def test_a_fitting_basis_is_accepted() -> None:
    assert small_basis(rows=[(1, 0, 3, 1.0)]).shape == (2, 1, 4)


def test_shapes_must_fit() -> None:
    with pytest.raises(ValueError, match=r"person_months must be .* 1 periods and 4 munic"):
        small_basis(person_months=(2, 2, 4))
    with pytest.raises(ValueError, match="person_months must be"):
        small_basis(person_months=(1, 4))
    with pytest.raises(ValueError, match="newly_tolerated must be"):
        small_basis(newly_tolerated=(2, 1, 5))
    with pytest.raises(ValueError, match=r"newly_tolerated must be .* with 2 draws, as person"):
        small_basis(newly_tolerated=(3, 1, 4))
    basis = small_basis()
    for name in ("assigned", "residence_bound", "newcomers"):
        with pytest.raises(ValueError, match=rf"{name} must be \(draw, year, municipality\)"):
            replace(basis, **{name: np.zeros((2, 2, 4), dtype=np.int64)})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="the index prices must be"):
        replace(basis, indices={"prices": np.ones((1, 1))})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kreis": np.array([1, 0, 0])}, "kreis must have 4 municipalities"),
        ({"population": np.ones(3)}, "population must have 4 municipalities"),
        ({"key": np.ones((1, 3))}, r"key must be \(year, municipality\) with 4"),
        ({"kreis": np.array([2, 0, 0, 0])}, "kreis must lie from 0 to 1"),
        ({"kreis": np.array([-1, 0, 0, 0])}, "kreis must lie from 0 to 1"),
    ],
)
def test_municipalities_must_fit(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(places(TOY_IS_KREISFREI), **change)


def test_every_year_has_a_key() -> None:
    with pytest.raises(ValueError, match="key must have a row for each of the 1 years"):
        replace(small_basis(), municipalities=places(TOY_IS_KREISFREI, years=2))


def test_counts_must_not_be_negative() -> None:
    with pytest.raises(ValueError, match="person_months must not be negative"):
        small_basis(count=-1)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ((2, 0, 0, 1.0), "ledger.draw must lie from 0 to 1"),
        ((-1, 0, 0, 1.0), "ledger.draw must lie from 0 to 1"),
        ((0, 1, 0, 1.0), "ledger.year must lie from 0 to 0"),
        ((0, 0, 4, 1.0), "ledger.municipality must lie from 0 to 3"),
        ((0, 0, 0, float("nan")), "ledger.cost must be finite"),
    ],
)
def test_ledger_rows_must_lie_within(row: tuple[int, int, int, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        small_basis(rows=[row])


def test_ledger_columns_must_be_equally_long() -> None:
    one, two = np.zeros(1, dtype=np.intp), np.zeros(2, dtype=np.intp)
    with pytest.raises(ValueError, match=r"ledger\.year has \(2,\) rows and ledger\.cost \(1,\)"):
        basis_of(
            when=periods(date(2025, 1, 1)),
            person_months=np.zeros((1, 1, 4), dtype=np.int64),
            newly_tolerated=np.zeros((1, 1, 4), dtype=np.int64),
            ledger=Ledger(draw=one, year=two, municipality=one, cost=np.ones(1)),
            is_kreisfrei=TOY_IS_KREISFREI,
            kreis_count=1,
        )
