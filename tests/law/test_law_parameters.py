"""Dated parameters: timelines, rules of validity, bitemporal snapshots, overrides."""

from __future__ import annotations

import pickle
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrasim.law.definitions import Parameter, timeline_of
from integrasim.law.parameters import Law, StatuteBook
from integrasim.law.timeline import Timeline
from integrasim.statutes import load_statute_book

FIRST = date(2020, 1, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(40)]


def entry(first: str, value: float, **more: object) -> dict[str, Any]:
    return {
        "from": first,
        "value": value,
        "enacted": "2016-05-24",
        "reference": "GV. NRW. 2016 S. 262",
        "status": "enacted",
        **more,
    }


def parameter(*values: dict[str, Any], **more: object) -> Parameter:
    return Parameter.model_validate(
        {
            "name": "toy.rate",
            "label": {"de": "Satz", "en": "Rate"},
            "unit": "EUR",
            "changes": "month",
            "placement": False,
            "values": list(values),
            **more,
        }
    )


def toy_law(*values: dict[str, Any], **more: object) -> Law:
    return StatuteBook({"toy.rate": parameter(*values, **more)}).as_of(date(2030, 1, 1))


# Timelines

OVERLAYS = st.lists(
    st.tuples(
        st.integers(0, 39),
        st.none() | st.integers(0, 39),
        st.sampled_from([0.0, 1.0, 2.0]),
    ).filter(lambda overlay: overlay[1] is None or overlay[0] <= overlay[1]),
    max_size=6,
)


def timeline(overlays: list[tuple[int, int | None, float]]) -> Timeline:
    result = Timeline()
    for first, last, value in overlays:
        result = result.overlay(DAYS[first], None if last is None else DAYS[last], value)
    return result


def day_by_day(overlays: list[tuple[int, int | None, float]]) -> list[float | None]:
    days: list[float | None] = [None] * 40
    for first, last, value in overlays:
        for n in range(first, 40 if last is None else last + 1):
            days[n] = value
    return days


@given(OVERLAYS)
def test_later_overlays_win_on_their_days(overlays: list[tuple[int, int | None, float]]) -> None:
    assert [timeline(overlays).at(day) for day in DAYS] == day_by_day(overlays)


@given(OVERLAYS, OVERLAYS)
def test_timelines_are_equal_if_they_agree_on_every_day(
    one: list[tuple[int, int | None, float]], other: list[tuple[int, int | None, float]]
) -> None:
    # An end on the last day watched and no end at all differ on the day after.
    beyond = [timeline(overlays).at(DAYS[-1] + timedelta(days=1)) for overlays in (one, other)]
    agree = day_by_day(one) == day_by_day(other) and beyond[0] == beyond[1]
    assert (timeline(one) == timeline(other)) == agree


@given(OVERLAYS, st.integers(0, 39), st.integers(0, 39))
def test_changes_are_the_days_that_differ_from_the_day_before(
    overlays: list[tuple[int, int | None, float]], start: int, end: int
) -> None:
    days = day_by_day(overlays)
    expected = [DAYS[n] for n in range(start + 1, end + 1) if days[n] != days[n - 1]]
    assert timeline(overlays).changes(DAYS[start], DAYS[end]) == expected


@given(OVERLAYS, OVERLAYS, st.integers(0, 39), st.integers(0, 39))
def test_parts_are_equal_if_they_agree_within(
    one: list[tuple[int, int | None, float]],
    other: list[tuple[int, int | None, float]],
    start: int,
    end: int,
) -> None:
    if start > end:
        start, end = end, start
    parts = [timeline(overlays).between(DAYS[start], DAYS[end]) for overlays in (one, other)]
    agree = day_by_day(one)[start : end + 1] == day_by_day(other)[start : end + 1]
    assert (parts[0] == parts[1]) == agree
    assert (hash(parts[0]) == hash(parts[1])) >= agree


def test_an_end_beyond_the_calendar_is_no_end() -> None:
    assert Timeline().overlay(FIRST, date.max, 1.0) == Timeline().overlay(FIRST, None, 1.0)


# Rules of validity


def faults(*values: dict[str, Any], **more: object) -> list[tuple[tuple[str | int, ...], str]]:
    return [(fault.path, fault.message) for fault in parameter(*values, **more).faults()]


def test_values_that_follow_each_other_are_right() -> None:
    assert faults(entry("2020-01-01", 1, until="2020-06-30"), entry("2020-07-01", 2)) == []


def test_order_in_the_file_does_not_matter() -> None:
    assert faults(entry("2020-07-01", 2), entry("2020-01-01", 1, until="2020-06-30")) == []


def test_overlap_within_an_act() -> None:
    values = entry("2020-01-01", 1, until="2020-07-31"), entry("2020-07-01", 2)
    message = "from 2020-07-01 on, this value overlaps the one from 2020-01-01 of the same act"
    assert faults(*values) == [(("values", 1, "from"), f"{message} (2016-05-24)")]


def test_a_value_without_end_overlaps_all_later_ones_of_its_act() -> None:
    ((path, message),) = faults(entry("2020-01-01", 1), entry("2021-01-01", 2))
    assert path == ("values", 1, "from")
    assert "overlaps the one from 2020-01-01" in message


def test_a_later_act_may_overlap() -> None:
    assert faults(entry("2020-01-01", 1), entry("2020-01-01", 2, enacted="2020-12-01")) == []


def test_a_gap_is_named_once_with_its_days() -> None:
    values = (
        entry("2020-01-01", 1, until="2020-06-30"),
        entry("2020-09-01", 2),
        entry("2022-01-01", 3, enacted="2021-12-01"),
    )
    message = "no value from 2020-07-01 to 2020-08-31: a gap before this value"
    assert faults(*values) == [(("values", 1, "from"), message)]


def test_a_gap_that_a_later_act_fills_was_still_a_gap() -> None:
    values = (
        entry("2020-01-01", 1, until="2020-06-30"),
        entry("2020-09-01", 2),
        entry("2020-07-01", 3, until="2020-08-31", enacted="2021-12-01"),
    )
    ((path, _),) = faults(*values)
    assert path == ("values", 1, "from")


def test_a_gap_made_by_two_acts() -> None:
    values = (
        entry("2020-01-01", 1, until="2020-06-30"),
        entry("2020-09-01", 2, enacted="2019-01-01"),
        entry("2020-09-01", 3, enacted="2017-01-01", until="2020-12-31"),
    )
    assert [path for path, _ in faults(*values)] == [("values", 2, "from")]


def test_ends_are_no_gaps() -> None:
    assert faults(entry("2020-01-01", 1, until="2020-12-31")) == []


def test_an_assumption_needs_a_reason() -> None:
    assert faults(entry("2020-01-01", 1, status="assumption")) == [
        (("values", 0), "an assumption without a reason")
    ]
    assert faults(entry("2020-01-01", 1, status="assumption", reason="Not read.")) == []


def test_an_end_before_the_start() -> None:
    ((path, message),) = faults(entry("2020-02-01", 1, until="2020-01-31"))
    assert path == ("values", 0, "until")
    assert message == "the value ends on 2020-01-31, before it begins on 2020-02-01"
    ((_, message),) = faults(entry("2020-02-01", 1, until="2020-02-01"))
    assert message == "2020-02-01 is not the last day of a month"


@pytest.mark.parametrize(
    ("changes", "first", "until", "path"),
    [
        ("month", "2020-02-01", "2020-02-29", None),
        ("month", "2020-02-02", None, "from"),
        ("month", "2020-02-01", "2020-02-28", "until"),
        ("month", "2020-02-01", "9999-12-31", None),
        ("year", "2020-01-01", "2020-12-31", None),
        ("year", "2020-02-01", None, "from"),
        ("year", "2020-01-02", None, "from"),
        ("year", "2020-01-01", "2020-11-30", "until"),
    ],
)
def test_values_begin_and_end_with_a_month_or_year(
    changes: str, first: str, until: str | None, path: str | None
) -> None:
    value = entry(first, 1) if until is None else entry(first, 1, until=until)
    found = [fault_path[-1] for fault_path, _ in faults(value, changes=changes)]
    assert found == ([] if path is None else [path])


def test_the_remedy_names_days_that_would_do() -> None:
    (by_month,) = parameter(entry("2020-01-01", 1)).objections(date(2020, 5, 17), 1.0)
    assert by_month.remedy == "Use 2020-05-01, for example."
    yearly = parameter(entry("2020-01-01", 1), changes="year")
    (by_year,) = yearly.objections(date(2020, 5, 1), 1.0)
    assert by_year.remedy == "Use 2020-01-01 or 2021-01-01."


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (-0.5, "-0.5 is below the minimum 0"),
        (0.0, None),
        (1.0, None),
        (1.5, "1.5 is above the maximum 1"),
        (float("nan"), "nan is not a finite number"),
        (float("inf"), "inf is not a finite number"),
    ],
)
def test_limits_are_included(value: float, message: str | None) -> None:
    limited = parameter(entry("2020-01-01", 0.5), minimum=0, maximum=1)
    messages = [fault.message for fault in limited.objections(date(2021, 1, 1), value)]
    assert messages == ([] if message is None else [message])


@pytest.mark.parametrize(
    ("limits", "value", "problem"),
    [
        ({"minimum": 0, "maximum": 1}, 0.3, "Use a whole number from 0 to 1 (EUR)."),
        ({"minimum": 2}, 2.5, "Use a whole number, at least 2 (EUR)."),
        ({"maximum": 2}, 1.5, "Use a whole number, at most 2 (EUR)."),
        ({}, 1e-9, "Use a whole number (EUR)."),
        ({"minimum": 0, "maximum": 1}, 2.0, "Use at most 1 (EUR)."),
        ({"minimum": 0, "maximum": 1}, -0.3, "Use at least 0 (EUR)."),
        ({"minimum": 0, "maximum": 1}, 1.0, None),
        ({}, -3.0, None),
    ],
)
def test_a_whole_parameter_takes_whole_numbers_within_its_limits(
    limits: dict[str, int], value: float, problem: str | None
) -> None:
    whole = parameter(entry("2020-01-01", 1), whole=True, **limits)
    remedies = [fault.remedy for fault in whole.objections(date(2021, 1, 1), value)]
    assert remedies == ([] if problem is None else [problem])


def test_limits_are_written_in_full_and_without_a_negative_zero() -> None:
    limited = parameter(entry("2020-01-01", 1), minimum=1, maximum=1e9)
    day = date(2021, 1, 1)
    assert [
        each.message for value in (-0.0, 1234567890.5) for each in limited.objections(day, value)
    ] == [
        "0 is below the minimum 1",
        "1234567890.5 is above the maximum 1000000000",
    ]


def test_faults_stand_in_the_order_of_the_file() -> None:
    values = (
        entry("2021-01-05", 1),
        entry("2019-01-01", 5, status="assumption", until="2020-12-31"),
    )
    paths = [path for path, _ in faults(*values, maximum=2)]
    assert paths == [("values", 0, "from"), ("values", 1, "value"), ("values", 1)]


def test_wrong_days_are_not_reported_a_second_time_as_gaps() -> None:
    values = entry("2020-01-01", 1, until="2020-06-29"), entry("2020-07-01", 2)
    assert [path for path, _ in faults(*values)] == [("values", 0, "until")]


def test_a_book_refuses_contradictions() -> None:
    with pytest.raises(ValueError, match=r"toy\.rate: from 2021-01-01 on, this value overlaps"):
        StatuteBook({"toy.rate": parameter(entry("2020-01-01", 1), entry("2021-01-01", 2))})


# Bitemporal snapshots


def test_the_law_of_a_day_knows_the_acts_up_to_that_day() -> None:
    values = (
        entry("2021-01-01", 875, enacted="2021-11-09"),
        entry("2017-01-01", 866, enacted="2016-12-15"),
        entry("2024-01-01", 1013, enacted="2024-12-10"),
    )
    book = StatuteBook({"toy.rate": parameter(*values)})
    day = date(2024, 6, 1)
    assert [
        book.as_of(as_of).value("toy.rate", day)
        for as_of in (
            date(2016, 12, 14),
            date(2016, 12, 15),
            date(2021, 11, 8),
            date(2021, 11, 9),
            date(2024, 12, 9),
            date(2024, 12, 10),
        )
    ] == [0.0, 866.0, 866.0, 875.0, 875.0, 1013.0]
    assert book.as_of(date(2025, 1, 1)).value("toy.rate", date(2023, 12, 31)) == 875.0


def test_a_later_act_without_end_replaces_what_an_earlier_one_had_announced() -> None:
    values = (
        entry("2020-01-01", 1, until="2024-12-31"),
        entry("2025-01-01", 2),
        entry("2022-01-01", 3, enacted="2021-06-01"),
    )
    assert toy_law(*values).value("toy.rate", date(2026, 1, 1)) == 3.0


def test_a_later_act_with_an_end_leaves_the_rest() -> None:
    values = (
        entry("2020-01-01", 1),
        entry("2022-01-01", 3, until="2022-12-31", enacted="2021-06-01"),
    )
    law = toy_law(*values)
    days = [date(2021, 12, 31), date(2022, 1, 1), date(2022, 12, 31), date(2023, 1, 1)]
    np.testing.assert_array_equal(law.values("toy.rate", days), [1, 3, 3, 1])


def test_acts_apply_in_order_of_enactment_not_of_the_file() -> None:
    one, other = parameter(entry("2020-01-01", 1)), entry("2020-01-01", 2, enacted="2021-01-01")
    for values in ([*one.values], [*reversed(one.values)]):
        both = [*values, parameter(other).values[0]]
        assert timeline_of(both, date(2022, 1, 1)).at(date(2020, 1, 1)) == 2.0
        assert timeline_of(both[::-1], date(2022, 1, 1)).at(date(2020, 1, 1)) == 2.0


def test_zero_and_not_in_force_are_told_apart() -> None:
    law = toy_law(entry("2020-01-01", 0, until="2020-12-31"))
    assert law.value("toy.rate", date(2020, 6, 1)) == law.value("toy.rate", date(2021, 6, 1)) == 0
    assert law.in_force("toy.rate", date(2020, 12, 31))
    assert not law.in_force("toy.rate", date(2021, 1, 1))
    assert not law.in_force("toy.rate", date(2019, 12, 31))


def test_unknown_parameters_are_errors_with_a_near_miss() -> None:
    law = load_statute_book().as_of(date(2025, 1, 1))
    for use in (
        lambda: law.value("fluag.ilness_threshold", FIRST),
        lambda: law.values("fluag.ilness_threshold", [FIRST]),
        lambda: law.in_force("fluag.ilness_threshold", FIRST),
        lambda: law.change_dates(FIRST, FIRST, ["fluag.ilness_threshold"]),
        lambda: law.override({"fluag.ilness_threshold": [(FIRST, 1.0)]}),
    ):
        with pytest.raises(ValueError, match=r"Did you mean fluag\.illness_threshold"):
            use()
    with pytest.raises(ValueError, match=r"zzz: there is no such parameter of the law\.$"):
        law.value("zzz", FIRST)


# Overrides


def test_an_override_is_a_later_act() -> None:
    law = toy_law(entry("2020-01-01", 1), entry("2022-01-01", 2, enacted="2021-01-01"))
    option = law.override({"toy.rate": [(date(2023, 1, 1), 5), (date(2021, 1, 1), 4)]})
    days = [date(year, 1, 1) for year in range(2019, 2025)]
    np.testing.assert_array_equal(option.values("toy.rate", days), [0, 1, 4, 4, 5, 5])
    np.testing.assert_array_equal(law.values("toy.rate", days), [0, 1, 1, 2, 2, 2])
    assert option.as_of == law.as_of


def test_an_override_that_changes_nothing_gives_an_equal_law() -> None:
    law = toy_law(entry("2020-01-01", 1))
    option = law.override({"toy.rate": [(date(2022, 1, 1), 1.0)]})
    assert option == law
    assert option.change_dates(date(2019, 1, 1), date(2030, 1, 1)) == [date(2020, 1, 1)]
    assert law.override({}) == law


def test_all_wrong_overrides_are_named_at_once() -> None:
    law = toy_law(entry("2020-01-01", 1), minimum=0, changes="year")
    wrong = {
        "toy.rate": [(date(2021, 7, 1), -1.0), (date(2022, 1, 1), 1.0), (date(2022, 1, 1), 2.0)],
        "toy.rat": [(date(2021, 1, 1), 1.0)],
    }
    with pytest.raises(ValueError, match="two values begin") as caught:
        law.override(wrong)
    assert str(caught.value).splitlines() == [
        (
            "toy.rate: the value can only change on 1 January, not on 2021-07-01. "
            "Use 2021-01-01 or 2022-01-01."
        ),
        "toy.rate: -1 is below the minimum 0. Use at least 0 (EUR).",
        "toy.rate: two values begin on the same day. Keep one of them.",
        "toy.rat: there is no such parameter of the law. Did you mean toy.rate?",
    ]


def test_an_override_needs_a_value() -> None:
    with pytest.raises(ValueError, match=r"toy\.rate: no value is given"):
        toy_law(entry("2020-01-01", 1)).override({"toy.rate": []})


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_an_override_must_be_finite(value: float) -> None:
    with pytest.raises(ValueError, match="is not a finite number"):
        toy_law(entry("2020-01-01", 1)).override({"toy.rate": [(FIRST, value)]})


# Dates of change and placement


def test_change_dates_over_several_parameters() -> None:
    law = load_statute_book().as_of(date(2025, 1, 1))
    rates = ["fluag.lump_sum_kreisfrei", "fluag.lump_sum_kreisangehoerig"]
    start, end = date(2017, 1, 1), date(2024, 1, 1)
    assert law.change_dates(start, end, rates) == [date(2021, 1, 1), date(2024, 1, 1)]
    assert law.change_dates(start, date(2023, 12, 31), rates) == [date(2021, 1, 1)]
    assert date(2023, 12, 1) in law.change_dates(start, end)
    fluag = [name for name in law.parameters if name.startswith("fluag.")]
    assert law.change_dates(date(2025, 1, 1), date(2029, 12, 31), fluag) == []


def test_the_end_of_a_value_is_a_change() -> None:
    law = load_statute_book().as_of(date(2025, 1, 1))
    changes = law.change_dates(date(2023, 1, 1), date(2026, 1, 1), ["fluag.guarantee_minimum"])
    assert changes == [date(2024, 1, 1), date(2025, 1, 1)]


def test_placement_tells_worlds_apart() -> None:
    law = load_statute_book().as_of(date(2025, 1, 1))
    start, end = date(2025, 1, 1), date(2029, 12, 31)
    placement = law.placement(start, end)
    money = law.override({"fluag.illness_threshold": [(start, 35_000)]})
    null = law.override({"fluag.key_cap": [(start, 1.25)]})
    late = law.override({"fluag.key_cap": [(date(2030, 1, 1), 1.5)]})
    early = law.override({"fluag.credit_other_facility": [(date(2020, 1, 1), 1.0)]})
    for same in (money, null, late, early):
        assert same.placement(start, end) == placement
        assert hash(same.placement(start, end)) == hash(placement)
    other = law.override({"fluag.key_cap": [(date(2029, 1, 1), 1.5)]})
    assert other.placement(start, end) != placement
    assert [name for name, _ in placement] == sorted(
        name for name, each in law.parameters.items() if each.placement
    )


def test_laws_and_books_can_be_pickled() -> None:
    book = load_statute_book()
    law = book.as_of(date(2025, 1, 1)).override({"fluag.key_cap": [(date(2026, 1, 1), 1.5)]})
    assert pickle.loads(pickle.dumps(law)) == law
    assert pickle.loads(pickle.dumps(book)) == book
