"""Law cases as lines: which passed, which failed, what was expected and what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from integrasim.reporting.numbers import Language, format_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from integrasim.casebook.case import Check, Quantity
    from integrasim.casebook.running import Outcome

__all__ = ["case_lines"]

_DECIMALS: Final = 6

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "de": {
        "passed": "bestanden",
        "failed": "nicht bestanden",
        "check": "{what}: erwartet {expected}, gefunden {found}",
        "tolerance": " (Toleranz {tolerance})",
        "summary": "{all} Fälle: {passed} bestanden, {failed} nicht bestanden",
        "source": "Quelle: {source}",
    },
    "en": {
        "passed": "passed",
        "failed": "failed",
        "check": "{what}: expected {expected}, found {found}",
        "tolerance": " (tolerance {tolerance})",
        "summary": "{all} cases: {passed} passed, {failed} failed",
        "source": "Source: {source}",
    },
}
_QUANTITIES: Final[Mapping[Quantity, Mapping[str, str]]] = {
    "value": {"de": "Wert", "en": "value"},
    "status": {"de": "Stand (1 trifft zu, 0 nicht)", "en": "status (1 true, 0 not)"},
    "key": {"de": "Schlüssel", "en": "key"},
    "at_cap": {"de": "Gemeinden an der Kappung", "en": "municipalities at the cap"},
    "credited_places": {"de": "angerechnete Plätze", "en": "credited places"},
    "obligation": {"de": "Aufnahmeverpflichtung", "en": "obligation"},
    "fulfilment_quota": {"de": "Erfüllungsquote", "en": "fulfilment quota"},
    "land_cost": {"de": "Zahlung des Landes, EUR", "en": "cost of the Land, EUR"},
    "transfer": {"de": "Zahlung an die Gemeinde, EUR", "en": "transfer, EUR"},
    "kreis_transfer": {"de": "Zahlung an den Kreis, EUR", "en": "transfer to the Kreis, EUR"},
    "land_payments": {"de": "Auszahlung des Landes, EUR", "en": "payment of the Land, EUR"},
}


def case_lines(outcomes: Sequence[Outcome], *, language: Language) -> Iterator[str]:
    """Write what came of some cases.

    Parameters
    ----------
    outcomes
        The cases with what was found.
    language
        ``"de"`` or ``"en"``.

    Yields
    ------
    str
        A line for each case, with expected and found; below one that failed, its place, its
        source and the figures that differ. The last line counts.
    """
    words = _WORDS[language]
    for outcome in outcomes:
        case, place = outcome.loaded.case, outcome.loaded.position
        if outcome.passed:
            figures = "; ".join(_check(each, language) for each in outcome.checks)
            yield f"{words['passed']}: {case.name} ({figures})"
            continue
        yield f"{words['failed']}: {case.name} ({place.file}:{place.line}:{place.column})"
        yield from (f"    {_check(each, language)}" for each in outcome.checks if not each.passed)
        yield f"    {words['source'].format(source=case.source)}"
    passed = sum(outcome.passed for outcome in outcomes)
    yield words["summary"].format(all=len(outcomes), passed=passed, failed=len(outcomes) - passed)


def _check(check: Check, language: Language) -> str:
    """Write what a figure is, what was expected and what was found."""
    words = _WORDS[language]
    quantity = _QUANTITIES[check.quantity][language]
    text = words["check"].format(
        what=f"{quantity}, {check.of}" if check.of else quantity,
        expected=_number(check.expected, language),
        found=_number(check.found, language),
    )
    if check.tolerance == 0.0:
        return text
    return text + words["tolerance"].format(tolerance=_number(check.tolerance, language))


def _number(value: float, language: Language) -> str:
    """Write a figure with as few decimals as show it to a millionth."""
    decimals = next(
        (
            count
            for count in range(_DECIMALS)
            if abs(round(value, count) - value) < 10.0 ** -(_DECIMALS + 1)
        ),
        _DECIMALS,
    )
    return format_number(value, decimals=decimals, language=language)
