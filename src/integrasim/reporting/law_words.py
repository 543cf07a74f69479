"""Every word of the pages on the law, once per language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integrasim.reporting.numbers import Language

__all__ = ["LAW_WORDS", "LawWords"]


@dataclass(frozen=True)
class LawWords:
    """
    The words of one language; texts with ``{…}`` are filled in by the page.

    Examples
    --------
    >>> LAW_WORDS["de"].assumption, LAW_WORDS["en"].assumption
    ('Annahme', 'assumption')
    """

    date_format: str
    # Heads.
    overview: str
    state: str
    instruments: str
    placement: str
    changes: str
    no_changes: str
    revisions: str
    # Descriptions.
    formula: str
    recipients: Mapping[str | None, str]
    read_by: str
    changes_by: Mapping[str, str]
    on_day: str
    not_in_force: str
    # Columns and cells of values.
    valid_from: str
    valid_until: str
    value: str
    enacted: str
    status: str
    enacted_status: str
    assumption: str
    superseded: str
    retroactive: str
    # Notes.
    source: str
    reason: str
    note: str
    act: str
    none_known: str
    only_as_option: str
    hint: str


LAW_WORDS: dict[Language, LawWords] = {
    "de": LawWords(
        date_format="d.M.y",
        overview="Was am {day} gilt",
        state="Rechtsstand: Gesetze, die bis {as_of} beschlossen wurden",
        instruments="Was das Land zahlt",
        placement="Wer wohin kommt und wer zählt",
        changes="Was vom {start} zum {end} anders wird",
        no_changes="Nichts.",
        revisions="Was Gesetze bis {known} rückwirkend für den {start} geändert haben",
        formula="Formel: {formula}",
        recipients={
            "municipality": "an die Gemeinden",
            "kreis": "an die Kreise",
            None: "Regel der Zuweisung",
        },
        read_by="Gehört zu: {names}",
        changes_by={
            "year": "ändert sich nur zum 1. Januar",
            "month": "ändert sich nur zum Ersten eines Monats",
        },
        on_day="Am {day}: {value}",
        not_in_force="nicht in Kraft",
        valid_from="gilt ab",
        valid_until="bis",
        value="Wert",
        enacted="beschlossen",
        status="Stand",
        enacted_status="Gesetz",
        assumption="Annahme",
        superseded="überholt",
        retroactive="rückwirkend",
        source="Quelle: {text}",
        reason="Annahme: {text}",
        note="Hinweis: {text}",
        act="Beschlossen am {day} ({marks}). {reference}",
        none_known="Dazu war noch nichts beschlossen.",
        only_as_option="nicht in Kraft; nur als Option",
        hint=(
            "Mehr zu einem Namen: integrasim law NAME. Was sich ändert: "
            "integrasim law --diff TAG TAG (etwa 2024-01-01)."
        ),
    ),
    "en": LawWords(
        date_format="d MMM y",
        overview="What holds on {day}",
        state="Law as of {as_of}: acts up to then are known",
        instruments="What the Land pays",
        placement="Who is sent where, and who counts",
        changes="What changes from {start} to {end}",
        no_changes="Nothing.",
        revisions="What acts up to {known} changed retroactively for {start}",
        formula="Formula: {formula}",
        recipients={
            "municipality": "to the municipalities",
            "kreis": "to the Kreise",
            None: "rule of placement",
        },
        read_by="Belongs to: {names}",
        changes_by={
            "year": "changes on 1 January only",
            "month": "changes on the first of a month only",
        },
        on_day="On {day}: {value}",
        not_in_force="not in force",
        valid_from="from",
        valid_until="until",
        value="value",
        enacted="enacted",
        status="status",
        enacted_status="enacted",
        assumption="assumption",
        superseded="superseded",
        retroactive="retroactive",
        source="Source: {text}",
        reason="Assumption: {text}",
        note="Note: {text}",
        act="Enacted {day} ({marks}). {reference}",
        none_known="Nothing had been enacted on it.",
        only_as_option="not in force; only as an option",
        hint=(
            "More on a name: integrasim law NAME. What changes: "
            "integrasim law --diff DAY DAY (such as 2024-01-01)."
        ),
    ),
}
