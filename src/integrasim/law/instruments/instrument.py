"""What an instrument of the funding law is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from integrasim.law.account import Account
    from integrasim.law.definitions import Label
    from integrasim.law.payment import Payment

__all__ = ["Instrument", "Lag", "Recipient"]

Recipient = Literal["municipality", "kreis", "integration_centre", "programme"]
"""Who receives money. An integration centre is that of a Kreis or of a kreisfreie Stadt; a
programme is carried by others, such as welfare associations."""

Lag = Literal["none", "month", "year"]
"""When money is paid: when it is due, in the month after, or in the year after."""


@dataclass(frozen=True)
class Instrument:
    """A way in which the Land pays.

    Parameters
    ----------
    id
        Name in the result, such as ``fluag.lump_sum``; the part before the dot is its programme.
    label
        Name for advisers.
    recipient
        Who receives the money.
    words
        What it is for and whom it concerns.
    formula
        How it is computed.
    parameters
        Names of all parameters that it reads.
    pay
        Computes the payment on an account.
    lag
        When what is due is paid.

    Examples
    --------
    >>> from integrasim.law.instruments import INSTRUMENTS
    >>> [each.id for each in INSTRUMENTS if "fluag.illness_threshold" in each.parameters]
    ['fluag.illness']
    """

    id: str
    label: Label
    recipient: Recipient
    words: Label
    formula: Label
    parameters: tuple[str, ...]
    pay: Callable[[Account], Payment]
    lag: Lag = "none"

    @property
    def programme(self) -> str:
        """Name of the programme to which it belongs."""
        return self.id.partition(".")[0]
