"""What must hold in every run: persons and money are conserved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from integrasim.profiling import stage
from integrasim.world.flows import gone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from integrasim.law.instruments import Instrument
    from integrasim.law.settlement import Settlement
    from integrasim.world.block import WorldBlock

_CENT = 0.01
_ROUNDING = 1e-12
"""Relative rounding of a sum, which exceeds a cent for amounts beyond 10 billion EUR."""


class InvariantError(RuntimeError):
    """A law of conservation is broken: an error of the programme, not of its user."""


@stage("invariants")
def check_persons(world: WorldBlock) -> None:
    """Check that nobody appears or vanishes.

    Arrivals + initial stock = stock + gone, in every draw and month.

    Raises
    ------
    InvariantError
        With the first draw (within the block) and month where it fails.
    """
    came = world.initial.sum(axis=1)[:, None] + np.cumsum(world.arrivals, axis=1)
    there = world.stock.sum(axis=2) + np.cumsum(gone(world.flows), axis=1)
    if (came != there).any():
        draw, month = np.argwhere(came != there)[0]
        raise InvariantError(
            f"persons are not conserved in draw {draw} of the block, month {month}: "
            f"{came[draw, month]} came, {there[draw, month]} are accounted for"
        )


@stage("invariants")
def check_money(
    settlement: Settlement, gross_cost: NDArray[np.float64], instruments: Sequence[Instrument]
) -> None:
    """Check that what the Land pays to municipalities and Kreise is what they receive.

    Σ transfer + Σ kreis_transfer = Σ land_cost over the instruments whose recipients they
    are, in every draw and year, to the cent; and no reimbursement of illness costs
    exceeds the gross cost that contains them.

    Raises
    ------
    InvariantError
        With the first draw (within the block) and year where it fails.
    """
    for name, amounts in (("gross cost", gross_cost), ("what the Land pays", settlement.land_cost)):
        if not np.isfinite(amounts).all():
            raise InvariantError(f"{name} is not a finite number in every draw")
    public = [instrument.recipient != "programme" for instrument in instruments]
    paid = settlement.land_cost[:, :, public].sum(axis=2)
    received = settlement.transfer.sum(axis=2) + settlement.kreis_transfer.sum(axis=2)
    wrong = np.abs(paid - received) > np.maximum(_CENT, _ROUNDING * paid)
    if wrong.any():
        draw, year = np.argwhere(wrong)[0]
        raise InvariantError(
            f"money is not conserved in draw {draw} of the block, year {year}: the Land pays "
            f"{paid[draw, year]:.2f} EUR, municipalities and Kreise receive "
            f"{received[draw, year]:.2f} EUR"
        )
    most = gross_cost * (1.0 + _ROUNDING)
    if (np.subtract(settlement.illness_reimbursement, most, out=most) > _CENT).any():
        raise InvariantError("a municipality is reimbursed more illness cost than it had")
