"""What a cell of a table may say: one parser for each kind of column."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Final

from integrasim.documents.wording import did_you_mean
from integrasim.region.municipalities import KREISANGEHOERIG, KREISFREI
from integrasim.region.tables import CellError

__all__ = [
    "parse_ags",
    "parse_area",
    "parse_kreis_ags",
    "parse_measure",
    "parse_month",
    "parse_name",
    "parse_places",
    "parse_population",
    "parse_positive",
    "parse_type",
    "parse_yes_or_no",
]

_AGS_DIGITS: Final = 8
_KREIS_DIGITS: Final = 5
_MONTH: Final = re.compile(r"(?!0000)[0-9]{4}-(0[1-9]|1[0-2])")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
# A point before three zeros would be a thousands separator as often as a decimal point.
_WHOLE: Final = re.compile(r"[0-9]+(\.0)?")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+")


_TYPES: Final = {
    KREISFREI: KREISFREI,
    KREISANGEHOERIG: KREISANGEHOERIG,
    # The words of the register (Gemeindeverzeichnis):
    "kreisfreie Stadt": KREISFREI,
    "kreisangehörige Stadt": KREISANGEHOERIG,
    "kreisangehörige Gemeinde": KREISANGEHOERIG,
}


def parse_ags(text: str) -> str:
    """
    Read an official municipality key: eight digits.

    Examples
    --------
    >>> parse_ags("05334002")
    '05334002'
    """
    return _parse_key(text, _AGS_DIGITS, "An AGS is a text of eight digits, such as 05334002.")


def parse_kreis_ags(text: str) -> str:
    """
    Read the key of a Kreis: five digits.

    Examples
    --------
    >>> parse_kreis_ags("05334")
    '05334'
    """
    remedy = "The key of a Kreis is a text of five digits: the first five of the AGS."
    return _parse_key(text, _KREIS_DIGITS, remedy)


def parse_name(text: str) -> str:
    """
    Read a name: anything but blanks.

    Examples
    --------
    >>> parse_name("Köln, Stadt")
    'Köln, Stadt'
    """
    if not text.strip():
        raise CellError("the name is missing", "Write the name.")
    return text


def parse_type(text: str) -> str:
    """
    Read a municipality's type, in our two words or in those of the register.

    Examples
    --------
    >>> parse_type("kreisangehörige Gemeinde")
    'kreisangehörig'
    """
    if text not in _TYPES:
        words = f'Use "{KREISFREI}" or "{KREISANGEHOERIG}".'
        raise CellError(f'"{text}" is no type', did_you_mean(text, _TYPES, otherwise=words))
    return _TYPES[text]


def parse_population(text: str) -> float:
    """
    Read a population: a whole number of at least 1.

    Examples
    --------
    >>> parse_population("252769")
    252769.0
    """
    if not _WHOLE.fullmatch(text) or not math.isfinite(float(text)) or float(text) < 1:
        raise CellError(
            f'"{text}" is not a whole number of at least 1',
            "Write the number of inhabitants without separators, such as 252769.",
        )
    return float(text)


def parse_area(text: str) -> float:
    """
    Read an area in km²: a number above 0.

    Examples
    --------
    >>> parse_area("160.85")
    160.85
    """
    area = _parse_decimal(text)
    if not area > 0:
        remedy = "Write the area in km² with a decimal point, such as 160.85."
        raise CellError(f'"{text}" is not a number above 0', remedy)
    return area


def parse_places(text: str) -> float:
    """
    Read a number of places: 0 or more.

    Examples
    --------
    >>> parse_places("350")
    350.0
    """
    places = _parse_decimal(text)
    if not places >= 0 or _GROUPED.fullmatch(text):
        remedy = "Write the number of places without separators, 0 if there are none."
        raise CellError(f'"{text}" is not a number of at least 0', remedy)
    return places


def parse_month(text: str) -> date:
    """
    Read a month; its first day stands for it.

    Examples
    --------
    >>> parse_month("2023-12")
    datetime.date(2023, 12, 1)
    """
    if not _MONTH.fullmatch(text):
        remedy = "Write year and month, such as 2023-12."
        raise CellError(f'"{text}" is no month of the calendar', remedy)
    return date.fromisoformat(f"{text}-01")


def parse_positive(text: str) -> float:
    """
    Read a number above 0.

    Examples
    --------
    >>> parse_positive("21679")
    21679.0
    """
    number = _parse_decimal(text)
    if _GROUPED.fullmatch(text):
        raise CellError(
            f'"{text}" is read as {number:g}',
            f"Write {text.replace('.', '')} if that is meant, or {number}.",
        )
    if not number > 0:
        raise CellError(
            f'"{text}" is not a number above 0',
            "Write it with a decimal point; leave out the row of a month without a number.",
        )
    return number


def parse_measure(text: str) -> float:
    """
    Read a measure in any unit: a number above 0.

    Examples
    --------
    >>> parse_measure("12.5")
    12.5
    """
    number = _parse_decimal(text)
    if not number > 0:
        remedy = "Write it with a decimal point, such as 12.5."
        raise CellError(f'"{text}" is not a number above 0', remedy)
    return number


def parse_yes_or_no(text: str) -> bool:
    """
    Read a yes or a no.

    Examples
    --------
    >>> parse_yes_or_no("yes"), parse_yes_or_no("no")
    (True, False)
    """
    if text not in {"yes", "no"}:
        raise CellError(f'"{text}" is neither yes nor no', 'Write "yes" or "no".')
    return text == "yes"


def _parse_key(text: str, digits: int, remedy: str) -> str:
    """Read a key of so many digits; a leading zero that a spreadsheet dropped is offered."""
    if text.isascii() and text.isdigit() and len(text) == digits:
        return text
    if text.isascii() and text.isdigit() and len(text) == digits - 1:
        remedy = f"Write 0{text} if a spreadsheet has dropped the leading zero. {remedy}"
    raise CellError(f'"{text}" does not have {digits} digits', remedy)


def _parse_decimal(text: str) -> float:
    """Read a number written with a decimal point; NaN for anything else, infinity included."""
    number = float(text) if _DECIMAL.fullmatch(text) else math.nan
    return number if math.isfinite(number) else math.nan
