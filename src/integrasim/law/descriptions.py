"""The law in words: what each instrument and each rule of placement says, and what it reads."""

from __future__ import annotations

from dataclasses import dataclass

from integrasim.law.definitions import Label
from integrasim.law.settlement import INSTRUMENTS

__all__ = ["DESCRIPTIONS", "Description"]


@dataclass(frozen=True)
class Description:
    """An instrument or a rule of placement in words.

    Parameters
    ----------
    name
        Name of the instrument, such as ``fluag.illness``, or of the rule.
    label
        Name for advisers.
    words
        What it is for and whom it concerns.
    formula
        How it is computed.
    parameters
        Names of all parameters that it reads.
    recipient
        Who receives the money; None for a rule of placement, which pays nothing.

    Examples
    --------
    >>> [each.name for each in DESCRIPTIONS if "fluag.illness_threshold" in each.parameters]
    ['fluag.illness']
    """

    name: str
    label: Label
    words: Label
    formula: Label
    parameters: tuple[str, ...]
    recipient: str | None = None


@dataclass(frozen=True)
class _Text:
    """What an instrument says, besides its name and label."""

    words: Label
    formula: Label
    parameters: tuple[str, ...]


_INSTRUMENT_TEXTS = {
    "fluag.lump_sum": _Text(
        words=Label(
            de=(
                "Das Land zahlt der Gemeinde für jede Person und jeden Monat einen festen Betrag. "
                "Gezählt wird, wer Leistungen nach dem AsylbLG erhält und in der Gemeinde wohnt, "
                "nicht in einer Landeseinrichtung. Der Betrag hängt davon ab, ob die Gemeinde "
                "eine kreisfreie Stadt ist oder zu einem Kreis gehört. Vor 2017 gab es "
                "stattdessen einen Jahresbetrag, der nach dem Schlüssel verteilt wurde; er ist "
                "nicht modelliert."
            ),
            en=(
                "The Land pays the municipality a fixed amount for each person and month. A "
                "person counts who receives AsylbLG benefits and lives in the municipality, not "
                "in a Land facility. The amount depends on whether the municipality is a "
                "kreisfreie Stadt or belongs to a Kreis. Before 2017 there was a yearly pool "
                "instead, distributed by the key; it is not modelled."
            ),
        ),
        formula=Label(
            de="Personenmonate × Pauschale der Art der Gemeinde",
            en="person-months × lump sum of the type of municipality",
        ),
        parameters=("fluag.lump_sum_kreisfrei", "fluag.lump_sum_kreisangehoerig"),
    ),
    "fluag.one_off": _Text(
        words=Label(
            de=(
                "Das Land zahlt der Gemeinde einmal je Person, wenn deren Ausreisepflicht "
                "vollziehbar wird, während sie in der Gemeinde zählt. Von da an gibt es keine "
                "monatliche Pauschale mehr. Im Modell wird einmal je Person gezahlt und nichts "
                "zurückgefordert."
            ),
            en=(
                "The Land pays the municipality once per person when the duty to leave becomes "
                "enforceable while the person is counted there. From then on there is no monthly "
                "lump sum. The model pays once per person and reclaims nothing."
            ),
        ),
        formula=Label(
            de="Personen, deren Ausreisepflicht im Zeitraum vollziehbar wird × Betrag",
            en="persons whose duty to leave becomes enforceable in the period × amount",
        ),
        parameters=("fluag.one_off_tolerated",),
    ),
    "fluag.illness": _Text(
        words=Label(
            de=(
                "Das Land erstattet der Gemeinde, was die Behandlung einer Person in einem "
                "Kalenderjahr über eine Schwelle hinaus kostet. Es zählen die Kosten nach §§ 4 "
                "und 6 AsylbLG von Personen, die zur Zeit der Behandlung nach § 3 Abs. 3 "
                "zählen. Was unter der Schwelle liegt, trägt die Gemeinde."
            ),
            en=(
                "The Land reimburses the municipality for what the treatment of a person costs "
                "beyond a threshold in a calendar year. Costs under §§ 4 and 6 AsylbLG count, of "
                "persons who are counted under § 3 (3) at the time of treatment. What lies below "
                "the threshold stays with the municipality."
            ),
        ),
        formula=Label(
            de="Summe über die Personen: max(0; Kosten des Kalenderjahres − Schwelle am 1. Januar)",
            en="sum over persons: max(0, cost of the calendar year − threshold of 1 January)",
        ),
        parameters=("fluag.illness_threshold",),
    ),
    "fluag.kreis_lump_sum": _Text(
        words=Label(
            de=(
                "Das Land zahlt jedem Kreis einen festen Betrag je Jahr für Koordinierung und "
                "Unterstützung seiner Gemeinden. Kreisfreie Städte erhalten nichts. Die "
                "Städteregion Aachen zählt als Kreis."
            ),
            en=(
                "The Land pays each Kreis a fixed amount per year for coordinating and "
                "supporting its municipalities. Kreisfreie Städte receive nothing. The "
                "Städteregion Aachen counts as a Kreis."
            ),
        ),
        formula=Label(
            de="Zahl der Kreise × Betrag am 1. Januar",
            en="number of Kreise × amount of 1 January",
        ),
        parameters=("fluag.kreis_lump_sum",),
    ),
    "fluag.guarantee": _Text(
        words=Label(
            de=(
                "Das Land sichert den Gemeinden zu, dass die höheren Pauschalen zusammen "
                "mindestens einen bestimmten Mehrbetrag bringen. Fehlt etwas daran, stockt es "
                "auf. Das Modell verteilt die Aufstockung nach Personenmonaten."
            ),
            en=(
                "The Land guarantees the municipalities that the raised lump sums bring at least "
                "a certain additional amount in total. If something is missing, it tops up. The "
                "model distributes the top-up in proportion to person-months."
            ),
        ),
        formula=Label(
            de="max(0; Mindestmehrbetrag − Σ Personenmonate × (Pauschale − Vergleichspauschale))",
            en="max(0, minimum − Σ person-months × (lump sum − reference rate))",
        ),
        parameters=(
            "fluag.guarantee_minimum",
            "fluag.guarantee_reference_kreisfrei",
            "fluag.guarantee_reference_kreisangehoerig",
            "fluag.lump_sum_kreisfrei",
            "fluag.lump_sum_kreisangehoerig",
        ),
    ),
}

_PLACEMENT = (
    Description(
        name="fluag.allocation_key",
        label=Label(
            de="Zuweisungsschlüssel (§ 3 Abs. 1 FlüAG)", en="Allocation key (§ 3 (1) FlüAG)"
        ),
        words=Label(
            de=(
                "Der Schlüssel sagt, welchen Anteil der Flüchtlinge eine Gemeinde aufnimmt. Er "
                "mischt die Anteile an der Bevölkerung und an der Fläche des Landes. Was die "
                "Fläche hinzufügt, ist begrenzt; was über die Grenze geht, verteilt sich auf die "
                "anderen Gemeinden im Verhältnis ihrer Schlüssel, bis keine darüber liegt."
            ),
            en=(
                "The key says which share of the refugees a municipality takes. It mixes the "
                "shares of the Land's population and area. What the area adds is limited; what "
                "exceeds the limit goes to the other municipalities in proportion to their keys, "
                "until no one exceeds it."
            ),
        ),
        formula=Label(
            de=(
                "Gewicht × Einwohneranteil + (1 − Gewicht) × Flächenanteil, höchstens "
                "Kappung × Einwohneranteil"
            ),
            en=(
                "weight × share of population + (1 − weight) × share of area, at most "
                "cap × share of population"
            ),
        ),
        parameters=("fluag.key_population_weight", "fluag.key_cap"),
    ),
    Description(
        name="fluag.credited_places",
        label=Label(
            de="Anrechnung von Landeseinrichtungen (§ 3 FlüAG)",
            en="Credit for facilities of the Land (§ 3 FlüAG)",
        ),
        words=Label(
            de=(
                "Eine Gemeinde, in der eine Einrichtung des Landes steht, muss weniger Personen "
                "aufnehmen: Die vorgesehenen Plätze werden ihr angerechnet, belegt oder nicht."
            ),
            en=(
                "A municipality that hosts a facility of the Land has to take fewer persons: the "
                "planned places are credited to it, occupied or not."
            ),
        ),
        formula=Label(
            de=(
                "Plätze in Erstaufnahmeeinrichtungen × Anrechnung + Plätze in anderen "
                "Einrichtungen × Anrechnung; Pflicht = Schlüssel × (alle Gezählten + alle "
                "Angerechneten + Zuzuweisende) − Gezählte − Angerechnete der Gemeinde"
            ),
            en=(
                "places in reception centres × credit + places in other facilities × credit; "
                "obligation = key × (all counted + all credited + to assign) − counted − "
                "credited of the municipality"
            ),
        ),
        parameters=("fluag.credit_reception_centre", "fluag.credit_other_facility"),
    ),
    Description(
        name="fluag.counted_persons",
        label=Label(de="Wer zählt (§§ 2, 3 FlüAG)", en="Who counts (§§ 2, 3 FlüAG)"),
        words=Label(
            de=(
                "Eine Person im Asylverfahren zählt, bis ihre Ausreisepflicht vollziehbar wird, "
                "diesen Monat eingeschlossen, und eine Zahl von Monaten darüber hinaus. Personen "
                "mit vorübergehendem Schutz zählen, solange sie Leistungen nach dem AsylbLG "
                "erhalten. Für wen nicht gezählt wird, gibt es keine Pauschale."
            ),
            en=(
                "A person in the asylum procedure counts until the duty to leave becomes "
                "enforceable, this month included, and for a number of months beyond. Persons "
                "with temporary protection count while they receive AsylbLG benefits. For those "
                "who do not count there is no lump sum."
            ),
        ),
        formula=Label(
            de="Monate in der Gemeinde bis einschließlich des letzten Monats, der zählt",
            en="months in the municipality up to and including the last month that counts",
        ),
        parameters=(
            "fluag.months_after_rejection",
            "fluag.temporary_protection_counted",
            "fluag.temporary_protection_late_counted",
        ),
    ),
)

DESCRIPTIONS = (
    *(
        Description(
            name=instrument.id,
            label=instrument.label,
            words=_INSTRUMENT_TEXTS[instrument.id].words,
            formula=_INSTRUMENT_TEXTS[instrument.id].formula,
            parameters=_INSTRUMENT_TEXTS[instrument.id].parameters,
            recipient=instrument.recipient,
        )
        for instrument in INSTRUMENTS
    ),
    *_PLACEMENT,
)
"""All instruments in the order of the result, then the rules of placement."""
