"""Rule about labels: two options must not be called the same where they are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrasim.scenario.texts import Text, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integrasim.documents.problems import Problem
    from integrasim.scenario.rules.parts import Parts

__all__ = ["label_problems"]


def label_problems(parts: Parts) -> Iterator[Problem]:
    r"""
    Yield the labels that an option above has already, in either language.

    Parameters
    ----------
    parts
        The parts of the file.

    Examples
    --------
    >>> from integrasim.documents.yaml import parse_document
    >>> from integrasim.scenario.rules.parts import Parts
    >>> text = "options:\n  a: {label: {de: Neu, en: New}}\n  b: {label: {de: Alt, en: New}}\n"
    >>> print(*label_problems(Parts(parse_document(text, file="a.yaml"))))
    a.yaml:3:24: options.b.label.en: a has this label too. Call each option something else.
    """
    for language in Text.model_fields:
        owners: dict[str, str] = {}
        for option in parts.keys(("options",)):
            path = ("options", option, "label", language)
            label: str | None = parts.get(path, Words)
            if label is None:
                continue
            owner = owners.setdefault(" ".join(label.split()), option)
            if owner != option:
                message = f"{owner} has this label too"
                yield parts.problem(path, message, "Call each option something else.")
