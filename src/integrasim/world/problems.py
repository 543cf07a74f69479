"""Assumptions drawn together that contradict each other."""

from __future__ import annotations


class ImpossibleAssumptionError(ValueError):
    """Assumptions drawn together that no world can satisfy.

    Parameters
    ----------
    key
        Dotted key of the scenario whose value would have to change.
    message
        What is wrong.
    remedy
        What would be right.

    Examples
    --------
    >>> raise ImpossibleAssumptionError("world.illness.cap", "it is too low", "Raise it.")
    Traceback (most recent call last):
    integrasim.world.problems.ImpossibleAssumptionError: ('world.illness.cap',
    'it is too low', 'Raise it.')
    """

    def __init__(self, key: str, message: str, remedy: str) -> None:
        super().__init__(key, message, remedy)
        self.key, self.message, self.remedy = key, message, remedy
