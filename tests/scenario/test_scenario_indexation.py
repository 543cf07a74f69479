"""Options that bind an amount of the law to an index: what they may say, and how it is written."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from integrasim.law.indexation import Indexed
from integrasim.scenario import load_scenario
from integrasim.scenario.options import INDICES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from integrasim.scenario import Scenario

    Check = Callable[[str], list[str]]
    Load = Callable[[str], Scenario]
    Write = Callable[..., Path]

LAW = "law: {fluag.illness_threshold: {from: 2026-01-01, value: 30000}}"
HORIZON = "horizon: {start: 2025-01, end: 2026-12}"
CITY, THRESHOLD = "fluag.lump_sum_kreisfrei", "fluag.illness_threshold"


def variant(toy: str, law: str) -> tuple[str, str]:
    """Return the scenario with four years and another law, and the place marked with ¦ in it."""
    assert toy.count(LAW) == 1
    marked = toy.replace(HORIZON, "horizon: {start: 2025-01, end: 2028-12}").replace(LAW, law)
    before = marked.partition("¦")[0]
    place = f"s.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
    return marked.replace("¦", ""), place


@pytest.mark.parametrize(
    ("written", "pairs"),
    [
        ("{from: 2026-01-01, indexed_by: 0.02}", [(date(2026, 1, 1), Indexed(0.02))]),
        ("{indexed_by: 0}", [(date(2025, 1, 1), Indexed(0.0))]),
        (
            "{from: 2026-07-01, value: 1400, indexed_by: world.illness.inflation}",
            [(date(2026, 7, 1), Indexed("world.illness.inflation", 1_400.0))],
        ),
        (
            "[{from: 2026-01-01, indexed_by: world.costs.inflation}, 1300]",
            [(date(2025, 1, 1), 1_300.0), (date(2026, 1, 1), Indexed("world.costs.inflation"))],
        ),
    ],
)
def test_what_is_written_is_what_the_law_is_told(
    load: Load, toy: str, written: str, pairs: list[Any]
) -> None:
    scenario = load(variant(toy, f"law: {{{CITY}: {written}}}")[0])
    assert scenario.options["threshold_later"].overrides(date(2025, 1, 1)) == {CITY: pairs}
    # The text of the scenario says the same, as short as it was.
    text = YAML(typ="safe", pure=True).load(scenario.source_text)
    shown = text["options"]["threshold_later"]["law"][CITY]
    assert shown == YAML(typ="safe", pure=True).load(
        written.replace("2026-01-01", "'2026-01-01'").replace("2026-07-01", "'2026-07-01'")
    )
    again = load(scenario.source_text)
    assert again.options == scenario.options
    assert again.sha256 == scenario.sha256


def test_a_wider_file_may_add_an_index_alone(write: Write, toy: str) -> None:
    """Maps merge: the value and its day stay, and the index joins them."""
    write(variant(toy, LAW)[0])
    index = "{indexed_by: 0.01}"
    wider = f"extends: s.yaml\noptions: {{threshold_later: {{law: {{{THRESHOLD}: {index}}}}}}}"
    (override,) = load_scenario(write(wider, "t.yaml")).options["threshold_later"].law[THRESHOLD]
    assert override.stated == Indexed(0.01, 30_000.0)


@pytest.mark.parametrize(
    ("law", "key", "message"),
    [
        (
            f"{{{CITY}: {{¦indexed_by: world.costs.inflaton}}}}",
            f"{CITY}.indexed_by",
            'there is no index "world.costs.inflaton". Did you mean world.costs.inflation?',
        ),
        (
            f"{{{CITY}: {{¦indexed_by: prices}}}}",
            f"{CITY}.indexed_by",
            (
                'there is no index "prices". Use world.costs.inflation or world.illness.inflation, '
                "or a yearly growth such as 0.02."
            ),
        ),
        (
            f"{{{CITY}: {{¦indexed_by: 2 %}}}}",
            f"{CITY}.indexed_by",
            'there is no index "2 %". Write 0.02.',
        ),
        (
            f"{{{CITY}: {{¦indexed_by: -1}}}}",
            f"{CITY}.indexed_by",
            "-1 is too small. Use a number that is above -1 and at most 1.",
        ),
        (
            f"{{{CITY}: {{¦indexed_by: 2}}}}",
            f"{CITY}.indexed_by",
            "2 is too large. Use a number that is above -1 and at most 1.",
        ),
        (
            f"{{{CITY}: {{¦indexed_by: .inf}}}}",
            f"{CITY}.indexed_by",
            "inf is not a finite number. Write a number.",
        ),
        (
            f"{{{CITY}: {{¦indexed_by: [0.02]}}}}",
            f"{CITY}.indexed_by",
            (
                "a list is not a number. Write a number: yearly growth of an amount of money, such "
                "as 0.02, or world.costs.inflation or world.illness.inflation."
            ),
        ),
        (
            f"{{{CITY}: {{¦value: -5, indexed_by: 0.02}}}}",
            f"{CITY}.value",
            "-5 is below the minimum 0. Use at least 0 (EUR per person-month).",
        ),
        (
            "{fluag.key_population_weight: {value: 0.8, ¦indexed_by: 0.02}}",
            "fluag.key_population_weight.indexed_by",
            (
                "only an amount of money can be indexed; this is measured in: share. Remove it, "
                "and state a value for each day on which it changes."
            ),
        ),
        (
            "{fluag.temporary_protection_counted: {¦indexed_by: 0.02}}",
            "fluag.temporary_protection_counted.indexed_by",
            (
                "only an amount of money can be indexed; this is measured in: 1 yes, 0 no. Remove "
                "it, and state a value for each day on which it changes."
            ),
        ),
        (
            "{¦fluag.guarantee_minimum: {indexed_by: 0.02}}",
            "fluag.guarantee_minimum.value",
            (
                "no value is in force on 2025-01-01 that could be carried on. State the value of "
                "that day, or use a later day."
            ),
        ),
        (
            f"{{{THRESHOLD}: {{¦from: 2026-07-01, indexed_by: 0.02}}}}",
            f"{THRESHOLD}.from",
            (
                "the value can only change on 1 January, not on 2026-07-01. Use 2026-01-01 or "
                "2027-01-01."
            ),
        ),
        (
            f"{{{CITY}: {{¦from: 2029-01-01, indexed_by: 0.02}}}}",
            f"{CITY}.from",
            (
                "2029-01-01 lies after the horizon, which ends with 2028-12. Use an earlier day, "
                "or remove this value, which changes nothing."
            ),
        ),
        (
            f"{{{CITY}: {{¦from: 2024-01-01, indexed_by: world.costs.inflation}}}}",
            f"{CITY}.from",
            (
                "world.costs.inflation is not known before 2025, when the horizon starts. Use "
                "2025-01-01 or a later day, or a yearly growth such as 0.02."
            ),
        ),
        (
            f"{{{CITY}: {{from: 2028-01-01, ¦indexed_by: 0.02}}}}",
            f"{CITY}.indexed_by",
            (
                "this has no effect: the value ends before the 1 January after it begins. Remove "
                "it, or begin in an earlier year."
            ),
        ),
        (
            (
                f"{{{CITY}: [{{from: 2026-01-01, ¦indexed_by: 0.02}}, "
                "{from: 2027-01-01, value: 1400}]}"
            ),
            f"{CITY}[0].indexed_by",
            (
                "this has no effect: the value ends before the 1 January after it begins. Remove "
                "it, or begin in an earlier year."
            ),
        ),
    ],
)
def test_impossible_indexations(check: Check, toy: str, law: str, key: str, message: str) -> None:
    text, place = variant(toy, f"law: {law}")
    assert check(text) == [f"{place}: options.threshold_later.law.{key}: {message}"]


@pytest.mark.parametrize(
    "values",
    [
        "{from: 2020-01-01, indexed_by: 0.02}",
        "{from: 2025-03-01, value: 1400, indexed_by: world.costs.inflation}",
        "{from: 2027-12-01, indexed_by: -0.5}",
        # What has grown until the second one begins is what that carries on.
        "[{from: 2026-01-01, indexed_by: 0.02}, {from: 2027-01-01, indexed_by: 0.03}]",
        "[{from: 2026-01-01, value: 1400}, {from: 2027-01-01, indexed_by: 0.02}]",
    ],
)
def test_possible_indexations(check: Check, toy: str, values: str) -> None:
    assert check(variant(toy, f"law: {{{CITY}: {values}}}")[0]) == []


def test_an_amount_can_be_carried_on_that_the_option_gave_before(check: Check, toy: str) -> None:
    minimum = "[{from: 2027-01-01, indexed_by: 0.02}, {from: 2026-01-01, value: 1000}]"
    assert check(variant(toy, f"law: {{fluag.guarantee_minimum: {minimum}}}")[0]) == []


# In words


@pytest.mark.parametrize(
    ("values", "german", "english"),
    [
        (
            "{from: 2026-01-01, indexed_by: 0.02}",
            "ab 1.1.2026 der bis dahin geltende Betrag, danach an jedem 1. Januar 2\xa0% mehr",
            "from 1 January 2026 the amount in force until then, then 2% more on each 1 January",
        ),
        (
            "[{from: 2026-07-01, indexed_by: 0}, {value: 1400.5, indexed_by: -0.015}]",
            (
                "ab 1.1.2025 1.400,5 EUR je Person und Monat, danach an jedem 1. Januar 1,5\xa0% "
                "weniger; ab 1.7.2026 der bis dahin geltende Betrag, danach unverändert"
            ),
            (
                "from 1 January 2025 1,400.5 EUR per person-month, then 1.5% less on each 1 "
                "January; from 1 July 2026 the amount in force until then, then unchanged"
            ),
        ),
        (
            "{value: 1400, indexed_by: world.costs.inflation}",
            (
                "ab 1.1.2025 1.400 EUR je Person und Monat, danach an jedem 1. Januar "
                "fortgeschrieben mit der Preissteigerung der Aufnahmekosten"
            ),
            (
                "from 1 January 2025 1,400 EUR per person-month, then carried forward on each "
                "1 January with the inflation of hosting costs"
            ),
        ),
        ("1400", "ab 1.1.2025 1.400 EUR je Person und Monat", None),
    ],
)
def test_an_option_says_how_its_amounts_grow(
    load: Load, toy: str, values: str, german: str, english: str | None
) -> None:
    option = load(variant(toy, f"law: {{{CITY}: {values}}}")[0]).options["threshold_later"]
    (said,) = option.describe("de", start=date(2025, 1, 1))
    assert said == f"Monatliche Kostenpauschale je Person, kreisfreie Städte (§ 4 FlüAG): {german}."
    if english is not None:
        (said,) = option.describe("en", start=date(2025, 1, 1))
        assert said.partition(": ")[2] == f"{english}."


def test_every_index_has_words(load: Load, toy: str) -> None:
    for index in INDICES:
        law = f"law: {{{CITY}: {{indexed_by: {index}}}}}"
        option = load(variant(toy, law)[0]).options["threshold_later"]
        for lang in ("de", "en"):
            (said,) = option.describe(lang, start=date(2025, 1, 1))
            assert "1 January with the inflation" in said or "mit der Preissteigerung" in said


def test_a_value_that_is_no_money_has_its_unit_in_brackets(load: Load, toy: str) -> None:
    law = "law: {fluag.key_population_weight: 0.8}"
    option = load(variant(toy, law)[0]).options["threshold_later"]
    (said,) = option.describe("en", start=date(2025, 1, 1))
    assert said.endswith("from 1 January 2025 0.8 (share).")


# The floor of the illness costs


def test_a_threshold_at_the_floor_may_rise_but_not_fall(check: Check, toy: str) -> None:
    for growth in (0, 0.02):
        law = f"law: {{{THRESHOLD}: {{value: 15000, indexed_by: {growth}}}}}"
        assert check(variant(toy, law)[0]) == []
    text, _ = variant(toy, f"law: {{{THRESHOLD}: {{value: 15000, indexed_by: -0.1}}}}")
    assert [line.partition(": ")[2] for line in check(text)] == [
        (
            "world.illness.floor: the floor 15,000 lies above the threshold of threshold_later "
            "(which its index takes down to 10,935). Use at most 10935, or the cases between the "
            "two are lost."
        )
    ]
    assert check(text.replace("cap: 2000000", "cap: 2000000\n    floor: 10935")) == []


def test_the_lowest_inflation_that_is_possible_decides(check: Check, toy: str) -> None:
    """The toy Land's prices fall by up to 5 % a year: 17,000 EUR may become 14,575 EUR."""
    index = "world.costs.inflation"
    text, _ = variant(toy, f"law: {{{THRESHOLD}: {{value: 17000, indexed_by: {index}}}}}")
    assert [line.partition(": ")[2] for line in check(text)] == [
        (
            "world.illness.floor: the floor 15,000 lies above the threshold of threshold_later "
            "(which its index takes down to 14,575). Use at most 14575, or the cases between the "
            "two are lost."
        )
    ]
    assert check(text.replace("17000", "17500")) == []
    assert check(text.replace("low: -0.05", "low: -0.04")) == []


def test_a_threshold_that_falls_to_nothing_is_impossible(check: Check, toy: str) -> None:
    text, place = variant(toy, f"law: {{¦{THRESHOLD}: {{value: 20000, indexed_by: -0.875}}}}")
    assert check(text) == [
        (
            f"{place}: options.threshold_later.law.{THRESHOLD}: the threshold 39.0625 lies below "
            "the least floor of illness costs that is possible (100). Use at least 100."
        )
    ]


def test_nothing_is_said_of_the_floor_where_the_inflation_is_wrong(check: Check, toy: str) -> None:
    index = "world.illness.inflation"
    text, _ = variant(toy, f"law: {{{THRESHOLD}: {{value: 16000, indexed_by: {index}}}}}")
    (line,) = check(text.replace("inflation: 0.03", "inflation: -1"))
    assert "world.illness.inflation: -1 is too small" in line
