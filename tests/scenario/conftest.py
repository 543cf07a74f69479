"""A small valid scenario, and ways to write variants of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from integrasim.scenario import Scenario, check_scenario, load_scenario

TOY = """\
schema: integrasim/1
title: {de: Schwelle im Beispielland, en: Threshold in the toy Land}
purpose: {de: Ein Test, en: A test}
author: Test
horizon: {start: 2025-01, end: 2026-12}
draws: 100
seed: 0
region: toy
world:
  arrivals:
    process: log_ar1
    initial: 500
    level: {dist: lognormal, median: 400, sigma: 0.2}
    persistence: {dist: beta, mean: 0.9, sd: 0.05}
    volatility: 0.1
    seasonality: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
    share: 0.5
  other_arrivals:
    temporary_protection: {process: fixed, monthly: 20, counts: poisson}
  reception:
    initial: 100
    mean_stay: 3
    share_recognised: 0.1
    share_left: 0.2
    places: {reception_centre: 100, other_facility: 200}
  residence:
    initial: {procedure: 100, recognised: 200, tolerated: 50, temporary_protection: 300}
    procedure: {mean_duration: 10, share_recognised: 0.5, share_tolerated: 0.3}
    recognised: {mean_duration: 24}
    tolerated: {mean_duration: 20}
    temporary_protection: {mean_duration: 36}
  illness:
    price_year: 2025
    mean_cost: {dist: gamma, mean: 1500, sd: 200}
    no_cost_share: 0.3
    body_sigma: 1.6
    splice: 30000
    tail_threshold: 70000
    tail_rate: 0.0003
    tail_index: {dist: uniform, low: 1.6, high: 2.4}
    inflation: 0.03
    cap: 2000000
  costs:
    price_year: 2025
    kreisfrei: 14000
    kreisangehoerig: 12000
    index_at_start: 1
    inflation: {dist: normal, mean: 0.02, sd: 0.01, low: -0.05, high: 0.1}
    municipality_sd: 0.1
dependence:
  - {between: [world.illness.mean_cost, world.costs.inflation], rank_correlation: 0.4}
law: {as_of: 2025-01-01}
options:
  threshold_35k:
    label: {de: Schwelle 35.000, en: "Threshold 35,000"}
    law: {fluag.illness_threshold: 35000}
  threshold_later:
    label: {de: Später, en: Later}
    law: {fluag.illness_threshold: {from: 2026-01-01, value: 30000}}
  threshold_25k:
    label: {de: Schwelle 25.000, en: "Threshold 25,000"}
baseline: threshold_35k
budgets: {fluag: 660000000}
"""

Write = Callable[..., Path]
Check = Callable[..., list[str]]
Load = Callable[..., Scenario]


@pytest.fixture(scope="session")
def toy() -> str:
    """A valid scenario for the toy Land."""
    return TOY


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a text to a file in an empty working folder."""
    monkeypatch.chdir(tmp_path)

    def write_file(text: str, name: str = "s.yaml") -> Path:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return write_file


@pytest.fixture
def check(write: Write) -> Check:
    """Write a text to s.yaml and return its problems as text."""
    return lambda text: [str(problem) for problem in check_scenario(write(text))]


@pytest.fixture
def load(write: Write) -> Load:
    """Write a text to s.yaml and load it."""
    return lambda text: load_scenario(write(text))
