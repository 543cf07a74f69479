"""aggregate's fast Fourier transform beside our batched one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from benchmarks.peers.portfolio import all_persons, distributions, municipal_persons
from benchmarks.peers.rivals import aggregate_distribution, imported
from benchmarks.peers.setting import PERSONS, STEP, THRESHOLDS

if TYPE_CHECKING:
    from collections.abc import Callable

    import xarray as xr
    from benchmarks.peers.conftest import Compare
    from numpy.typing import NDArray

EVERY = 11
"""Of so many municipalities in order of size aggregate computes one, and its time is multiplied."""


@pytest.fixture(autouse=True)
def aggregate() -> Any:
    return imported("aggregate")


def one_by_one(persons: NDArray[np.float64], *, points: int, by_layer: bool) -> None:
    for each in persons:
        for threshold in THRESHOLDS:
            aggregate_distribution(float(each), threshold, points=points, by_layer=by_layer)


def test_portfolio(compare: Compare) -> None:
    points = distributions(all_persons()).amount.size
    compare(
        "portfolio, both distributions",
        partial(distributions, all_persons()),
        partial(one_by_one, all_persons(), points=points, by_layer=True),
        peer="aggregate",
        required=8,
    )


@pytest.mark.parametrize(("by_layer", "required"), [(True, 300), (False, None)])
def test_every_municipality(compare: Compare, *, by_layer: bool, required: float | None) -> None:
    persons = municipal_persons()
    sample = np.sort(persons)[EVERY // 2 :: EVERY]
    points = distributions(persons).amount.size
    compare(
        f"{persons.size} municipalities, both distributions",
        partial(distributions, persons),
        partial(one_by_one, sample, points=points, by_layer=by_layer),
        peer="aggregate" if by_layer else "aggregate occ.",
        required=required,
        share=sample.size / persons.size,
    )


@pytest.mark.parametrize("persons", [PERSONS, PERSONS / 396, PERSONS / 10_000])
def test_both_have_the_same_distribution(persons: float) -> None:
    """Within one step of the grid; a case is rounded to it by one and shared by the other."""
    for of_threshold in distributions(np.array([persons])):
        ours, theirs = both(persons, of_threshold, by_layer=True)
        below, above = np.append(0.0, ours[:-1]), np.append(ours[1:], 1.0)
        assert (theirs >= below - 1e-4).all()
        assert (theirs <= above + 1e-4).all()
        assert mean(theirs) == pytest.approx(mean(ours), rel=1e-3)


def test_a_cover_loses_a_little(note: Callable[[str], None]) -> None:
    """An uncapped severity ends with the grid, and what lies beyond is shared by all that is in."""
    (of_threshold, _) = distributions(all_persons())
    ours, theirs = both(PERSONS, of_threshold, by_layer=False)
    gap = np.abs(theirs - ours).max()
    note(
        f"aggregate with an occurrence cover, portfolio: mean {mean(theirs):,.0f} instead of "
        f"{mean(ours):,.0f}, distribution function off by {gap:.4f}"
    )
    assert gap < 0.01
    assert mean(theirs) == pytest.approx(mean(ours), rel=1e-2)


def both(
    persons: float, of_threshold: xr.DataArray, *, by_layer: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give our distribution function and aggregate's."""
    ours = np.asarray(of_threshold.values[0])
    threshold = float(of_threshold.threshold)
    return ours, aggregate_distribution(persons, threshold, points=ours.size, by_layer=by_layer)


def mean(distribution: NDArray[np.float64]) -> float:
    return STEP * float((1.0 - distribution).sum())


@pytest.mark.filterwarnings("ignore")
def test_grid_must_be_given_where_the_variance_is_infinite(aggregate: Any) -> None:
    """The cap on a case would bound it, but the grid is looked for before the cover applies."""
    words = (
        "agg place 1 claims sev 25000 * pareto 1.87 - 25000 occurrence ceded to 1e6 xs 0 poisson"
    )
    with pytest.raises(ValueError, match="Infinite variance"):
        aggregate.build(words)
