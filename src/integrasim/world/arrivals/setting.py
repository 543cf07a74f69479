"""What a process needs besides its own keys to simulate a channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from integrasim.world.streams import Stream

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from integrasim.world.assumptions import Assumptions


@dataclass(frozen=True)
class Setting:
    """A channel in a block of draws.

    Attributes
    ----------
    path
        Where the scenario has its process, which names its streams.
    months
        First day of each month of the horizon.
    numbers
        Key of the process → (draw,) values.
    seed, draws
        Seed of the run and the block of draws.
    """

    path: str
    months: tuple[date, ...]
    numbers: Assumptions
    seed: int
    draws: range

    def uniforms(self, purpose: str) -> NDArray[np.float64]:
        """Draw uniform numbers from a stream of the channel's own, (draw, month)."""
        stream = Stream(self.seed, f"arrivals.{self.path}.{purpose}")
        return stream.uniforms(self.draws, len(self.months))

    def shocks(self) -> NDArray[np.float64]:
        """Draw the standard normal shocks to the intensity, (draw, month)."""
        return np.asarray(special.ndtri(self.uniforms("shocks")))
