"""The cost of every threshold of a grid, from one world."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import xarray as xr

from integrasim.engine.blocks import asked_for, run_blocks, wrong_arguments
from integrasim.engine.dataset import coordinates, manifest
from integrasim.engine.invariants import check_persons
from integrasim.engine.job import Job, plan_job
from integrasim.law.settlement import settle
from integrasim.law.threshold_curve import ThresholdCurve, rounded, threshold_curve
from integrasim.profiling import count, stage
from integrasim.scenario.loading import ensure_loaded
from integrasim.world.block import simulate_world

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from integrasim.scenario import Scenario

__all__ = ["sweep", "wrong_thresholds"]

_ILLNESS = "fluag.illness"
_MOST_THRESHOLDS = 1_000


def sweep(
    scenario: Scenario,
    thresholds: Iterable[float],
    *,
    draws: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    progress: bool = False,
) -> xr.Dataset:
    """Simulate a scenario once and settle it under every threshold for illness costs (§ 4b FlüAG).

    Each threshold holds throughout the horizon; all else is the law of the scenario's
    baseline option. The ledger of illness costs is sorted once and serves all thresholds.

    Parameters
    ----------
    scenario
        From :func:`integrasim.load_scenario`. It settles the FlüAG.
    thresholds
        EUR per person and calendar year, rising, none below the scenario's
        ``world.illness.floor``.
    draws, seed, workers, executor, progress
        As for :func:`integrasim.simulate`; draws are the same as there.

    Returns
    -------
    xarray.Dataset
        Nominal EUR by the year due:

        - ``illness_reimbursement(threshold, draw, year)``: what the Land reimburses; it falls
          and is convex in the threshold in every draw, to the last bit where the thresholds are
          equally spaced whole euros;
        - ``land_cost(threshold, draw, year)``: the same with all else that the Land pays;
        - ``municipality_reimbursement_mean`` and ``…_standard_error(threshold, year,
          municipality)``: what each municipality receives of it, mean over draws.

        Costs are rounded to 1/1024 EUR per case.

    Raises
    ------
    InputError
        If the scenario's assumptions cannot hold together.
    TypeError
        If the scenario is not loaded.
    ValueError
        If an argument is impossible.

    References
    ----------
    § 4b FlüAG.

    Examples
    --------
    >>> import integrasim as igs
    >>> scenario = igs.load_scenario("scenarios/toy.yaml")
    >>> curve = igs.sweep(scenario, [25_000, 35_000, 45_000], draws=16)
    >>> dict(curve.illness_reimbursement.sizes)
    {'threshold': 3, 'draw': 16, 'year': 2}
    >>> bool((curve.illness_reimbursement.diff("threshold") <= 0.0).all())
    True
    """
    ensure_loaded(scenario)
    grid = np.asarray(list(thresholds), dtype=np.float64)
    wrong = [
        *wrong_arguments(draws=draws, seed=seed, workers=workers),
        *wrong_thresholds(grid, scenario),
    ]
    if wrong:
        raise ValueError("; ".join(wrong))
    job = _job(asked_for(scenario, draws=draws, seed=seed))
    task = partial(_run, grid=grid)
    collected = _Collection(job, grid)
    for block, part in run_blocks(task, job, workers=workers, executor=executor, progress=progress):
        collected.add(block, part)
    curve = collected.dataset()
    count(result=curve.nbytes)
    return curve


def wrong_thresholds(thresholds: Iterable[float], scenario: Scenario) -> Iterator[str]:
    """Yield what is wrong with thresholds, and with a scenario that has no use for them.

    Parameters
    ----------
    thresholds
        EUR per person and calendar year.
    scenario
        What is to be swept.

    Yields
    ------
    str
        A sentence for each reason why :func:`sweep` refuses them.

    Examples
    --------
    >>> import integrasim as igs
    >>> toy = igs.load_scenario("scenarios/toy.yaml")
    >>> list(wrong_thresholds([25_000, 20_000], toy))
    ['thresholds must rise']
    """
    grid = np.asarray(list(thresholds), dtype=np.float64)
    floor = scenario.world.illness.floor
    if "fluag" not in scenario.law.settled_programmes:
        yield (
            "the scenario does not settle the FlüAG, whose threshold this is. Add fluag to its "
            "law.programmes"
        )
    if grid.ndim != 1 or not 1 <= grid.size <= _MOST_THRESHOLDS:
        remedy = ". Use a larger step" if grid.size else ""
        yield f"thresholds must be 1 to {_MOST_THRESHOLDS:,} numbers, not {grid.size:,}{remedy}"
    elif not np.isfinite(grid).all():
        yield "thresholds must be finite"
    elif not (np.diff(grid) > 0.0).all():
        yield "thresholds must rise"
    elif grid[0] < floor:
        yield (
            f"the threshold {grid[0]:,.0f} lies below world.illness.floor ({floor:,.0f}), so that "
            "cases between the two would be missing. Use higher thresholds, or a lower floor"
        )


def _job(scenario: Scenario) -> Job:
    """Lay out the baseline option alone."""
    baseline = {scenario.baseline: scenario.options[scenario.baseline]}
    return plan_job(scenario.model_copy(update={"options": baseline}), keep="land")


class _Part(NamedTuple):
    """What a block gives: the curve in the region's order, and what else the Land pays."""

    curve: ThresholdCurve
    other: NDArray[np.float64]


@stage("reduction")
def _run(job: Job, draws: range, *, grid: NDArray[np.float64]) -> _Part:
    """Simulate a block and settle it under every threshold."""
    plan = job.plans[0]
    with stage("basis"):
        world = simulate_world(job.scenario, plan, draws)
    check_persons(world)
    (law,) = job.laws.values()
    others = [each for each in job.instruments if each.id != _ILLNESS]
    with stage("threshold curve"):
        curve = threshold_curve(world.basis.ledger, grid, shape=world.basis.shape)
    with stage("settlement", job.scenario.baseline):
        settlement = settle(law, world.basis, instruments=others)
    by_ags = np.argsort(plan.order)
    return _Part(
        curve=ThresholdCurve(curve.land, curve.total[..., by_ags], curve.squares[..., by_ags]),
        other=rounded(settlement.land_cost.sum(axis=-1)),
    )


class _Collection:
    """The curve over all draws; sums over draws are added up in the order of the draws."""

    def __init__(self, job: Job, grid: NDArray[np.float64]) -> None:
        draws, years = job.scenario.draws, len(job.plans[0].periods.years)
        self._job = job
        self._grid = grid
        self._land = np.empty((grid.size, draws, years))
        self._other = np.empty((draws, years))
        self._total = np.zeros((grid.size, years, job.region.size))
        self._squares = np.zeros_like(self._total)
        self._waiting: dict[int, tuple[int, ThresholdCurve]] = {}
        self._added = 0

    @stage("collection")
    def add(self, block: range, part: _Part) -> None:
        """Put a block's draws in their place, and add up the sums that are next."""
        self._land[:, block.start : block.stop] = part.curve.land
        self._other[block.start : block.stop] = part.other
        self._waiting[block.start] = (block.stop, part.curve)
        while self._added in self._waiting:
            self._added, curve = self._waiting.pop(self._added)
            self._total += curve.total
            self._squares += curve.squares

    @stage("dataset")
    def dataset(self) -> xr.Dataset:
        """Label the curve."""
        draws = self._job.scenario.draws
        by_draw = ("threshold", "draw", "year")
        by_place = ("threshold", "year", "municipality")
        mean, error = self._moments(draws)
        labels = {
            name: values
            for name, values in coordinates(self._job, draws).items()
            if values[0] in {"draw", "year", "municipality"}
        }
        return xr.Dataset(
            {
                "illness_reimbursement": (by_draw, self._land, _attributes(*_REIMBURSEMENT)),
                "land_cost": (by_draw, self._land + self._other, _attributes(*_LAND_COST)),
                "municipality_reimbursement_mean": (by_place, mean, _attributes(*_MEAN)),
                "municipality_reimbursement_standard_error": (
                    by_place,
                    error,
                    _attributes(*_ERROR),
                ),
            },
            coords={"threshold": ("threshold", self._grid, {"units": "EUR"}), **labels},
            attrs=manifest(self._job, draws),
        )

    def _moments(self, draws: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean over draws of what each municipality receives, and its standard error."""
        mean = self._total / draws
        if draws == 1:
            return mean, np.full(mean.shape, np.nan)
        variance = np.maximum(self._squares - draws * mean**2, 0.0) / (draws - 1)
        return mean, np.sqrt(variance / draws)


_REIMBURSEMENT = (
    "Reimbursement of extraordinary illness costs by the Land (§ 4b FlüAG)",
    "Erstattung außergewöhnlicher Krankheitskosten durch das Land (§ 4b FlüAG)",
)
_LAND_COST = ("What the Land pays in all", "Ausgaben des Landes insgesamt")
_MEAN = (
    "What the municipality receives for extraordinary illness costs, mean",
    "Erstattung außergewöhnlicher Krankheitskosten an die Gemeinde, Mittelwert",
)
_ERROR = (
    "What the municipality receives for extraordinary illness costs, standard error of the mean",
    "Erstattung außergewöhnlicher Krankheitskosten an die Gemeinde, Standardfehler des Mittels",
)


def _attributes(en: str, de: str) -> dict[str, str]:
    """Units and labels of a variable."""
    return {"units": "EUR", "long_name": en, "long_name_de": de}
