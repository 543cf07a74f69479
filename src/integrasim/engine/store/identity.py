"""What makes two runs the same but for their number of draws."""

from __future__ import annotations

import difflib
from importlib import metadata
from typing import TYPE_CHECKING, Any

from integrasim.engine.blocks import BLOCK_DRAWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from integrasim.engine.job import Job

__all__ = ["differences", "identity"]

_PACKAGES = ("integrasim", "numpy", "scipy", "numba")
"""Packages that compute numbers: another version may give other bits."""
_PLAIN = ("seed", "keep", "block", *_PACKAGES)
_MOST_LINES = 3


def identity(job: Job) -> dict[str, Any]:
    """Everything that the draws of a job depend on.

    Parameters
    ----------
    job
        The simulation.

    Returns
    -------
    dict
        Texts, numbers and maps of them, as JSON keeps them.
    """
    scenario = job.scenario
    # Draws and seed are said apart, whether the scenario's or the caller's.
    settings = scenario.model_copy(update={"draws": 1, "seed": 0})
    return {
        "scenario": settings.source_text,
        "input_files": scenario.fingerprints,
        "seed": str(scenario.seed),
        "keep": job.keep,
        "block": BLOCK_DRAWS,
        **{name: metadata.version(name) for name in _PACKAGES},
    }


def differences(stored: Mapping[str, Any], asked: Mapping[str, Any]) -> Iterator[str]:
    """Say in what a stored run differs from the one asked for.

    Parameters
    ----------
    stored, asked
        Their identities.

    Yields
    ------
    str
        Each difference; none if the runs are the same.

    Examples
    --------
    >>> run = {"scenario": "seed: 0", "input_files": {}, "seed": "1", "numpy": "2.4"}
    >>> list(differences(run, run | {"seed": "2"}))
    ['seed: 1 in the store, 2 here']
    """
    for name in _PLAIN:
        was, now = stored.get(name), asked.get(name)
        if was != now:
            yield f"{name}: {was} in the store, {now} here"
    if stored["scenario"] != asked["scenario"]:
        yield f"the scenario: {_lines_that_differ(stored['scenario'], asked['scenario'])}"
        return
    known = set(stored["input_files"].values())
    for name, fingerprint in asked["input_files"].items():
        if fingerprint not in known:
            yield f"the content of {name}"


def _lines_that_differ(stored: str, asked: str) -> str:
    """List the first lines that only one of two texts has."""
    compared = list(difflib.ndiff(stored.splitlines(), asked.splitlines()))
    sides = {
        side: [line[2:].strip() for line in compared if line.startswith(sign)]
        for side, sign in (("in the store", "- "), ("here", "+ "))
    }
    return ", ".join(
        f"{' / '.join(lines[:_MOST_LINES]) + (' …' if len(lines) > _MOST_LINES else '')} {side}"
        for side, lines in sides.items()
        if lines
    )
