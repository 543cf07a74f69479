"""What a process needs besides its own keys to simulate a channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from integrasim.world.streams import Stream

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from numpy.typing import NDArray

    from integrasim.region import MonthlySeries
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
    weights
        Path of each channel whose shocks this one has a part of → that part.
    history
        The observed months that the process draws on, if it does.
    seed, draws
        Seed of the run and the block of draws.
    """

    path: str
    months: tuple[date, ...]
    numbers: Assumptions
    weights: Mapping[str, float]
    history: MonthlySeries | None
    seed: int
    draws: range

    def uniforms(self, purpose: str) -> NDArray[np.float64]:
        """Draw uniform numbers from a stream of the channel's own, (draw, month)."""
        return self._stream(self.path, purpose).uniforms(self.draws, len(self.months))

    def normals(self, purpose: str, count: int) -> NDArray[np.float64]:
        """Draw standard normal numbers, which correlated channels share in part.

        Parameters
        ----------
        purpose
            What the numbers are for.
        count
            Numbers per draw.

        Returns
        -------
        numpy.ndarray
            (draw, count) weighted sums of the independent numbers of each channel.
        """
        normals = np.zeros((len(self.draws), count))
        for path, weight in self.weights.items():
            uniforms = self._stream(path, purpose).uniforms(self.draws, count)
            normals += weight * special.ndtri(uniforms)
        return normals

    def _stream(self, path: str, purpose: str) -> Stream:
        """Name the stream of a channel and purpose."""
        return Stream(self.seed, f"arrivals.{path}.{purpose}")
