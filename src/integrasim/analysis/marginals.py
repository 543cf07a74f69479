"""Distribution of a municipality's reimbursement for illness without any Monte-Carlo error."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import xarray as xr

from integrasim.analysis.compound_poisson import compound_poisson, points_needed, unit_jumps
from integrasim.engine.sweep import wrong_thresholds
from integrasim.scenario.loading import ensure_loaded
from integrasim.world.expenses import illness_model
from integrasim.world.illness.excess import excess_costs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from integrasim.scenario import Scenario
    from integrasim.world.assumptions import Assumptions
    from integrasim.world.illness import IllnessYears

__all__ = ["illness_marginals", "reimbursement_jumps"]

_DIMS = frozenset({"year", "municipality"})


def illness_marginals(
    scenario: Scenario,
    person_years: xr.DataArray,
    thresholds: Iterable[float],
    *,
    presence: float = 1.0,
    step: float = 1_000.0,
) -> xr.Dataset:
    """Compute the distribution of every municipality's reimbursement for given person-years.

    The illness model is the scenario's, each uncertain number at its median. Given these and the
    person-years, the cases of a municipality and year are a Poisson process, and what the Land
    reimburses of them (§ 4b FlüAG) is a compound Poisson sum: its distribution is computed by a
    fast Fourier transform, not simulated. It says how much of the spread of a result is the chance
    of who falls ill, and checks :func:`integrasim.simulate`.

    Parameters
    ----------
    scenario
        From :func:`integrasim.load_scenario`. It settles the FlüAG.
    person_years
        (year, municipality) person-years of counted persons, such as
        ``result.person_months.mean("draw") / 12``, with calendar years as coordinate. They are
        taken as the same stock all year and at both of its ends. Not changed.
    thresholds
        EUR per person and calendar year, rising, none below the scenario's
        ``world.illness.floor``.
    presence
        Mean part of the year for which a person who is counted in it is counted, above 0 and at
        most 1. It matters for chronic cases only.
    step
        Distance in EUR of the amounts. Cases are moved onto them without a change of the mean.

    Returns
    -------
    xarray.Dataset
        Nominal EUR by the year in which the costs arise:

        - ``distribution(threshold, year, municipality, amount)``: the probability that the
          reimbursement is at most so large, exact to about 10⁻⁹ but for the step; the largest
          amount is exceeded once in a million cases at most;
        - ``mean`` and ``standard_deviation(threshold, year, municipality)``.

    Raises
    ------
    ImpossibleAssumptionError
        If the medians of the scenario's numbers cannot hold together.
    TypeError
        If the scenario is not loaded.
    ValueError
        If an argument is impossible.

    See Also
    --------
    integrasim.analysis.compound_poisson : the formulas, and where they are from.

    Examples
    --------
    >>> import integrasim as igs
    >>> scenario = igs.load_scenario("scenarios/toy.yaml")
    >>> persons = xr.DataArray(
    ...     [[300.0, 1000.0]],
    ...     coords={"year": [2025], "municipality": ["99001001", "99001002"]},
    ...     dims=("year", "municipality"),
    ... )
    >>> exact = illness_marginals(scenario, persons, [25_000, 35_000])
    >>> exact["mean"].sel(threshold=25_000, year=2025).round().values
    array([ 30145., 100484.])

    The probability that a municipality receives nothing, and an amount that 95 % do not exceed:

    >>> place = exact.distribution.sel(threshold=35_000, year=2025, municipality="99001001")
    >>> float(place[0].round(2)), int((place < 0.95).sum() * 1_000)
    (0.56, 96000)
    """
    ensure_loaded(scenario)
    grid = np.asarray(list(thresholds), dtype=np.float64)
    wrong = [
        *wrong_thresholds(grid, scenario),
        *_wrong_arguments(person_years, presence=presence, step=step),
    ]
    if wrong:
        raise ValueError("; ".join(wrong))
    given = person_years.transpose("year", "municipality")
    years = tuple(int(year) for year in given.year.values)
    model = illness_model(scenario.world, years, _medians(scenario))
    exposure = np.ascontiguousarray(given.values, dtype=np.float64)
    jumps = reimbursement_jumps(model, grid, presence=presence, remaining=1.0, step=step)
    marginals = _marginals(jumps, exposure)
    dims = ("threshold", "year", "municipality")
    amounts = np.arange(marginals.distribution.shape[-1]) * step
    return xr.Dataset(
        {
            "distribution": (
                (*dims, "amount"),
                marginals.distribution,
                {"units": "1"} | _labels(_DISTRIBUTION),
            ),
            "mean": (dims, marginals.mean * step, {"units": "EUR"} | _labels(_MEAN)),
            "standard_deviation": (
                dims,
                marginals.deviation * step,
                {"units": "EUR"} | _labels(_DEVIATION),
            ),
        },
        coords={
            "threshold": ("threshold", grid, {"units": "EUR"}),
            **given.coords,
            "amount": ("amount", amounts, {"units": "EUR"}),
        },
    )


def reimbursement_jumps(
    model: IllnessYears,
    thresholds: NDArray[np.float64],
    *,
    presence: float,
    remaining: float,
    step: float,
) -> NDArray[np.float64]:
    """Give the expected cases per person-year by what is reimbursed of each, on a grid.

    Parameters
    ----------
    model
        Severity, course, prices and cap of one draw.
    thresholds
        (threshold,) nominal EUR.
    presence
        Mean part of the year for which persons are counted.
    remaining
        Share of the persons counted on the eve of the year who still are when it begins.
    step
        Distance of the points in EUR.

    Returns
    -------
    numpy.ndarray
        (threshold, year, point) cases per person-year with reimbursement 0, step, 2·step, …
    """
    points = int(np.ceil((model.cap - thresholds[0]) / step)) + 2
    limits = thresholds[:, None] + step * np.arange(points)
    present = np.full(model.index.shape, presence)
    own, part = excess_costs(limits, present, model)
    excess = (own + (1.0 + remaining) * part)[:, :, 0].swapaxes(1, 2)
    return unit_jumps(excess, step=step)


class _Marginals(NamedTuple):
    """Distribution functions, (threshold, year, municipality, point); moments in points."""

    distribution: NDArray[np.float64]
    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]


def _marginals(jumps: NDArray[np.float64], exposure: NDArray[np.float64]) -> _Marginals:
    """Compute distributions and moments for (year, municipality) person-years."""
    sizes = np.arange(jumps.shape[-1])
    points = max(
        points_needed(each, most)
        for of_threshold in jumps
        for each, most in zip(of_threshold, exposure.max(axis=1), strict=True)
    )
    distribution = np.empty((*jumps.shape[:2], exposure.shape[1], points))
    for place in np.ndindex(jumps.shape[:2]):
        compound_poisson(jumps[place], exposure[place[1]], out=distribution[place])
    return _Marginals(
        distribution,
        mean=(jumps @ sizes)[:, :, None] * exposure,
        deviation=np.sqrt((jumps @ sizes**2)[:, :, None] * exposure),
    )


def _medians(scenario: Scenario) -> Assumptions:
    """Give every number of the scenario's illness model, (1,), at its median where uncertain."""
    return {
        path: np.atleast_1d(
            np.float64(number) if isinstance(number, (int, float)) else number.ppf(np.array(0.5))
        )
        for path, number in scenario.world.numbers()
        if number is not None
        if path.startswith("illness.")
    }


def _wrong_arguments(person_years: xr.DataArray, *, presence: float, step: float) -> Iterator[str]:
    """Yield what is wrong with the other arguments."""
    if _DIMS.symmetric_difference(person_years.dims) or not _DIMS.issubset(person_years.coords):
        yield (
            "person_years must have the dimensions year and municipality, with coordinates, not "
            f"{', '.join(map(str, person_years.dims)) or 'none'}"
        )
    elif not person_years.size or not (person_years >= 0.0).all() or np.isinf(person_years).any():
        yield "person_years must be some numbers, 0 or more"
    if not 0.0 < presence <= 1.0:
        yield f"presence must be above 0 and at most 1, not {presence}"
    if not 1.0 <= step < np.inf:
        yield f"step must be at least 1 EUR, not {step}"


_DISTRIBUTION = (
    "Probability that the reimbursement of extraordinary illness costs is at most so large",
    "Wahrscheinlichkeit einer höchstens so hohen Erstattung außergewöhnlicher Krankheitskosten",
)
_MEAN = (
    "Reimbursement of extraordinary illness costs to the municipality, mean",
    "Erstattung außergewöhnlicher Krankheitskosten an die Gemeinde, Mittelwert",
)
_DEVIATION = (
    "Reimbursement of extraordinary illness costs to the municipality, standard deviation",
    "Erstattung außergewöhnlicher Krankheitskosten an die Gemeinde, Standardabweichung",
)


def _labels(words: tuple[str, str]) -> dict[str, str]:
    """English and German label of a variable."""
    return {"long_name": words[0], "long_name_de": words[1]}
