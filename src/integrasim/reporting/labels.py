"""Every word of the printed comparison, once per language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    period: str
    draws: str
    one_draw: str
    seed: str
    law: str
    date_format: str
    baseline: str
    # Columns.
    year: str
    per_year: str
    option: str
    mean: str
    interval: str
    span: str
    costs_more: str
    exceeded: str
    shortfall: str
    share: str
    municipality: str
    gain: str
    years_with_gain: str
    # Units.
    million: str
    thousand: str
    # Titles and sentences.
    land_cost: str
    difference: str
    budget: str
    municipal_share: str
    municipalities: str
    gains: str
    # Names of groups of instruments, by the part of their identifiers before the dot.
    groups: Mapping[str, str]
    # Notes.
    note_partial_year: str
    note_no_lump_sum: str
    note_error: str
    note_interval: str
    note_sobol: str


WORDS: dict[Language, Words] = {
    "de": Words(
        title_attribute="title_de",
        period="Zeitraum {years}",
        draws="{count} Ziehungen",
        one_draw="1 Ziehung",
        seed="Startwert {seed}",
        law="Rechtsstand {date}",
        date_format="d. MMMM y",
        baseline="Vergleichsbasis: {option}",
        year="Jahr",
        per_year="Ø je Jahr",
        option="Option",
        mean="Mittel",
        interval="{coverage} der Zukünfte",
        span="{low} bis {high}",
        costs_more="kostet mehr",
        exceeded="überschritten",
        shortfall="dann fehlen im Mittel",
        share="Anteil",
        municipality="Gemeinde",
        gain="Mittel in {unit}",
        years_with_gain="Jahre mit Gewinn",
        million="Mio. €",
        thousand="Tsd. €",
        land_cost="Was das Land zahlt, in {unit} je Jahr",
        difference=(
            "Was das Land mit „{option}“ mehr zahlt als mit „{baseline}“, in {unit} je Jahr"
        ),
        budget="Reicht der Ansatz „{budget}“ von {amount} je Jahr?",
        municipal_share=(
            "Was von den Kosten der Aufnahme bei den Gemeinden bleibt, "
            "Ø\N{NO-BREAK SPACE}je\N{NO-BREAK SPACE}Jahr"
        ),
        municipalities=(
            "Wer mit „{option}“ mehr bekommt als mit „{baseline}“, "
            "Ø\N{NO-BREAK SPACE}je\N{NO-BREAK SPACE}Jahr"
        ),
        gains=(
            "Gemeinden, die im Mittel gewinnen: {gaining} von {all}; die verlieren: {losing}; "
            "die in mindestens der Hälfte der simulierten Jahre gewinnen: {half}."
        ),
        groups={"fluag": "FlüAG"},
        note_partial_year=(
            "{year} ist nur zum Teil simuliert, deshalb gilt der Ansatz anteilig: {amount}."
        ),
        note_no_lump_sum=(
            "Die Pauschalen von {years} sind nicht modelliert, der Anteil ist zu hoch."
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
        period="horizon {years}",
        draws="{count} draws",
        one_draw="1 draw",
        seed="seed {seed}",
        law="law as of {date}",
        date_format="d MMMM y",
        baseline="Baseline: {option}",
        year="year",
        per_year="mean year",
        option="option",
        mean="mean",
        interval="{coverage} of futures",
        span="{low} to {high}",
        costs_more="costs more",
        exceeded="exceeded",
        shortfall="then missing on average",
        share="share",
        municipality="municipality",
        gain="mean in {unit}",
        years_with_gain="years with a gain",
        million="million EUR",
        thousand="thousand EUR",
        land_cost="What the Land pays, in {unit} per year",
        difference=(
            "What the Land pays more with “{option}” than with “{baseline}”, in {unit} per year"
        ),
        budget="Does the budget “{budget}” of {amount} per year suffice?",
        municipal_share=(
            "What stays with the municipalities of the cost of hosting, mean over the years"
        ),
        municipalities=(
            "Who receives more with “{option}” than with “{baseline}”, mean over the years"
        ),
        gains=(
            "Municipalities that gain on average: {gaining} of {all}; that lose: {losing}; "
            "that gain in at least half of the simulated years: {half}."
        ),
        groups={"fluag": "FlüAG"},
        note_partial_year=(
            "{year} is simulated in part, so the budget counts in proportion: {amount}."
        ),
        note_no_lump_sum="The lump sums of {years} are not modelled; the share is too high.",
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
