"""What a plain YAML scalar means: the core schema of YAML 1.2, section 10.3.2."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["Scalar", "parse_plain"]

Scalar = None | bool | int | float | str

_NULL: Final = re.compile(r"null|Null|NULL|~|")
_TRUE: Final = re.compile(r"true|True|TRUE")
_FALSE: Final = re.compile(r"false|False|FALSE")
_INTEGERS: Final = (
    (re.compile(r"[-+]?[0-9]+"), 10),
    (re.compile(r"0o[0-7]+"), 8),
    (re.compile(r"0x[0-9a-fA-F]+"), 16),
)
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE: Final = re.compile(r"[-+]?\.(inf|Inf|INF)")
_NOT_A_NUMBER: Final = re.compile(r"\.(nan|NaN|NAN)")

# Longer integers are no quantities, and Python refuses to read the longest.
_MOST_DIGITS: Final = 300


def parse_plain(text: str) -> Scalar:
    """
    Return the value of a scalar written without quotation marks.

    In YAML 1.2, ``yes``, ``no``, ``on`` and ``off`` are text, and so is a date.

    Parameters
    ----------
    text
        The scalar as written.

    Returns
    -------
    None, bool, int, float or str
        Its value.

    Examples
    --------
    >>> [parse_plain(text) for text in ("12", "1e3", "true", "~", "no", "2025-01")]
    [12, 1000.0, True, None, 'no', '2025-01']
    """
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text):
        return True
    if _FALSE.fullmatch(text):
        return False
    return _parse_number(text)


def _parse_number(text: str) -> int | float | str:
    """Return the number, or the text itself if it is none."""
    for pattern, base in _INTEGERS:
        if pattern.fullmatch(text):
            return int(text, base) if len(text) <= _MOST_DIGITS else float("inf")
    if _FLOAT.fullmatch(text):
        return float(text)
    if _INFINITE.fullmatch(text):
        return float(text.replace(".", ""))
    if _NOT_A_NUMBER.fullmatch(text):
        return float("nan")
    return text
