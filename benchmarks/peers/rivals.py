"""The common work done by the peers, as their documentation has it."""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from benchmarks.peers.setting import CAP, STEP, TAIL_INDEX, THRESHOLDS, rate_above

if TYPE_CHECKING:
    from numpy.typing import NDArray

INPUTS = ("a", "b", "c", "d", "e")
"""Uncertain inputs of the cheap model, each uniform from 0 to 1."""


def imported(name: str) -> Any:
    """Import a peer, whose warnings are none of ours, or skip the test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip(
            name, reason=f"{name} is not here: scripts/set-up test benchmark peers"
        )


def gemact_model(persons: float, draws: int, *, tower: bool = False) -> Any:
    """Simulate both thresholds with GEMAct.

    As layers of their own each has its own cases; as a tower both have the same ones, and
    layer 1 is what lies between the thresholds, layer 2 what lies above.
    """
    gemact = imported("gemact")
    imported("twiggy").emitters.clear()  # says every step
    low, high = THRESHOLDS
    if tower:
        layers = gemact.lossmodel.LayerTower(
            gemact.Layer(deductible=low, cover=high - low),
            gemact.Layer(deductible=high, cover=CAP - high),
        )
    else:
        layers = [gemact.Layer(deductible=each, cover=CAP - each) for each in THRESHOLDS]
    return gemact.LossModel(
        frequency=gemact.Frequency("poisson", {"mu": persons * rate_above(low)}, threshold=low),
        severity=gemact.Severity(
            "genpareto", {"c": 1.0 / TAIL_INDEX, "scale": low / TAIL_INDEX, "loc": low}
        ),
        policystructure=gemact.PolicyStructure(layers=layers),
        aggr_loss_dist_method="mc",
        n_sim=draws,
        random_state=1,
    )


def gemact_amounts(model: Any, layer: int) -> NDArray[np.float64]:
    """Give a layer's distribution function as a sorted sample of as many amounts as draws."""
    distribution = model.dist[layer]
    counts = np.rint(np.diff(distribution.cumprobs, prepend=0.0) * model.n_sim).astype(np.int64)
    return np.repeat(np.asarray(distribution.nodes), counts)


def aggregate_distribution(
    persons: float, threshold: float, *, points: int, by_layer: bool = True
) -> NDArray[np.float64]:
    """Compute the distribution function of the reimbursement with aggregate.

    The cap on a case is a policy limit, or an occurrence cover on the uncapped severity, which
    it computes faster and less exactly.
    """
    cover = CAP - threshold
    cases = persons * rate_above(threshold)
    severity = f"sev {threshold} * pareto {TAIL_INDEX} - {threshold}"
    words = (
        f"agg place {cases} claims {cover} xs 0 {severity} poisson"
        if by_layer
        else f"agg place {cases} claims {severity} occurrence ceded to {cover} xs 0 poisson"
    )
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        found = imported("aggregate").build(words, bs=STEP, log2=points.bit_length() - 1)
    return np.cumsum(found.agg_density)


def cheap_model(a: Any, b: Any, c: Any, d: Any, e: Any) -> Any:
    """Compute something from five inputs, numbers or arrays, in no time."""
    return a * b + c * d + e


def monaco_sample(draws: int) -> NDArray[np.float64]:
    """Run the cheap model in monaco, on Sobol' points."""
    monaco = imported("monaco")
    uniform = imported("scipy.stats").uniform
    simulation = monaco.Sim(
        name="cheap",
        ndraws=draws,
        fcns={
            monaco.SimFunctions.PREPROCESS: lambda case: tuple(
                case.invals[name].val for name in INPUTS
            ),
            monaco.SimFunctions.RUN: lambda *values: (cheap_model(*values),),
            monaco.SimFunctions.POSTPROCESS: lambda case, value: case.addOutVal("y", value),
        },
        firstcaseismedian=False,
        samplemethod=monaco.SampleMethod.SOBOL_RANDOM,
        seed=1,
        singlethreaded=True,
        verbose=False,
        savecasedata=False,
        savesimdata=False,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in INPUTS:
            simulation.addInVar(name=name, dist=uniform, distkwargs={"loc": 0.0, "scale": 1.0})
        simulation.runSim()
    return np.asarray(simulation.outvars["y"].nums, dtype=np.float64)


def ema_sample(draws: int) -> NDArray[np.float64]:
    """Run the cheap model in the EMA workbench, one after the other, on a Latin hypercube."""
    workbench = imported("ema_workbench")
    logging.getLogger("EMA").setLevel(logging.CRITICAL)
    model = workbench.Model("cheap", function=lambda **values: {"y": cheap_model(**values)})
    model.uncertainties = [workbench.RealParameter(name, 0.0, 1.0) for name in INPUTS]
    model.outcomes = [workbench.ScalarOutcome("y")]
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stderr(io.StringIO()),
        workbench.SequentialEvaluator(model) as evaluator,
    ):
        warnings.simplefilter("ignore")
        _, outcomes = evaluator.perform_experiments(scenarios=draws)
    return np.asarray(outcomes["y"], dtype=np.float64)
