"""The account on which instruments are settled: a law, a basis, and what is paid under them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from integrasim.law.indexation import amount_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from integrasim.law.basis import LawBasis
    from integrasim.law.instruments.instrument import Instrument
    from integrasim.law.parameters import Law
    from integrasim.law.payment import Payment

__all__ = ["Account"]


class Account:
    """A law and a basis, and what each instrument pays under them, computed once.

    An instrument reads every amount of the law here. Amounts have an axis of draws, whose length
    is 1 where they are the same in every draw: all but those that follow an index of the world.

    Parameters
    ----------
    law
        The law that applies.
    basis
        Quantities of a world, left as they are.
    instruments
        Instruments by id that can be asked for.

    Examples
    --------
    >>> from datetime import date
    >>> from integrasim.law.basis import Municipalities, Periods, nobody
    >>> from integrasim.statutes import load_statute_book
    >>> start = (date(2024, 1, 1), date(2025, 1, 1))
    >>> city = Municipalities(
    ...     is_kreisfrei=np.array([True]),
    ...     kreis=np.array([0]),
    ...     is_kreis=np.array([False]),
    ...     population=np.array([1e5]),
    ...     key=np.ones((2, 1)),
    ... )
    >>> basis = nobody(Periods(start, (2024, 2025), np.arange(2)), city)
    >>> account = Account(load_statute_book().as_of(date(2025, 1, 1)), basis, {})
    >>> account.by_year("fluag.kreis_lump_sum")
    array([[     0., 500000.]])
    """

    def __init__(self, law: Law, basis: LawBasis, instruments: Mapping[str, Instrument]) -> None:
        self.law = law
        self.basis = basis
        self._instruments = instruments
        self._payments: dict[str, Payment] = {}

    def paid(self, instrument: str) -> Payment:
        """Return what is paid by an instrument.

        Parameters
        ----------
        instrument
            Its id.

        Returns
        -------
        Payment
            By draw and year.
        """
        if instrument not in self._payments:
            self._payments[instrument] = self._instruments[instrument].pay(self)
        return self._payments[instrument]

    def by_period(self, parameter: str) -> NDArray[np.float64]:
        """Read a parameter on the first day of each period.

        Parameters
        ----------
        parameter
            Its name.

        Returns
        -------
        numpy.ndarray
            (draw, period) values, 0 where it is not in force.
        """
        return self._on(parameter, self.basis.periods.start)

    def by_year(self, parameter: str) -> NDArray[np.float64]:
        """Read a parameter on 1 January of each year: it then governs the whole calendar year.

        Parameters
        ----------
        parameter
            Its name.

        Returns
        -------
        numpy.ndarray
            (draw, year) values, 0 where it is not in force.
        """
        return self._on(parameter, self.basis.periods.new_years)

    def yearly(self, parameter: str) -> NDArray[np.float64]:
        """Read an amount per year, cut to the part of the year that the horizon covers.

        Parameters
        ----------
        parameter
            Its name.

        Returns
        -------
        numpy.ndarray
            (draw, year) amounts, 0 where it is not in force.
        """
        return self.by_year(parameter) * self.basis.periods.covered

    def in_force(self, *parameters: str) -> NDArray[np.bool_]:
        """Say in which years all of some parameters are in force on 1 January, (year,)."""
        days = self.basis.periods.new_years
        return np.array([all(self.law.in_force(name, day) for name in parameters) for day in days])

    def _on(self, parameter: str, days: Sequence[date]) -> NDArray[np.float64]:
        """Read a parameter on several days, (draw, day)."""
        columns = [
            np.atleast_1d(0.0 if amount is None else amount_in(amount, day.year, self._growth))
            for day in days
            for amount in [self.law.amount(parameter, day)]
        ]
        return np.stack(np.broadcast_arrays(*columns), axis=-1)

    def _growth(self, index: str, start: int, end: int) -> NDArray[np.float64]:
        """Factor by which an index of the world grows from one year to another, (draw,)."""
        years, known = self.basis.periods.years, self.basis.indices
        if index not in known:
            has = ", ".join(sorted(known)) or "none"
            raise ValueError(f"the basis has no index {index} (it has {has})")
        if start not in years:
            raise ValueError(f"{index} has no level in {start}, only from {years[0]} on")
        return known[index][:, years.index(end)] / known[index][:, years.index(start)]
