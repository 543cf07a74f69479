"""Sentences in which an option says what it changes in the law, in German and English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from babel.dates import format_date

from integrasim.scenario.processes.words import number_words, percent_words
from integrasim.statutes import load_statute_book

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from integrasim.law.definitions import Parameter
    from integrasim.reporting.numbers import Language
    from integrasim.scenario.options import Override

__all__ = ["option_words"]


@dataclass(frozen=True)
class _Words:
    """The words of one language; texts with ``{…}`` are filled in."""

    day: str
    begins: str
    in_force: str
    more: str
    less: str
    same: str
    follows: str
    indices: Mapping[str, str]
    nothing: str


_WORDS: Final[Mapping[Language, _Words]] = {
    "de": _Words(
        day="d.M.y",
        begins="ab {day} {amount}",
        in_force="der bis dahin geltende Betrag",
        more=", danach an jedem 1. Januar {growth} mehr",
        less=", danach an jedem 1. Januar {growth} weniger",
        same=", danach unverändert",
        follows=", danach an jedem 1. Januar fortgeschrieben mit {index}",
        indices={
            "world.costs.inflation": "der Preissteigerung der Aufnahmekosten",
            "world.illness.inflation": "der Preissteigerung der Krankheitskosten",
        },
        nothing="Es bleibt beim geltenden Recht.",
    ),
    "en": _Words(
        day="d MMMM y",
        begins="from {day} {amount}",
        in_force="the amount in force until then",
        more=", then {growth} more on each 1 January",
        less=", then {growth} less on each 1 January",
        same=", then unchanged",
        follows=", then carried forward on each 1 January with {index}",
        indices={
            "world.costs.inflation": "the inflation of hosting costs",
            "world.illness.inflation": "the inflation of illness costs",
        },
        nothing="The enacted law stays as it is.",
    ),
}


def option_words(
    law: Mapping[str, Sequence[Override]], *, start: date, lang: Language
) -> tuple[str, ...]:
    r"""
    Return a sentence for each parameter of the law that an option changes.

    Parameters
    ----------
    law
        What the option gives to each parameter.
    start
        First day of the horizon.
    lang
        ``"de"`` or ``"en"``.

    Examples
    --------
    >>> from datetime import date
    >>> from integrasim.scenario.options import Override
    >>> threshold = Override(value=20000, indexed_by="world.illness.inflation")
    >>> law = {"fluag.illness_threshold": [threshold]}
    >>> for sentence in option_words(law, start=date(2025, 1, 1), lang="en"):
    ...     print(sentence.replace(": ", ":\n"))
    Threshold of extraordinary illness costs (§ 4b FlüAG):
    from 1 January 2025 20,000 EUR per person and calendar year, then carried forward on each
    1 January with the inflation of illness costs.
    """
    parameters = load_statute_book().parameters
    sentences = [
        f"{getattr(parameters[name].label, lang)}: "
        + "; ".join(
            _override_words(each, parameters[name], start, lang)
            for each in sorted(overrides, key=lambda each: each.begins(start))
        )
        + "."
        for name, overrides in law.items()
    ]
    return tuple(sentences) or (_WORDS[lang].nothing,)


def _override_words(override: Override, parameter: Parameter, start: date, lang: Language) -> str:
    """Say from which day on what holds, and how it grows."""
    words = _WORDS[lang]
    day = str(format_date(override.begins(start), words.day, locale=lang))
    unit = (parameter.unit_de if lang == "de" else None) or parameter.unit
    amount = (
        words.in_force
        if override.value is None
        else number_words(override.value, lang, unit if parameter.is_money else f"({unit})")
    )
    return words.begins.format(day=day, amount=amount) + _growth_words(override, lang)


def _growth_words(override: Override, lang: Language) -> str:
    """Say how a value grows from year to year; nothing if it does not say so."""
    words, by = _WORDS[lang], override.indexed_by
    if by is None:
        return ""
    if isinstance(by, str):
        return words.follows.format(index=words.indices[by])
    if by == 0.0:
        return words.same
    return (words.more if by > 0.0 else words.less).format(growth=percent_words(abs(by), lang))
