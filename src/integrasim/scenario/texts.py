"""Texts that advisers read, and names that files and results use."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator

from integrasim.documents.validation import invalid
from integrasim.documents.wording import shown
from integrasim.scenario.entry import Entry

__all__ = ["Identifier", "Text", "Words"]

_IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9_]*")


def _some(text: str) -> str:
    """Refuse a text that says nothing."""
    if not text.strip():
        raise invalid("this text is empty", "Write at least a word.")
    return text


def _identifier(name: str) -> str:
    """Refuse a name that would need quotation marks somewhere."""
    if not _IDENTIFIER.fullmatch(name):
        remedy = "Use a to z, 0 to 9 and _, beginning with a letter, such as threshold_35k."
        raise invalid(f"{shown(name)} is no simple name", remedy)
    return name


Words = Annotated[str, AfterValidator(_some)]
"""A text with at least one word."""

Identifier = Annotated[str, AfterValidator(_identifier)]
"""A name of lower-case letters, digits and underscores."""


class Text(Entry):
    """
    A text in German and English.

    Examples
    --------
    >>> Text(de="Schwelle", en="Threshold").en
    'Threshold'
    """

    de: Words
    """the text in German"""
    en: Words
    """the text in English"""
