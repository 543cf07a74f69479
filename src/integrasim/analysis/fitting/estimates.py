"""Estimated numbers, with what is known of their error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from integrasim.scenario.distributions import Beta, Lognormal

if TYPE_CHECKING:
    from integrasim.scenario.quantities import Number

__all__ = ["Estimate", "Scale"]

Scale = Literal["positive", "share"]
"""What values a number can have: above 0, or from 0 to 1."""

_LEAST_SIGMA: Final = 0.01
_LEAST_SD: Final = 1e-9
_CUT: Final = 4.0
"""Standard errors at which a distribution is cut: beyond lies no evidence, but misprints' size."""


@dataclass(frozen=True)
class Estimate:
    """A number estimated from a series.

    Attributes
    ----------
    value
        The estimate.
    standard_error
        Its standard error, in the same unit; NaN where there is none.
    scale
        ``"positive"`` or ``"share"``.

    Examples
    --------
    >>> Estimate(0.9, 0.05, "share").number(uncertain=True)
    Beta(dist='beta', mean=0.9, sd=0.05, low=0.0, high=1.0)
    """

    value: float
    standard_error: float = math.nan
    scale: Scale = "positive"

    def number(self, *, uncertain: bool) -> Number:
        """Return the estimate as a number of a scenario.

        Parameters
        ----------
        uncertain
            Whether to give it the distribution that its standard error implies: normal in
            logarithms for a positive number (sd = standard error / estimate, cut at 4 sd), and a
            beta distribution with the same mean and standard deviation for a share. Both are
            normal where the error is small, and neither leaves the possible values.

        Returns
        -------
        float or Distribution
            A fixed number where it is not wanted or the standard error is unknown or negligible.
        """
        if not uncertain or not self.standard_error > _LEAST_SD:
            return self.value
        if self.scale == "share":
            return self._share()
        sigma = self.standard_error / self.value
        if sigma < _LEAST_SIGMA:
            return self.value
        low, high = (self.value * math.exp(side * _CUT * sigma) for side in (-1.0, 1.0))
        return Lognormal(dist="lognormal", median=self.value, sigma=sigma, low=low, high=high)

    def _share(self) -> Number:
        """Return a beta distribution, unless the estimate lies at an end of its range."""
        room = self.value * (1.0 - self.value)
        if room <= self.standard_error**2:
            return self.value
        return Beta(dist="beta", mean=self.value, sd=self.standard_error)
