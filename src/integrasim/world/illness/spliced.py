"""A lognormal body with a Pareto tail spliced to it, ordinary or generalised.

The cost X of a person-year has three parts: nothing with probability p₀, a
lognormal body up to the splice u, and above it a tail
P(X > x) = r·((x - δ)/(t - δ))^(-α), fixed by the rate r of cases above a threshold t
that has been observed. With the shift δ = 0 it is a Pareto tail, otherwise the
generalised Pareto distribution P(X > x) = P(X > u)·(1 + ξ·(x - u)/σ)^(-1/ξ) with
ξ = 1/α and σ = (u - δ)/α. (Composite or spliced severity: Klugman, Panjer &
Willmot, "Loss Models", ch. 5; generalised Pareto excesses: Pickands 1975,
"Statistical inference using extreme order statistics", Ann. Stat. 3.)
"""

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

_PER_DRAW = ("no_cost", "location", "sigma", "tail_rate", "tail_index", "shift")
"""Parameters that each draw has of its own."""
_LEAST_MASS = 1e-6
"""Least share of the untruncated body that must lie below the splice."""


@dataclass(frozen=True)
class SplicedSeverity(Severity):
    """Nothing, a lognormal body, or a tail.

    Attributes
    ----------
    no_cost
        p₀, share of person-years without any cost.
    location, sigma
        Mean and standard deviation of the logarithm of the untruncated body.
    splice
        u, where the tail begins.
    tail_threshold, tail_rate, tail_index
        t, r and α of the tail.
    shift
        δ of the tail in EUR, below u; 0 for a Pareto tail.
    """

    no_cost: NDArray[np.float64]
    location: NDArray[np.float64]
    sigma: NDArray[np.float64]
    splice: NDArray[np.float64]
    tail_threshold: NDArray[np.float64]
    tail_rate: NDArray[np.float64]
    tail_index: NDArray[np.float64]
    shift: NDArray[np.float64]

    @classmethod
    def with_mean(
        cls,
        mean_cost: NDArray[np.float64],
        *,
        no_cost: NDArray[np.float64],
        sigma: NDArray[np.float64],
        splice: float,
        tail_threshold: float,
        tail_rate: NDArray[np.float64],
        tail_index: NDArray[np.float64],
        shift: NDArray[np.float64],
        cap: float,
    ) -> Self:
        """Choose the body's location so that the mean cost is as stated.

        Parameters
        ----------
        mean_cost
            (draw,) EUR per person-year over all persons, cap included.
        no_cost, sigma, splice, tail_threshold, tail_rate, tail_index, shift
            As the attributes.
        cap
            EUR at which a single case is cut.

        Returns
        -------
        SplicedSeverity
            The distribution with E[min(X, cap)] = ``mean_cost``.

        Raises
        ------
        ImpossibleAssumptionError
            If the tail alone is as dear as the mean, or the body would have to lie
            wholly at the splice.

        Examples
        --------
        >>> one = SplicedSeverity.with_mean(
        ...     np.array([1100.0]), no_cost=np.array([0.3]), sigma=np.array([1.6]), splice=30e3,
        ...     tail_threshold=70e3, tail_rate=np.array([2.75e-4]), tail_index=np.array([2.0]),
        ...     shift=np.zeros(1), cap=2e6,
        ... )
        >>> one.capped_moment(1, np.array(2e6)).round(6), one.survival(np.array([70e3]))
        (array([1100.]), array([0.000275]))

        With α = 2 the layer from 35,000 to 70,000 EUR costs r·t²·(1/35,000 - 1/70,000):

        >>> above = one.expected_excess(np.array([35e3, 70e3]), np.array(2e6))
        >>> bool(np.isclose(above[0] - above[1], 2.75e-4 * 70e3**2 * (1 / 35e3 - 1 / 70e3)))
        True
        """
        draft = cls(
            no_cost=no_cost,
            location=np.zeros(mean_cost.shape),
            sigma=sigma,
            splice=np.asarray(splice),
            tail_threshold=np.asarray(tail_threshold),
            tail_rate=tail_rate,
            tail_index=tail_index,
            shift=shift,
        )
        body = draft.body_share
        if (body <= 0.0).any():
            raise _no_room_for_body(draft)
        tail_mean = draft.tail_moment(1, cap) + cap * draft.survival(np.asarray(cap))
        target = (mean_cost - tail_mean) / body
        if (target <= 0.0).any():
            raise _tail_too_dear(float(np.max(tail_mean - mean_cost)))
        location = _truncated_location(np.log(target), sigma, float(np.log(splice)))
        if np.isnan(location).any():
            raise _body_too_dear(float(np.max(target)), splice)
        return replace(draft, location=location)

    def per_draw(self, change: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Self:
        """Reshape or repeat the parameters that each draw has of its own."""
        return replace(self, **{name: change(getattr(self, name)) for name in _PER_DRAW})

    @property
    def tail_share(self) -> NDArray[np.float64]:
        """P(X > u), share of person-years in the tail."""
        return self._tail_survival(self.splice)

    @property
    def body_share(self) -> NDArray[np.float64]:
        """Share of person-years in the body, 1 - p₀ - P(X > u)."""
        return np.asarray(1.0 - self.no_cost - self.tail_share)

    def survival(self, cost: NDArray[np.float64]) -> NDArray[np.float64]:
        """P(X > x) before the cap, for x > 0."""
        scaled = special.ndtr(self._score(cost)) / special.ndtr(self._score(self.splice))
        body = self.tail_share + self.body_share * (1.0 - scaled)
        tail = self._tail_survival(np.maximum(cost, self.splice))
        return np.asarray(np.where(cost < self.splice, body, tail))

    def quantiles(self) -> Quantiles:
        """Give what the inverse of the survival function is made of."""
        return Quantiles.of_draws(
            body_share=self.body_share,
            tail_share=self.tail_share,
            location=self.location,
            sigma=self.sigma,
            splice=self.splice,
            beyond=special.ndtr(-self._score(self.splice)),
            shift=self.shift,
            reach=self.tail_threshold - self.shift,
            log_rate=np.log(self.tail_rate),
            power=1.0 / self.tail_index,
        )

    def body_moment(self, order: int, limit: NDArray[np.float64]) -> NDArray[np.float64]:
        """E[X^k; X ≤ limit] of the body alone, for a limit at or below the splice."""
        return self._body_size(order) * special.ndtr(self._score(limit) - order * self.sigma)

    def tail_moment(self, order: int, limit: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """E[X^k; u < X ≤ limit] of the tail, for a limit at or above the splice, k = 1 or 2.

        X - δ has a Pareto tail; its moments are added up by the binomial theorem.
        """
        below = self._pareto_moment(1, limit) + self.shift * self._pareto_moment(0, limit)
        if order == 1:
            return below
        return self._pareto_moment(2, limit) + self.shift * (below + self._pareto_moment(1, limit))

    def moment(self, order: int, limit: NDArray[np.float64]) -> NDArray[np.float64]:
        """E[X^k; X ≤ limit], for any positive limit."""
        body = self.body_moment(order, np.minimum(limit, self.splice))
        return np.asarray(body + self.tail_moment(order, np.maximum(limit, self.splice)))

    def reciprocal_above(self, limit: NDArray[np.float64]) -> NDArray[np.float64]:
        """E[1/X; X > limit], for any positive limit.

        In the tail, with y = x - δ:
        P(X > x)·α/(α + 1)·₂F₁(1, α + 1; α + 2; -δ/y) / y.
        """
        score = self._score(np.minimum(limit, self.splice)) + self.sigma
        inside = special.ndtr(-score) - special.ndtr(-self._score(self.splice) - self.sigma)
        beyond = np.maximum(limit, self.splice)
        distance, index = beyond - self.shift, self.tail_index
        series = special.hyp2f1(1.0, index + 1.0, index + 2.0, -self.shift / distance)
        tail = self._tail_survival(beyond) * index / (index + 1.0) * series / distance
        return np.asarray(self._body_size(-1) * inside + tail)

    def _tail_survival(self, cost: NDArray[np.float64]) -> NDArray[np.float64]:
        """P(X > x) for x at or above the splice."""
        ratio = (self.tail_threshold - self.shift) / (cost - self.shift)
        return np.asarray(self.tail_rate * ratio**self.tail_index)

    def _pareto_moment(self, order: int, limit: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """E[(X - δ)^k; u < X ≤ limit] for a limit at or above the splice."""
        start = self.splice - self.shift
        log_ratio = np.log((limit - self.shift) / start)
        gap = order - self.tail_index
        return np.asarray(
            self.tail_share
            * self.tail_index
            * start**order
            * log_ratio
            * special.exprel(gap * log_ratio)
        )

    def _body_size(self, order: int) -> NDArray[np.float64]:
        """E[X^k] of the untruncated body, times its share over the mass below the splice."""
        shift = order * self.sigma
        size = np.exp(order * self.location + 0.5 * shift**2)
        return np.asarray(self.body_share * size / special.ndtr(self._score(self.splice)))

    def _score(self, cost: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((np.log(cost) - self.location) / self.sigma)


def excess_shift(
    tail_index: NDArray[np.float64],
    tail_mean_excess: NDArray[np.float64],
    *,
    splice: float,
    tail_threshold: float,
) -> NDArray[np.float64]:
    """Shift of a tail whose mean excess above the threshold is given.

    The mean excess at t is e = (t - δ)/(α - 1), so δ = t - e·(α - 1).

    Parameters
    ----------
    tail_index
        (draw,) α.
    tail_mean_excess
        (draw,) e in EUR, before the cap.
    splice, tail_threshold
        u and t in EUR.

    Returns
    -------
    numpy.ndarray
        (draw,) δ in EUR.

    Raises
    ------
    ImpossibleAssumptionError
        If δ ≥ u: the excess above the splice, e·(α - 1) - (t - u) over α - 1 in the
        mean, would not be positive.

    Examples
    --------
    >>> excess_shift(
    ...     np.array([2.0, 3.0]), np.array([70e3, 70e3]), splice=30e3, tail_threshold=70e3
    ... )
    array([     0., -70000.])
    """
    shift = np.asarray(tail_threshold - tail_mean_excess * (tail_index - 1.0))
    if (shift >= splice).any():
        raise _excess_too_small(splice)
    return shift


def _truncated_location(
    log_mean: NDArray[np.float64], sigma: NDArray[np.float64], log_limit: float
) -> NDArray[np.float64]:
    """Location of a lognormal variable whose mean below a limit is given.

    NaN where less than a millionth of the untruncated variable would lie below the
    limit: such a body would be a spike at the splice.
    """

    def excess(
        location: NDArray[np.float64],
        log_mean: NDArray[np.float64],
        sigma: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        return np.asarray(_log_truncated_mean(location, sigma, log_limit) - log_mean)

    # The truncated mean lies below the untruncated one, so its location above.
    lowest = log_mean - 0.5 * sigma**2
    highest = log_limit - special.ndtri(_LEAST_MASS) * sigma
    reachable = excess(highest, log_mean, sigma) >= 0.0
    found = elementwise.find_root(
        excess,
        (np.where(reachable, lowest - 1e-9, -1.0), np.where(reachable, highest, 1.0)),
        args=(log_mean, sigma),
    )
    return np.where(reachable & found.success, found.x, np.nan)


def _log_truncated_mean(
    location: NDArray[np.float64], sigma: NDArray[np.float64], log_limit: float
) -> NDArray[np.float64]:
    """Logarithm of the mean of a lognormal variable cut off above a limit."""
    score = (log_limit - location) / sigma
    ratio = special.log_ndtr(score - sigma) - special.log_ndtr(score)
    return np.asarray(location + 0.5 * sigma**2 + ratio)


def _no_room_for_body(severity: SplicedSeverity) -> ImpossibleAssumptionError:
    """Too many person-years cost nothing or lie in the tail."""
    share = np.max(1.0 - severity.body_share)
    return ImpossibleAssumptionError(
        "world.illness.no_cost_share",
        f"persons without cost and those above the splice make up {share:.4g} of all, which is "
        "more than 1",
        "Lower no_cost_share, tail_rate or tail_index, or raise splice.",
    )


def _tail_too_dear(gap: float) -> ImpossibleAssumptionError:
    """Leave the mean to the tail alone and it is still too small."""
    return ImpossibleAssumptionError(
        "world.illness.mean_cost",
        f"in some draw the tail alone costs {gap:.4g} EUR per person-year more than the mean "
        "over all persons",
        "Raise mean_cost or tail_index, or lower tail_rate.",
    )


def _body_too_dear(target: float, splice: float) -> ImpossibleAssumptionError:
    """Too high a mean for costs that must stay below the splice."""
    return ImpossibleAssumptionError(
        "world.illness.mean_cost",
        f"in some draw the persons below the splice would have to cost {target:.4g} EUR on "
        f"average, which does not fit below {splice:,.0f} EUR with this body_sigma",
        "Lower mean_cost, no_cost_share or body_sigma, or raise splice.",
    )


def _excess_too_small(splice: float) -> ImpossibleAssumptionError:
    """Mean excesses, a straight line in the threshold, reach zero above the splice."""
    return ImpossibleAssumptionError(
        "world.illness.tail_mean_excess",
        "in some draw tail_mean_excess · (tail_index - 1) is not above tail_threshold - splice, so "
        f"that no generalised Pareto tail can begin at {splice:,.0f} EUR",
        "Raise tail_mean_excess, tail_index or splice.",
    )
