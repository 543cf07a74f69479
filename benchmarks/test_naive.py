"""The naive versions do the same work as the library: their means agree."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from benchmarks.naive import (
    Walk,
    draw_costs,
    leave_by_cell,
    leave_by_month,
    walk_counts,
    walk_persons,
)
from benchmarks.stages import DRAWS, ledger_arguments, residence_arguments

from integrasim.world.illness import Course, draw_ledger
from integrasim.world.residence import Residence, reside

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.stages import Stage
    from numpy.typing import NDArray

FUTURES = 1024
"""Draws of the kernel, all under the assumptions and inflows of the first draw."""
MONTHS = 6
DEVIATIONS = 5.0
"""Standard errors within which means must agree: 1 in 1.7 million fails by chance."""

WALKS: dict[str, tuple[int, Callable[[Walk], Residence]]] = {
    "month": (
        16,
        lambda walk: walk_counts(walk, np.random.default_rng(1), leavers=leave_by_month),
    ),
    "cell": (16, lambda walk: walk_counts(walk, np.random.default_rng(2), leavers=leave_by_cell)),
    "person": (1, lambda walk: walk_persons(walk, seed=3)),
}


def figures(result: Residence) -> NDArray[np.float64]:
    """Figures of each draw: of the Land, of its largest place and of a small one."""
    places = result.person_months.sum(axis=1)
    order = np.argsort(places.mean(axis=0))
    return np.column_stack(
        [
            result.stock.reshape(len(result.stock), -1),
            result.flows.reshape(len(result.flows), -1),
            result.counted,
            result.remaining,
            result.counted_before.sum(axis=1),
            result.tolerated_months.sum(axis=(1, 2)),
            result.recognised_months.sum(axis=(1, 2)),
            result.counted_at_end.sum(axis=(1, 2)),
            places[:, order[[-1, 100]]],
            result.newly_tolerated.sum(axis=1)[:, order[[-1, 100]]],
        ]
    )


def eventful(walk: Walk) -> Walk:
    """Let persons appeal, and the law count others from the fourth month on."""
    draws, months, _ = walk.shape
    share = {
        "closed": 0.15,
        "appealed": 0.75,
        "tolerated": 0.05,
        "appeal_decided": 0.06,
        "appeal_recognised": 0.2,
        "appeal_tolerated": 0.55,
        "regularised": 0.3,
    }
    later = np.arange(months) >= months // 2
    return replace(
        walk,
        inflows=walk.inflows._replace(appeal=walk.inflows.first_instance // 2),
        initial=walk.initial + np.array([0, 25_000, 0, 0, 0, 5_000])[:, None],
        transitions=walk.transitions._replace(
            **{name: np.full(draws, value) for name, value in share.items()}
        ),
        placement=walk.placement._replace(
            temporary_protection_counts=np.stack([~later, later], axis=-1),
            months_after_rejection=np.where(later, 2, 0),
        ),
    )


@pytest.mark.parametrize("name", WALKS)
def test_walks_agree_with_the_kernel(stages: dict[str, Stage], name: str) -> None:
    arguments = residence_arguments(stages["residence"])
    draws, naive = WALKS[name]
    often = eventful(Walk.of(arguments, draws=np.zeros(FUTURES, dtype=np.intp), months=MONTHS))
    kernel = figures(
        reside(
            often.inflows,
            initial=often.initial,
            transitions=often.transitions,
            household_size=np.ones(FUTURES),
            placement=often.placement,
            calendar=often.calendar,
            seed=arguments["seed"],
            draws=range(FUTURES),
        )
    )
    seldom = eventful(Walk.of(arguments, draws=np.zeros(draws, dtype=np.intp), months=MONTHS))
    gap = figures(naive(seldom)).mean(axis=0) - kernel.mean(axis=0)
    error = kernel.std(axis=0, ddof=1) * np.sqrt(1 / FUTURES + 1 / draws)
    assert np.all(np.abs(gap) <= DEVIATIONS * error)


def test_costs_of_every_person_agree_with_the_ledger(stages: dict[str, Stage]) -> None:
    """Without a course: the naive way knows single calendar years only."""
    draws = 32
    exposure, model = ledger_arguments(stages["illness ledger"])
    none = np.zeros_like(model.course.chronic_share)
    single_years = replace(
        model, course=Course(none, none, none, none, dilution=none + 1.0, thinning=none + 1.0)
    )
    ledger = draw_ledger(exposure, single_years, seed=1, draws=range(DRAWS))
    ours = ledger.cost[ledger.draw < draws]
    naive = draw_costs(exposure.counted_years[:draws], model, np.random.default_rng(4))
    assert abs(ours.size - naive.size) <= DEVIATIONS * np.sqrt(ours.size + naive.size)
    ours, naive = np.log(ours), np.log(naive)
    error = np.sqrt(ours.var() / ours.size + naive.var() / naive.size)
    assert abs(ours.mean() - naive.mean()) <= DEVIATIONS * error
