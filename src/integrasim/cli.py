"""The command line: ``integrasim run``, ``check``, ``compare``, ``sweep`` and ``law``.

Standard output carries results, standard error progress and messages. Exit codes:
0 done, 1 failed, 2 the input is wrong, 130 interrupted, 141 the reader of the output
has gone.

Whatever takes long to import is imported where it is used, so that help and errors
of use appear at once.
"""

# ruff: noqa: PLC0415

from __future__ import annotations

import codecs
import io
import math
import os
import sys
import traceback
from contextlib import contextmanager
from datetime import date, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr

__all__ = ["main"]

_FAILED, _WRONG_INPUT, _INTERRUPTED, _NO_READER = 1, 2, 130, 141
_KILOBYTE = 1000

_app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """Run the command line; the entry point ``integrasim``.

    Examples
    --------
    ``integrasim run scenarios/threshold_25k_vs_35k.yaml --out results/threshold``
    """
    codecs.register_error("integrasim", _plain_sign)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="integrasim")  # a terminal without "€" must not end the run
    try:
        _app()
    except SystemExit as end:
        if not isinstance(end.__context__, BrokenPipeError):
            raise
        _to_nowhere()
        sys.exit(_NO_READER)


def _plain_sign(error: UnicodeError) -> tuple[str, int]:
    """Replace a sign that the encoding lacks; a minus must not become a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join("-" if sign == "\N{MINUS SIGN}" else "?" for sign in signs), error.end


def _to_nowhere() -> None:
    """Let what is left in the buffers vanish, so that closing them fails no more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)


def _show_version(asked: bool) -> None:  # noqa: FBT001 (typer passes the option's value)
    """Print the version and exit."""
    if asked:
        typer.echo(f"integrasim {metadata.version('integrasim')}")
        raise typer.Exit


def _whole_number(text: str) -> int:
    """Read a whole number; 10.000 is ten thousand to some and ten to others."""
    if not text.isascii() or not text.isdigit():
        raise typer.BadParameter(
            f'"{text}" is not a whole number. Write digits without separators, such as 10000.'
        )
    return int(text)


def _draws_in_bounds(draws: int | None) -> int | None:
    """Keep the bounds of a scenario file."""
    from integrasim.scenario.schema import MOST_DRAWS

    if draws is not None and not 1 <= draws <= MOST_DRAWS:
        raise typer.BadParameter(f"{draws} is not between 1 and {MOST_DRAWS:,}.")
    return draws


def _seed_in_bounds(seed: int | None) -> int | None:
    """Keep the bounds of a scenario file, or the result could not be computed again."""
    from integrasim.scenario.schema import SEEDS

    if seed is not None and seed >= SEEDS:
        raise typer.BadParameter(f"{seed} is too large. Use a number below {SEEDS}.")
    return seed


_ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file.")]
_Draws = Annotated[
    int | None,
    typer.Option(
        parser=_whole_number,
        callback=_draws_in_bounds,
        metavar="NUMBER",
        help="Number of draws, if not the scenario's.",
    ),
]
_Seed = Annotated[
    int | None,
    typer.Option(
        parser=_whole_number,
        callback=_seed_in_bounds,
        metavar="NUMBER",
        help="Seed, if not the scenario's.",
    ),
]
_Workers = Annotated[int | None, typer.Option(min=1, help="Number of workers, if not all cores.")]
_Profiled = Annotated[
    bool,
    typer.Option("--profile", help="Print the time and memory of every stage to standard error."),
]
_Language = Annotated[
    Literal["de", "en"], typer.Option("--lang", help="Language of what is printed.")
]


@_app.callback()
def _integrasim(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Simulate what refugee reception costs a German Land and its municipalities."""


@_app.command("run")
def _run(
    scenario: _ScenarioFile,
    *,
    draws: _Draws = None,
    seed: _Seed = None,
    workers: _Workers = None,
    keep: Annotated[
        Literal["municipality", "kreis", "land"],
        typer.Option(help="Level at which single draws are kept."),
    ] = "municipality",
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write result.nc (unless there is a store), summary.csv and manifest.json there.",
        ),
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR.zarr",
            help="Write draws there as they come; memory does not grow with them.",
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on with the run in the store, or add draws to it."),
    ] = False,
    profile: _Profiled = False,
    lang: _Language = "de",
) -> None:
    """Simulate a scenario and print the comparison of its options."""
    _refuse(resume and store is None, "--resume", "goes with --store, which says what to resume")
    with _failures(), _profiled(profile, language=lang):
        if out is not None:
            _require_writable(out)
        import integrasim
        from integrasim.engine.storage import ResultFileError

        try:
            result = integrasim.simulate(
                integrasim.load_scenario(scenario),
                draws=draws,
                seed=seed,
                workers=workers,
                keep=keep,
                store=store,
                resume=resume,
                progress=True,
            )
        except ResultFileError as error:
            raise _wrong_input(error) from error
        except KeyboardInterrupt:
            if store is not None:
                _say("integrasim: what is in the store is kept: go on with --resume")
            raise
        yearly, horizon = _compared(result, baseline=None)
        try:
            _print(yearly, horizon, language=lang)
        finally:  # what took long to simulate is not lost with the reader of the page
            if out is not None:
                _save(result, yearly, horizon, directory=out, with_draws=store is None)


@_app.command("check")
def _check(
    scenarios: Annotated[list[Path], typer.Argument(metavar="SCENARIO", help="Scenario files.")],
) -> None:
    """Say everything that is wrong with scenario files, and how to mend it."""
    with _failures():
        import integrasim

        wrong = False
        for path in scenarios:
            problems = integrasim.check_scenario(path)
            if not problems:
                typer.echo(f"{path}: ok")
                _say_if_moved(path)
            for problem in problems:
                wrong = True
                _say(str(problem))
        if wrong:
            raise typer.Exit(_WRONG_INPUT)


def _say_if_moved(path: Path) -> None:
    """Point out that a horizon starts with the persons and prices of another month."""
    import integrasim

    scenario = integrasim.load_scenario(path)
    if scenario.moved_from is not None:
        _say(
            f"{path}: note: world.starts_in: the persons and prices of the start are those of "
            f"{scenario.moved_from:%Y-%m}, but the horizon starts with "
            f"{scenario.horizon.start:%Y-%m}. Start there and read the later years, or state every "
            "initial and index_at_start anew, and starts_in."
        )


@_app.command("compare")
def _compare(
    result: Annotated[
        Path,
        typer.Argument(
            metavar="RESULT",
            help='A "result.nc" that "run --out" has written, or a store of "run --store".',
        ),
    ],
    *,
    baseline: Annotated[
        str | None,
        typer.Option(metavar="OPTION", help="Option to compare with, if not the scenario's."),
    ] = None,
    view: Annotated[
        Literal["accrual", "cash"],
        typer.Option(help="Land's money by the year for which it is due, or in which it is paid."),
    ] = "accrual",
    lang: _Language = "de",
) -> None:
    """Print the comparison of a saved result."""
    with _failures():
        yearly, horizon = _compared(_loaded(result), baseline=baseline, view=view)
        _print(yearly, horizon, language=lang)


@_app.command("sweep")
def _sweep(
    scenario: _ScenarioFile,
    *,
    threshold: Annotated[
        str,
        typer.Option(
            metavar="FROM:TO:STEP",
            help="Thresholds in EUR, both ends included, such as 15000:70000:1000.",
        ),
    ],
    draws: _Draws = None,
    seed: _Seed = None,
    workers: _Workers = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write sweep.nc and sweep.csv there; else nothing."),
    ] = None,
    profile: _Profiled = False,
    lang: _Language = "de",
) -> None:
    """Simulate a scenario once and print the cost of every threshold for illness costs."""
    grid = _grid(threshold)
    with _failures(), _profiled(profile, language=lang):
        if out is not None:
            _require_writable(out)
        import integrasim
        from integrasim.engine.sweep import wrong_thresholds
        from integrasim.reporting.sweeps import print_sweep, save_sweep

        loaded = integrasim.load_scenario(scenario)
        for problem in wrong_thresholds(grid, loaded):
            raise _wrong_input(ValueError(f"--threshold: {problem}"))
        curve = integrasim.sweep(
            loaded, grid, draws=draws, seed=seed, workers=workers, progress=True
        )
        try:
            print_sweep(curve, language=lang)
        finally:  # what took long to simulate is not lost with the reader of the page
            if out is not None:
                out.mkdir(parents=True, exist_ok=True)
                integrasim.save_result(curve, out / "sweep.nc")
                save_sweep(curve, out / "sweep.csv")
                _say(f"wrote {out / 'sweep.nc'} and {out / 'sweep.csv'}")


@contextmanager
def _profiled(asked: bool, *, language: Literal["de", "en"]) -> Iterator[None]:  # noqa: FBT001
    """Measure what is done within and print it at the end, if that is asked for."""
    if not asked:
        yield
        return
    import integrasim

    with integrasim.profile() as spent:
        yield
    integrasim.print_profile(spent, language=language)


def _grid(text: str) -> list[float]:
    """Read the thresholds from FROM:TO:STEP."""
    parts = text.split(":")
    if len(parts) != len(("from", "to", "step")) or not all(
        part.isascii() and part.isdigit() for part in parts
    ):
        raise typer.BadParameter(
            f'"{text}" is no grid. Write three whole numbers '
            "without separators, such as 15000:70000:1000.",
            param_hint="--threshold",
        )
    first, last, step = map(int, parts)
    if step == 0 or last < first:
        raise typer.BadParameter(
            f'"{text}" is empty. The end must not lie below the start, and the step not be 0.',
            param_hint="--threshold",
        )
    return [float(value) for value in range(first, last + 1, step)]


@_app.command("law")
def _law(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME",
            help="Instrument or parameter, such as fluag.illness; with --test: files of cases.",
        ),
    ] = None,
    *,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="Day whose law is shown, if not today.")
    ] = None,
    diff: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="DATE DATE", help="Show what changed between two days."),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Day up to which acts are known, if not today."),
    ] = None,
    test: Annotated[bool, typer.Option("--test", help="Run the law cases of some files.")] = False,
    coverage: Annotated[
        bool,
        typer.Option("--coverage", help="Show which programmes are covered, and what is left out."),
    ] = False,
    lang: _Language = "de",
) -> None:
    """Show what the law says, since when, by which act; or test it against cases."""
    given = names or []
    if test:
        _refuse(on or diff or as_of, "--test", "goes with files alone: the cases state their days")
        _refuse(not given, "--test", "name at least one file of cases")
        _refuse(coverage, "--coverage", "goes without --test")
        _test_law([Path(name) for name in given], language=lang)
        return
    if coverage:
        _refuse(given or on or diff or as_of, "--coverage", "goes without NAME and without days")
        _print_coverage(language=lang)
        return
    _refuse(len(given) > 1, "NAME", "name one instrument or parameter at a time")
    _refuse(on and diff, "--diff", "goes without --on: it has two days of its own")
    today = datetime.now().astimezone().date()
    known = _day(as_of, "--as-of") if as_of else today
    with _failures():
        from integrasim.reporting import law as pages
        from integrasim.statutes import load_statute_book

        book = load_statute_book()
    if given:
        _require_known(given[0], pages.known_names(book))
    if diff:
        start, end = (_day(each, "--diff") for each in diff)
        _refuse(end <= start, "--diff", f"{end} does not lie after {start}")
        with _failures():
            pages.print_law_changes(
                book, start, end, name=given[0] if given else None, as_of=known, language=lang
            )
        return
    day = _day(on, "--on") if on else today
    with _failures():
        if given:
            pages.print_law(book, given[0], on=day, as_of=known, language=lang)
        else:
            pages.print_law_overview(book, on=day, as_of=known, language=lang)


def _test_law(files: list[Path], *, language: Literal["de", "en"]) -> None:
    """Run the law cases of some files and say which passed."""
    with _failures():
        from integrasim.casebook import load_cases, run_case
        from integrasim.reporting.law_cases import case_lines

        outcomes = [run_case(each) for each in load_cases(files)]
        for line in case_lines(outcomes, language=language):
            typer.echo(line)
        if not all(outcome.passed for outcome in outcomes):
            raise typer.Exit(_FAILED)


def _print_coverage(*, language: Literal["de", "en"]) -> None:
    """Print which programmes are covered, and what is left out."""
    with _failures():
        from integrasim.coverage import load_systems
        from integrasim.reporting.coverage import print_coverage
        from integrasim.statutes import load_statute_book

        print_coverage(load_systems(), load_statute_book(), language=language)


def _day(text: str, option: str) -> date:
    """Read a day, or refuse it as an error of use."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        message = f'"{text}" is no day of the calendar; write year, month and day: 2025-01-31'
        raise typer.BadParameter(message, param_hint=option)
    return day


def _refuse(wrong: object, option: str, message: str) -> None:
    """Refuse arguments that do not go together."""
    if wrong:
        raise typer.BadParameter(message, param_hint=option)


def _require_known(name: str, known: list[str]) -> None:
    """Refuse a name that the law does not know, and offer the one that may be meant."""
    from integrasim.documents.wording import did_you_mean
    from integrasim.law.instruments import PROGRAMMES, of_programmes

    if name in PROGRAMMES:
        ids = ", ".join(each.id for each in of_programmes(name))
        message = f"{name} is a programme. Name one of its instruments: {ids}."
        raise typer.BadParameter(message, param_hint="NAME")
    if name not in known:
        remedy = did_you_mean(name, known, otherwise="Without a name, the command lists them all.")
        raise typer.BadParameter(f"the law knows no {name}. {remedy}", param_hint="NAME")


def _loaded(path: Path) -> xr.Dataset:
    """Load what the comparison reads of a result."""
    from integrasim.analysis.source import READ_VARIABLES
    from integrasim.engine.storage import ResultFileError, load_result

    try:
        return load_result(path, variables=READ_VARIABLES)
    except ResultFileError as error:
        raise _wrong_input(error) from error


def _compared(
    result: xr.Dataset, *, baseline: str | None, view: Literal["accrual", "cash"] = "accrual"
) -> tuple[xr.Dataset, xr.Dataset]:
    """Compare a result's options by year and over the horizon."""
    from integrasim.analysis.compare import ComparisonError, compare

    try:
        yearly = compare(result, baseline=baseline, view=view)
        return yearly, compare(result, baseline=baseline, view=view, over="horizon")
    except ComparisonError as error:
        raise _wrong_input(error) from error


def _print(yearly: xr.Dataset, horizon: xr.Dataset, *, language: Literal["de", "en"]) -> None:
    """Print the comparison to standard output."""
    from integrasim.reporting.tables import print_comparison

    print_comparison(yearly, horizon=horizon, language=language)


def _save(
    result: xr.Dataset,
    yearly: xr.Dataset,
    horizon: xr.Dataset,
    *,
    directory: Path,
    with_draws: bool,
) -> None:
    """Write the output directory and say so."""
    from integrasim.reporting.output import save_output

    files = save_output(
        result, yearly=yearly, horizon=horizon, directory=directory, with_draws=with_draws
    )
    for path, size in files.items():
        _say(f"wrote {path} ({math.ceil(size / _KILOBYTE):,} kB)")


def _require_writable(directory: Path) -> None:
    """Refuse a directory that cannot be written to, before the simulation."""
    from integrasim.reporting.output import OutputError, require_writable

    try:
        require_writable(directory)
    except OutputError as error:
        raise _wrong_input(error) from error


def _say(message: str) -> None:
    """Print a message to standard error."""
    typer.echo(message, err=True)


def _wrong_input(error: Exception) -> typer.Exit:
    """Say what is wrong with the input, and return the exit."""
    _say(f"integrasim: {error}")
    return typer.Exit(_WRONG_INPUT)


@contextmanager
def _failures() -> Iterator[None]:
    """Turn whatever goes wrong into a message and an exit code.

    Only an error of the programme itself shows a traceback.
    """
    from integrasim.documents.problems import InputError

    try:
        yield
    except (typer.Exit, BrokenPipeError):
        raise
    except InputError as error:
        _say(str(error))
        raise typer.Exit(_WRONG_INPUT) from error
    except KeyboardInterrupt as interrupt:
        _say("integrasim: interrupted")
        raise typer.Exit(_INTERRUPTED) from interrupt
    except (OSError, MemoryError) as error:
        _say(f"integrasim: failed: {str(error) or 'out of memory'}")
        raise typer.Exit(_FAILED) from error
    except Exception as error:
        traceback.print_exc()
        _say("integrasim: failed: this is an error of the programme, please report it")
        raise typer.Exit(_FAILED) from error
