"""The grants of 2018 by municipality against those that were published."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from ruamel.yaml import YAML

import integrasim as igs

SCENARIO = Path("scenarios").absolute() / "integration_lump_sums_2018_2019.yaml"
PUBLISHED: dict[str, float] = {
    name: amount
    for amounts in YAML(typ="safe", pure=True)
    .load(Path(__file__).with_name("grants_2018.yaml").read_text("utf-8"))
    .values()
    for name, amount in amounts.items()
}
DRAWS = 16


def test_published_grants(tmp_path: Path) -> None:
    """As docs/scenarios.md says: near in sum and in order, and eleven of them within a fifth."""
    path = tmp_path / "grants.yaml"
    path.write_text(
        f"extends: {SCENARIO}\nlaw: {{programmes: [tintg]}}\nbaseline: enacted\n"
        "options:\n  without_minimum: ~\n  enacted: {law: {tintg.lump_sum_per_quarter: 0}}\n",
        encoding="utf-8",
    )
    result = igs.simulate(igs.load_scenario(path), draws=DRAWS)
    grants = result["transfer"].sel(option="enacted", year=2018)
    assert np.array_equal(grants.sum("municipality"), [100e6] * DRAWS)
    assert grants.min() == 50_000
    mean = grants.mean("draw")
    names = [str(name).split(",")[0] for name in result["municipality_name"].values]
    found = np.array([float(mean[names.index(name)]) for name in PUBLISHED])
    published = np.array(list(PUBLISHED.values()))
    assert abs(found.sum() / published.sum() - 1.0) < 0.1
    assert np.corrcoef(np.log(found), np.log(published))[0, 1] > 0.95
    assert np.count_nonzero(np.abs(found / published - 1.0) < 0.2) == 11
