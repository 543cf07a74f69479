"""The common work: numbers that integrasim and its peers are given.

Costs above 25,000 EUR have a Pareto tail with central numbers of the shipped scenario, in prices of
its survey. Cases are whole calendar years and Poisson, as all peers can have them.
"""

from __future__ import annotations

PERSONS = 60_000.0
THRESHOLDS = (25_000.0, 35_000.0)
CAP = 2_000_000.0
TAIL_INDEX = 1.87
TAIL_THRESHOLD = 70_000.0
TAIL_RATE = 28 / 101_740
STEP = 1_000.0
"""EUR between the amounts of a distribution."""


def rate_above(cost: float) -> float:
    """Cases above a cost per person and year."""
    return float(TAIL_RATE * (TAIL_THRESHOLD / cost) ** TAIL_INDEX)
