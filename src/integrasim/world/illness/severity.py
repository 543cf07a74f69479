"""What every distribution of a person-year's illness cost can tell.

A distribution gives its survival function, the inverse of it, and two partial
moments; what layers, caps and parts of a case cost follows from these.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final, NamedTuple, Self

import numba
import numpy as np

from integrasim.world.normal import normal_quantile

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_LEAST: Final = 1e-300
"""Probability that stands for none at all, so that its score is finite."""


class Quantiles(NamedTuple):
    """What the quantile functions of all draws are made of, each (draw,).

    A lognormal body up to a splice and a Pareto tail above it, either of which may be all.

    Attributes
    ----------
    body_share, tail_share
        Share of person-years in the body and in the tail.
    location, sigma, splice
        Mean and standard deviation of the logarithm of the untruncated body, and its end.
    beyond
        Share of the untruncated body that would lie above the splice.
    shift, reach, log_rate, power
        Tail: the share p exceeds shift + reach·exp(power·(log_rate - ln p)).
    """

    body_share: NDArray[np.float64]
    tail_share: NDArray[np.float64]
    location: NDArray[np.float64]
    sigma: NDArray[np.float64]
    splice: NDArray[np.float64]
    beyond: NDArray[np.float64]
    shift: NDArray[np.float64]
    reach: NDArray[np.float64]
    log_rate: NDArray[np.float64]
    power: NDArray[np.float64]

    @classmethod
    def of_draws(cls, **parts: NDArray[np.float64] | float) -> Self:
        """Take numbers that hold for all draws, or have a value for each."""
        same = np.broadcast_arrays(*(parts[name] for name in cls._fields))
        return cls(*(np.array(values).ravel() for values in same))


def costs_at_survival(
    quantiles: Quantiles, draw: NDArray[np.integer], probability: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Costs x with P(X > x) equal to given probabilities.

    Parameters
    ----------
    quantiles
        Of all draws.
    draw
        (case,) draw of each case.
    probability
        (case,) numbers above 0 and below the share with any cost at all.

    Returns
    -------
    numpy.ndarray
        (case,) EUR of the price year.
    """
    beyond = np.empty(probability.size)
    _write_beyond(quantiles, draw, probability, beyond)
    cost = normal_quantile(beyond)
    _write_exponents(quantiles, draw, probability, np.log(probability), cost)
    np.exp(cost, out=cost)
    _write_costs(quantiles, draw, probability, cost)
    return cost


@numba.njit(nogil=True, cache=True)
def _write_beyond(quantiles, draw, probability, out):
    """Write the share of the untruncated body above each cost; anything for one in the tail."""
    for case in range(out.size):
        d = draw[case]
        in_body = max(probability[case] - quantiles.tail_share[d], 0.0) / quantiles.body_share[d]
        beyond = quantiles.beyond[d]
        out[case] = max(beyond + (1.0 - beyond) * in_body, _LEAST)


@numba.njit(nogil=True, cache=True)
def _write_exponents(quantiles, draw, probability, log_probability, out):
    """Turn the scores of a body into exponents: of its costs, and of reaches in the tail."""
    for case in range(out.size):
        d = draw[case]
        body = quantiles.location[d] - quantiles.sigma[d] * out[case]
        tail = quantiles.power[d] * (quantiles.log_rate[d] - log_probability[case])
        out[case] = tail if probability[case] < quantiles.tail_share[d] else body


@numba.njit(nogil=True, cache=True)
def _write_costs(quantiles, draw, probability, out):
    """Turn powers into costs."""
    for case in range(out.size):
        d = draw[case]
        tail = quantiles.shift[d] + quantiles.reach[d] * out[case]
        # Where the untruncated body hardly reaches the splice, rounding would lead beyond it.
        body = min(out[case], quantiles.splice[d])
        out[case] = tail if probability[case] < quantiles.tail_share[d] else body


class Severity(ABC):
    """Distribution of a person-year's cost X ≥ 0, one set of parameters per draw.

    All arrays broadcast against each other; costs in EUR of the price year.

    Attributes
    ----------
    no_cost
        Share of person-years without any cost.
    """

    no_cost: NDArray[np.float64]

    @abstractmethod
    def per_draw(self, change: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Self:
        """Reshape or repeat the parameters that each draw has of its own."""

    @abstractmethod
    def survival(self, cost: NDArray[np.float64]) -> NDArray[np.float64]:
        """P(X > x) before the cap, for x > 0."""

    @abstractmethod
    def quantiles(self) -> Quantiles:
        """Give what the inverse of the survival function is made of."""

    @abstractmethod
    def moment(self, order: int, limit: NDArray[np.float64]) -> NDArray[np.float64]:
        """E[X^k; X ≤ limit], for any positive limit and order 1 or 2."""

    @abstractmethod
    def reciprocal_above(self, limit: NDArray[np.float64]) -> NDArray[np.float64]:
        """E[1/X; X > limit], for any positive limit."""

    def at_survival(self, probability: NDArray[np.float64]) -> NDArray[np.float64]:
        """Cost x with P(X > x) equal to ``probability``, (draw, ...) below that of any cost."""
        draw = np.arange(len(probability)).repeat(probability[0].size)
        costs = costs_at_survival(self.quantiles(), draw, probability.ravel())
        return costs.reshape(probability.shape)

    def capped_moment(self, order: int, cap: NDArray[np.float64]) -> NDArray[np.float64]:
        """E[min(X, cap)^k]."""
        return np.asarray(self.moment(order, cap) + cap**order * self.survival(cap))

    def cost_above(
        self, limit: NDArray[np.float64], cap: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """E[min(X, cap); X > limit], the cost of the cases above a limit below the cap."""
        return np.asarray(self.capped_moment(1, cap) - self.moment(1, limit))

    def expected_excess(
        self, deductible: NDArray[np.float64], cap: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """E[(min(X, cap) - d)⁺], the pure premium of the layer above a deductible."""
        return np.asarray(self.cost_above(deductible, cap) - deductible * self.survival(deductible))

    def part_survival(self, cost: NDArray[np.float64]) -> NDArray[np.float64]:
        """P(W·X > x) for a share W of the case that is uniform from 0 to 1.

        Given X, the share exceeds x/X with probability (1 - x/X)⁺; hence
        P(X > x) - x·E[1/X; X > x].
        """
        return np.asarray(self.survival(cost) - cost * self.reciprocal_above(cost))

    def part_cost_above(
        self, limit: NDArray[np.float64], cap: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """E[min(W·X, c); W·X > l] for a share W of the case that is uniform from 0 to 1.

        Given X it is (min(X, c)² - l²) / (2X) + c·(1 - c/X)⁺ for X > l; hence
        (E[X; l < X ≤ c] + c²·E[1/X; X > c] - l²·E[1/X; X > l]) / 2 + c·P(W·X > c).
        """
        inside = self.moment(1, cap) - self.moment(1, limit)
        ends = cap**2 * self.reciprocal_above(cap) - limit**2 * self.reciprocal_above(limit)
        return np.asarray(0.5 * (inside + ends) + cap * self.part_survival(cap))
