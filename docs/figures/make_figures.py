"""Draw the figures of README and docs from real results.

Usage: scripts/set-up figures && .venv/bin/python docs/figures/make_figures.py
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np

import integrasim as igs

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

HERE = Path(__file__).parent
SCENARIO = HERE.parents[1] / "scenarios" / "threshold_25k_vs_35k.yaml"
OPTION = "threshold_25k"
BLUE, GREY = "#1f5a94", "#555555"
MILLION, THOUSAND = 1e6, 1e3
TOP = 12


def threshold_figure(result: xr.Dataset) -> None:
    """Draw what the lower threshold costs the Land, and who gains."""
    yearly = igs.compare(result)
    horizon = igs.compare(result, over="horizon")
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(11, 4.6), width_ratios=(1, 1.15), layout="constrained"
    )
    _draw_difference(left, yearly.sel(option=OPTION))
    _draw_gains(right, horizon.sel(option=OPTION))
    figure.suptitle(
        "Reimbursing illness costs above 25,000 instead of 35,000 EUR (§ 4b FlüAG NRW)",
        fontsize=12,
        fontweight="bold",
    )
    figure.savefig(HERE / "threshold_25k_vs_35k.png", dpi=110)
    plt.close(figure)


def _draw_difference(axes: Axes, difference: xr.Dataset) -> None:
    """Bands of the paired difference by year."""
    years = difference.year.to_numpy()
    for low, high, alpha, label in ((0.05, 0.95, 0.25, "90 %"), (0.25, 0.75, 0.5, "50 %")):
        band = [difference.land_quantile.sel(quantile=q) / MILLION for q in (low, high)]
        axes.fill_between(years, *band, color=BLUE, alpha=alpha, lw=0, label=f"{label} of futures")
    axes.plot(years, difference.land_mean / MILLION, color=BLUE, marker="o", label="mean")
    axes.set(title="What it costs the Land", ylabel="million EUR per year", ylim=(0, None))
    axes.set_xticks(years)
    axes.legend(frameon=False, loc="lower left", ncols=3)
    axes.grid(axis="y", alpha=0.3)


def _draw_gains(axes: Axes, gains: xr.Dataset) -> None:
    """Municipalities that gain most: mean and interval over the horizon."""
    top = np.argsort(-gains.municipality_mean.to_numpy())[:TOP][::-1]
    chosen = gains.isel(municipality=top)
    names = [str(name).removesuffix(", Stadt") for name in chosen.municipality_name.to_numpy()]
    bounds = [chosen.municipality_quantile.sel(quantile=q) / THOUSAND for q in (0.05, 0.95)]
    axes.hlines(names, *bounds, color=BLUE, alpha=0.35, lw=6, label="90 % of futures")
    axes.plot(chosen.municipality_mean / THOUSAND, names, "o", color=BLUE, label="mean")
    axes.set(title="Who gains most", xlabel="thousand EUR per year, mean of 2025–2029")
    axes.set_xlim(0, None)
    axes.legend(frameon=False, loc="lower right")
    axes.grid(axis="x", alpha=0.3)


def main() -> None:
    """Draw every figure."""
    mpl.use("Agg")
    mpl.rcParams.update({"axes.spines.top": False, "axes.spines.right": False})
    scenario = igs.load_scenario(SCENARIO)
    threshold_figure(igs.simulate(scenario, draws=10_000, progress=True))


if __name__ == "__main__":
    main()
