"""The printed comparison, by what it says."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pytest
import xarray as xr
from tests.analysis.synthetic import cut_months, make_result, reduce_result

from integrasim.analysis.compare import compare
from integrasim.reporting import layout, municipalities
from integrasim.reporting.labels import WORDS
from integrasim.reporting.tables import print_comparison

if TYPE_CHECKING:
    from integrasim.reporting.numbers import Language


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide what could make Rich think of a terminal."""
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


def page(result: xr.Dataset, *, language: Language = "de", baseline: str | None = None) -> str:
    """Print the comparison of a result to a text, with plain spaces."""
    file = io.StringIO()
    print_comparison(
        compare(result, baseline=baseline),
        horizon=compare(result, baseline=baseline, over="horizon"),
        language=language,
        file=file,
    )
    return file.getvalue().replace("\N{NO-BREAK SPACE}", " ")


def constant_result() -> xr.Dataset:
    """A result without uncertainty, so that every number printed is known beforehand.

    The Land pays 700 million EUR under the baseline and 10 million more under the
    option: 9 to Adorf, 1 to Bestadt, and Detal loses half a million to Cedorf.
    """
    result = make_result(draws=1000)
    result["land_cost"] = result["land_cost"] * 0.0
    result["land_cost"].loc[{"instrument": "fluag.lump_sum"}] = 700e6
    result["land_cost"].loc[{"instrument": "fluag.lump_sum", "option": "threshold_25k"}] = 710e6
    result["transfer"] = result["transfer"] * 0.0 + 100e6
    gains = xr.DataArray([9e6, 1e6, 0.5e6, -0.5e6], dims="municipality")
    result["transfer"].loc[{"option": "threshold_25k"}] += gains
    result["gross_cost"] = result["gross_cost"] * 0.0 + 200e6  # of each of four municipalities
    result["person_months"][:] = 1200
    result.attrs["budgets"] = json.dumps({"fluag": 705_000_000})
    return result


def row(text: str, *starts: str) -> list[str]:
    """Find the first line after some others that starts with a text, cut at wide gaps."""
    lines = iter(text.splitlines())
    for start in starts:
        found = next(line for line in lines if line.startswith(start))
    return [cell for cell in found.split("  ") if cell.strip()]


def test_german_page_of_a_known_result() -> None:
    text = page(constant_result())
    assert text.startswith(
        "Schwelle 25.000 oder 35.000 Euro\n"
        "Was die niedrigere Schwelle kostet\n"
        "Zeitraum 2025–2026 · 1.000 Ziehungen · Startwert 2025 ·\n"
        "Rechtsstand 1. Januar 2025\n"
        "Vergleichsbasis: Schwelle 35.000 €\n"
    )
    cells = [cell.strip() for cell in row(text, "Was das Land zahlt, in Mio. €", "2025")]
    assert cells == ["2025", "Schwelle 35.000 €", "700", "700"]
    assert "Was das Land mit „Schwelle 25.000 €“ mehr zahlt als mit „Schwelle 35.000 €“" in text
    cells = [cell.strip() for cell in row(text, "Was das Land mit", "Ø je Jahr")]
    assert cells == ["Ø je Jahr", "10", "10", "100 %"]
    assert "Reicht der Ansatz „FlüAG“ von 705 Mio. € je Jahr?" in text
    cells = [cell.strip() for cell in row(text, "Reicht", "2025")]
    assert cells == ["2025", "Schwelle 35.000 €", "0 %", "–"]
    cells = [cell.strip() for cell in row(text, "Reicht", "2025", "       Schwelle 25.000")]
    assert cells == ["Schwelle 25.000 €", "100 %", "5 Mio. €"]
    cells = [cell.strip() for cell in row(text, "Was von den Kosten", "Schwelle 25.000")]
    assert cells == ["Schwelle 25.000 €", "11,250 ± 0,000 %"]
    assert "Gemeinden, die im Mittel gewinnen: 3 von 4; die verlieren: 1; die in mindestens" in text
    cells = [cell.strip() for cell in row(text, "Wer mit", "Adorf")]
    assert cells == ["Adorf", "9.000", "90.000,00", "100 %"]
    most = text[text.index("Jahre mit Gewinn") :].splitlines()[2:7]
    assert [line.partition(" ")[0] for line in most] == ["Adorf", "Bestadt", "Cedorf", "", "Detal"]
    assert "−5.000,00" in most[-1]
    assert "Die Spanne umfasst 90 % der" in text
    assert "(Sobol’-Folge)" in text


def test_english_page_of_a_known_result() -> None:
    text = page(constant_result(), language="en")
    assert text.startswith(
        "Threshold 25,000 or 35,000 EUR\n"
        "What the lower threshold costs\n"
        "horizon 2025–2026 · 1,000 draws · seed 2025 · law as of 1 January 2025\n"
        "Baseline: Threshold 35,000 EUR\n"
    )
    for part in (
        "What the Land pays, in million EUR per year",
        "Does the budget “FlüAG” of 705 million EUR per year suffice?",
        "5 million EUR",
        "11.250 ± 0.000%",
        "Municipalities that gain on average: 3 of 4; that lose: 1; that gain in at least",
        "90% of futures",
    ):
        assert part in text, part
    cells = [cell.strip() for cell in row(text, "Does the budget", "2025", "       Threshold")]
    assert cells == ["Threshold 25,000 EUR", "100%", "5 million EUR"]
    cells = [cell.strip() for cell in row(text, "Who receives", "Adorf")]
    assert cells == ["Adorf", "9,000", "90,000.00", "100%"]


def test_digits_follow_the_standard_error() -> None:
    """More draws, smaller error, more digits; the error of 64 draws is some 10,000 EUR."""
    few = row(page(make_result(draws=64)), "Was das Land mit", "2025")
    many = row(page(make_result(draws=20_000)), "Was das Land mit", "2025")
    decimals = [len(cells[1].split("±")[0].strip().partition(",")[2]) for cells in (few, many)]
    assert decimals == [1, 2]
    assert "Tsd. € je Jahr" in page(make_result(draws=64))


def test_unchanged_option_is_exactly_zero_and_nobody_gains() -> None:
    text = page(make_result(options=("threshold_35k", "same_again")))
    assert "Jahre mit Gewinn" not in text
    cells = [cell.strip() for cell in row(text, "Was das Land mit", "2025")]
    assert cells == ["2025", "0", "0", "0 %"]
    assert "Gemeinden, die im Mittel gewinnen: 0 von 4; die verlieren: 0; die in" in text


def test_other_baseline_turns_the_comparison_round() -> None:
    text = page(make_result(), baseline="threshold_25k")
    assert "Vergleichsbasis: Schwelle 25.000 €" in text
    assert "Gemeinden, die im Mittel gewinnen: 0 von 4; die verlieren: 4; die in" in text


def test_a_single_option_and_year_and_no_budget() -> None:
    result = make_result(options=("threshold_35k",), years=(2025,))
    result.attrs["budgets"] = "{}"
    text = page(result)
    assert "Zeitraum 2025 ·" in text
    for absent in ("mehr zahlt", "Ansatz", "oder weniger", "Vergleichsbasis"):
        assert absent not in text


@pytest.mark.parametrize("keep", ["municipality", "kreis", "land"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_page_fits_and_is_plain(
    keep: Literal["municipality", "kreis", "land"], language: Language
) -> None:
    text = page(make_result(keep=keep, options=("threshold_35k", "threshold_25k", "same_again")))
    assert max(map(len, text.splitlines())) <= 80
    assert not any(line.endswith(" ") for line in text.splitlines())
    assert "\x1b" not in text
    assert "nan" not in text
    assert language in WORDS


def test_amounts_of_billions_still_fit() -> None:
    result = make_result(draws=1000)
    for name in ("land_cost", "transfer", "gross_cost"):
        result[name] = result[name] * 1000.0
    text = page(result)
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text


def budget_page(budgets: dict[str, float], *, draws: int = 200) -> str:
    """Print the comparison of a result with some budgets."""
    result = make_result(draws=draws)
    result.attrs["budgets"] = json.dumps(budgets)
    return page(result)


def test_shortfall_is_printed_with_its_standard_error() -> None:
    cells = row(budget_page({"fluag": 2_400_000}), "Reicht", "2025")
    assert re.fullmatch(r" *\d,\d+ ± 0,\d+ Mio\. €", cells[-1]), cells


def test_shortfall_that_rests_on_one_draw_is_not_printed() -> None:
    result = make_result(draws=50)
    highest = float(result["land_cost"].sum("instrument").isel(option=0, year=0).max())
    cells = row(budget_page({"fluag": highest - 1.0}, draws=50), "Reicht", "2025")
    assert [cell.strip() for cell in cells[-2:]] == ["2,0 ± 2,0 %", "– (1 Ziehung)"]


def test_budget_of_an_instrument_has_its_label_and_a_strange_group_its_key() -> None:
    text = budget_page({"fluag.illness": 300_000})
    assert "Reicht der Ansatz „Krankheitskosten“ von 0,3 Mio. € je Jahr?" in text
    result = make_result()
    result = result.assign_coords(
        instrument=[str(i).replace("fluag", "asylblg") for i in result["instrument"].to_numpy()]
    )
    result.attrs["budgets"] = '{"asylblg": 1}'
    assert "Reicht der Ansatz „asylblg“" in page(result)


@pytest.mark.parametrize(
    ("first", "last", "german", "english", "years"),
    [
        (
            "2026-04",
            "2026-12",
            "Zeitraum April bis Dezember 2026 ·",
            "horizon April to December 2026 ·",
            ("2026 (9 Monate)", "2026 (9 months)"),
        ),
        (
            "2025-12",
            "2026-03",
            "Zeitraum Dezember 2025 bis März 2026 ·",
            "horizon December 2025 to March 2026 ·",
            ("2025 (1 Monat) und 2026 (3 Monate)", "2025 (1 month) and 2026 (3 months)"),
        ),
        (
            "2026-05",
            "2026-05",
            "Zeitraum Mai 2026 ·",
            "horizon May 2026 ·",
            ("2026 (1 Monat)", "2026 (1 month)"),
        ),
    ],
)
def test_months_of_a_horizon_that_holds_years_in_part_are_named(
    first: str, last: str, german: str, english: str, years: tuple[str, str]
) -> None:
    held = tuple(range(int(first[:4]), int(last[:4]) + 1))
    result = cut_months(make_result(years=held), first=f"{first}-01", last=f"{last}-01")
    text = " ".join(page(result).split())
    assert german in text
    assert f"Nur zum Teil simuliert: {years[0]}. Beträge und Personenjahre sind" in text
    text = " ".join(page(result, language="en").split())
    assert english in text
    assert f"Simulated in part: {years[1]}. Amounts and person-years are" in text


def test_whole_years_are_named_without_months() -> None:
    assert "\nZeitraum 2026 ·" in page(make_result(years=(2026,)))
    assert "Nur zum Teil simuliert" not in page(make_result(years=(2026,)))


def test_budget_of_a_partial_year_is_explained() -> None:
    result = cut_months(make_result(), first="2025-10-01", last="2026-12-01")
    result.attrs["budgets"] = json.dumps({"fluag": 5_000_000})
    text = " ".join(page(result).split())
    assert "Reicht der Ansatz „FlüAG“ von 5 Mio. € je Jahr?" in text
    assert "2025 ist nur zum Teil simuliert, deshalb gilt der Ansatz anteilig: 1,25 Mio. €." in text
    assert "2026 ist nur zum Teil" not in text
    english = " ".join(page(result, language="en").split())
    assert "2025 is simulated in part, so the budget counts in proportion: 1.25 million" in english
    assert "zum Teil" not in page(make_result())


def test_years_without_lump_sums_are_named_under_the_municipal_share() -> None:
    result = make_result(years=(2015, 2016, 2017))
    assert "nicht modelliert" not in page(result)
    result["land_cost"].loc[{"year": [2015, 2016], "instrument": "fluag.lump_sum"}] = 0.0
    text = page(result)
    note = "2015 und 2016 zahlt das Land keine Pauschalen: Der Anteil ist zu hoch, wenn es andere"
    assert " ".join(text.split()).count(f"{note} Zahlungen gab, die nicht modelliert sind.") == 1
    start = text.index(note[:40])
    assert text.index("bei den Gemeinden bleibt") < start < text.index("Wer mit")
    english = " ".join(page(result, language="en").split())
    assert "The Land pays no lump sums in 2015 and 2016: the share is too high if there" in english


def test_an_option_without_lump_sums_is_named_where_another_pays_them() -> None:
    result = make_result(years=(2015, 2016, 2017))
    without = {"option": "threshold_35k", "instrument": "fluag.lump_sum"}
    result["land_cost"].loc[{**without, "year": [2015, 2016]}] = 0.0
    text = " ".join(page(result).split())
    assert "Mit „Schwelle 35.000 €“ zahlt das Land 2015 und 2016 keine Pauschalen: Der" in text
    assert text.count("keine Pauschalen") == 1
    assert "2015 und 2016 zahlt das Land" not in text
    result["land_cost"].loc[{"option": "threshold_25k", "instrument": "fluag.lump_sum"}] = 0.0
    english = " ".join(page(result, language="en").split())
    assert "With “Threshold 35,000 EUR” the Land pays no lump sums in 2015 and 2016:" in english
    assert "With “Threshold 25,000 EUR” the Land pays no lump sums in 2015, 2016, and" in english


@pytest.mark.parametrize("language", ["de", "en"])
def test_page_of_one_draw_claims_nothing_about_others(language: Language) -> None:
    text = page(make_result(draws=1), language=language)
    assert {"de": "· 1 Ziehung ·", "en": "· 1 draw ·"}[language] in text
    for claim in ("±", "<", ">", "90 % der simulierten", "90% of the simulated", "Sobol"):
        assert claim not in text, claim
    assert row(text, {"de": "Was das Land zahlt", "en": "What the Land pays,"}[language], "2025")[
        -1
    ].strip() == ("–")


def test_negative_numbers_have_a_minus_sign() -> None:
    for language in ("de", "en"):
        text = page(make_result(), baseline="threshold_25k", language=language)
        assert re.search(r" −\d", text)
        assert not re.search(r"-\d", text)


def test_years_with_gain_claim_no_more_than_their_error() -> None:
    text = page(make_result(draws=200))
    shares = [
        line.split("  ")[-1].strip() for line in text.splitlines() if line.startswith("Detal")
    ]
    assert len(shares) == 1
    assert re.fullmatch(r"\d+(,\d+)? ± \d+(,\d+)? %", shares[0])
    always = make_result(draws=20)
    always["transfer"][1] += np.random.default_rng(0).random(always["transfer"].shape[1:]) + 1.0
    cells = row(page(always), "Wer mit", "Adorf")
    assert cells[-1].strip() == "> 85 %"


def test_wide_terminal_is_used_to_100_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    widest = max(map(len, page(make_result()).splitlines()))
    assert 80 < widest <= 100


def test_brackets_in_labels_are_printed() -> None:
    result = make_result()
    labels = ["Schwelle [bold]35[/bold]", ":smile: 25"]
    result = result.assign_coords(option_label_de=("option", labels))
    text = page(result)
    assert "Schwelle [bold]35[/bold]" in text
    assert ":smile: 25" in text


def test_what_the_options_change_stands_above_the_tables() -> None:
    changes = [
        "Schwelle (§ 4b FlüAG): ab 1.1.2025 35.000 EUR.\nPauschale: 0 EUR.",
        "Geltendes Recht.",
    ]
    result = make_result().assign_coords(option_change_de=("option", changes))
    text = page(result)
    title, *lines = text[text.index("Was die Optionen") :].splitlines()[:4]
    assert title == "Was die Optionen am geltenden Recht ändern"
    assert " ".join(lines).count("Schwelle 35.000 €: ") == 2
    assert "§ 4b FlüAG" in " ".join(lines)
    assert "Schwelle 25.000 €: Geltendes Recht." in text
    assert "What the options change" not in page(result, language="en")


def test_a_single_option_has_nothing_to_tell_apart() -> None:
    one = make_result().isel(option=[0])
    one.attrs["baseline"] = str(one["option"].item())
    text = page(one.assign_coords(option_change_de=("option", ["Geltendes Recht."])))
    assert "Was die Optionen" not in text


def moved_result(**arguments: Any) -> xr.Dataset:
    """A result in which Cedorf takes 10 person-years more, and Adorf 40 fewer, for 1,000 EUR each.

    Half of that stays with them.
    """
    result = make_result(own_worlds=True, **arguments)
    result["person_months"][:] = 1200
    moved = xr.DataArray([-480, 0, 120, 0], dims="municipality")
    for name, change in (
        ("person_months", moved),
        ("transfer", moved * 1000.0 / 12.0),
        ("municipal_exposure", moved * 500.0 / 12.0),
    ):
        before = result[name].sel(option="threshold_35k", drop=True)
        both = xr.concat([before, before + change], result["option"])
        result[name] = both.transpose(*result[name].dims).astype(result[name].dtype)
    names = ["Adorf, Stadt", "Bestadt", "Cedorf, Fundort, Stadt", "Detal"]
    return result.assign_coords(municipality_name=("municipality", names))


def test_where_persons_move_both_directions_are_shown_with_persons_and_money() -> None:
    text = page(moved_result())
    assert "mehr oder weniger bekommt" not in text
    joined = " ".join(text.split())
    assert "Wo mit „Schwelle 25.000 €“ mehr oder weniger Personen mit Anspruch" in joined
    assert "Gemeinden, in denen es im Mittel mehr sind: 1 von 4; weniger: 1." in joined
    assert [cell.strip() for cell in row(text, "Wo mit", "Cedorf ")] == [
        *("Cedorf", "10", "10,0 %", "10", "5")
    ]
    assert [cell.strip() for cell in row(text, "Wo mit", "Adorf ")] == [
        *("Adorf", "−40", "−40,0 %", "−40", "−20")
    ]
    table = text[text.index("Wo mit") :]
    assert "Detal" not in table
    assert table.index("Cedorf") < table.index("Adorf") < table.index("Mittlere Unter")


@pytest.mark.parametrize("keep", ["kreis", "land"])
def test_moved_persons_are_shown_without_an_error_where_draws_are_not_kept(
    keep: Literal["kreis", "land"],
) -> None:
    text = page(reduce_result(moved_result(), keep=keep), language="en")
    cells = [cell.strip() for cell in row(text, "Where more or fewer", "Cedorf ")]
    assert cells == ["Cedorf", "10.0", "10.0%", "10", "5"]
    assert max(map(len, text.splitlines())) <= 80


def test_no_more_than_ten_municipalities_are_listed_each_way() -> None:
    change = np.concatenate([np.arange(15.0), -np.arange(12.0)])
    up, down = municipalities._most(change)
    assert up.tolist() == list(range(14, 4, -1))
    assert down.tolist() == list(range(26, 16, -1))


def test_municipality_without_persons_has_no_gain_per_person() -> None:
    result = constant_result()
    result["person_months"].loc[{"municipality": "00111000"}] = 0
    cells = [cell.strip() for cell in row(page(result), "Wer mit", "Adorf")]
    assert cells == ["Adorf", "9.000", "–", "100 %"]
    moved = moved_result()
    moved["person_months"].loc[{"option": "threshold_35k", "municipality": "00200008"}] = 0
    cells = [cell.strip() for cell in row(page(moved), "Wo mit", "Cedorf")]
    assert cells[:3] == ["Cedorf", "110", "–"]


def persons_result(**arguments: Any) -> xr.Dataset:
    """A result whose persons are known: 400 person-years, 70 in facilities, 24 tolerated a year."""
    result = make_result(**arguments)
    result["person_months"][:] = 1200
    result["stock"][:] = 60
    result["stock"].loc[{"month": ["2025-12-01", "2026-12-01"]}] = 70
    result["occupancy"][:] = 0.5
    result["occupancy"].loc[{"month": "2026-03-01"}] = 0.97
    result["flows"][:] = 2
    result["flows"].loc[{"flow": "assigned_early"}] = 0
    return result


def test_persons_are_shown_once_where_options_share_the_world() -> None:
    text = page(persons_result())
    assert text.count("Median der Zukünfte") == 1
    cells = [cell.strip() for cell in row(text, "Personen, Median", "2025")]
    assert cells == ["2025", "400", "400", "70", "50 %", "24"]
    cells = [cell.strip() for cell in row(text, "Personen, Median", "2026")]
    assert cells == ["2026", "400", "400", "70", "97 %", "24"]
    assert "Vorzeitig zugewiesen" not in text
    english = page(persons_result(), language="en")
    cells = [cell.strip() for cell in row(english, "Persons, median", "2026")]
    assert cells == ["2026", "400", "400", "70", "97%", "24"]


def test_persons_are_shown_by_option_where_they_differ() -> None:
    result = persons_result(own_worlds=True)
    assert page(result).count("Median der Zukünfte") == 1
    result["person_months"].loc[{"option": "threshold_25k"}] = 2400
    text = page(result)
    assert text.count("Median der Zukünfte") == 2
    first = [cell.strip() for cell in row(text, "Personen mit „Schwelle 35.000 €“", "2025")]
    second = [cell.strip() for cell in row(text, "Personen mit „Schwelle 25.000 €“", "2025")]
    assert (first[1], second[1]) == ("400", "800")


def test_early_assignments_are_named_in_the_years_that_have_some() -> None:
    result = persons_result()
    result["flows"].loc[{"flow": "assigned_early", "month": "2026-03-01"}] = 5
    assert "Vorzeitig zugewiesen, weil Plätze fehlten (Mittel): 2026: 5.\n" in page(result)


def test_persons_are_whole_and_no_digit_is_beyond_the_error() -> None:
    text = page(make_result(draws=64))
    cells = row(text, "Personen, Median", "2025")
    assert not any("," in cell for cell in cells)
    result = make_result(draws=64)
    result["person_months"] = result["person_months"] * np.int32(100)
    cells = row(page(result), "Personen, Median", "2025")
    assert cells[1].strip().endswith("0")


def test_no_places_and_a_single_draw_have_a_dash() -> None:
    result = persons_result(draws=1)
    result["occupancy"][:] = np.nan
    cells = [cell.strip() for cell in row(page(result), "Personen, Median", "2025")]
    assert cells == ["2025", "400", "–", "70", "–", "24"]


def test_purpose_is_wrapped() -> None:
    result = make_result()
    result.attrs["purpose_de"] = "Wem die Änderung hilft, " * 6
    lines = page(result).splitlines()
    assert lines[1].startswith("Wem die Änderung")
    assert lines[2].startswith(("Wem", "die", "Änderung", "hilft"))


def test_a_start_in_another_month_is_pointed_out() -> None:
    result = make_result()
    assert "Achtung" not in page(result)
    result.attrs["moved_from"] = "2024-01-01"
    assert "zu Beginn sind die von Januar 2024" in " ".join(page(result).split())


def test_long_labels_are_cut_in_rows_and_whole_in_titles() -> None:
    result = make_result()
    long = "25.000 Euro, wie am 10. Dezember 2024 beschlossen"
    labels = ["Schwelle 35.000 €", long]
    text = page(result.assign_coords(option_label_de=("option", labels)))
    assert "25.000 Euro, wie am 10. Dezem…" in text
    assert f"„{long}“" in " ".join(text.split())
    cells = row(text, "Was von den Kosten", long)
    assert cells[0].strip() == long


def test_labels_that_a_cut_would_make_alike_are_not_cut() -> None:
    labels = ["Die Schwelle des Gesetzes von 2014", "Die Schwelle des Gesetzes von 2024", "kurz"]
    assert layout._shortened(labels) == labels
