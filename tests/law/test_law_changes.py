"""Which act governs when, and what changed: against the timelines, and on published acts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrasim.law.changes import changes_between, episodes, governing, revisions
from integrasim.statutes import load_statute_book

BOOK = load_statute_book()
NOW = date(2025, 1, 1)
DAYS = st.dates(date(2003, 1, 1), date(2031, 1, 1))
NAMES = st.sampled_from(list(BOOK.parameters))


@given(NAMES, DAYS, DAYS)
def test_the_governing_value_is_the_law_of_the_day(name: str, day: date, as_of: date) -> None:
    law = BOOK.as_of(as_of)
    source = governing(BOOK.parameters[name].values, day, as_of=as_of)
    assert law.in_force(name, day) == (source is not None)
    assert law.value(name, day) == (0.0 if source is None else source.value)


@given(NAMES, DAYS, DAYS)
def test_episodes_cover_the_days_in_force(name: str, day: date, as_of: date) -> None:
    values = BOOK.parameters[name].values
    inside = [
        each.source
        for each in episodes(values, as_of=as_of)
        if each.first_day <= day and (each.last_day is None or day <= each.last_day)
    ]
    source = governing(values, day, as_of=as_of)
    assert inside == ([] if source is None else [source])


@given(DAYS, DAYS, DAYS)
def test_changes_lead_from_one_day_to_the_other(one: date, other: date, as_of: date) -> None:
    start, end = sorted([one, other])
    law = BOOK.as_of(as_of)
    found = changes_between(BOOK, start, end, as_of=as_of)
    assert [each.day for each in found] == sorted(each.day for each in found)
    assert all(start < each.day <= end for each in found)
    for name in BOOK.parameters:
        steps = [each for each in found if each.name == name]
        value = law.timelines[name].at(start)
        for step in steps:
            assert step.before == value
            assert step.after == law.timelines[name].at(step.day)
            assert step.before == law.timelines[name].at(step.day - timedelta(days=1))
            value = step.after
        assert value == law.timelines[name].at(end)


@given(DAYS, DAYS)
def test_revisions_lead_from_then_to_later(one: date, other: date) -> None:
    start, end = sorted([one, other])
    then, later = BOOK.as_of(start), BOOK.as_of(end)
    revised = {each.name: each for each in revisions(BOOK, start, end)}
    for name in BOOK.parameters:
        before, after = then.timelines[name].at(start), later.timelines[name].at(start)
        assert (name in revised) == (before != after)
        if name in revised:
            each = revised[name]
            assert (each.before, each.after, each.retroactive) == (before, after, True)
            assert start < each.source.enacted <= end


def test_the_raise_of_2024_is_retroactive() -> None:
    found = changes_between(BOOK, date(2023, 12, 31), date(2024, 1, 1), as_of=NOW)
    rates = {each.name: each for each in found if each.name.startswith("fluag.lump_sum")}
    assert list(rates) == ["fluag.lump_sum_kreisfrei", "fluag.lump_sum_kreisangehoerig"]
    rate = rates["fluag.lump_sum_kreisfrei"]
    assert (rate.before, rate.after, rate.retroactive) == (1125, 1303, True)
    assert rate.source.enacted == date(2024, 12, 10)
    in_summer = changes_between(BOOK, date(2023, 12, 31), date(2024, 1, 1), as_of=date(2024, 6, 1))
    assert not [each for each in in_summer if each.name.startswith("fluag.")]


def test_an_end_in_sight_is_no_retroactive_change() -> None:
    found = changes_between(BOOK, date(2024, 12, 31), date(2025, 1, 1), as_of=NOW)
    ended = next(each for each in found if each.name == "fluag.guarantee_minimum")
    assert (ended.before, ended.after, ended.retroactive) == (70.5e6, None, False)


def test_what_was_overwritten_as_a_whole_has_no_episode() -> None:
    values = BOOK.parameters["fluag.illness_threshold"].values
    held = [(each.source.value, each.first_day.year) for each in episodes(values, as_of=NOW)]
    assert held == [(35_000, 2015), (25_000, 2025)]
    before = episodes(values, as_of=date(2016, 5, 23))
    assert [each.source.value for each in before] == [70_000]


@pytest.mark.parametrize("name", ["fluag.key_cap", "fluag.illness_threshold"])
def test_nothing_governs_before_the_first_act(name: str) -> None:
    assert not episodes(BOOK.parameters[name].values, as_of=date(2003, 1, 1))
