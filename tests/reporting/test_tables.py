"""The printed comparison, by what it says."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest
import xarray as xr
from tests.analysis.synthetic import cut_months, make_result

from integrasim.analysis.compare import compare
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
    result["gross_cost"] = result["gross_cost"] * 0.0 + 200e6
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
        "Zeitraum 2025–2026 · 1.000 Ziehungen · Startwert 2025 ·\n"
        "Rechtsstand 1. Januar 2025\n"
        "Vergleichsbasis: Schwelle 35.000 €\n"
    )
    cells = [cell.strip() for cell in row(text, "Was das Land zahlt, in Mio. €", "2025")]
    assert cells == ["2025", "Schwelle 35.000 €", "700,000 ± 0,000", "700,000 bis 700,000"]
    assert "Was das Land mit „Schwelle 25.000 €“ mehr zahlt als mit „Schwelle 35.000 €“" in text
    cells = [cell.strip() for cell in row(text, "Was das Land mit", "Ø je Jahr")]
    assert cells == ["Ø je Jahr", "10,000 ± 0,000", "10,000 bis 10,000", "100 %"]
    assert "Reicht der Ansatz „FlüAG“ von 705 Mio. € je Jahr?" in text
    cells = [cell.strip() for cell in row(text, "Reicht", "2025")]
    assert cells == ["2025", "Schwelle 35.000 €", "< 0,3 %", "–"]
    cells = [cell.strip() for cell in row(text, "Reicht", "2025", "       Schwelle 25.000")]
    assert cells == ["Schwelle 25.000 €", "> 99,7 %", "5,000 ± 0,000 Mio. €"]
    cells = [cell.strip() for cell in row(text, "Was von den Kosten", "Schwelle 25.000")]
    assert cells == ["Schwelle 25.000 €", "48,750 ± 0,000 %"]
    assert "Gemeinden, die im Mittel gewinnen: 3 von 4; die verlieren: 1; die in mindestens" in text
    cells = [cell.strip() for cell in row(text, "Wer mit", "Adorf")]
    assert cells == ["Adorf", "9.000,000 ± 0,000", "100 %"]
    gaining = text[text.index("Jahre mit Gewinn") :].splitlines()[2:6]
    assert [line.partition(" ")[0] for line in gaining] == ["Adorf", "Bestadt", "Cedorf", ""]
    assert "Die Spanne umfasst 90 % der" in text
    assert "(Sobol’-Folge)" in text


def test_english_page_of_a_known_result() -> None:
    text = page(constant_result(), language="en")
    assert text.startswith(
        "Threshold 25,000 or 35,000 EUR\n"
        "horizon 2025–2026 · 1,000 draws · seed 2025 · law as of 1 January 2025\n"
        "Baseline: Threshold 35,000 EUR\n"
    )
    for part in (
        "What the Land pays, in million EUR per year",
        "700.000 to 700.000",
        "Does the budget “FlüAG” of 705 million EUR per year suffice?",
        "> 99.7%",
        "5.000 ± 0.000 million EUR",
        "48.750 ± 0.000%",
        "Municipalities that gain on average: 3 of 4; that lose: 1; that gain in at least",
        "90% of futures",
    ):
        assert part in text, part
    cells = [cell.strip() for cell in row(text, "Who receives", "Adorf")]
    assert cells == ["Adorf", "9,000.000 ± 0.000", "100%"]


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
    assert cells == ["2025", "0,000 ± 0,000", "0,000 bis 0,000", "0 %"]
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
    for absent in ("mehr zahlt", "Ansatz", "mehr bekommt"):
        assert absent not in text


@pytest.mark.parametrize("keep", ["municipality", "kreis", "land"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_page_fits_and_is_plain(
    keep: Literal["municipality", "kreis", "land"], language: Language
) -> None:
    text = page(make_result(keep=keep, options=("threshold_35k", "threshold_25k", "same_again")))
    assert max(map(len, text.splitlines())) <= 80
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
    notes = [line for line in text.splitlines() if "nicht modelliert" in line]
    assert notes == [
        "Die Pauschalen von 2015 und 2016 sind nicht modelliert, der Anteil ist zu hoch."
    ]
    assert text.index("bei den Gemeinden bleibt") < text.index(notes[0]) < text.index("Wer mit")
    english = page(result, language="en")
    assert "The lump sums of 2015 and 2016 are not modelled; the share is too high." in english


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
