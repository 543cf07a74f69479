"""What a scenario may ask of the law: days, years and values that the law can have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Check = Callable[[str], list[str]]

LAW = "law: {fluag.illness_threshold: {from: 2026-01-01, value: 30000}}"


def variant(toy: str, old: str, new: str) -> tuple[str, str]:
    """Return a variant of the scenario, and the place marked with ¦ in it."""
    assert toy.count(old) == 1
    marked = toy.replace(old, new)
    before = marked.partition("¦")[0]
    place = f"s.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
    return marked.replace("¦", ""), place


@pytest.mark.parametrize("name", ["fluag.lump_sum_kreisfrei", "fluag.illness_threshold"])
@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            "[{from: 2025-01-01, value: 30000}, ¦40000]",
            "without a day, a value holds from 2025-01-01, for which one is given already",
        ),
        (
            "[30000, ¦{from: 2025-01-01, value: 40000}]",
            "a value from 2025-01-01 is given already, the one without a day",
        ),
        ("[30000, ¦40000]", "a value without a day is given already"),
        (
            "[{from: 2026-01-01, value: 30000}, ¦{from: 2026-01-01, value: 40000}]",
            "a value from 2026-01-01 is given already",
        ),
    ],
)
def test_two_values_for_one_day_are_refused(
    check: Check, toy: str, name: str, values: str, message: str
) -> None:
    text, place = variant(toy, LAW, f"law: {{{name}: {values}}}")
    key = f"options.threshold_later.law.{name}[1]"
    assert check(text) == [f"{place}: {key}: {message}. Keep one of the two."]


def test_values_for_different_days_are_right(check: Check, toy: str) -> None:
    law = "law: {fluag.illness_threshold: [{from: 2026-01-01, value: 30000}, 40000]}"
    assert check(toy.replace(LAW, law)) == []


def test_doubled_days_are_found_beside_a_wrong_horizon(check: Check, toy: str) -> None:
    text, place = variant(toy, LAW, "law: {fluag.illness_threshold: [30000, ¦40000]}")
    lines = check(text.replace("end: 2026-12", "end: 2024-12"))
    assert [line.split(": ")[0] for line in lines] == ["s.yaml:5:27", place]


@pytest.mark.parametrize(
    ("start", "end", "year"), [("2003-01", "2003-12", 2003), ("2001-07", "2005-06", 2001)]
)
def test_years_without_an_allocation_key_are_refused(
    check: Check, toy: str, start: str, end: str, year: int
) -> None:
    old = "horizon: {start: 2025-01, end: 2026-12}"
    text, place = variant(toy, old, f"horizon: {{¦start: {start}, end: {end}}}")
    text = text.replace(LAW, "")
    assert check(text) == [
        (
            f"{place}: horizon.start: fluag.key_population_weight and fluag.key_cap, which say who "
            f"is sent where, are not in force on {year}-01-01. Use 2004-01 or a later month."
        )
    ]


@pytest.mark.parametrize("start", ["2004-01", "2004-06", "2014-01"])
def test_years_without_a_lump_sum_are_allowed(check: Check, toy: str, start: str) -> None:
    text = toy.replace(LAW, "")
    assert check(text.replace("start: 2025-01", f"start: {start}")) == []


def test_a_law_from_before_the_act_has_no_possible_year(check: Check, toy: str) -> None:
    text, place = variant(toy, "as_of: 2025-01-01", "¦as_of: 2003-02-27")
    assert check(text) == [
        (
            f"{place}: law.as_of: fluag.key_population_weight and fluag.key_cap, which say who "
            "is sent where, were not enacted by 2003-02-27. Use 2003-02-28 or a later day."
        )
    ]


def test_the_law_of_the_very_first_day_has_a_key(check: Check, toy: str) -> None:
    assert check(toy.replace("as_of: 2025-01-01", "as_of: 2003-02-28")) == []


def test_a_yes_or_no_of_the_law_is_no_share(check: Check, toy: str) -> None:
    text, place = variant(toy, LAW, "law: {¦fluag.temporary_protection_counted: 0.3}")
    assert check(text) == [
        (
            f"{place}: options.threshold_later.law.fluag.temporary_protection_counted: "
            "0.3 is not a whole number. Use a whole number from 0 to 1 (1 yes, 0 no)."
        )
    ]


@pytest.mark.parametrize("value", ["0", "1", "1.0"])
def test_yes_and_no_are_right(check: Check, toy: str, value: str) -> None:
    assert check(toy.replace(LAW, f"law: {{fluag.temporary_protection_counted: {value}}}")) == []


@pytest.mark.parametrize(
    ("name", "value", "limit", "unit"),
    [
        ("fluag.lump_sum_kreisfrei", "1e30", "1000000000", "EUR per person-month"),
        ("fluag.key_cap", "101", "100", "multiple of the population share"),
        ("fluag.credit_reception_centre", "11", "10", "persons per planned place"),
    ],
)
def test_values_out_of_all_proportion_are_refused(
    check: Check, toy: str, name: str, value: str, limit: str, unit: str
) -> None:
    text, place = variant(toy, LAW, f"law: {{¦{name}: {value}}}")
    assert check(text) == [
        (
            f"{place}: options.threshold_later.law.{name}: {float(value):g} is above the maximum "
            f"{limit}. Use at most {limit} ({unit})."
        )
    ]


@pytest.mark.parametrize(("value", "written"), [("-0.0", "0"), ("0", "0"), ("99.5", "99.5")])
def test_a_threshold_below_every_possible_floor_is_refused(
    check: Check, toy: str, value: str, written: str
) -> None:
    text, place = variant(toy, LAW, f"law: {{¦fluag.illness_threshold: {value}}}")
    assert check(text) == [
        (
            f"{place}: options.threshold_later.law.fluag.illness_threshold: the threshold "
            f"{written} lies below the least floor of illness costs that is possible (100). "
            "Use at least 100."
        )
    ]


def test_weights_of_the_integration_key_leave_something_for_the_labour_market(
    check: Check, toy: str
) -> None:
    weights = "awov.key_population_weight: 0.9, awov.key_area_weight: 0.2, awov.key_reduction: 0.1"
    text, place = variant(toy, LAW, f"law: {{¦{weights}}}")
    assert check(text) == [
        (
            f"{place}: options.threshold_later.law.awov.key_population_weight: the weights of "
            "population and area come to 1.1 in 2025-01. Let them sum to 1 at most; the labour "
            "market has the rest."
        )
    ]
    assert check(toy.replace(LAW, f"law: {{{weights.replace('0.2', '0.1')}}}")) == []


def test_a_budget_of_a_programme_that_is_not_settled(check: Check, toy: str) -> None:
    text, place = variant(toy, "budgets: {fluag: 660000000}", "budgets: {¦tintg: 7500000}")
    assert check(text) == [
        (
            f"{place}: budgets.tintg: the programme tintg is not settled. "
            "Add tintg to law.programmes, or remove this budget."
        )
    ]
    both = toy.replace("as_of: 2025-01-01", "as_of: 2025-01-01, programmes: [fluag, tintg]")
    assert check(both.replace("budgets: {fluag: 660000000}", "budgets: {tintg: 7500000}")) == []


def test_a_value_that_no_settled_programme_reads(check: Check, toy: str) -> None:
    text, place = variant(toy, LAW, "law: {¦tintg.floor: 150000000}")
    assert check(text) == [
        (
            f"{place}: options.threshold_later.law.tintg.floor: no programme that is settled reads "
            "this parameter. Add tintg to law.programmes, or remove it."
        )
    ]


@pytest.mark.parametrize(
    ("programmes", "message"),
    [
        ("programmes: [¦fluga]", "there is no programme fluga. Did you mean fluag?"),
        ("programmes: [fluag, ¦fluag]", "fluag is listed already. Keep one of the two."),
        ("¦programmes: []", "no programme is given. Use "),
        ("¦programmes: [fluag, all]", "all includes every other programme. Write all alone."),
    ],
)
def test_programmes_exist(check: Check, toy: str, programmes: str, message: str) -> None:
    text, place = variant(toy, "as_of: 2025-01-01", f"as_of: 2025-01-01, {programmes}")
    problems = check(text)
    assert any(
        problem.startswith(f"{place}: law.programmes") and message in problem
        for problem in problems
    ), problems


@pytest.mark.parametrize("programmes", ["fluag", "[fluag]", "all", "[tintg, fluag]"])
def test_programmes_that_are_right(check: Check, toy: str, programmes: str) -> None:
    assert check(toy.replace("2025-01-01}", f"2025-01-01, programmes: {programmes}}}")) == []
