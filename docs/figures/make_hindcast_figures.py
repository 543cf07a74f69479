"""Run the hindcasts of docs/hindcast.md, print its tables, and draw its figures and fan charts.

Usage: scripts/set-up test figures && .venv/bin/python docs/figures/make_hindcast_figures.py
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np

import integrasim as igs

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

HERE = Path(__file__).parent
SCENARIO = HERE.parents[1] / "scenarios" / "base_nrw_2025.yaml"
SERIES = "de_first_applications_monthly"
PROCESSES = ["exponential_smoothing", "bootstrap", "log_ar1", "regime", "expert", "fixed"]
REFERENCES = ["random_walk", "same_month_last_year"]
REVISION = 148_233 / 132_679
"""Revised first applications of 2021 by the sum of its months as first published."""
REVISED: Final = {"2022": 217_774, "2023": 329_120, "2024": 229_751}
LATER = "2021-12"
FAN_ORIGINS = ["2016-12", "2017-12", "2018-12", "2019-12", "2020-12"]
THOUSAND = 1e3
BLUE, ORANGE, GREY = "#1f5a94", "#d1741f", "#555555"
COLOURS = {
    "exponential_smoothing": BLUE,
    "bootstrap": "#2a8f6d",
    "log_ar1": "#8c5ba8",
    "regime": ORANGE,
    "expert": "#b0343c",
    "fixed": "#8a7a3d",
    "random_walk": "#222222",
    "same_month_last_year": "#9a9a9a",
}
NAMES = {name: name.replace("_", " ") if name in REFERENCES else name for name in COLOURS}
BANDS = ((0.05, 0.95, 0.2, "90 %"), (0.25, 0.75, 0.4, "50 %"))


def coverage_figure(scores: xr.Dataset) -> None:
    """Coverage of the 90 and 50 % intervals by horizon."""
    figure, panels = plt.subplots(1, 2, figsize=(11, 4.8), layout="constrained", sharey=True)
    for axes, interval in zip(panels, (0.9, 0.5), strict=True):
        for name in scores.model.values:
            axes.plot(
                scores.horizon,
                100 * scores.coverage.sel(model=name, interval=interval),
                label=NAMES[name],
                **_style(name),
            )
        axes.axhline(100 * interval, color="black", lw=0.8, ls=":")
        axes.set(title=f"{100 * interval:.0f} % intervals", xlabel="months ahead", ylim=(0, 103))
        axes.set_xticks(range(1, 13))
        axes.grid(axis="y", alpha=0.3)
    panels[0].axhspan(85, 95, color="black", alpha=0.07, lw=0)
    panels[0].set_ylabel("origins covered, %")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    figure.suptitle("How often the intervals held what came (dotted: what they promise)")
    _save(figure, "hindcast_coverage")


def crps_figure(scores: xr.Dataset) -> None:
    """CRPS by horizon, relative to the random walk."""
    figure, axes = plt.subplots(figsize=(8.5, 4.6), layout="constrained")
    for name in scores.model.values:
        axes.plot(scores.horizon, scores.crps_ratio.sel(model=name), **_style(name))
    axes.set(
        title="CRPS relative to the random walk in logarithms (below 1 is better; cut at 1.75)",
        xlabel="months ahead",
        ylim=(0.75, 1.75),
        xlim=(1, 12),
    )
    axes.set_xticks(range(1, 13))
    axes.grid(axis="y", alpha=0.3)
    handles = [plt.Line2D([], [], label=NAMES[n], **_style(n)) for n in scores.model.values]
    figure.legend(handles=handles, loc="outside right center", frameon=False)
    _save(figure, "hindcast_crps")


def pit_figure(scores: xr.Dataset) -> None:
    """PIT histograms of every process and reference."""
    figure, panels = plt.subplots(
        2, 4, figsize=(11, 5), layout="constrained", sharex=True, sharey=True
    )
    for axes, name in zip(panels.flat, scores.model.values, strict=True):
        shares = 100 * scores.pit_histogram.sel(model=name)
        axes.bar(scores.bin, shares, width=0.094, color=COLOURS[name])
        axes.axhline(10, color="black", lw=0.8, ls=":")
        axes.set_title(NAMES[name], fontsize=10)
        axes.set_xticks([0, 0.5, 1])
    figure.supxlabel("share of the forecast below what came (PIT)", fontsize=10)
    figure.supylabel("cases, %", fontsize=10)
    figure.suptitle("Flat is right: middle too high = too wide, ends too high = too narrow")
    _save(figure, "hindcast_pit")


def years_figure(scores: xr.Dataset) -> None:
    """Yearly forecasts one, two and three years ahead against what came."""
    figure, panels = plt.subplots(1, 3, figsize=(11, 4.4), layout="constrained", sharey=True)
    shown = ["exponential_smoothing", "log_ar1", "regime"]
    for axes, horizon in zip(panels, (1, 2, 3), strict=True):
        years = [int(year) for year in scores.target.sel(horizon=horizon).values]
        for offset, name in zip((-0.25, 0.0, 0.25), shown, strict=True):
            cells = scores.forecast.sel(model=name, horizon=horizon) / THOUSAND
            places = np.array(years) + offset
            for low, high, width in ((0.05, 0.95, 2), (0.25, 0.75, 6)):
                bounds = [cells.sel(quantile=q) for q in (low, high)]
                axes.vlines(places, *bounds, color=COLOURS[name], lw=width, alpha=0.7)
            axes.plot([], [], color=COLOURS[name], lw=4, label=NAMES[name])
        came = scores.observed.sel(horizon=horizon) / THOUSAND
        axes.plot(years, came, "o", color="black", ms=5, label="what came", zorder=3)
        axes.set(title=f"{horizon} year{'s' if horizon > 1 else ''} ahead", yscale="log")
        axes.set_xticks(years)
        axes.grid(axis="y", alpha=0.3)
    panels[0].set_ylabel("first applications a year, thousand")
    panels[0].set_yticks([20, 50, 100, 200, 500, 1000], ["20", "50", "100", "200", "500", "1,000"])
    panels[0].set_ylim(15, 1500)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    figure.suptitle("Years forecast from months up to December: 50 % (thick) and 90 % (thin)")
    _save(figure, "hindcast_years")


def fan_figure(series: xr.DataArray, scores: xr.Dataset) -> None:
    """Fan chart of every process from the end of 2021, with what was published later."""
    figure, panels = plt.subplots(
        2, 3, figsize=(12, 6.6), layout="constrained", sharex=True, sharey=True
    )
    for axes, name in zip(panels.flat, PROCESSES, strict=True):
        _draw_history(axes, series)
        _draw_fan(axes, scores.sel(model=name, origin=LATER), COLOURS[name])
        axes.set_title(NAMES[name], fontsize=11)
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=5, frameon=False)
    figure.supylabel("first applications a month in Germany, thousand (logarithmic)", fontsize=10)
    figure.suptitle("Each process fitted to 2015–2021 and run ahead for three years")
    _save(figure, "arrivals_fans")


def origins_figure(series: xr.DataArray, scores: xr.Dataset) -> None:
    """Fans of exponential smoothing from several origins against history."""
    figure, axes = plt.subplots(figsize=(11, 4.8), layout="constrained")
    _draw_history(axes, series)
    for origin in FAN_ORIGINS:
        fan = scores.sel(model="exponential_smoothing", origin=origin, horizon=slice(1, 12))
        _draw_fan(axes, fan, BLUE, labelled=origin == FAN_ORIGINS[0])
    axes.set(
        title="Exponential smoothing from the end of each year, with what was known then",
        ylabel="first applications a month, thousand",
        xlim=(2015, 2022.2),
    )
    axes.legend(loc="upper right", frameon=False)
    _save(figure, "arrivals_origins")


def _draw_history(axes: Axes, series: xr.DataArray) -> None:
    """Observed months: a line where they are complete, dots where they are not."""
    months = np.array([_decimal_year(name) for name in series.period.values])
    complete = months < _decimal_year("2022-01")
    axes.plot(
        months[complete],
        series[complete] / THOUSAND,
        color="black",
        lw=1.1,
        label="complete months",
    )
    axes.plot(
        months[~complete],
        series[~complete] / THOUSAND,
        "o",
        color="black",
        ms=2.5,
        label="single months published",
    )
    axes.set_yscale("log")
    axes.set_yticks(
        [1, 2, 5, 10, 20, 50, 100, 200], ["1", "2", "5", "10", "20", "50", "100", "200"]
    )
    axes.set_ylim(1, 300)
    axes.minorticks_off()
    axes.grid(axis="y", alpha=0.3)


def _draw_fan(axes: Axes, fan: xr.Dataset, colour: str, *, labelled: bool = True) -> None:
    """Intervals and median of one forecast."""
    months = [_decimal_year(name) for name in fan.target.values]
    for low, high, alpha, label in BANDS:
        bounds = [fan.forecast.sel(quantile=q) / THOUSAND for q in (low, high)]
        text = f"{label} of draws" if labelled else None
        axes.fill_between(months, *bounds, color=colour, alpha=alpha, lw=0, label=text)
    median = fan.forecast.sel(quantile=0.5) / THOUSAND
    axes.plot(months, median, color=colour, lw=1.4, label="median" if labelled else None)


def _decimal_year(name: str) -> float:
    """Place of a month on an axis of years."""
    year, month = name.split("-")
    return int(year) + (int(month) - 0.5) / 12


def _style(name: str) -> dict[str, object]:
    """Line of a process, or of a reference (dashed)."""
    return {
        "color": COLOURS[name],
        "ls": "--" if name in REFERENCES else "-",
        "lw": 2.6 if name == "exponential_smoothing" else 1.6,
    }


def _save(figure: plt.Figure, name: str) -> None:
    figure.savefig(HERE / f"{name}.png", dpi=110)
    plt.close(figure)


def print_months(scores: xr.Dataset) -> None:
    """Table of the monthly hindcast."""
    print("\n| process | 50 % | 80 % | 90 % | CRPS ratio at 1 | 3 | 6 | 12 | mean | in logs |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    walk = scores.mean_crps_log.sel(model="random_walk")
    for name in scores.model.values:
        own = scores.sel(model=name)
        covered = [
            f"{100 * float(own.coverage.sel(interval=i).mean()):.1f} %" for i in (0.5, 0.8, 0.9)
        ]
        ratio = [f"{float(own.crps_ratio.sel(horizon=h)):.2f}" for h in (1, 3, 6, 12)]
        means = [float(own.crps_ratio.mean()), float((own.mean_crps_log / walk).mean())]
        cells = [f"`{name}`", *covered, *ratio, *(f"{mean:.2f}" for mean in means)]
        print(f"| {' | '.join(cells)} |")


def print_horizons(scores: xr.Dataset) -> None:
    """Table of the coverage of 90 % intervals by horizon."""
    print("\n| process |", " | ".join(str(h) for h in scores.horizon.values), "|")
    print("|---|" + "---|" * scores.sizes["horizon"])
    for name in scores.model.values:
        covered = scores.coverage.sel(model=name, interval=0.9)
        print(f"| `{name}` |", " | ".join(f"{100 * float(c):.0f}" for c in covered), "|")


def print_origin_years(scores: xr.Dataset) -> None:
    """Coverage of the 90 % intervals of exponential smoothing by the year of the origin."""
    print("\norigins in year: cases, coverage, share above, share below")
    own = scores.sel(model="exponential_smoothing")
    years = np.array([origin[:4] for origin in scores.origin.values])
    for year in np.unique(years):
        part = own.sel(origin=scores.origin[years == year])
        known = part.observed.notnull()
        above = (part.observed > part.forecast.sel(quantile=0.95)).where(known).mean()
        below = (part.observed < part.forecast.sel(quantile=0.05)).where(known).mean()
        covered = part.covered.sel(interval=0.9).mean()
        print(year, int(known.sum()), f"{float(covered):.3f} {float(above):.3f} {float(below):.3f}")


def print_years(scores: xr.Dataset) -> None:
    """Table of the yearly hindcast."""
    print("\n| year, from | came |", " | ".join(f"`{n}`" for n in scores.model.values), "|")
    print("|---|---|" + "---|" * scores.sizes["model"])
    for horizon in scores.horizon.values:
        for origin in scores.origin.values:
            cell = scores.sel(origin=origin, horizon=horizon)
            if np.isnan(cell.observed):
                continue
            texts = []
            for name in scores.model.values:
                low, middle, high = (
                    float(cell.forecast.sel(model=name, quantile=q)) / THOUSAND
                    for q in (0.05, 0.5, 0.95)
                )
                mark = "" if float(cell.covered.sel(model=name, interval=0.9)) else " ✗"
                texts.append(f"{middle:.0f} ({low:.0f}–{high:.0f}){mark}")
            came = f"{float(cell.observed) / THOUSAND:.0f}"
            print(f"| {cell.target.item()}, {origin} | {came} |", " | ".join(texts), "|")


def print_later_months(scores: xr.Dataset) -> None:
    """Say which months published after 2021 lie outside the 90 % intervals from its end."""
    print()
    for name in PROCESSES:
        fan = scores.sel(model=name, origin=LATER)
        known = fan.isel(horizon=np.flatnonzero(fan.observed.notnull()))
        outside = known.target.values[known.covered.sel(interval=0.9).values == 0.0]
        print(f"{name}: {outside.size} of {known.sizes['horizon']} outside: {', '.join(outside)}")


def main() -> None:
    """Run the hindcasts, print their tables and draw their figures."""
    mpl.use("Agg")
    mpl.rcParams.update({"axes.spines.top": False, "axes.spines.right": False})
    scenario = igs.load_scenario(SCENARIO)
    whole = igs.load_series(SERIES).sel(period=slice("2015-01", None))
    months = whole.sel(period=slice("2015-01", "2021-12"))
    scores = igs.hindcast(scenario, months, process=PROCESSES)
    print_months(scores)
    print_horizons(scores)
    print_origin_years(scores)
    coverage_figure(scores)
    crps_figure(scores)
    pit_figure(scores)
    sums = {
        str(year): float(months.sel(period=slice(f"{year}-01", f"{year}-12")).sum())
        for year in range(2015, 2022)
    }
    yearly = sums | {year: persons / REVISION for year, persons in REVISED.items()}
    years = igs.hindcast(
        scenario,
        months,
        origins=[*FAN_ORIGINS, LATER],
        horizons=3,
        process=PROCESSES,
        per="year",
        yearly=yearly,
    )
    print_years(years)
    years_figure(years)
    fans = igs.hindcast(
        scenario, whole, origins=[*FAN_ORIGINS, LATER], horizons=36, process=PROCESSES
    )
    print_later_months(fans)
    fan_figure(whole, fans)
    origins_figure(whole, fans)


if __name__ == "__main__":
    main()
