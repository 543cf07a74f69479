"""Every word of the printed comparison, once per language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integrasim.analysis.source import View
    from integrasim.reporting.numbers import Language

__all__ = ["WORDS", "Words"]


@dataclass(frozen=True)
class Words:
    """
    The words of one language; texts with ``{…}`` are filled in by the table.

    Examples
    --------
    >>> WORDS["de"].mean, WORDS["en"].mean
    ('Mittel', 'mean')
    """

    # Head.
    title_attribute: str
    purpose_attribute: str
    start_elsewhere: str
    period: str
    draws: str
    one_draw: str
    months: str
    one_month: str
    seed: str
    law: str
    date_format: str
    baseline: str
    changes: str
    cash: str
    cash_unknown: str
    # Columns.
    year: str
    year_names: Mapping[View, str]
    per_year: str
    option: str
    mean: str
    interval: str
    span: str
    costs_more: str
    exceeded: str
    shortfall: str
    budget_column: str
    shortfall_column: str
    programme: str
    share: str
    kreis: str
    municipality: str
    gain: str
    gain_per_person: str
    years_with_gain: str
    person_years: str
    facility_persons: str
    peak_occupancy: str
    newly_tolerated: str
    in_percent: str
    transfer: str
    exposure: str
    # Units.
    million: str
    thousand: str
    # Titles and sentences.
    land_cost: str
    difference: str
    budget: str
    budget_by_year: str
    programmes: str
    programmes_with: str
    programmes_changed: str
    municipal_share: str
    kreise: str
    kreise_gain: str
    kreise_alike: str
    municipalities: str
    gains: str
    moved: str
    moves: str
    persons: str
    persons_with: str
    assigned_early: str
    # Notes.
    note_months: str
    note_partial_year: str
    note_partial_budgets: str
    note_other_programmes: str
    note_no_lump_sum: str
    note_no_lump_sum_with: str
    note_persons: str
    note_moved: str
    note_moved_programmes: str
    note_error: str
    note_interval: str
    note_sobol: str


WORDS: dict[Language, Words] = {
    "de": Words(
        title_attribute="title_de",
        purpose_attribute="purpose_de",
        start_elsewhere="Achtung: Personenbestand und Preisniveau zu Beginn sind die von {month}, "
        "obwohl der Zeitraum in einem anderen Monat beginnt.",
        period="Zeitraum {months}",
        draws="{count} Ziehungen",
        one_draw="1 Ziehung",
        months="{count} Monate",
        one_month="1 Monat",
        seed="Startwert {seed}",
        law="Rechtsstand {date}",
        date_format="d. MMMM y",
        baseline="Vergleichsbasis: {option}",
        changes="Was die Optionen am geltenden Recht ändern",
        cash=(
            "Sicht des Landeshaushalts: Das Geld des Landes zählt in dem Jahr, in dem es gezahlt "
            "wird. Was Gemeinden und Kreise bekommen und was bei ihnen bleibt, zählt in dem Jahr, "
            "für das es ihnen zusteht."
        ),
        cash_unknown=(
            "Für {years} fehlen die Zahlungen (–), weil unbekannt ist, was aus der Zeit davor "
            "noch zu zahlen war; ein Zeitraum, der ein Jahr früher beginnt, gibt sie an. Ø je Jahr "
            "ist das Mittel von {known}."
        ),
        year="Jahr",
        year_names={"accrual": "Jahr", "cash": "Haushaltsjahr"},
        per_year="Ø je Jahr",
        option="Option",
        mean="Mittel",
        interval="{coverage} der Zukünfte",
        span="{low} bis {high}",
        costs_more="kostet mehr",
        exceeded="überschritten",
        shortfall="dann fehlen im Mittel",
        budget_column="Ansatz",
        shortfall_column="dann fehlen\nim Mittel",
        programme="Programm",
        share="Anteil",
        kreis="Kreis",
        municipality="Gemeinde",
        gain="Mittel in Tsd. €",
        gain_per_person="€ je Personenjahr",
        years_with_gain="Jahre mit Gewinn",
        person_years="Personen-\njahre",
        facility_persons="in Landes-\neinrichtungen",
        peak_occupancy="höchste\nBelegung",
        newly_tolerated="neu\ngeduldet",
        in_percent="in %",
        transfer="Zahlungen\nin Tsd. €",
        exposure="Belastung\nin Tsd. €",
        million="Mio. €",
        thousand="Tsd. €",
        land_cost="Was das Land zahlt, in {unit} je {year}",
        difference=(
            "Was das Land mit „{option}“ mehr zahlt als mit „{baseline}“, in {unit} je {year}"
        ),
        budget="Reicht der Ansatz „{budget}“ von {amount} je Jahr?",
        budget_by_year="Reicht der Ansatz „{budget}“ ({amounts})?",
        programmes="Was das Land nach Programmen zahlt, in {unit} je {year}",
        programmes_with="Was das Land mit „{option}“ nach Programmen zahlt, in {unit} je {year}",
        programmes_changed=(
            "Programme, für die das Land mit „{option}“ mehr oder weniger zahlt als mit "
            "„{baseline}“, in {unit} je {year}"
        ),
        municipal_share=(
            "Was von den Kosten der Aufnahme bei den Gemeinden bleibt, "
            "Ø\N{NO-BREAK SPACE}je\N{NO-BREAK SPACE}Jahr"
        ),
        kreise=(
            "Was Kreise mit „{option}“ selbst mehr oder weniger bekommen als mit „{baseline}“, "
            "Ø\N{NO-BREAK SPACE}je\N{NO-BREAK SPACE}Jahr"
        ),
        kreise_gain="Kreise, die im Mittel mehr bekommen: {more}; die weniger bekommen: {less}.",
        kreise_alike="Es sind jeweils {amount} Tsd.\N{NO-BREAK SPACE}€.",
        municipalities=(
            "Wer mit „{option}“ mehr oder weniger bekommt als mit „{baseline}“, "
            "Ø\N{NO-BREAK SPACE}je\N{NO-BREAK SPACE}Jahr"
        ),
        gains=(
            "Gemeinden, die im Mittel gewinnen: {more} von {all}; die verlieren: {less}; "
            "die in mindestens der Hälfte der simulierten Jahre gewinnen: {half}."
        ),
        moved=(
            "Wo mit „{option}“ mehr oder weniger Personen mit Anspruch auf die Pauschale leben als "
            "mit „{baseline}“, Ø\N{NO-BREAK SPACE}je\N{NO-BREAK SPACE}Jahr"
        ),
        moves=("Gemeinden, in denen es im Mittel mehr sind: {more} von {all}; weniger: {less}."),
        persons="Personen, Median der Zukünfte",
        persons_with="Personen mit „{option}“, Median der Zukünfte",
        assigned_early="Vorzeitig zugewiesen, weil Plätze fehlten (Mittel): {numbers}.",
        note_months=(
            "Nur zum Teil simuliert: {years}. Beträge und Personenjahre sind die dieser Monate; "
            "im Durchschnitt je Jahr zählt jedes Jahr wie ein ganzes."
        ),
        note_partial_year=(
            "{year} ist nur zum Teil simuliert, deshalb gilt der Ansatz anteilig: {amount}."
        ),
        note_partial_budgets=(
            "Nur zum Teil simuliert: {years}. Dort gilt der Ansatz anteilig nach den Monaten."
        ),
        note_other_programmes=(
            "Nach Zahlungen des FlüAG allein: Geld anderer Programme zählt hier nicht, weil es "
            "Aufgaben bezahlt, etwa Stellen der Integrationszentren, die nicht zu den Kosten der "
            "Aufnahme gehören."
        ),
        note_no_lump_sum=(
            "{years} zahlt das Land keine Pauschalen: Der Anteil ist zu hoch, wenn es andere "
            "Zahlungen gab, die nicht modelliert sind."
        ),
        note_no_lump_sum_with=(
            "Mit „{option}“ zahlt das Land {years} keine Pauschalen: Der Anteil ist zu hoch, "
            "wenn es andere Zahlungen gab, die nicht modelliert sind."
        ),
        note_persons=(
            "Personenjahre sind die mit Anspruch auf die Pauschale; in Landeseinrichtungen gilt "
            "das Jahresende, für die Belegung der vorgesehenen Plätze das vollste Monatsende."
        ),
        note_moved=(
            "Mittlere Unterschiede; Personenjahre mit Anspruch auf die Pauschale. Belastung: was "
            "an Kosten der Aufnahme nach den Zahlungen des Landes bei der Gemeinde bleibt."
        ),
        note_moved_programmes=(
            "Die Zahlungen sind die aller Programme. Was andere als das FlüAG bezahlen, gehört "
            "nicht zu den Kosten der Aufnahme, mindert hier aber die Belastung."
        ),
        note_error=(
            "± ist der Standardfehler des Mittels: Er kommt von der begrenzten Zahl der Ziehungen, "
            "mehr Ziehungen verkleinern ihn."
        ),
        note_interval=(
            "Die Spanne umfasst {coverage} der simulierten Zukünfte, mehr Ziehungen verkleinern "
            "sie nicht."
        ),
        note_sobol=(
            "± ist für unabhängige Ziehungen berechnet. Die Ziehungen sind gleichmäßiger verteilt "
            "als solche (Sobol’-Folge), deshalb ist ± in aller Regel eine obere Schranke."
        ),
    ),
    "en": Words(
        title_attribute="title",
        purpose_attribute="purpose",
        start_elsewhere="Note: the persons and the price level of the start are those of {month}, "
        "although the horizon starts in another month.",
        period="horizon {months}",
        draws="{count} draws",
        one_draw="1 draw",
        months="{count} months",
        one_month="1 month",
        seed="seed {seed}",
        law="law as of {date}",
        date_format="d MMMM y",
        baseline="Baseline: {option}",
        changes="What the options change in the enacted law",
        cash=(
            "View of the Land's budget: the Land's money counts in the year in which it is paid. "
            "What municipalities and Kreise receive, and what stays with them, counts in the year "
            "for which it is due."
        ),
        cash_unknown=(
            "The payments of {years} are missing (–), because what was still to be paid from the "
            "time before is not known; a horizon that starts a year earlier gives them. The mean "
            "year is that of {known}."
        ),
        year="year",
        year_names={"accrual": "year", "cash": "budget year"},
        per_year="mean year",
        option="option",
        mean="mean",
        interval="{coverage} of futures",
        span="{low} to {high}",
        costs_more="costs more",
        exceeded="exceeded",
        shortfall="then missing on average",
        budget_column="budget",
        shortfall_column="then missing\non average",
        programme="programme",
        share="share",
        kreis="Kreis",
        municipality="municipality",
        gain="mean in thousand EUR",
        gain_per_person="EUR per person-year",
        years_with_gain="years with a gain",
        person_years="person-\nyears",
        facility_persons="in Land\nfacilities",
        peak_occupancy="highest\noccupancy",
        newly_tolerated="newly\ntolerated",
        in_percent="in %",
        transfer="transfers,\n1,000 EUR",
        exposure="exposure,\n1,000 EUR",
        million="million EUR",
        thousand="thousand EUR",
        land_cost="What the Land pays, in {unit} per {year}",
        difference=(
            "What the Land pays more with “{option}” than with “{baseline}”, in {unit} per {year}"
        ),
        budget="Does the budget “{budget}” of {amount} per year suffice?",
        budget_by_year="Does the budget “{budget}” ({amounts}) suffice?",
        programmes="What the Land pays by programme, in {unit} per {year}",
        programmes_with="What the Land pays by programme with “{option}”, in {unit} per {year}",
        programmes_changed=(
            "Programmes for which the Land pays more or less with “{option}” than with "
            "“{baseline}”, in {unit} per {year}"
        ),
        municipal_share=(
            "What stays with the municipalities of the cost of hosting, mean over the years"
        ),
        kreise=(
            "What Kreise receive more or less for themselves with “{option}” than with "
            "“{baseline}”, mean over the years"
        ),
        kreise_gain="Kreise that receive more on average: {more}; that receive less: {less}.",
        kreise_alike="It is {amount} thousand EUR for each.",
        municipalities=(
            "Who receives more or less with “{option}” than with “{baseline}”, mean over the years"
        ),
        gains=(
            "Municipalities that gain on average: {more} of {all}; that lose: {less}; "
            "that gain in at least half of the simulated years: {half}."
        ),
        moved=(
            "Where more or fewer persons who earn the lump sum live with “{option}” than with "
            "“{baseline}”, mean over the years"
        ),
        moves="Municipalities with more of them on average: {more} of {all}; with fewer: {less}.",
        persons="Persons, median of futures",
        persons_with="Persons with “{option}”, median of futures",
        assigned_early="Assigned early because places ran short (mean): {numbers}.",
        note_months=(
            "Simulated in part: {years}. Amounts and person-years are those of these months; in "
            "the mean over the years every year counts as a whole one."
        ),
        note_partial_year=(
            "{year} is simulated in part, so the budget counts in proportion: {amount}."
        ),
        note_no_lump_sum=(
            "The Land pays no lump sums in {years}: the share is too high if there were other "
            "payments that are not modelled."
        ),
        note_partial_budgets=(
            "Simulated in part: {years}. The budget counts in proportion to the months there."
        ),
        note_other_programmes=(
            "After the payments of the FlüAG alone: money of other programmes does not count here, "
            "because it pays for tasks, such as posts of integration centres, that are no part of "
            "the cost of hosting."
        ),
        note_no_lump_sum_with=(
            "With “{option}” the Land pays no lump sums in {years}: the share is too high if there "
            "were other payments that are not modelled."
        ),
        note_persons=(
            "Person-years are those that earn the lump sum; facilities are those at the end of the "
            "year, and occupancy is that of the planned places at the fullest end of a month."
        ),
        note_moved=(
            "Mean differences; person-years that earn the lump sum. Exposure: what stays with the "
            "municipality of the cost of hosting after the transfers of the Land."
        ),
        note_moved_programmes=(
            "The transfers are those of all programmes. What others than the FlüAG pay for is no "
            "part of the cost of hosting, but lowers the exposure here."
        ),
        note_error=(
            "± is the standard error of the mean: it comes from the limited number of draws, and "
            "more draws make it smaller."
        ),
        note_interval=(
            "The interval holds {coverage} of the simulated futures, and more draws do not make it "
            "narrower."
        ),
        note_sobol=(
            "± is computed as for independent draws. These draws are spread more evenly than such "
            "(Sobol’ sequence), so ± is as a rule an upper bound."
        ),
    ),
}
