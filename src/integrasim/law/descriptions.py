"""The law in words: what each instrument and each rule of placement says, and what it reads."""

from __future__ import annotations

from dataclasses import dataclass

from integrasim.law.definitions import Label
from integrasim.law.instruments import INSTRUMENTS
from integrasim.law.integration_key import INTEGRATION_KEY_PARAMETERS

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
                "oder bis sie anerkannt ist, diesen Monat eingeschlossen, und je eine Zahl von "
                "Monaten darüber hinaus. Personen mit vorübergehendem Schutz zählen, solange sie "
                "Leistungen nach dem AsylbLG erhalten. Für wen nicht gezählt wird, gibt es keine "
                "Pauschale."
            ),
            en=(
                "A person in the asylum procedure counts until the duty to leave becomes "
                "enforceable or protection is granted, this month included, and for a number of "
                "months beyond, one for each. Persons with temporary protection count while they "
                "receive AsylbLG benefits. For those who do not count there is no lump sum."
            ),
        ),
        formula=Label(
            de="Monate in der Gemeinde bis einschließlich des letzten Monats, der zählt",
            en="months in the municipality up to and including the last month that counts",
        ),
        parameters=(
            "fluag.months_after_rejection",
            "fluag.months_after_recognition",
            "fluag.temporary_protection_counted",
            "fluag.temporary_protection_late_counted",
        ),
    ),
    Description(
        name="awov.integration_key",
        label=Label(
            de="Integrationsschlüssel der Wohnsitzregelung (§ 4 AWoV)",
            en="Integration key of the residence rule (§ 4 AWoV)",
        ),
        words=Label(
            de=(
                "Der Schlüssel sagt, welchen Anteil der anerkannten Personen eine Gemeinde "
                "aufnimmt, die dort wohnen müssen (§ 12a AufenthG). Er mischt die Anteile an der "
                "Bevölkerung, an der Fläche und an einem Maß des Arbeitsmarkts und wird gemindert, "
                "wo Mieten begrenzt sind oder viele Zugewanderte aus bestimmten EU-Staaten "
                "Leistungen nach dem SGB II erhalten. Wo er nicht gilt, verteilt das Modell nach "
                "dem Zuweisungsschlüssel."
            ),
            en=(
                "The key says which share a municipality takes of the recognised persons who have "
                "to live there (§ 12a AufenthG). It mixes the shares of population, of area and of "
                "a measure of the labour market, and is reduced where rents are capped or many "
                "immigrants from certain EU states receive SGB II benefits. Where it is not in "
                "force, the model sends them by the allocation key."
            ),
        ),
        formula=Label(
            de=(
                "Gewicht × Einwohneranteil + Gewicht × Flächenanteil + Rest × Anteil am Maß des "
                "Arbeitsmarkts, je Grund um die Minderung gekürzt; das Gekürzte geht im Verhältnis "
                "der Schlüssel an die anderen"
            ),
            en=(
                "weight × share of population + weight × share of area + rest × share in the "
                "measure of the labour market, less the reduction for each reason; what is taken "
                "goes to the others in proportion to their keys"
            ),
        ),
        parameters=INTEGRATION_KEY_PARAMETERS,
    ),
)

DESCRIPTIONS = (
    *(
        Description(
            name=each.id,
            label=each.label,
            words=each.words,
            formula=each.formula,
            parameters=each.parameters,
            recipient=each.recipient,
        )
        for each in INSTRUMENTS
    ),
    *_PLACEMENT,
)
"""All instruments in the order of the result, then the rules of placement."""
