"""Illness costs of a person in a calendar year, and the ledger of the large ones.

The cost X of a person-year has three parts: nothing with probability p₀, a
lognormal body up to the splice u, and above it a Pareto tail
P(X > x) = r·(t/x)^α, fixed by the rate r of cases above a threshold t that has been
observed. X is cut at a cap. (Composite or spliced severity: Klugman, Panjer &
Willmot, "Loss Models", ch. 5.) All parameters are in prices of one year; costs
rise with medical inflation, the cap does not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy import special
from scipy.optimize import elementwise

from integrasim.law.settlement import Ledger
from integrasim.world.counts import poisson_counts
from integrasim.world.streams import Stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from integrasim.world.assumptions import Assumptions


_PER_DRAW = ("no_cost", "location", "sigma", "tail_rate", "tail_index")
"""Parameters of a severity that each draw has of its own."""
_LEAST_MASS = 1e-6
"""Least share of the untruncated body that must lie below the splice."""


class ImpossibleAssumptionError(ValueError):
    """Assumptions drawn together that no world can satisfy.

    Parameters
    ----------
    key
        Dotted key of the scenario whose value would have to change.
    message
        What is wrong.
    remedy
        What would be right.
    """

    def __init__(self, key: str, message: str, remedy: str) -> None:
        super().__init__(key, message, remedy)
        self.key, self.message, self.remedy = key, message, remedy


@dataclass(frozen=True)
class Severity:
    """Distribution of a person-year's cost, one set of parameters per draw.

    All arrays broadcast against each other; costs in EUR of the price year.

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
    """

    no_cost: NDArray[np.float64]
    location: NDArray[np.float64]
    sigma: NDArray[np.float64]
    splice: NDArray[np.float64]
    tail_threshold: NDArray[np.float64]
    tail_rate: NDArray[np.float64]
    tail_index: NDArray[np.float64]

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
        cap: float,
    ) -> Self:
        """Choose the body's location so that the mean cost is as stated.

        Parameters
        ----------
        mean_cost
            (draw,) EUR per person-year over all persons, cap included.
        no_cost, sigma, splice, tail_threshold, tail_rate, tail_index
            As the attributes.
        cap
            EUR at which a single case is cut.

        Returns
        -------
        Severity
            The distribution with E[min(X, cap)] = ``mean_cost``.

        Raises
        ------
        ImpossibleAssumptionError
            If the tail alone is as dear as the mean, or the body would have to lie
            wholly at the splice.
        """
        shape = np.broadcast_shapes(*(np.shape(a) for a in (mean_cost, no_cost, sigma)))
        draft = cls(
            no_cost=no_cost,
            location=np.zeros(shape),
            sigma=np.broadcast_to(sigma, shape),
            splice=np.asarray(splice),
            tail_threshold=np.asarray(tail_threshold),
            tail_rate=tail_rate,
            tail_index=tail_index,
        )
        body = np.broadcast_to(draft.body_share, shape)
        if (body <= 0.0).any():
            raise _no_room_for_body(draft)
        tail_mean = draft.tail_moment(1, cap) + cap * draft.survival(np.asarray(cap))
        target = (mean_cost - tail_mean) / body
        if (target <= 0.0).any():
            raise _tail_too_dear(np.max(tail_mean - mean_cost))
        location = _truncated_location(np.log(target), draft.sigma, float(np.log(splice)))
        if np.isnan(location).any():
            raise _body_too_dear(float(np.max(target)), splice)
        return replace(draft, location=location)

    def per_draw(self, change: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Self:
        """Reshape or repeat the parameters that each draw has of its own."""
        return replace(self, **{name: change(getattr(self, name)) for name in _PER_DRAW})

    @property
    def tail_share(self) -> NDArray[np.float64]:
        """P(X > u), share of person-years in the tail."""
        return np.asarray(self.tail_rate * (self.tail_threshold / self.splice) ** self.tail_index)

    @property
    def body_share(self) -> NDArray[np.float64]:
        """Share of person-years in the body, 1 - p₀ - P(X > u)."""
        return np.asarray(1.0 - self.no_cost - self.tail_share)

    def survival(self, cost: NDArray[np.float64]) -> NDArray[np.float64]:
        """P(X > x) before the cap, for x > 0."""
        scaled = special.ndtr(self._score(cost)) / special.ndtr(self._score(self.splice))
        body = self.tail_share + self.body_share * (1.0 - scaled)
        tail = self.tail_rate * (self.tail_threshold / cost) ** self.tail_index
        return np.asarray(np.where(cost < self.splice, body, tail))

    def at_survival(self, probability: NDArray[np.float64]) -> NDArray[np.float64]:
        """Cost x with P(X > x) equal to ``probability``, below 1 - p₀."""
        tail = self.tail_threshold * (self.tail_rate / probability) ** (1.0 / self.tail_index)
        within = 1.0 - (probability - self.tail_share) / self.body_share
        score = special.ndtri(np.clip(within, 0.0, 1.0) * special.ndtr(self._score(self.splice)))
        body = np.exp(self.location + self.sigma * score)
        return np.asarray(np.where(probability < self.tail_share, tail, body))

    def body_moment(self, order: int, limit: NDArray[np.float64]) -> NDArray[np.float64]:
        """E[X^k; X ≤ limit] of the body alone, for a limit at or below the splice."""
        shift = order * self.sigma
        size = np.exp(order * self.location + 0.5 * shift**2)
        share = special.ndtr(self._score(limit) - shift)
        return np.asarray(self.body_share * size * share / special.ndtr(self._score(self.splice)))

    def tail_moment(self, order: int, limit: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """E[X^k; u < X ≤ limit] of the tail, for a limit at or above the splice."""
        log_ratio = np.log(limit / self.splice)
        gap = order - self.tail_index
        return np.asarray(
            self.tail_share
            * self.tail_index
            * self.splice**order
            * log_ratio
            * special.exprel(gap * log_ratio)
        )

    def moment(self, order: int, limit: NDArray[np.float64]) -> NDArray[np.float64]:
        """E[X^k; X ≤ limit], for any positive limit."""
        body = self.body_moment(order, np.minimum(limit, self.splice))
        return np.asarray(body + self.tail_moment(order, np.maximum(limit, self.splice)))

    def capped_moment(self, order: int, cap: NDArray[np.float64]) -> NDArray[np.float64]:
        """E[min(X, cap)^k]."""
        return np.asarray(self.moment(order, cap) + cap**order * self.survival(cap))

    def expected_excess(
        self, deductible: NDArray[np.float64], cap: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """E[(min(X, cap) - d)⁺], the pure premium of the layer above a deductible."""
        inside = self.capped_moment(1, cap) - self.moment(1, deductible)
        return np.asarray(inside - deductible * self.survival(deductible))

    def _score(self, cost: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((np.log(cost) - self.location) / self.sigma)


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


def _no_room_for_body(severity: Severity) -> ImpossibleAssumptionError:
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


@dataclass(frozen=True)
class IllnessYears:
    """Illness model of a block in nominal terms.

    ``severity`` has (draw, 1) parameters in prices of the price year, ``index`` is
    (draw, year) the price level of each year against it, ``cap`` and ``floor`` are
    nominal EUR.
    """

    severity: Severity
    index: NDArray[np.float64]
    floor: float
    cap: float


def illness_years(
    assumptions: Assumptions,
    *,
    price_year: int,
    splice: float,
    tail_threshold: float,
    floor: float,
    cap: float,
    years: tuple[int, ...],
) -> IllnessYears:
    """Build the severity of every draw and its price level in every year.

    Parameters
    ----------
    assumptions
        (draw,) ``mean_cost``, ``no_cost_share``, ``body_sigma``, ``tail_rate``,
        ``tail_index`` and ``inflation``.
    price_year, splice, tail_threshold, floor, cap
        Fixed numbers of the scenario, EUR.
    years
        Calendar years of the horizon.
    """
    severity = Severity.with_mean(
        assumptions["mean_cost"],
        no_cost=assumptions["no_cost_share"],
        sigma=assumptions["body_sigma"],
        splice=splice,
        tail_threshold=tail_threshold,
        tail_rate=assumptions["tail_rate"],
        tail_index=assumptions["tail_index"],
        cap=cap,
    )
    elapsed = np.asarray(years, dtype=np.float64) - price_year
    index = (1.0 + assumptions["inflation"][:, None]) ** elapsed
    by_draw = severity.per_draw(lambda values: values[:, None])
    return IllnessYears(severity=by_draw, index=index, floor=floor, cap=cap)


def draw_ledger(
    person_years: NDArray[np.float64], model: IllnessYears, *, seed: int, draws: range
) -> Ledger:
    """Draw every person-year whose cost is above the floor.

    The number of such person-years in a cell is Poisson with mean
    person-years · P(X > floor); their costs follow X given X > floor.

    Parameters
    ----------
    person_years
        (draw, year, municipality) exposure: counted person-months / 12.
    model
        Severity, price levels, floor and cap.
    seed, draws
        Seed of the run and the block of draws.

    Returns
    -------
    Ledger
        One row per person-year above the floor, in order of draw, year and
        municipality, with nominal costs in EUR.
    """
    _, years, size = person_years.shape
    above = model.severity.survival(model.floor / model.index)
    uniforms = Stream(seed, "illness.counts").uniforms(draws, years * size)
    counts = poisson_counts(
        uniforms.reshape(person_years.shape), person_years * above[:, :, None]
    ).ravel()
    cell = np.repeat(np.arange(counts.size), counts)
    draw, place = np.divmod(cell, years * size)
    year, municipality = np.divmod(place, size)
    rank = np.arange(cell.size) - np.repeat(np.cumsum(counts) - counts, counts)
    uniform = Stream(seed, "illness.costs").uniforms_at(draws, draw, place, rank)
    cost = model.severity.per_draw(lambda values: values[draw, 0]).at_survival(
        above[draw, year] * uniform
    )
    return Ledger(
        draw=draw,
        year=year,
        municipality=municipality,
        cost=np.minimum(cost * model.index[draw, year], model.cap),
        floor=model.floor,
    )


def draw_illness_cost(
    counted_years: NDArray[np.float64],
    tolerated_years: NDArray[np.float64],
    ledger: Ledger,
    model: IllnessYears,
    *,
    seed: int,
    draws: range,
) -> NDArray[np.float64]:
    """Total illness cost that falls on each municipality.

    The ledger's rows at their full cost, plus the person-years below the floor and
    those of tolerated persons, who are not in the ledger. These many small sums
    have no need of rows: they are drawn as one lognormal amount per cell with the
    exact mean and variance of the compound Poisson sum (Fenton 1960, "The sum of
    log-normal probability distributions", IRE Trans. Comm. Syst. 8).

    Parameters
    ----------
    counted_years, tolerated_years
        (draw, year, municipality) person-years.
    ledger
        Large person-years of the counted persons.
    model
        Severity, price levels, floor and cap.
    seed, draws
        Seed of the run and the block of draws.

    Returns
    -------
    numpy.ndarray
        (draw, year, municipality) EUR.
    """
    _, years, size = counted_years.shape
    floor, cap = model.floor / model.index, model.cap / model.index
    moments = [
        (
            counted_years * (model.severity.moment(order, floor) * model.index**order)[..., None]
            + tolerated_years
            * (model.severity.capped_moment(order, cap) * model.index**order)[..., None]
        )
        for order in (1, 2)
    ]
    uniforms = Stream(seed, "illness.small").uniforms(draws, years * size)
    normal = special.ndtri(uniforms).reshape(counted_years.shape)
    mean, variance = moments
    relative = np.divide(variance, mean**2, out=np.zeros_like(mean), where=mean > 0.0)
    log_variance = np.log1p(relative)
    small = mean * np.exp(np.sqrt(log_variance) * normal - 0.5 * log_variance)
    cell = (ledger.draw * years + ledger.year) * size + ledger.municipality
    large = np.bincount(cell, weights=ledger.cost, minlength=counted_years.size)
    return np.asarray(small + large.reshape(counted_years.shape))
