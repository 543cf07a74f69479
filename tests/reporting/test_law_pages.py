"""The law as pages: what a reader finds there, in both languages, and nothing too wide."""

from __future__ import annotations

from datetime import date
from io import StringIO
from typing import TYPE_CHECKING, Literal

import pytest

from integrasim.casebook.case import Quantity
from integrasim.law.descriptions import DESCRIPTIONS
from integrasim.law.parameters import StatuteBook
from integrasim.reporting.law import (
    known_names,
    print_law,
    print_law_changes,
    print_law_overview,
)
from integrasim.reporting.law_cases import _QUANTITIES, _number
from integrasim.reporting.law_words import LAW_WORDS
from integrasim.reporting.numbers import MISSING
from integrasim.statutes import load_statute_book

if TYPE_CHECKING:
    from collections.abc import Callable

BOOK = load_statute_book()
DAY = date(2025, 6, 1)
LANGUAGES: tuple[Literal["de", "en"], ...] = ("de", "en")


def text(write: Callable[[StringIO], None]) -> str:
    """What a page says, without line breaks and doubled spaces."""
    return " ".join(raw(write).split())


def raw(write: Callable[[StringIO], None]) -> str:
    file = StringIO()
    write(file)
    return file.getvalue()


def page(name: str, *, on: date = DAY, as_of: date = DAY, language: Literal["de", "en"]) -> str:
    return text(
        lambda file: print_law(BOOK, name, on=on, as_of=as_of, language=language, file=file)
    )


def changes(start: date, end: date, *, as_of: date = DAY, name: str | None = None) -> str:
    return text(lambda f: print_law_changes(BOOK, start, end, name=name, as_of=as_of, file=f))


def test_names_are_instruments_rules_and_parameters() -> None:
    names = known_names(BOOK)
    assert set(names) == {each.name for each in DESCRIPTIONS} | set(BOOK.parameters)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", known_names(BOOK))
def test_a_page_says_all_that_is_known(name: str, language: Literal["de", "en"]) -> None:
    said = page(name, language=language)
    described = [each for each in DESCRIPTIONS if each.name == name]
    for each in described:
        for label in (each.label, each.words, each.formula):
            assert getattr(label, language) in said
    parameters = described[0].parameters if described else (name,)
    for parameter in (BOOK.parameters[each] for each in parameters):
        assert getattr(parameter.label, language) in said
        suffix = "_de" if language == "de" else ""
        assert str(getattr(parameter, "unit" + suffix)) in said
        assert " ".join(str(getattr(parameter, "absent" + suffix) or "").split()) in said
        for value in (each for each in parameter.values if each.enacted <= DAY):
            for what in ("reference", "reason", "note"):
                assert " ".join(str(getattr(value, what + suffix) or "").split()) in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_fit_a_terminal(language: Literal["de", "en"]) -> None:
    pages = [
        raw(lambda f: print_law_overview(BOOK, on=DAY, as_of=DAY, language=language, file=f)),
        raw(
            lambda f: print_law_changes(
                BOOK, date(2003, 1, 1), date(2026, 1, 1), as_of=DAY, language=language, file=f
            )
        ),
    ]
    for name in known_names(BOOK):
        pages.append(  # noqa: PERF401 (a comprehension would hide the loop variable's scope)
            raw(
                lambda f, name=name: print_law(  # type: ignore[misc]
                    BOOK, name, on=DAY, as_of=DAY, language=language, file=f
                )
            )
        )
    for each in pages:
        assert max(len(line) for line in each.splitlines()) <= 80
        assert "\x1b" not in each
        assert "…" not in each


def test_overview_of_a_day() -> None:
    said = raw(lambda f: print_law_overview(BOOK, on=DAY, as_of=DAY, file=f))
    assert said.startswith("Was am 1.6.2025 gilt\n")
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert "fluag.lump_sum: Kostenpauschale (§ 4 FlüAG)" in lines
    assert "fluag.lump_sum_kreisfrei 1.303 EUR je Person und Monat" in lines
    assert "fluag.illness_threshold 25.000 EUR je Person und Kalenderjahr (Annahme)" in lines
    assert "fluag.guarantee_minimum – nicht in Kraft" in lines
    assert "fluag.key_population_weight 0,9 Anteil" in lines
    for name in BOOK.parameters:
        assert sum(line.startswith(f"{name} ") for line in lines) == 1


def test_overview_of_another_day_and_state() -> None:
    summer = date(2024, 7, 1)

    def said(as_of: date) -> str:
        return text(
            lambda f: print_law_overview(BOOK, on=summer, as_of=as_of, language="en", file=f)
        )

    assert "fluag.lump_sum_kreisfrei 1,125 EUR per person-month" in said(summer)
    assert "fluag.lump_sum_kreisfrei 1,303 EUR per person-month" in said(DAY)


def test_values_by_date() -> None:
    said = page("fluag.illness", language="de")
    assert "1 1.1.2015 70.000 18.12.2014 Gesetz, überholt" in said
    assert "2 1.1.2015 31.12.2024 35.000 24.5.2016 Gesetz, rückwirkend" in said
    assert "3 1.1.2025 25.000 10.12.2024 Annahme" in said
    assert "Am 1.6.2025: 25.000 EUR je Person und Kalenderjahr" in said
    early = page("fluag.illness", as_of=date(2016, 1, 1), on=date(2014, 6, 1), language="en")
    assert "1 1 Jan 2015 70,000 18 Dec 2014 enacted" in early
    assert "35,000" not in early
    assert "On 1 Jun 2014: not in force" in early
    before = page("fluag.illness", as_of=date(2010, 1, 1), language="en")
    assert "Nothing had been enacted on it." in before


def test_the_reason_for_no_value_stands_in_english_where_there_is_no_german() -> None:
    parameter = BOOK.parameters["fluag.city_lump_sum"].model_copy(update={"absent_de": None})
    book = StatuteBook({**BOOK.parameters, parameter.name: parameter})
    said = text(lambda f: print_law(book, parameter.name, on=DAY, as_of=DAY, file=f))
    assert "No act gives the kreisfreie Städte a lump sum" in said


def test_what_never_was_law_is_an_option_only() -> None:
    said = page("fluag.city_lump_sum", language="de")
    assert "Am 1.6.2025: nicht in Kraft; nur als Option" in said
    assert "Kein Gesetz gibt den kreisfreien Städten eine Pauschale" in said
    assert "noch nichts beschlossen" not in said
    english = page("fluag.city_lump_sum", language="en")
    assert "On 1 Jun 2025: not in force; only as an option" in english
    assert "No act gives the kreisfreie Städte a lump sum" in english
    overview = text(lambda f: print_law_overview(BOOK, on=DAY, as_of=DAY, file=f))
    assert "fluag.city_lump_sum – nicht in Kraft; nur als Option" in overview


def test_a_parameter_names_what_reads_it() -> None:
    said = page("fluag.lump_sum_kreisfrei", language="en")
    assert "Belongs to: fluag.lump_sum, " in said
    assert "Belongs to: fluag.guarantee, " in said


def test_changes_between_two_days() -> None:
    said = changes(date(2023, 12, 31), date(2024, 1, 1))
    assert said.startswith("Was vom 31.12.2023 zum 1.1.2024 anders wird")
    assert "1.125 → 1.303 EUR je Person und Monat (+15,8 %)" in said.replace("\xa0", " ")
    assert "Beschlossen am 10.12.2024 (Gesetz, rückwirkend). § 4 Abs. 2 FlüAG" in said
    assert "nicht in Kraft → 70.500.000 EUR je Jahr" in said
    assert "rückwirkend für den" not in said  # no act lies between the two days
    assert "fluag.illness" not in said


def test_changes_after_which_an_act_looked_back() -> None:
    said = changes(date(2024, 6, 1), date(2025, 1, 1))
    _, _, revised = said.partition("Was Gesetze bis 1.1.2025 rückwirkend für den 1.6.2024")
    assert "fluag.lump_sum_kreisfrei 1.125 → 1.303" in revised
    before, _, _ = said.partition("Was Gesetze bis")
    assert "fluag.lump_sum_kreisfrei" not in before
    assert "35.000 → 25.000 EUR je Person und Kalenderjahr (−28,6 %)" in before.replace("\xa0", " ")
    assert "70.500.000 EUR je Jahr → nicht in Kraft" in before


def test_changes_of_one_name() -> None:
    said = changes(date(2023, 12, 31), date(2025, 1, 1), name="fluag.illness")
    assert "fluag.illness_threshold" in said
    assert "fluag.kreis_lump_sum" not in said
    assert changes(date(2023, 12, 31), date(2025, 1, 1), name="fluag.key_cap").endswith("Nichts.")


def test_changes_of_shares_and_from_zero_have_no_growth() -> None:
    said = changes(date(2023, 11, 30), date(2023, 12, 1))
    assert "0,7 → 1 (Personen je vorgesehenem Platz) Beschlossen" in said
    parameter = BOOK.parameters["fluag.kreis_lump_sum"]
    value = parameter.values[0]
    before = value.model_copy(
        update={"value": 0.0, "first_day": date(2024, 1, 1), "enacted": date(2023, 1, 1)}
    )
    book = StatuteBook(
        {
            **BOOK.parameters,
            parameter.name: parameter.model_copy(update={"values": (before, value)}),
        }
    )
    said = text(
        lambda f: print_law_changes(book, date(2024, 12, 31), date(2025, 1, 1), as_of=DAY, file=f)
    )
    assert "0 → 500.000 EUR je Kreis und Jahr Beschlossen" in said


def test_english_stands_in_where_there_is_no_german() -> None:
    parameter = BOOK.parameters["fluag.key_cap"]
    bare = parameter.values[0].model_copy(update={"reference_de": None, "note_de": None})
    book = StatuteBook(
        {
            **BOOK.parameters,
            "fluag.key_cap": parameter.model_copy(update={"unit_de": None, "values": (bare,)}),
        }
    )
    said = text(lambda f: print_law(book, "fluag.key_cap", on=DAY, as_of=DAY, file=f))
    assert f"Quelle: {bare.reference}" in said
    assert parameter.unit in said


def test_every_word_is_there_in_both_languages() -> None:
    german, english = vars(LAW_WORDS["de"]), vars(LAW_WORDS["en"])
    assert german.keys() == english.keys()
    assert all(german.values())
    assert all(english.values())


def test_every_quantity_of_a_case_has_words() -> None:
    assert set(_QUANTITIES) == set(Quantity.__args__)  # type: ignore[attr-defined]


def test_figures_of_cases_show_what_differs() -> None:
    assert _number(1303.0, "de") == "1.303"
    assert _number(1303.25, "en") == "1,303.25"
    assert _number(0.0554420434, "en") == "0.055442"
    assert _number(float("nan"), "en") == MISSING
