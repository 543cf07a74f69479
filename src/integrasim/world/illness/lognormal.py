"""Lognormal costs without a splice: the light tail among the families."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy import special
from scipy.optimize import elementwise

from integrasim.world.illness.severity import Quantiles, Severity
from integrasim.world.problems import ImpossibleAssumptionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_NARROWEST = 1e-3
"""Least standard deviation of the logarithm that is looked for."""


@dataclass(frozen=True)
class LognormalSeverity(Severity):
    """Nothing with probability p₀, else a lognormal cost.

    Attributes
    ----------
    no_cost
        p₀, share of person-years without any cost.
    location, sigma
        Mean and standard deviation of the logarithm of the cost.
    """

    no_cost: NDArray[np.float64]
    location: NDArray[np.float64]
    sigma: NDArray[np.float64]

    @staticmethod
    def with_mean(
        mean_cost: NDArray[np.float64],
        *,
        no_cost: NDArray[np.float64],
        tail_threshold: float,
        tail_rate: NDArray[np.float64],
        cap: float,
    ) -> LognormalSeverity:
        """Choose location and sigma so that mean cost and tail rate are as stated.

        With z the normal quantile of 1 - r/(1 - p₀), every pair of location ln t - σ·z
        and σ has P(X > t) = r. Along these pairs the mean first falls, until σ = z,
        and then rises. The root below z is chosen: there less than half of all cost
        comes from persons above t. At the other root nearly all persons would cost
        less than a cent and a few nearly everything.

        Parameters
        ----------
        mean_cost
            (draw,) EUR per person-year over all persons, cap included.
        no_cost, tail_rate
            (draw,) p₀, and r = P(X > ``tail_threshold``).
        tail_threshold
            t in EUR.
        cap
            EUR at which a single case is cut, above t.

        Returns
        -------
        LognormalSeverity
            The distribution with E[min(X, cap)] = ``mean_cost`` and P(X > t) = r.

        Raises
        ------
        ImpossibleAssumptionError
            If no lognormal distribution has this mean and this rate.

        Examples
        --------
        >>> one = LognormalSeverity.with_mean(
        ...     np.array([1100.0]), no_cost=np.array([0.3]), tail_threshold=70e3,
        ...     tail_rate=np.array([2.75e-4]), cap=2e6,
        ... )
        >>> one.sigma.round(2), one.capped_moment(1, np.array(2e6)).round(6)
        (array([1.44]), array([1100.]))
        """
        share = np.asarray(1.0 - no_cost)
        if (tail_rate >= 0.5 * share).any():
            raise _too_many_dear_cases()
        score = -special.ndtri(tail_rate / share)

        threshold, limit = np.asarray(tail_threshold), np.asarray(cap)

        def excess(
            sigma: NDArray[np.float64],
            score: NDArray[np.float64],
            no_cost: NDArray[np.float64],
            mean_cost: NDArray[np.float64],
        ) -> NDArray[np.float64]:
            mean = _through(threshold, sigma, score, no_cost).capped_moment(1, limit)
            return np.asarray(np.log(mean / mean_cost))

        lowest = np.full(score.shape, _NARROWEST)
        if (excess(lowest, score, no_cost, mean_cost) <= 0.0).any():
            raise _mean_too_high()
        least = _through(threshold, score, score, no_cost).capped_moment(1, limit)
        if (least >= mean_cost).any():
            raise _mean_too_low(float(np.max(least[least >= mean_cost])))
        found = elementwise.find_root(excess, (lowest, score), args=(score, no_cost, mean_cost))
        return _through(threshold, found.x, score, no_cost)

    def per_draw(self, change: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Self:
        """Reshape or repeat the parameters that each draw has of its own."""
        return replace(
            self,
            no_cost=change(self.no_cost),
            location=change(self.location),
            sigma=change(self.sigma),
        )

    def survival(self, cost: NDArray[np.float64]) -> NDArray[np.float64]:
        """P(X > x) before the cap, for x > 0."""
        return np.asarray((1.0 - self.no_cost) * special.ndtr(-self._score(cost)))

    def quantiles(self) -> Quantiles:
        """Give what the inverse of the survival function is made of: a body without an end."""
        return Quantiles.of_draws(
            body_share=1.0 - self.no_cost,
            tail_share=0.0,
            location=self.location,
            sigma=self.sigma,
            splice=np.inf,
            beyond=0.0,
            shift=0.0,
            reach=0.0,
            log_rate=0.0,
            power=0.0,
        )

    def moment(self, order: int, limit: NDArray[np.float64]) -> NDArray[np.float64]:
        """E[X^k; X ≤ limit], for any positive limit."""
        return np.asarray(self._size(order) * special.ndtr(self._score(limit) - order * self.sigma))

    def reciprocal_above(self, limit: NDArray[np.float64]) -> NDArray[np.float64]:
        """E[1/X; X > limit], for any positive limit."""
        return np.asarray(self._size(-1) * special.ndtr(-self._score(limit) - self.sigma))

    def _size(self, order: int) -> NDArray[np.float64]:
        """E[X^k; X > 0]."""
        exponent = order * self.location + 0.5 * (order * self.sigma) ** 2
        return np.asarray((1.0 - self.no_cost) * np.exp(exponent))

    def _score(self, cost: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((np.log(cost) - self.location) / self.sigma)


def _through(
    threshold: NDArray[np.float64],
    sigma: NDArray[np.float64],
    score: NDArray[np.float64],
    no_cost: NDArray[np.float64],
) -> LognormalSeverity:
    """Build the distribution in which the threshold lies ``score`` deviations above the median."""
    return LognormalSeverity(no_cost, np.asarray(np.log(threshold) - sigma * score), sigma)


def _too_many_dear_cases() -> ImpossibleAssumptionError:
    """Half of those who cost anything lie above the threshold."""
    return ImpossibleAssumptionError(
        "world.illness.tail_rate",
        "in some draw half or more of the persons with any cost lie above tail_threshold",
        "Lower tail_rate or no_cost_share.",
    )


def _mean_too_high() -> ImpossibleAssumptionError:
    """Even if everyone cost the threshold, the mean would be lower."""
    return ImpossibleAssumptionError(
        "world.illness.mean_cost",
        "in some draw the persons with any cost would have to cost tail_threshold or more on "
        "average, and yet few of them may lie above it",
        "Lower mean_cost or no_cost_share.",
    )


def _mean_too_low(least: float) -> ImpossibleAssumptionError:
    """No lognormal distribution with this rate of dear cases has so low a mean."""
    return ImpossibleAssumptionError(
        "world.illness.mean_cost",
        "in some draw no lognormal distribution with this tail_rate has a mean so low "
        f"(the least possible is {least:.4g} EUR)",
        "Raise mean_cost, lower tail_rate, or use another tail.",
    )
