"""The stages of a block, each with the very arguments it has in a run."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from integrasim import load_scenario
from integrasim.engine.job import Job, plan_job, run_block
from integrasim.law.settlement import settle
from integrasim.law.threshold_curve import threshold_curve
from integrasim.world import block, expenses, movement
from integrasim.world.transitions import CHANGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from integrasim.engine.variables import Keep
    from integrasim.world.block import WorldBlock

SCENARIO = Path(__file__).parent.parent / "scenarios" / "threshold_25k_vs_35k.yaml"
DRAWS = 256
"""Draws of a block, as in a run."""
_STEPS = {
    "draw_assumptions": block,
    "simulate_arrivals": block,
    "reception_flows": movement,
    "reside": movement,
    "observe_presence": expenses,
    "illness_years": expenses,
    "draw_ledger": expenses,
    "hosting_cost": expenses,
    "draw_illness_cost": expenses,
}
"""Functions that ``simulate_world`` calls, and the modules that call them."""


@dataclass(frozen=True)
class Stage:
    """A part of the work on a block.

    ``steps`` do it, on arguments of their own; ``uniforms`` random numbers are needed.
    """

    name: str
    steps: tuple[Callable[[], object], ...]
    uniforms: int

    def run(self) -> list[object]:
        return [step() for step in self.steps]


def shipped_job(*, keep: Keep = "municipality") -> Job:
    """Lay out the shipped comparison of thresholds: 60 months, 396 municipalities."""
    return plan_job(load_scenario(SCENARIO), keep=keep)


def cells(job: Job, draws: int) -> int:
    """Count the draws × months × municipalities."""
    return draws * len(job.plans[0].months) * job.region.size


def lay_out(job: Job, draws: range) -> dict[str, Stage]:
    """Simulate a block once and note what each stage was given."""
    steps, world = _recorded(job, draws)
    in_years = world.gross_cost.size
    law = list(job.laws.values())[-1]
    uniforms = {
        "assumptions": len(draws) * len(job.scenario.world.numbers()),
        "arrivals": _arrival_uniforms(job) * world.arrivals.size,
        "reception": 6 * world.arrivals.size,
        # The end of temporary protection is drawn for two groups, the right of residence by month.
        "residence": len(CHANGES) * cells(job, len(draws)) + 5 * world.arrivals.size,
        # Numbers of chronic cases, of whole episodes and of those that cross New Year.
        "illness ledger": 3 * in_years + world.basis.ledger.cost.size,
        "gross cost": in_years + len(draws) * job.region.size,
    }
    parts = {
        "assumptions": ["draw_assumptions"],
        "arrivals": ["simulate_arrivals"],
        "reception": ["reception_flows"],
        "residence": ["reside"],
        "illness ledger": ["observe_presence", "illness_years", "draw_ledger"],
        "gross cost": ["hosting_cost", "draw_illness_cost"],
    }
    stages = [
        Stage(name, tuple(step for part in parts[name] for step in steps[part]), uniforms[name])
        for name in parts
    ]
    stages += [
        Stage(
            "settlement of one more option",
            (partial(settle, law, world.basis, instruments=job.instruments),),
            0,
        ),
        Stage(
            "curve of 56 thresholds",
            (
                partial(
                    threshold_curve,
                    world.basis.ledger,
                    range(15_000, 70_001, 1_000),
                    shape=world.basis.shape,
                ),
            ),
            0,
        ),
        Stage("whole block", (partial(run_block, job, draws),), sum(uniforms.values())),
    ]
    return {stage.name: stage for stage in stages}


def residence_arguments(stage: Stage) -> dict[str, Any]:
    """Give the arguments of the residence kernel by name."""
    (step,) = stage.steps
    assert isinstance(step, partial)
    return {"inflows": step.args[0], **step.keywords}


def ledger_arguments(stage: Stage) -> tuple[Any, ...]:
    """Give the exposure and the illness model that the ledger is drawn from."""
    step = stage.steps[-1]
    assert isinstance(step, partial)
    return step.args


def _recorded(job: Job, draws: range) -> tuple[dict[str, list[partial[object]]], WorldBlock]:
    """Run the world of a block under spies; give every call of its steps, and the world."""
    with ExitStack() as stack:
        spies = {
            name: stack.enter_context(patch.object(module, name, wraps=getattr(module, name)))
            for name, module in _STEPS.items()
        }
        world = block.simulate_world(job.scenario, job.plans[0], draws)
    calls = {
        name: [
            partial(getattr(_STEPS[name], name), *call.args, **call.kwargs)
            for call in spy.call_args_list
        ]
        for name, spy in spies.items()
    }
    return calls, world


def _arrival_uniforms(job: Job) -> int:
    """Count the random numbers of all channels in a month."""
    intensity = {"log_ar1": 1, "regime": 2, "bootstrap": 2}
    counts = {"poisson": 1, "negative_binomial": 2}
    return sum(
        intensity.get(process.process, 0) + counts.get(process.counts, 0)
        for process in job.plans[0].arrivals.processes.values()
    )
