"""The command line: ``integrasim run``, ``check`` and ``compare``.

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
from importlib import metadata
from pathlib import Path  # noqa: TC003 (typer reads the annotations)
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


_Language = Annotated[
    Literal["de", "en"], typer.Option("--lang", help="Language of the printed comparison.")
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
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file.")],
    *,
    draws: Annotated[
        int | None, typer.Option(min=1, help="Number of draws, if not the scenario's.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed, if not the scenario's.")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Number of workers, if not all cores.")
    ] = None,
    keep: Annotated[
        Literal["municipality", "kreis", "land"],
        typer.Option(help="Level at which single draws are kept."),
    ] = "municipality",
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write result.nc, summary.csv and manifest.json there; else nothing is written.",
        ),
    ] = None,
    lang: _Language = "de",
) -> None:
    """Simulate a scenario and print the comparison of its options."""
    with _failures():
        if out is not None:
            _require_writable(out)
        import integrasim

        result = integrasim.simulate(
            integrasim.load_scenario(scenario),
            draws=draws,
            seed=seed,
            workers=workers,
            keep=keep,
            progress=True,
        )
        yearly, horizon = _compared(result, baseline=None)
        try:
            _print(yearly, horizon, language=lang)
        finally:  # what took long to simulate is not lost with the reader of the page
            if out is not None:
                _save(result, yearly, horizon, directory=out)


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
            for problem in problems:
                wrong = True
                _say(str(problem))
        if wrong:
            raise typer.Exit(_WRONG_INPUT)


@_app.command("compare")
def _compare(
    result: Annotated[
        Path, typer.Argument(metavar="RESULT", help='A "result.nc" that "run --out" has written.')
    ],
    *,
    baseline: Annotated[
        str | None,
        typer.Option(metavar="OPTION", help="Option to compare with, if not the scenario's."),
    ] = None,
    lang: _Language = "de",
) -> None:
    """Print the comparison of a saved result."""
    with _failures():
        yearly, horizon = _compared(_loaded(result), baseline=baseline)
        _print(yearly, horizon, language=lang)


def _loaded(path: Path) -> xr.Dataset:
    """Load what the comparison reads of a result."""
    from integrasim.analysis.source import READ_VARIABLES
    from integrasim.engine.storage import ResultFileError, load_result

    try:
        return load_result(path, variables=READ_VARIABLES)
    except ResultFileError as error:
        raise _wrong_input(error) from error


def _compared(result: xr.Dataset, *, baseline: str | None) -> tuple[xr.Dataset, xr.Dataset]:
    """Compare a result's options by year and over the horizon."""
    from integrasim.analysis.compare import ComparisonError, compare

    try:
        yearly = compare(result, baseline=baseline)
        return yearly, compare(result, baseline=baseline, over="horizon")
    except ComparisonError as error:
        raise _wrong_input(error) from error


def _print(yearly: xr.Dataset, horizon: xr.Dataset, *, language: Literal["de", "en"]) -> None:
    """Print the comparison to standard output."""
    from integrasim.reporting.tables import print_comparison

    print_comparison(yearly, horizon=horizon, language=language)


def _save(result: xr.Dataset, yearly: xr.Dataset, horizon: xr.Dataset, *, directory: Path) -> None:
    """Write the output directory and say so."""
    from integrasim.reporting.output import save_output

    files = save_output(result, yearly=yearly, horizon=horizon, directory=directory)
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
