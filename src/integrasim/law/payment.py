"""A payment of the Land: who receives how much, by draw and year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.law.account import Account

__all__ = ["Payment", "to_bearers"]


@dataclass(frozen=True, eq=False)
class Payment:
    """What the Land pays by one instrument, in EUR, by the year to which it belongs.

    Parameters
    ----------
    municipalities
        (draw, year, municipality) what each municipality receives; None for nothing.
    kreise
        (draw, year, kreis) what each Kreis receives for itself; None for nothing.
    others
        (draw, year) what the bearers of a programme of the Land receive; None for nothing.
    december
        (draw, year) the part of all this that is due for December, where what is due for a
        month is paid in the next one; None for nothing.

    Notes
    -----
    The axis of draws has the length 1 where an amount is the same in every draw.

    Examples
    --------
    >>> Payment(municipalities=np.array([[[1.0, 2.0]]]), others=np.array([[10.0]])).total
    array([[13.]])
    """

    municipalities: NDArray[np.float64] | None = None
    kreise: NDArray[np.float64] | None = None
    others: NDArray[np.float64] | None = None
    december: NDArray[np.float64] | None = None

    @property
    def total(self) -> NDArray[np.float64]:
        """What the Land pays to all together, (draw, year)."""
        total = np.zeros((1, 1)) if self.others is None else self.others
        for received in (self.municipalities, self.kreise):
            if received is not None:
                total = total + received.sum(axis=-1)
        return total


def to_bearers(account: Account, *, parameter: str) -> Payment:
    """Pay the bearers of a programme an amount per year.

    Parameters
    ----------
    account
        The law and the basis.
    parameter
        Name of the amount.

    Returns
    -------
    Payment
        To others than municipalities and Kreise, cut to the part of the year that is covered.

    Examples
    --------
    >>> from datetime import date
    >>> from integrasim.law.account import Account
    >>> from integrasim.law.basis import Municipalities, Periods, nobody
    >>> from integrasim.statutes import load_statute_book
    >>> city = Municipalities(
    ...     is_kreisfrei=np.array([True]),
    ...     kreis=np.array([0]),
    ...     is_kreis=np.array([False]),
    ...     population=np.array([1e5]),
    ...     key=np.ones((1, 1)),
    ... )
    >>> half_a_year = Periods((date(2025, 1, 1),), (2025,), np.array([0]), year_shares=(0.5,))
    >>> law = load_statute_book().as_of(date(2025, 1, 1))
    >>> account = Account(law, nobody(half_a_year, city), {})
    >>> to_bearers(account, parameter="agencies.total").total
    array([[8350000.]])
    """
    return Payment(others=account.yearly(parameter))
