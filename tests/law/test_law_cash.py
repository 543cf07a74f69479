"""The cash view: what is paid when, by hand, and what must hold for any world and any law."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.law.bases import basis_of, periods

from integrasim.law import cash
from integrasim.law.account import Account
from integrasim.law.basis import LawBasis, Ledger
from integrasim.law.cash import pay_out, year_end
from integrasim.law.instruments import INSTRUMENTS, Instrument, of_programmes
from integrasim.law.settlement import Settlement, settle
from integrasim.statutes import load_statute_book

if TYPE_CHECKING:
    from collections.abc import Sequence

    from integrasim.law.parameters import Law

Floats = NDArray[np.float64]
BOOK = load_statute_book()
LAW = BOOK.as_of(date(2025, 12, 31))
FLUAG = of_programmes("fluag")
IDS = [each.id for each in FLUAG]
LAGS = {each.id: each.lag for each in FLUAG}


def world(
    *start: date, months: Sequence[int] | None = None, rows: Sequence[tuple[int, float]] = ()
) -> LawBasis:
    """One kreisfreie Stadt in one draw: person-months by period, illness costs by year."""
    shape = (1, len(start), 1)
    none = np.zeros(len(rows), dtype=np.intp)
    return basis_of(
        when=periods(*start),
        person_months=np.reshape(months or [0] * len(start), shape),
        newly_tolerated=np.zeros(shape, dtype=np.int64),
        ledger=Ledger(
            draw=none,
            year=np.array([year for year, _ in rows], dtype=np.intp),
            municipality=none,
            cost=np.array([cost for _, cost in rows], dtype=np.float64),
        ),
        is_kreisfrei=[True],
    )


def payments(law: Law, basis: LawBasis, instrument: str) -> list[float]:
    """What is paid by an instrument in the first draw, per year."""
    paid = pay_out(settle(law, basis, instruments=FLUAG), law, basis, instruments=FLUAG)
    return [float(amount) for amount in paid[0, :, IDS.index(instrument)]]


def year(number: int) -> tuple[date, date]:
    """A year in two periods: up to November, and December."""
    return date(number, 1, 1), date(number, 12, 1)


# By hand


def test_lags_are_those_of_the_law() -> None:
    assert LAGS == {
        "fluag.lump_sum": "month",  # § 4 (4): reported and paid in the month after
        "fluag.one_off": "month",
        "fluag.illness": "year",  # § 4b (2): claimed in the year after
        "fluag.kreis_lump_sum": "none",
        "fluag.guarantee": "year",  # after the final reports of the year
        "fluag.pool": "none",  # in four quarters of the year
        "fluag.tolerated_compensation": "none",
        "fluag.city_lump_sum": "none",
    }


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda each: each.id)
def test_what_is_paid_a_month_later_says_what_is_due_for_december(instrument: Instrument) -> None:
    basis = world(*year(2025), months=[11, 1])
    account = Account(LAW, basis, {each.id: each for each in INSTRUMENTS})
    payment = account.paid(instrument.id)
    assert (payment.december is not None) == (instrument.lag == "month")


def test_a_december_is_paid_in_the_next_year() -> None:
    basis = world(*year(2018), *year(2019), months=[11, 100, 11, 10])
    _, second = payments(LAW, basis, "fluag.lump_sum")
    assert second == (100 + 11) * 866


def test_the_first_year_is_unknown_only_where_something_from_before_is_paid() -> None:
    basis = world(*year(2025), *year(2026), months=[11, 1, 11, 1])
    for each in FLUAG:
        first, second = payments(LAW, basis, each.id)
        assert np.isnan(first) == (each.lag != "none")
        assert not np.isnan(second)


def test_a_horizon_that_ends_in_summer_has_no_december_to_carry_over() -> None:
    days = (*year(2025), date(2026, 1, 1))
    basis = world(*days, months=[11, 5, 6])
    half = replace(basis, periods=replace(basis.periods, year_shares=(1.0, 0.5)))
    assert payments(LAW, half, "fluag.lump_sum")[1] == (5 + 6) * 1303


def test_a_horizon_may_begin_in_december() -> None:
    basis = world(date(2025, 12, 1), *year(2026), months=[5, 11, 1])
    part = replace(basis, periods=replace(basis.periods, year_shares=(1 / 12, 1.0)))
    assert payments(LAW, part, "fluag.lump_sum")[1] == (5 + 11) * 1303


@pytest.mark.parametrize(
    "start",
    [
        (date(2025, 1, 1), *year(2026)),
        (*year(2025), date(2026, 1, 1)),
        (date(2025, 1, 1), date(2025, 7, 1)),
    ],
)
def test_a_december_within_a_longer_period_is_an_error(start: tuple[date, ...]) -> None:
    basis = world(*start)
    with pytest.raises(ValueError, match="each December must be a period of its own"):
        payments(LAW, basis, "fluag.lump_sum")


def test_costs_of_2015_are_paid_in_2016_under_the_threshold_known_then() -> None:
    basis = world(*year(2015), *year(2016), *year(2017), rows=[(0, 80_000.0), (1, 50_000.0)])
    assert payments(LAW, basis, "fluag.illness")[1:] == [45_000, 15_000]


def test_an_act_after_the_payment_is_paid_when_it_comes() -> None:
    """In 2015 the threshold was 70,000 EUR; the act of 2016 came before the claims were paid."""
    law = BOOK.as_of(date(2016, 12, 31))
    days = (*year(2015), *year(2016))
    basis = world(*days, rows=[(0, 80_000.0)])
    early = BOOK.as_of(date(2015, 12, 31))
    assert early.value("fluag.illness_threshold", date(2015, 1, 1)) == 70_000
    assert payments(early, basis, "fluag.illness")[1] == 10_000
    assert payments(law, basis, "fluag.illness")[1] == 45_000


@pytest.mark.parametrize(("of", "old", "new"), [(2021, 866, 1125), (2024, 1125, 1303)])
def test_a_raise_back_to_january_is_paid_in_the_year_of_its_act(
    of: int, old: int, new: int
) -> None:
    basis = world(*year(of - 1), *year(of), *year(of + 1), months=[11, 1, 11, 1, 11, 1])
    assert payments(LAW, basis, "fluag.lump_sum")[1:] == [old + 11 * new, 12 * new]
    # Had the acts not come, all would be paid at the former rate.
    before = BOOK.as_of(date(of, 10, 31))
    assert payments(before, basis, "fluag.lump_sum")[1:] == [12 * old, 12 * old]


def test_an_act_of_the_next_year_brings_arrears() -> None:
    """A horizon that knows the act of December 2024 in 2024, and one that learns of it later."""
    parameter = BOOK.parameters["fluag.lump_sum_kreisfrei"]
    late = tuple(
        value.model_copy(update={"enacted": date(2025, 3, 1)})
        if value.first_day == date(2024, 1, 1)
        else value
        for value in parameter.values
    )
    changed = parameter.model_copy(update={"values": late})
    book = replace(BOOK, parameters={**BOOK.parameters, parameter.name: changed})
    law = book.as_of(date(2025, 12, 31))
    basis = world(*year(2023), *year(2024), *year(2025), months=[11, 1, 11, 1, 11, 1])
    # 2025: December 2024 and eleven months at 1,303 EUR, and 178 EUR more for eleven of 2024.
    expected = [12 * 1125, 12 * 1303 + 11 * 178]
    assert payments(law, basis, "fluag.lump_sum")[1:] == expected


def test_what_later_acts_bring_is_paid_after_the_horizon() -> None:
    days = (*year(2022), *year(2023), date(2024, 1, 1))
    basis = world(*days, months=[11, 1, 11, 1, 3])
    part = replace(basis, periods=replace(basis.periods, year_shares=(1.0, 1.0, 0.25)))
    # In 2024 the act of December 2024 is known at the end of the year, though the horizon ends.
    assert payments(LAW, part, "fluag.lump_sum")[2] == 1125 + 3 * 1303
    cut = world(*year(2022), *year(2023), months=[11, 1, 11, 1])
    assert payments(LAW, cut, "fluag.lump_sum")[1] == 12 * 1125


def test_an_option_counts_as_known_always() -> None:
    law = LAW.override({"fluag.lump_sum_kreisfrei": [(date(2023, 1, 1), 1_000.0)]})
    basis = world(*year(2023), *year(2024), months=[11, 1, 11, 1])
    assert payments(law, basis, "fluag.lump_sum")[1] == 12 * 1000
    twice = law.override({"fluag.lump_sum_kreisfrei": [(date(2024, 1, 1), 1_100.0)]})
    assert payments(twice, basis, "fluag.lump_sum")[1] == 1000 + 11 * 1100


def test_the_law_as_known_then() -> None:
    option = {"fluag.illness_threshold": [(date(2024, 1, 1), 40_000.0)]}
    assert LAW.as_known(date(2026, 1, 1)) is LAW
    assert LAW.as_known(date(2024, 6, 1)) == BOOK.as_of(date(2024, 6, 1))
    then = LAW.override(option).as_known(date(2024, 6, 1))
    assert then == BOOK.as_of(date(2024, 6, 1)).override(option)
    # Later days than those of the law bring no later acts.
    assert BOOK.as_of(date(2024, 6, 1)).as_known(date(2025, 1, 1)).as_of == date(2024, 6, 1)


def test_each_law_is_settled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One law needs nothing more; where an act came, only what it changed is settled again."""
    settled: list[list[str]] = []

    def counted(law: Law, basis: LawBasis, *, instruments: Sequence[Instrument]) -> Settlement:
        settled.append([each.id for each in instruments])
        return settle(law, basis, instruments=instruments)

    monkeypatch.setattr(cash, "settle", counted)
    of_today = BOOK.as_of(date(2025, 1, 1))
    payments(of_today, world(*year(2025), *year(2026), *year(2027)), "fluag.lump_sum")
    assert settled == []
    payments(LAW, world(*year(2022), *year(2023), *year(2024)), "fluag.lump_sum")
    assert settled == [["fluag.lump_sum", "fluag.guarantee"]]


# What must hold for any world


@st.composite
def bases(draw: st.DrawFn) -> LawBasis:
    """Worlds of a few draws over some of the years 2015 to 2027, with Decembers of their own."""
    first = draw(st.integers(2015, 2026))
    last = draw(st.integers(first, 2027))
    days = [day for number in range(first, last + 1) for day in year(number)]
    draws, size = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = (draws, len(days), size)
    rows = draw(st.integers(0, 20))
    return basis_of(
        when=periods(*days),
        person_months=random.integers(0, draw(st.sampled_from([1, 50, 100_000])), shape),
        newly_tolerated=random.integers(0, 5, shape),
        ledger=Ledger(
            draw=random.integers(0, draws, rows),
            year=random.integers(0, last - first + 1, rows),
            municipality=random.integers(0, size, rows),
            cost=15_000.0 + random.gamma(0.5, 4e4, rows),
        ),
        is_kreisfrei=random.random(size) < 0.4,
        kreis_count=draw(st.integers(0, 31)),
    )


def days_of_knowledge() -> st.SearchStrategy[date]:
    return st.dates(date(2014, 1, 1), date(2028, 12, 31))


@given(bases(), days_of_knowledge())
def test_paid_and_outstanding_are_what_is_due(basis: LawBasis, known: date) -> None:
    law = BOOK.as_of(known)
    paid = pay_out(settle(law, basis), law, basis)
    years = basis.periods.years
    first, last = (settle(law.as_known(year_end(y)), basis) for y in (years[0], years[-1]))
    paid_before = first.land_cost[:, 0] - first.deferred[:, 0]
    outstanding = last.deferred[:, -1]
    np.testing.assert_allclose(
        paid_before + paid[:, 1:].sum(axis=1) + outstanding,
        last.land_cost.sum(axis=1),
        rtol=1e-12,
        atol=1e-4,
    )


@given(bases(), st.dates(date(2014, 1, 1), date(2015, 12, 31)))
def test_one_law_throughout_only_shifts(basis: LawBasis, known: date) -> None:
    law = BOOK.as_of(known)
    settlement = settle(law, basis)
    paid = pay_out(settlement, law, basis)
    cost = settlement.land_cost
    for column, instrument in enumerate(INSTRUMENTS):
        if instrument.lag == "none":
            np.testing.assert_array_equal(paid[:, :, column], cost[:, :, column])
        elif instrument.lag == "year":
            np.testing.assert_array_equal(paid[:, 1:, column], cost[:, :-1, column])


@given(bases(), days_of_knowledge())
def test_a_year_knows_nothing_of_later_years_and_later_acts(basis: LawBasis, known: date) -> None:
    """Whatever comes after a year leaves what was paid in it."""
    law = BOOK.as_of(known)
    whole = pay_out(settle(law, basis), law, basis)
    years = basis.periods.years
    if len(years) == 1:
        return
    then = law.as_known(year_end(years[-2]))
    early = pay_out(settle(then, basis), then, basis)
    np.testing.assert_array_equal(early[:, :-1], whole[:, :-1])


@given(bases(), days_of_knowledge())
def test_a_null_option_pays_the_same_bits(basis: LawBasis, known: date) -> None:
    law = BOOK.as_of(known)
    day = date(2028, 1, 1)
    rate = law.value("fluag.lump_sum_kreisfrei", day)
    null = law.override({"fluag.lump_sum_kreisfrei": [(day, rate)]})
    one, other = (pay_out(settle(each, basis), each, basis) for each in (law, null))
    assert one.tobytes() == other.tobytes()


@given(bases(), days_of_knowledge())
def test_settlement_and_basis_stay_as_they_are(basis: LawBasis, known: date) -> None:
    law = BOOK.as_of(known)
    settlement = settle(law, basis)
    due, deferred = settlement.land_cost.copy(), settlement.deferred.copy()
    for array in (settlement.land_cost, settlement.deferred, basis.person_months):
        array.setflags(write=False)
    paid = pay_out(settlement, law, basis)
    np.testing.assert_array_equal(settlement.land_cost, due)
    np.testing.assert_array_equal(settlement.deferred, deferred)
    assert not np.shares_memory(paid, settlement.land_cost)
