"""Words for problems: values as they are shown, lists of names, near misses."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Final

from integrasim.documents.scalars import parse_plain

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = [
    "did_you_mean",
    "listed",
    "nearest",
    "no_file",
    "number_remedy",
    "plain_number",
    "shown",
    "siblings",
]

_LONGEST: Final = 40
# From here on floating point skips whole numbers.
_LARGE: Final = 2.0**53
_PERCENT: Final = re.compile(r"([0-9]+(?:[.,][0-9]+)?) ?%")
_DECIMAL_COMMA: Final = re.compile(r"[-+]?[0-9]+,[0-9]{1,2}|[-+]?[0-9]+,[0-9]{4,}")
_GROUPED: Final = re.compile(r"[-+]?[0-9]{1,3}(?:([._ '])[0-9]{3})(?:\1[0-9]{3})*")


def shown(value: object) -> str:
    """
    Return a value as a reader of YAML would recognise it, shortened if need be.

    Parameters
    ----------
    value
        What a document held.

    Examples
    --------
    >>> shown("a"), shown(True), shown(None), shown([1, 2]), shown({"a": 1}), shown(0.5)
    ('"a"', 'true', 'nothing', 'a list', 'a map', '0.5')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list | tuple):
        return "a list"
    text = " ".join(str(value).split()) if isinstance(value, str) else str(value)
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST - 1]}…"
    return f'"{text}"' if isinstance(value, str) else text


def listed(words: Iterable[str]) -> str:
    """
    Return words as a list in a sentence.

    Parameters
    ----------
    words
        At least one.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b or c')
    """
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def nearest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """
    Return the known word most like another, if one is near (Ratcliff and Obershelp 1988).

    Parameters
    ----------
    word
        What was written.
    known
        What could have been meant.
    cutoff
        Likeness that is needed, 0 to 1.

    Examples
    --------
    >>> nearest("presistence", ["persistence", "level"])
    'persistence'
    """
    near = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=cutoff)
    return near[0] if near else None


def did_you_mean(word: str, known: Iterable[str], *, otherwise: str) -> str:
    """
    Return a remedy that offers the nearest known word.

    Parameters
    ----------
    word
        What was written.
    known
        What could have been meant.
    otherwise
        The remedy if nothing is near.

    Examples
    --------
    >>> did_you_mean("unifrom", ["uniform", "beta"], otherwise="Use uniform or beta.")
    'Did you mean uniform?'
    >>> did_you_mean("x", ["uniform", "beta"], otherwise="Use uniform or beta.")
    'Use uniform or beta.'
    """
    near = nearest(word, known)
    return f"Did you mean {near}?" if near else otherwise


def plain_number(value: float) -> str:
    """
    Return a number as a person would write it in YAML.

    Parameters
    ----------
    value
        A finite number.

    Examples
    --------
    >>> plain_number(35000.0), plain_number(0.25), plain_number(1e300)
    ('35000', '0.25', '1e+300')
    """
    exact = float(value).is_integer() and abs(value) < _LARGE
    return str(int(value)) if exact else str(value)


def siblings(path: Path) -> list[str]:
    """
    Return the names of the files with the same ending in the folder of a path.

    Parameters
    ----------
    path
        A path where there is no file.

    Examples
    --------
    >>> from pathlib import Path
    >>> siblings(Path("no_such_folder/a.yaml"))
    []
    """
    folder = path.parent
    return sorted(each.name for each in folder.glob(f"*{path.suffix}")) if folder.is_dir() else []


def no_file(path: Path, known: Iterable[str] = (), *, otherwise: str) -> tuple[str, str]:
    """
    Return message and remedy where a path leads to no file.

    Parameters
    ----------
    path
        A path where there is no file.
    known
        Words that could have been meant, besides the files in the same folder.
    otherwise
        The remedy if nothing is near.

    Examples
    --------
    >>> from pathlib import Path
    >>> no_file(Path("no_such_folder/a.yaml"), otherwise="Check the path.")
    ('there is no file no_such_folder/a.yaml', 'Check the path.')
    >>> no_file(Path("."), otherwise="Check the path.")
    ('. is a directory, not a file', 'Check the path.')
    """
    if path.is_dir():
        return f"{path} is a directory, not a file", otherwise
    remedy = did_you_mean(path.name, [*known, *siblings(path)], otherwise=otherwise)
    return f"there is no file {path}", remedy


def number_remedy(text: str) -> str | None:
    """
    Return how to write a number that was written as text, if it looks like one.

    Parameters
    ----------
    text
        What was written where a number belongs.

    Examples
    --------
    >>> number_remedy("12")
    'Write 12 without quotation marks.'
    >>> number_remedy("0,5"), number_remedy("660.000.000"), number_remedy("5 %")
    ('Write 0.5.', 'Write 660000000.', 'Write 0.05.')
    >>> number_remedy("25,000")
    'Write 25000, or 25.0 with a point if a fraction is meant.'
    """
    text = text.strip().removesuffix("EUR").removesuffix("€").strip()
    value = parse_plain(text)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"Write {text} without quotation marks."
    if match := _PERCENT.fullmatch(text):
        return f"Write {float(match.group(1).replace(',', '.')) / 100:.10g}."
    if _DECIMAL_COMMA.fullmatch(text):
        return f"Write {text.replace(',', '.')}."
    if match := _GROUPED.fullmatch(text):
        return f"Write {text.replace(match.group(1), '')}."
    if re.fullmatch(r"[-+]?[0-9]{1,3},[0-9]{3}", text):
        whole, part = text.split(",")
        fraction = f"{whole}.{part}".rstrip("0")
        fraction += "0" if fraction.endswith(".") else ""
        return f"Write {whole}{part}, or {fraction} with a point if a fraction is meant."
    return None
