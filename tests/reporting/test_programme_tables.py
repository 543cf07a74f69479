"""The printed page where there are several programmes, budgets by year, or the budget year."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pytest
from tests.analysis.synthetic import (
    OTHER_INSTRUMENTS,
    cut_months,
    make_result,
    with_payments,
    with_programmes,
)

from integrasim.analysis.compare import compare
from integrasim.law.instruments import INSTRUMENTS
from integrasim.reporting.tables import print_comparison

if TYPE_CHECKING:
    import xarray as xr

    from integrasim.analysis.source import View
    from integrasim.reporting.numbers import Language

BUDGETS: dict[str, Any] = {
    "fluag": {"2025": 1e9},
    "kim": {"2025": 60e6, "2026": 66e6},
    "kim.case_management": 35e6,
    "prevention": 18e6,
}


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide what could make Rich think of a terminal."""
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


def page(result: xr.Dataset, *, language: Language = "de", view: View = "accrual") -> str:
    """Print the comparison of a result to a text, with plain spaces."""
    file = io.StringIO()
    print_comparison(
        compare(result, view=view),
        horizon=compare(result, over="horizon", view=view),
        language=language,
        file=file,
    )
    return file.getvalue().replace("\N{NO-BREAK SPACE}", " ")


def flat(text: str) -> str:
    """Undo the breaks of lines."""
    return " ".join(text.split())


def rows(text: str, *starts: str) -> list[list[str]]:
    """Cut the lines of the table under the last of some texts into cells, up to a blank line."""
    lines = iter(text.splitlines())
    for start in starts:
        found = next(line for line in lines if line.startswith(start))
    block = [found]
    for line in lines:
        if not line:
            break
        block.append(line)
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in block]


def programmes_result(**arguments: Any) -> xr.Dataset:
    """Four programmes, some with budgets, one instrument without any money."""
    result = with_programmes(make_result(draws=200, **arguments))
    result.attrs["budgets"] = json.dumps(BUDGETS)
    return result


# Programmes


def test_programmes_stand_beside_their_budgets() -> None:
    text = page(programmes_result())
    title = "Was das Land mit „Schwelle 35.000 €“ nach Programmen zahlt, in Mio. € je Jahr"
    assert title in text
    of_2025 = rows(text, title, "2025")
    assert of_2025[1][2:] == ["1.000", "< 2 %", "–"]
    assert of_2025[2:] == [
        ["Kommunale", "21,1"],
        ["Integrationszentren"],
        ["KIM", "65", "60", "100 %", "5"],
        ["KIM, Baustein 2", "40", "35", "100 %", "5"],
        ["Präventionspaket", "1", "18", "0 %", "–"],
    ]
    of_2026 = rows(text, title, "2026")
    assert len(of_2026[1]) == 2, "no budget of the FlüAG in 2026"
    assert ["KIM", "65", "66", "0 %", "–"] in of_2026
    assert "Reicht der Ansatz" not in text


def test_mean_year_lists_the_instruments_that_pay_anything() -> None:
    text = page(programmes_result(), language="en")
    block = rows(text, "What the Land pays by programme with", "mean year")
    labels = [row[0] for row in block]
    assert labels == [
        *("mean year", "FlüAG", "Monthly lump sum", "Illness costs", "Kreis lump sum"),
        *("Municipal integration", "centres"),
        *("KIM", "KIM, part 1", "KIM, part 2", "Prevention package"),
    ]
    # What is all that a programme pays is not said twice, unless it has a budget.
    assert "Prevention: sites" not in text
    result = programmes_result(years=(2025,))
    result.attrs["budgets"] = '{"prevention.facilities": 1000000}'
    assert "Prevention: sites" in page(result, language="en")
    assert OTHER_INSTRUMENTS["prevention.grenzgaenger"][1] not in text


def test_other_options_show_the_programmes_that_differ_only() -> None:
    text = page(programmes_result())
    block = rows(text, "Programme, für die das Land mit „Schwelle 25.000 €“ mehr", "2025")
    assert [row[0] for row in block] == ["2025", "FlüAG"]
    same = page(programmes_result(options=("threshold_35k", "same_again")))
    assert "Programme, für die" not in same
    assert "nach Programmen zahlt" in same


def test_a_single_year_has_its_instruments_at_once() -> None:
    result = programmes_result(options=("threshold_35k",), years=(2025,))
    result.attrs["budgets"] = "{}"
    text = page(result)
    block = rows(text, "Was das Land nach Programmen zahlt, in Mio. € je Jahr", "2025")
    assert ["KIM, Baustein 1", "25"] in block
    assert "Was das Land mit" not in text


def test_sections_of_acts_are_left_out_and_long_words_are_not_cut() -> None:
    result = programmes_result()
    labels = [str(label) for label in result["instrument_label_de"].to_numpy()]
    labels[0] = "Kostenpauschale (§ 4 FlüAG)"
    labels[2] = "Außergewöhnlichkeitskrankheitskosten (ohne Pauschale)"
    text = page(result.assign_coords(instrument_label_de=("instrument", labels)))
    table = text[text.index("nach Programmen") : text.index("Programme, für die")]
    assert "\n  Kostenpauschale  " in table
    assert "§" not in table
    assert "…" not in table
    assert "(ohne Pauschale)" in flat(table)


def test_without_budgets_there_are_no_columns_for_them() -> None:
    result = programmes_result()
    result.attrs["budgets"] = "{}"
    text = page(result)
    assert "Ansatz" not in text
    assert "dann fehlen" not in text
    assert all(len(cells) <= 2 for cells in rows(text, "Was das Land mit", "Programm "))


def test_no_word_of_a_label_is_too_long_for_its_row() -> None:
    room = 25  # beside four columns of numbers, and indented
    words = [
        word
        for instrument in INSTRUMENTS
        for label in (instrument.label.de, instrument.label.en)
        for word in label.split()
    ]
    assert [word for word in words if len(word) > room] == []


def test_programmes_without_money_or_budget_are_left_out() -> None:
    result = programmes_result()
    result["land_cost"].loc[{"instrument": ["ki.base", "prevention.facilities"]}] = 0.0
    text = page(result)
    assert "Integrationszentren" not in text.partition("Was von den Kosten")[0]
    assert ["Präventionspaket", "0", "18", "0 %", "–"] in rows(
        text, "Was das Land mit „Schwelle 35.000 €“ nach", "2025"
    )


def test_budgets_of_partial_years_are_explained() -> None:
    result = cut_months(programmes_result(), first="2025-10-01", last="2026-12-01")
    text = flat(page(result))
    assert "Nur zum Teil simuliert: 2025. Dort gilt der Ansatz anteilig nach den Monaten." in text
    assert "The budget counts in proportion to the months there." in flat(
        page(result, language="en")
    )
    assert "anteilig" not in page(programmes_result())


def test_municipal_share_is_that_of_the_fluag_and_says_so() -> None:
    text = flat(page(programmes_result()))
    assert "Nach Zahlungen des FlüAG allein: Geld anderer Programme zählt hier nicht" in text
    alone = page(make_result(draws=200))
    assert "FlüAG allein" not in alone
    start = "Was von den Kosten"
    assert rows(page(programmes_result()), start)[:5] == rows(alone, start)[:5]
    without = programmes_result().sel(
        instrument=[name for name in OTHER_INSTRUMENTS if name.startswith("kim")]
    )
    without.attrs["budgets"] = "{}"
    assert start not in page(without)


def test_exposure_of_moved_persons_says_that_all_money_counts() -> None:
    result = programmes_result(own_worlds=True)
    result["person_months"].loc[{"option": "threshold_25k"}] += 12
    note = "Was andere als das FlüAG bezahlen, gehört nicht zu den Kosten der Aufnahme"
    assert note in flat(page(result))
    assert "is no part of the cost of hosting, but lowers the exposure here" in flat(
        page(result, language="en")
    )


@pytest.mark.parametrize("view", ["accrual", "cash"])
@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("keep", ["municipality", "land"])
def test_page_fits_and_is_plain(
    keep: Literal["municipality", "land"], language: Language, view: View
) -> None:
    result = with_payments(with_programmes(make_result(draws=200)))
    if keep == "land":
        result = with_payments(make_result(draws=200, keep=keep))
    text = page(result, language=language, view=view)
    assert max(map(len, text.splitlines())) <= 80
    assert not any(line.endswith(" ") for line in text.splitlines())
    assert "nan" not in text
    assert "…" not in text


# Kreise


def test_kreise_that_receive_the_same_are_a_sentence() -> None:
    result = make_result()
    assert "Was Kreise" not in page(result)
    result["kreis_transfer"][1, :, :, 1] += 100_000.0
    text = flat(page(result))
    assert "Was Kreise mit „Schwelle 25.000 €“ selbst mehr oder weniger bekommen als mit" in text
    assert (
        "Kreise, die im Mittel mehr bekommen: 1; die weniger bekommen: 0. "
        "Es sind jeweils 100 Tsd. €." in text
    )
    english = flat(page(result, language="en"))
    assert "that receive less: 0. It is 100 thousand EUR for each." in english


def test_kreise_that_receive_different_amounts_are_listed() -> None:
    """Adorf stands for a second Kreis here."""
    result = make_result()
    rng = np.random.default_rng(3)
    shape = result["kreis_transfer"].shape[1:3]
    result["kreis_transfer"][1, :, :, 0] -= rng.normal(50_000.0, 1_000.0, shape)
    result["kreis_transfer"][1, :, :, 1] += rng.normal(200_000.0, 1_000.0, shape)
    text = page(result)
    assert "mehr bekommen: 1; die weniger bekommen: 1." in flat(text)
    lines = [line for line in text.splitlines() if line.startswith(("Beispielkreis", "Adorf"))]
    assert lines[-2].startswith("Beispielkreis")
    assert "200," in lines[-2]
    assert "−50," in lines[-1] or "−49," in lines[-1]


# Budgets by year


def test_budget_by_year_names_the_years_and_leaves_the_others_out() -> None:
    result = make_result(draws=200, years=(2025, 2026, 2027))
    result.attrs["budgets"] = json.dumps({"fluag": {"2025": 2.4e6, "2027": 2.5e6}})
    text = page(result)
    title = "Reicht der Ansatz „FlüAG“ (2025: 2,4 Mio. €; 2027: 2,5 Mio. €)?"
    assert title in flat(text)
    block = text[text.index("Reicht") : text.index("Was von den Kosten")]
    years = [line.split()[0] for line in block.splitlines() if line.startswith("20")]
    assert years == ["2025", "2027"]
    english = flat(page(result, language="en"))
    assert "Does the budget “FlüAG” (2025: 2.4 million EUR; 2027: 2.5 million EUR)" in english


def test_budget_without_a_year_that_is_shown_has_no_table() -> None:
    result = make_result(years=(2025, 2026))
    result.attrs["budgets"] = json.dumps({"fluag": {"2026": 2.4e6}})
    first = result.sel(year=[2025], month=slice("2025-01", "2025-12"))
    assert "Reicht" in page(result)
    assert "Reicht" not in page(first)


def test_budget_by_year_of_a_partial_year_is_explained() -> None:
    result = cut_months(make_result(), first="2025-10-01", last="2026-12-01")
    result.attrs["budgets"] = json.dumps({"fluag": {"2025": 5_000_000}})
    text = flat(page(result))
    assert "(2025: 5 Mio. €)?" in text
    assert "2025 ist nur zum Teil simuliert, deshalb gilt der Ansatz anteilig: 1,25 Mio. €." in text


# The Land's budget year


def test_cash_explains_itself_and_what_it_does_not_know() -> None:
    result = with_payments(make_result(years=(2025, 2026, 2027, 2028)))
    text = page(result, view="cash")
    assert "Sicht des Landeshaushalts: Das Geld des Landes zählt in dem Jahr" in flat(text)
    assert "Für 2025 fehlen die Zahlungen (–), weil unbekannt ist" in flat(text)
    assert "Ø je Jahr ist das Mittel von 2026–2028." in flat(text)
    assert "ein Zeitraum, der ein Jahr früher beginnt, gibt sie an" in flat(text)
    first, second, *_ = rows(text, "Was das Land zahlt, in Mio. € je Haushaltsjahr", "2025")
    assert first == ["2025", "Schwelle 35.000 €", "–", "–"]
    assert second == ["Schwelle 25.000 €", "–", "–"]
    assert rows(text, "Was das Land mit", "2025")[0] == ["2025", "–", "–", "–"]
    assert rows(text, "Reicht", "2025")[0] == ["2025", "Schwelle 35.000 €", "–", "–"]
    english = flat(page(result, language="en", view="cash"))
    assert "View of the Land's budget: the Land's money counts in the year in which" in english
    assert "The payments of 2025 are missing (–)" in english
    assert "in million EUR per budget year" in english
    assert "Haushalt" not in page(result)


def test_cash_that_is_known_in_every_year_needs_no_dash() -> None:
    result = make_result()
    result["land_payments"] = result["land_cost"]
    text = flat(page(result, view="cash"))
    assert "Sicht des Landeshaushalts" in text
    assert "fehlen die Zahlungen" not in text


def test_cash_by_programme_starts_with_the_first_known_year() -> None:
    result = with_payments(programmes_result(years=(2025, 2026, 2027)))
    text = page(result, view="cash")
    block = text[text.index("nach Programmen") : text.index("Programme, für die")]
    starts = [line for line in block.splitlines() if line in {"2025", "2026", "2027", "Ø je Jahr"}]
    assert starts == ["2026", "2027", "Ø je Jahr"]
