"""Whatever the parameters: nobody appears or vanishes, and every amount is a number."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import integrasim as igs

Write = Callable[..., Path]

SHARE = st.floats(0.0, 1.0)
MONTHS = st.one_of(st.just(1.0), st.floats(1.0, 200.0))
PERSONS = st.integers(0, 3000)
PROCESSES: dict[str, dict[str, Any]] = {
    "fixed": {"process": "fixed", "monthly": 120, "counts": "negative_binomial", "dispersion": 0.2},
    "log_ar1": {
        "process": "log_ar1",
        "initial": 300,
        "level": {"dist": "lognormal", "median": 200, "sigma": 0.5},
        "persistence": 0.9,
        "volatility": 0.3,
        "share": 0.3,
    },
    "regime": {
        "process": "regime",
        "start": "surge",
        "initial": 300,
        "calm_level": 100,
        "multiplier": 8,
        "onset_hazard": 0.2,
        "mean_length": 4,
        "persistence": 0.5,
        "volatility": 0.2,
        "share": 0.5,
    },
}


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    """What to change in a scenario's world; every set of shares fits together."""

    def shares(*names: str) -> dict[str, float]:
        parts = [draw(SHARE) for _ in names]
        total = max(sum(parts), 1.0)
        return {name: 0.999 * part / total for name, part in zip(names, parts, strict=True)}

    decisions = shares("share_recognised", "share_closed")
    refused = 1.0 - sum(decisions.values())
    appealed = draw(SHARE)
    doors = shares("share_recognised", "share_left")
    stays = {
        name.replace("share", "mean_stay"): draw(MONTHS) for name, share in doors.items() if share
    }
    places = draw(st.integers(0, 2000))
    return {
        "arrivals": PROCESSES[draw(st.sampled_from(sorted(PROCESSES)))],
        "other_arrivals": {
            "temporary_protection": {"process": "fixed", "monthly": draw(st.integers(0, 60))},
            "resettlement": {"process": "fixed", "monthly": draw(st.integers(0, 30))},
        },
        "reception": {
            "initial": draw(PERSONS),
            "mean_stay": draw(MONTHS),
            **doors,
            **stays,
            "share_in_appeal": draw(SHARE),
            "usable_share": draw(st.floats(0.01, 3.0)),
            "places": {"reception_centre": places, "other_facility": 700},
            "places_by_municipality": "key",
        },
        "assignment": {"household_size": draw(st.sampled_from([1.0, 1.5, 6.0]))},
        "residence": {
            "initial": {
                name: draw(PERSONS)
                for name in (
                    "procedure",
                    "appeal",
                    "recognised",
                    "tolerated",
                    "temporary_protection",
                )
            },
            "procedure": {
                "mean_duration": draw(MONTHS),
                **decisions,
                "share_tolerated": 0.999 * refused * (1.0 - appealed) * draw(SHARE),
                "appeal": {
                    "share": appealed,
                    "mean_duration": draw(MONTHS),
                    **shares("share_recognised", "share_tolerated"),
                },
            },
            "recognised": {"mean_duration": draw(MONTHS)},
            "tolerated": {"mean_duration": draw(MONTHS), "share_regularised": draw(SHARE)},
            "temporary_protection": {"mean_duration": draw(MONTHS)},
        },
    }


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    world=worlds(),
    start=st.sampled_from(["2017-01", "2020-07", "2022-03", "2025-02"]),
    months=st.integers(1, 30),
)
def test_persons_and_money_are_conserved_in_any_world(
    module_scenario: Write, world: dict[str, Any], start: str, months: int
) -> None:
    """Every run checks persons by month and money by cent; here it is asked to in many worlds."""
    year, month = map(int, start.split("-"))
    last = year * 12 + month - 1 + months - 1
    options = {
        "enacted": {},
        "others_count": {
            "fluag.temporary_protection_counted": 1,
            "fluag.months_after_rejection": 2,
        },
    }
    path = module_scenario(
        horizon={"start": start, "end": f"{last // 12}-{last % 12 + 1:02d}"},
        world=world,
        options=options,
        budgets={},
    )
    result = igs.simulate(igs.load_scenario(path), draws=6, workers=1)
    came = result.initial_stock.sum("status") + result.arrivals.cumsum("month")
    there = result.stock.sum("status") + result.departures.cumsum("month")
    assert (came == there).all()
    assert (result.stock >= 0).all()
    assert (result.flows >= 0).all()
    for name in ("land_cost", "transfer", "gross_cost", "municipal_exposure"):
        assert np.isfinite(result[name]).all(), name
    assert (result.illness_reimbursement <= result.gross_cost + 0.01).all()
