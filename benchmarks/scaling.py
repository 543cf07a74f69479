"""How time and memory grow with draws, months and municipalities, and what a second worker gives.

From the root of the repository: ``python -m benchmarks.scaling`` prints the tables of
docs/performance.md and draws docs/figures/scaling.png, in some three minutes.

Every point is measured in a fresh process, as memory once used is never given back. The time is
processor time, which other work on the machine disturbs least.
"""

from __future__ import annotations

import csv
import multiprocessing
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from scipy.stats._stats_py import LinregressResult

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "scenarios" / "threshold_25k_vs_35k.yaml"
FIGURE = ROOT / "docs" / "figures" / "scaling.png"

DRAWS = (512, 1_024, 2_048, 4_096, 8_192)
MONTHS = (12, 24, 36, 60, 84, 120)
MUNICIPALITIES = (50, 99, 198, 396, 792, 1_584)
FEW_DRAWS = 512
"""Draws where months and municipalities vary."""
SPEED_UP_DRAWS = 2_048
_SPEED_UP_ROUNDS = 2
WORKERS = os.cpu_count() or 1
_START = 2025
_PACKAGED = 396
_YEAR = 12
_ENOUGH = 25_000_000
"""Cells to simulate for a point: small ones are measured several times, and the best counts."""
_MIB = 2**20
_NANO = 1e9
_BLUE, _ORANGE, _GREY = "#1f5a94", "#c8641e", "#555555"

_PERSONS = (
    "arrivals.initial",
    "arrivals.level.median",
    "other_arrivals.temporary_protection.initial",
    "other_arrivals.temporary_protection.level.median",
    "other_arrivals.resettlement.monthly",
    "reception.initial",
    "reception.places.reception_centre",
    "reception.places.other_facility",
    *(
        f"residence.initial.{status}"
        for status in (
            "procedure",
            "appeal",
            "recognised",
            "tolerated",
            "temporary_protection",
            "newcomers",
        )
    ),
)
"""Numbers of persons of the Land: half as many municipalities have half as many."""


@dataclass(frozen=True)
class Point:
    """A run: its size, the best of its times in seconds, and the peak of its memory in bytes."""

    size: int
    cells: int
    processor: float
    elapsed: float
    peak: int
    pcg64: float
    """Seconds of one uniform number of PCG64."""


@dataclass(frozen=True)
class Series:
    """Runs that differ in one size; ``fitted`` are those large enough for the exponent."""

    name: str
    points: Sequence[Point]
    fitted_from: int

    @property
    def fitted(self) -> list[Point]:
        return [point for point in self.points if point.size >= self.fitted_from]

    @property
    def pcg64(self) -> float:
        """Seconds of one uniform number, the best of all runs."""
        return min(point.pcg64 for point in self.points)

    def fit(self) -> LinregressResult:
        """Fit log(time) = constant + exponent × log(size) by least squares."""
        import numpy as np  # noqa: PLC0415 (a child that is measured has it from the library)
        from scipy.stats import linregress  # noqa: PLC0415

        sizes, seconds = zip(*((p.size, p.processor) for p in self.fitted), strict=True)
        return linregress(np.log(sizes), np.log(seconds))


def measure(
    scenario: Path, *, size: int, draws: int, workers: int = WORKERS, store: Path | None = None
) -> Point:
    """Simulate in this process, which must be fresh."""
    # Importing here leaves the parent small: a child's peak starts there.
    import integrasim as igs  # noqa: PLC0415

    loaded = igs.load_scenario(scenario)
    igs.simulate(loaded, draws=8)  # loads the compiled kernels
    cells = draws * len(loaded.horizon.months) * loaded.load_region().size
    times = []
    with igs.profile() as spent:
        for _ in range(1 if store else max(1, _ENOUGH // cells)):
            start = time.process_time(), time.perf_counter()
            igs.simulate(loaded, draws=draws, workers=workers, store=store)
            times.append((time.process_time() - start[0], time.perf_counter() - start[1]))
    return Point(
        size=size,
        cells=cells,
        processor=min(processor for processor, _ in times),
        elapsed=min(elapsed for _, elapsed in times),
        peak=spent.peak,
        pcg64=spent.pcg64,
    )


def run(scenario: Path, **sizes: Any) -> Point:
    """Measure a point in a fresh process."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh) as pool:
        return pool.submit(measure, scenario, **sizes).result()


def write_scenario(folder: Path, *, months: int = 60, municipalities: int = _PACKAGED) -> Path:
    """Write the shipped scenario for another horizon and another Land."""
    from ruamel.yaml import YAML  # noqa: PLC0415

    last_year, last_month = divmod(months - 1, _YEAR)
    document: dict[str, Any] = {
        "extends": str(SCENARIO),
        "schema": "integrasim/1",
        "horizon": {
            "start": f"{_START}-01",
            "end": f"{_START + last_year}-{last_month + 1:02d}",
        },
    }
    if municipalities != _PACKAGED:
        table = folder / f"region_{municipalities}.csv"
        _write_region(table, municipalities)
        document |= {
            "region": table.name,
            "world": _world_of(municipalities / _PACKAGED),
        }
    path = folder / f"scenario_{months}_{municipalities}.yaml"
    with path.open("w", encoding="utf-8") as file:
        YAML(typ="safe", pure=True).dump(document, file)
    return path


def _write_region(table: Path, count: int) -> None:
    """Write a Land of every n-th municipality, or of several copies of each."""
    from integrasim.region.packaged import packaged_file  # noqa: PLC0415

    with packaged_file("municipalities_nrw.csv").open(encoding="utf-8") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["population"]))
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(_chosen(rows, count))


def _chosen(rows: Sequence[dict[str, str]], count: int) -> Iterator[dict[str, str]]:
    """Yield rows evenly from small to large; a copy is in another Land, with the same Kreise."""
    copies: dict[int, int] = {}
    for number in range(count):
        index = (2 * number + 1) * len(rows) // (2 * count)
        land = f"{5 + copies.get(index, 0):02d}"
        copies[index] = copies.get(index, 0) + 1
        row = rows[index]
        yield row | {key: land + row[key][2:] for key in ("ags", "kreis_ags")}


def _world_of(share: float) -> dict[str, Any]:
    """Scale the persons of the Land, so that each municipality has as many as before."""
    from integrasim.documents.yaml import read_document  # noqa: PLC0415

    base = read_document(SCENARIO.with_name("base_nrw_2025.yaml")).data["world"]
    world: dict[str, Any] = {}
    for path in _PERSONS:
        *parents, last = path.split(".")
        source, target = base, world
        for key in parents:
            source, target = source[key], target.setdefault(key, {})
        target[last] = source[last] * share
    return world


def measure_all(folder: Path) -> Iterator[Series]:
    """Measure how cost grows with each of the three sizes."""

    def few_draws(size: int, **sizes: int) -> Point:
        return run(write_scenario(folder, **sizes), size=size, draws=FEW_DRAWS)

    shipped = write_scenario(folder)
    yield Series("draws", [run(shipped, size=n, draws=n) for n in DRAWS], fitted_from=512)
    yield Series("months", [few_draws(n, months=n) for n in MONTHS], fitted_from=36)
    yield Series(
        "municipalities", [few_draws(n, municipalities=n) for n in MUNICIPALITIES], fitted_from=198
    )


def measure_streamed(folder: Path) -> Series:
    """Measure runs whose draws are written to a store as they come."""
    shipped = write_scenario(folder)

    def streamed(draws: int) -> Point:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            return run(shipped, size=draws, draws=draws, store=Path(place) / "run.zarr")

    return Series("draws to a store", [streamed(n) for n in DRAWS], fitted_from=512)


def measure_speed_up(folder: Path) -> float:
    """Measure how many times as fast two workers are as one, elapsed; the best of some rounds."""
    shipped = write_scenario(folder)
    one, two = (
        min(
            run(shipped, size=workers, draws=SPEED_UP_DRAWS, workers=workers).elapsed
            for _ in range(_SPEED_UP_ROUNDS)
        )
        for workers in (1, 2)
    )
    return one / two


def print_series(series: Series) -> None:
    """Print a table in Markdown, and the exponent."""
    print(f"\n| {series.name} | processor s | elapsed s | ns per cell | × PCG64 | peak MiB |")
    print("|---:|---:|---:|---:|---:|---:|")
    for point in series.points:
        print(
            f"| {point.size:,} | {point.processor:.2f} | {point.elapsed:.2f} "
            f"| {point.processor / point.cells * _NANO:.0f} "
            f"| {point.processor / point.cells / series.pcg64:.0f} | {point.peak / _MIB:,.0f} |"
        )
    print(f"exponent {exponent(series)}", flush=True)


def exponent(series: Series) -> str:
    """Give the exponent and its standard error in words."""
    fit = series.fit()
    return f"{fit.slope:.3f} ± {fit.stderr:.3f}, fitted from {series.fitted_from} on"


def draw(times: Sequence[Series], streamed: Series) -> None:
    """Draw processor time against each size, and memory against draws."""
    import matplotlib as mpl  # noqa: PLC0415
    import matplotlib.pyplot as plt  # noqa: PLC0415

    mpl.use("Agg")
    mpl.rcParams.update({"axes.spines.top": False, "axes.spines.right": False})
    figure, panels = plt.subplots(2, 2, figsize=(10, 7.5), layout="constrained")
    *of_time, of_memory = panels.flat
    for axes, series in zip(of_time, times, strict=True):
        _draw_time(axes, series)
    of_time[0].legend(frameon=False, loc="upper left")
    _draw_memory(of_memory, times[0], streamed)
    figure.suptitle(
        f"How cost grows: two options, {FEW_DRAWS} draws × 60 months × {_PACKAGED} "
        "municipalities where not varied",
        fontsize=12,
        fontweight="bold",
    )
    figure.savefig(FIGURE, dpi=110)
    plt.close(figure)


def _draw_time(axes: Axes, series: Series) -> None:
    """Draw the points, the fitted line, and the floor of one random number per cell."""
    import numpy as np  # noqa: PLC0415

    fit = series.fit()
    sizes = np.array([point.size for point in series.points])
    seconds = np.array([point.processor for point in series.points])
    floor = series.pcg64 * np.array([point.cells for point in series.points])
    fitted = sizes[sizes >= series.fitted_from]
    axes.loglog(sizes, seconds, "o", color=_BLUE, label="simulate")
    axes.plot(
        fitted,
        np.exp(fit.intercept) * fitted**fit.slope,
        color=_BLUE,
        label="fitted power, over the sizes it spans",
    )
    axes.plot(sizes, floor, color=_GREY, ls="--", lw=1, label="one PCG64 number per cell")
    axes.set(
        title=f"time ~ {series.name}$^{{\\ {fit.slope:.2f} \\pm {fit.stderr:.2f}}}$",
        xlabel=series.name,
        ylabel="processor time, s",
        ylim=(0.4 * floor.min(), 8.0 * seconds.max()),  # room for the legend
    )
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.grid(alpha=0.3)


def _draw_memory(axes: Axes, in_memory: Series, streamed: Series) -> None:
    """Draw the peak of the memory, with the result in memory and streamed to a store."""
    for series, color, label in (
        (in_memory, _BLUE, "result in memory"),
        (streamed, _ORANGE, "streamed to a store"),
    ):
        sizes = [point.size for point in series.points]
        peaks = [point.peak / _MIB for point in series.points]
        axes.plot(sizes, peaks, "o-", color=color, label=label)
    axes.set(title="memory", xlabel="draws", ylabel="peak memory, MiB", xlim=(0, None))
    axes.set_ylim(0, None)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter("{x:,.0f}")
    axes.legend(frameon=False, loc="lower right")
    axes.grid(alpha=0.3)


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        found = []
        for series in measure_all(folder):
            print_series(series)
            found.append(series)
        streamed = measure_streamed(folder)
        print_series(streamed)
        speed_up = measure_speed_up(folder)
    print(f"\ntwo workers are {speed_up:.2f} times as fast as one")
    draw(found, streamed)
    print(f"drawn: {FIGURE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
