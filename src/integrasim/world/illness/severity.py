"""What every distribution of a person-year's illness cost can tell.

A distribution gives its survival function, the inverse of it, and two partial
moments; what layers, caps and parts of a case cost follows from these.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


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
    def at_survival(self, probability: NDArray[np.float64]) -> NDArray[np.float64]:
        """Cost x with P(X > x) equal to ``probability``, below that of any cost at all."""

    @abstractmethod
    def moment(self, order: int, limit: NDArray[np.float64]) -> NDArray[np.float64]:
        """E[X^k; X ≤ limit], for any positive limit and order 1 or 2."""

    @abstractmethod
    def reciprocal_above(self, limit: NDArray[np.float64]) -> NDArray[np.float64]:
        """E[1/X; X > limit], for any positive limit."""

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
