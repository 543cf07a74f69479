"""Common rules of every part of a scenario file."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["Entry"]


class Entry(BaseModel):
    """
    A map in a scenario file: nothing unknown in it, nothing converted, nothing changed later.

    The text under a field says what belongs there; the messages about a missing or wrong value
    quote it.

    Examples
    --------
    >>> class Run(Entry):
    ...     draws: int
    >>> Run(draws=10)
    Run(draws=10)
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )
