"""Amounts that an index carries forward: the toy Land by hand, and what must hold for any index."""

from __future__ import annotations

import pickle
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.law.bases import basis_of, periods

from integrasim.law.account import Account
from integrasim.law.basis import LawBasis, Ledger
from integrasim.law.indexation import Indexed, IndexedAmount, amount_in, carried_on
from integrasim.law.instruments import INSTRUMENTS, of_programmes
from integrasim.law.settlement import settle
from integrasim.statutes import load_statute_book

if TYPE_CHECKING:
    from integrasim.law.parameters import Law

Floats = NDArray[np.float64]
LAW = load_statute_book().as_of(date(2025, 1, 1))
FLUAG = of_programmes("fluag")
IDS = [instrument.id for instrument in FLUAG]
CITY, OTHER = "fluag.lump_sum_kreisfrei", "fluag.lump_sum_kreisangehoerig"
THRESHOLD, KREIS = "fluag.illness_threshold", "fluag.kreis_lump_sum"
PRICES = "world.costs.inflation"
Y2025, Y2026, Y2027, Y2028 = (date(year, 1, 1) for year in range(2025, 2029))
MONEY = sorted(name for name, each in LAW.parameters.items() if each.is_money)
# Prices rise by a tenth each year in the first draw, and double at once in the second.
LEVELS = np.array([[1.0, 1.1, 1.21, 1.331], [1.0, 2.0, 2.0, 2.0]])


def toy(
    *days: date, person_months: int = 100, rows: list[tuple[int, int, int, float]] | None = None
) -> LawBasis:
    """Two draws of a kreisfreie Stadt and a kreisangehörige Gemeinde of one Kreis, 2025 to 2028."""
    start = days or (Y2025, Y2026, Y2027, Y2028)
    columns = list(zip(*(rows or []), strict=True)) or [(), (), (), ()]
    draw, year, municipality = (np.array(column, dtype=np.intp) for column in columns[:3])
    cost = np.array(columns[3], dtype=np.float64)
    basis = basis_of(
        when=periods(*start),
        person_months=np.full((2, len(start), 2), person_months),
        newly_tolerated=np.full((2, len(start), 2), 1),
        ledger=Ledger(draw=draw, year=year, municipality=municipality, cost=cost, floor=10_000.0),
        is_kreisfrei=np.array([True, False]),
        kreis_count=1,
    )
    return replace(basis, indices={PRICES: LEVELS[:, : len(basis.periods.years)]})


def indexed(name: str, by: float | str, value: float | None = None, first: date = Y2026) -> Law:
    """The law with one amount bound to an index."""
    return LAW.override({name: [(first, Indexed(by, value))]})


def paid(law: Law, basis: LawBasis, instrument: str) -> list[list[float]]:
    """What the Land pays by an instrument, per draw and year."""
    cost = settle(law, basis, instruments=FLUAG).land_cost[:, :, IDS.index(instrument)]
    return [[round(float(amount), 6) for amount in years] for years in cost]


# The toy Land by hand


def test_the_amount_in_force_is_carried_on_from_the_second_january() -> None:
    fixed = 1_013.0 * 100
    rates = [1_303.0, 1_303.0, 1_303.0 * 1.02, 1_303.0 * 1.02 * 1.02]
    by_hand = [round(rate * 100 + fixed, 6) for rate in rates]
    assert paid(indexed(CITY, 0.02), toy(), "fluag.lump_sum") == [by_hand, by_hand]


def test_a_rate_follows_the_prices_of_each_draw() -> None:
    law = indexed(OTHER, PRICES, 1_000.0)
    assert paid(law, toy(), "fluag.lump_sum") == [
        [130_300 + 101_300, 130_300 + 100_000, 130_300 + 110_000, 130_300 + 121_000],
        [130_300 + 101_300, 130_300 + 100_000, 130_300 + 100_000, 130_300 + 100_000],
    ]


def test_a_year_has_one_amount_whenever_the_act_begins() -> None:
    """From July 2026 as stated; the first rise, of a whole year, is that of January 2027."""
    days = (Y2025, Y2026, date(2026, 7, 1), Y2027, date(2027, 7, 1))
    account = Account(indexed(CITY, PRICES, 1_000.0, date(2026, 7, 1)), toy(*days), {})
    np.testing.assert_allclose(
        account.by_period(CITY),
        [[1_303, 1_303, 1_000, 1_100, 1_100], [1_303, 1_303, 1_000, 1_000, 1_000]],
        rtol=1e-15,
    )


def test_the_threshold_of_each_draw_applies_to_its_own_cases() -> None:
    cases = [(draw, year, 0, 30_000.0) for draw in (0, 1) for year in (0, 1, 2)]
    law = indexed(THRESHOLD, PRICES, 20_000.0, Y2025)
    basis = toy(Y2025, Y2026, Y2027, rows=cases)
    assert paid(law, basis, "fluag.illness") == [[10_000, 8_000, 5_800], [10_000, 0, 0]]


def test_amounts_per_event_and_per_kreis_follow_prices_too() -> None:
    basis = toy(Y2025, Y2026, Y2027)
    one_off = indexed("fluag.one_off_tolerated", PRICES, 1_000.0, Y2025)
    assert paid(one_off, basis, "fluag.one_off") == [[2_000, 2_200, 2_420], [2_000, 4_000, 4_000]]
    kreis = indexed(KREIS, PRICES, None, Y2025)
    assert paid(kreis, basis, "fluag.kreis_lump_sum") == [
        [500_000, 550_000, 605_000],
        [500_000, 1_000_000, 1_000_000],
    ]


def test_a_guarantee_whose_parts_all_follow_prices() -> None:
    """Of 100 person-months each, rates bring 300 and 100 EUR more; 70,000 EUR are guaranteed."""
    law = LAW.override(
        {
            "fluag.guarantee_minimum": [(Y2025, Indexed(PRICES, 70_000.0))],
            "fluag.guarantee_reference_kreisfrei": [(Y2025, Indexed(PRICES, 1_003.0))],
            "fluag.guarantee_reference_kreisangehoerig": [(Y2025, 913.0)],
        }
    )
    basis = toy(Y2025, Y2026)
    # 2026: 77,000 and 140,000, less (1,303 - 1,103.3 or 2,006 + 100) · 100
    assert paid(law, basis, "fluag.guarantee") == [
        [70_000 - 40_000, 77_000 - 29_970],
        [70_000 - 40_000, 140_000 + 60_300],
    ]


@pytest.mark.parametrize("name", MONEY)
def test_every_instrument_takes_amounts_that_differ_by_draw(name: str) -> None:
    """With all draws alike, an index is the same as its growth."""
    stated = [each.value for each in LAW.parameters[name].values]
    value = max(stated, default=12_000.0)
    basis = toy()
    basis = replace(basis, indices={PRICES: np.tile(1.1 ** np.arange(4), (2, 1))})
    one = settle(indexed(name, PRICES, value, Y2025), basis, instruments=INSTRUMENTS)
    other = settle(indexed(name, 0.1, value, Y2025), basis, instruments=INSTRUMENTS)
    np.testing.assert_allclose(one.land_cost, other.land_cost, rtol=1e-13)
    np.testing.assert_allclose(one.transfer, other.transfer, rtol=1e-13)
    np.testing.assert_allclose(one.kreis_transfer, other.kreis_transfer, rtol=1e-13)


def test_prices_that_fall_below_the_floor_of_the_ledger_are_an_error() -> None:
    basis = replace(toy(), indices={PRICES: np.array([[1.0] * 4, [1.0, 0.9, 0.8, 0.4]])})
    with pytest.raises(ValueError, match=r"8,000 EUR in 2028 lies below the floor .* 10,000 EUR"):
        settle(indexed(THRESHOLD, PRICES, 20_000.0, Y2025), basis, instruments=FLUAG)


# What holds between two acts


def test_an_act_ends_the_index_of_the_one_before() -> None:
    law = LAW.override({CITY: [(Y2026, Indexed(0.1)), (Y2028, 1_400.0)]})
    days = [Y2026, Y2027, date(2027, 12, 31), Y2028, date(2029, 1, 1)]
    np.testing.assert_allclose(law.values(CITY, days), [1303, 1433.3, 1433.3, 1400, 1400])


def test_an_index_is_carried_on_by_another_or_frozen() -> None:
    law = LAW.override({CITY: [(Y2026, Indexed(0.1)), (Y2027, Indexed(0.2)), (Y2028, Indexed(0))]})
    days = [date(year, 1, 1) for year in range(2026, 2031)]
    np.testing.assert_allclose(
        law.values(CITY, days), [1303, 1303 * 1.1, *[1303 * 1.1 * 1.2] * 3], rtol=1e-15
    )
    assert isinstance(law.amount(CITY, Y2028), float)


def test_prices_are_carried_on_by_a_growth_and_frozen() -> None:
    frozen = LAW.override({CITY: [(Y2025, Indexed(PRICES, 1_000.0)), (Y2027, Indexed(0.0))]})
    grown = LAW.override({CITY: [(Y2025, Indexed(PRICES, 1_000.0)), (Y2027, Indexed(0.5))]})
    for law, last in ((frozen, [1_210, 2_000]), (grown, [1_815, 3_000])):
        account = Account(law, toy(), {})
        expected = [[1_000, 1_100, 1_210, last[0]], [1_000, 2_000, 2_000, last[1]]]
        np.testing.assert_allclose(account.by_year(CITY), expected, rtol=1e-15)


def test_each_new_year_of_an_indexed_amount_is_a_change() -> None:
    law = LAW.override({CITY: [(date(2026, 7, 1), Indexed(0.02)), (date(2028, 7, 1), 1_400.0)]})
    changes = law.change_dates(Y2025, date(2030, 12, 31), [CITY])
    assert changes == [date(2026, 7, 1), Y2027, Y2028, date(2028, 7, 1)]
    assert law.change_dates(Y2027, Y2028, [CITY]) == [Y2028]
    assert indexed(CITY, PRICES).change_dates(Y2027, date(2029, 12, 31), [CITY]) == [
        Y2028,
        date(2029, 1, 1),
    ]


def test_an_indexed_law_is_a_law_like_any_other() -> None:
    law = indexed(CITY, PRICES)
    assert law == indexed(CITY, PRICES)
    assert law != LAW
    assert law != indexed(CITY, 0.02)
    assert pickle.loads(pickle.dumps(law)) == law
    assert law.placement(Y2025, Y2028) == LAW.placement(Y2025, Y2028)
    assert law.in_force(CITY, Y2028)


def test_what_an_option_carries_on_was_known_always() -> None:
    """In 2023 neither the rates of 2024 nor the lump sum of the Kreise had been enacted."""
    law = LAW.override({CITY: [(Y2026, Indexed(0.1))], KREIS: [(Y2026, Indexed(0.1))]})
    then = law.as_known(date(2023, 12, 31))
    days = [Y2025, Y2026, Y2027]
    np.testing.assert_allclose(then.values(CITY, days), [1_125, 1_303, 1_433.3])
    np.testing.assert_allclose(then.values(KREIS, days), [0, 500_000, 550_000])
    assert then.as_known(date(2023, 12, 31)) == then


def test_a_value_needs_a_world_where_it_follows_one() -> None:
    law = LAW.override({CITY: [(Y2026, Indexed(PRICES)), (Y2027, Indexed(0.02))]})
    assert law.value(CITY, Y2025) == 1_303.0
    with pytest.raises(ValueError, match=rf"{CITY}: on 2027-01-01 it follows {PRICES}, so that"):
        law.value(CITY, Y2027)
    with pytest.raises(ValueError, match=f"growth of {PRICES} is missing"):
        amount_in(IndexedAmount(1.0, 2025, PRICES), 2026)


# What must hold for any index

GROWTHS = st.floats(-0.5, 1.0)


@given(GROWTHS, st.sampled_from([CITY, OTHER, KREIS]), st.integers(2025, 2028))
def test_a_growth_is_the_same_as_its_steps_written_out(growth: float, name: str, year: int) -> None:
    value = 1_303.5
    steps = [(date(y, 1, 1), value * (1.0 + growth) ** (y - year)) for y in range(year, 2029)]
    basis = toy()
    one = settle(indexed(name, growth, value, date(year, 1, 1)), basis, instruments=FLUAG)
    other = settle(LAW.override({name: steps}), basis, instruments=FLUAG)
    assert one.land_cost.tobytes() == other.land_cost.tobytes()
    assert one.transfer.tobytes() == other.transfer.tobytes()
    assert one.kreis_transfer.tobytes() == other.kreis_transfer.tobytes()


@given(GROWTHS, GROWTHS)
def test_a_higher_growth_never_pays_less_but_above_a_threshold(one: float, other: float) -> None:
    slow, fast = sorted([one, other])
    basis = toy(rows=[(draw, year, 0, 41_000.0) for draw in (0, 1) for year in range(4)])
    basis = replace(basis, ledger=replace(basis.ledger, floor=0.0))
    for name, sign in ((CITY, 1.0), (KREIS, 1.0), (THRESHOLD, -1.0)):
        lower, higher = (
            settle(indexed(name, growth), basis, instruments=FLUAG).land_cost.sum(axis=-1)
            for growth in (slow, fast)
        )
        assert (sign * (higher - lower) >= -1e-9).all()


@given(
    st.sampled_from([name for name in MONEY if LAW.in_force(name, Y2026)]),
    st.sampled_from([0, 0.0, -0.0]),
)
def test_an_index_of_nothing_changes_nothing(name: str, zero: float) -> None:
    law = indexed(name, zero)
    assert law == LAW
    basis = toy(rows=[(0, 1, 0, 40_000.0)])
    one, other = (settle(each, basis, instruments=FLUAG) for each in (LAW, law))
    assert (one.land_cost - other.land_cost == 0.0).all()
    assert (one.transfer - other.transfer == 0.0).all()


@given(st.lists(GROWTHS, min_size=2, max_size=2), st.sampled_from([CITY, KREIS, THRESHOLD]))
def test_a_draw_follows_its_own_prices_alone(growths: list[float], name: str) -> None:
    levels = (1.0 + np.array(growths)[:, np.newaxis]) ** np.arange(4)
    rows = [(draw, year, 0, 60_000.0) for draw in (0, 1) for year in range(4)]
    whole = replace(toy(rows=rows), indices={PRICES: levels})
    whole = replace(whole, ledger=replace(whole.ledger, floor=0.0))
    law = indexed(name, PRICES, 20_000.0, Y2025)
    together = settle(law, whole, instruments=FLUAG)
    for draw, growth in enumerate(growths):
        alone = _one_draw(whole, draw)
        settled = settle(law, alone, instruments=FLUAG)
        assert settled.land_cost[0].tobytes() == together.land_cost[draw].tobytes()
        assert settled.transfer[0].tobytes() == together.transfer[draw].tobytes()
        fixed = settle(indexed(name, growth, 20_000.0, Y2025), alone, instruments=FLUAG)
        np.testing.assert_allclose(settled.land_cost, fixed.land_cost, rtol=1e-9, atol=1e-6)


def _one_draw(basis: LawBasis, draw: int) -> LawBasis:
    """One draw of a world."""
    old, part = basis.ledger, slice(draw, draw + 1)
    inside = old.draw == draw
    return replace(
        basis,
        person_months=basis.person_months[part],
        newly_tolerated=basis.newly_tolerated[part],
        ledger=Ledger(
            old.draw[inside] - draw,
            old.year[inside],
            old.municipality[inside],
            old.cost[inside],
            old.floor,
        ),
        assigned=basis.assigned[part],
        residence_bound=basis.residence_bound[part],
        newcomers=basis.newcomers[part],
        indices={name: levels[part] for name, levels in basis.indices.items()},
    )


@given(st.floats(1.0, 1e6), st.lists(st.tuples(st.integers(1, 4), GROWTHS), max_size=4))
def test_carrying_on_never_jumps(base: float, acts: list[tuple[int, float]]) -> None:
    """In the year in which an act binds an amount to another growth, the amount is the same."""
    amount: float | IndexedAmount = base
    year = 2025
    for years, growth in acts:
        before = amount_in(amount, year + years)
        year += years
        amount = carried_on(amount, year, growth)
        assert amount_in(amount, year) == before


# What an act cannot say


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "fluag.key_cap",
            Indexed(0.02),
            (
                "only an amount of money can be indexed; this is measured in: multiple of the "
                "population share. Remove it, and state a value for each day on which it changes."
            ),
        ),
        (
            "fluag.months_after_rejection",
            Indexed(0.02),
            (
                "only an amount of money can be indexed; this is measured in: months. Remove it, "
                "and state a value for each day on which it changes."
            ),
        ),
        (
            CITY,
            Indexed(-1.0),
            "-1 is no yearly growth. Use a finite number above -1, such as 0.02 for 2 %.",
        ),
        (
            CITY,
            Indexed(float("nan")),
            "nan is no yearly growth. Use a finite number above -1, such as 0.02 for 2 %.",
        ),
        (
            CITY,
            Indexed(0.02, -5.0),
            "-5 is below the minimum 0. Use at least 0 (EUR per person-month).",
        ),
        (
            "fluag.guarantee_minimum",
            Indexed(PRICES),
            (
                "no value is in force on 2026-01-01 that could be carried on. State the value of "
                "that day, or use a later day."
            ),
        ),
    ],
)
def test_impossible_indexations_are_named(name: str, value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(f'{name}: {message}')}$"):
        LAW.override({name: [(Y2026, value)]})


def test_what_an_act_gave_before_can_be_carried_on() -> None:
    minimum = "fluag.guarantee_minimum"
    law = LAW.override({minimum: [(Y2027, Indexed(0.1)), (Y2026, 100.0)]})
    np.testing.assert_allclose(law.values(minimum, [Y2026, Y2027, Y2028]), [100, 100, 110])


def test_a_basis_must_have_the_index() -> None:
    account = Account(indexed(CITY, "prices"), toy(), {})
    with pytest.raises(ValueError, match=rf"has no index prices \(it has {PRICES}\)"):
        account.by_year(CITY)
    account = Account(indexed(CITY, "prices"), replace(toy(), indices={}), {})
    with pytest.raises(ValueError, match=r"has no index prices \(it has none\)"):
        account.by_year(CITY)


def test_an_index_has_no_level_before_the_horizon() -> None:
    account = Account(indexed(CITY, PRICES, first=date(2024, 1, 1)), toy(), {})
    with pytest.raises(ValueError, match=f"{PRICES} has no level in 2024, only from 2025 on"):
        account.by_year(CITY)
    before = Account(indexed(CITY, 0.1, 1_000.0, date(2024, 1, 1)), toy(), {})
    np.testing.assert_allclose(before.by_year(CITY)[0, :2], [1_100, 1_210])
