"""The command line: exit codes, what goes to which stream, and nothing half-written."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.analysis.synthetic import make_result, with_payments

import integrasim
from integrasim import cli
from integrasim.documents.problems import InputError, Problem
from integrasim.engine.storage import load_result, save_result
from integrasim.reporting import tables

ROOT = Path(__file__).parents[1]
TOY = ROOT / "scenarios" / "toy.yaml"
MAIN = "from integrasim.cli import main; main()"
PROBLEM = Problem("a.yaml", 3, 8, "draws", "0 is too small", "Use at least 1.")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Call the entry point; give exit code, standard output and standard error."""

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["integrasim", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else int(code is not None)), *captured

    return call


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Put a made-up simulation in place; give what it was asked for."""
    asked: dict[str, Any] = {}

    def simulate(scenario: object, **arguments: object) -> object:
        asked.update(arguments, scenario=scenario)
        print("progress", file=sys.stderr)  # noqa: T201
        keep: Any = arguments["keep"]
        return make_result(draws=16, keep=keep)

    monkeypatch.setattr(integrasim, "simulate", simulate)
    monkeypatch.setattr(integrasim, "load_scenario", lambda path: f"scenario of {path}")
    return asked


def fail_with(monkeypatch: pytest.MonkeyPatch, name: str, error: BaseException) -> None:
    """Let a public function fail."""

    def fail(*_args: object, **_named: object) -> None:
        raise error

    monkeypatch.setattr(integrasim, name, fail)


def test_run_prints_the_comparison_and_writes_nothing(
    run: Any, asked: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run("run", "a.yaml")
    assert code == 0
    assert out.startswith("Schwelle 25.000 oder 35.000 Euro\n")
    assert err == "progress\n"
    assert asked == {
        "scenario": "scenario of a.yaml",
        "draws": None,
        "seed": None,
        "workers": None,
        "keep": "municipality",
        "store": None,
        "resume": False,
        "progress": True,
    }
    assert not list(tmp_path.iterdir())


def test_run_passes_its_options_on(run: Any, asked: dict[str, Any]) -> None:
    options = ["--draws", 16, "--seed", 0, "--workers", 2, "--keep", "land", "--lang", "en"]
    code, out, _ = run("run", *options, "a.yaml")
    assert code == 0
    assert out.startswith("Threshold 25,000 or 35,000 EUR\n")
    assert (asked["draws"], asked["seed"], asked["workers"]) == (16, 0, 2)
    assert asked["keep"] == "land"


@pytest.mark.usefixtures("asked")
def test_run_writes_a_directory_and_says_so(run: Any, tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    code, printed, err = run("run", "a.yaml", "--out", out)
    assert code == 0
    assert "result.nc" not in printed
    assert sorted(path.name for path in out.iterdir()) == [
        "manifest.json",
        "result.nc",
        "summary.csv",
    ]
    for name in ("result.nc", "summary.csv", "manifest.json"):
        size = (out / name).stat().st_size
        assert f"wrote {out / name} ({-(-size // 1000)} kB)" in err
    assert load_result(out / "result.nc").identical(make_result(draws=16))
    assert json.loads((out / "manifest.json").read_text())["draws"] == 16


@pytest.mark.parametrize("failing", ["load_scenario", "simulate"])
def test_wrong_scenario(
    run: Any, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, failing: str
) -> None:
    fail_with(monkeypatch, failing, InputError([PROBLEM, PROBLEM]))
    code, out, err = run("run", "a.yaml", "--out", tmp_path / "out")
    assert code == 2
    assert (out, err) == ("", f"{PROBLEM}\n{PROBLEM}\n")
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("error", "expected_code", "message"),
    [
        (KeyboardInterrupt(), 130, "integrasim: interrupted"),
        (OSError(28, "No space left on device"), 1, "[Errno 28] No space left on device"),
        (MemoryError(), 1, "integrasim: failed: out of memory"),
    ],
)
def test_failures_are_one_line(
    run: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    error: BaseException,
    expected_code: int,
    message: str,
) -> None:
    fail_with(monkeypatch, "simulate", error)
    code, out, err = run("run", "a.yaml", "--out", tmp_path / "out")
    assert (code, out) == (expected_code, "")
    assert message in err
    assert err.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("asked")
def test_error_of_the_programme_shows_its_traceback(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(monkeypatch, "simulate", ZeroDivisionError("a bug"))
    code, out, err = run("run", "a.yaml")
    assert (code, out) == (1, "")
    assert "Traceback" in err
    assert "ZeroDivisionError: a bug" in err
    assert err.endswith("please report it\n")


def test_directory_is_checked_before_the_simulation(
    run: Any, asked: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("mine")
    code, out, err = run("run", "a.yaml", "--out", tmp_path / "file")
    assert (code, out) == (2, "")
    assert err.startswith("integrasim: ")
    assert "is a file, not a directory" in err
    assert err.count("\n") == 1
    assert asked == {}


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a directory that not even root fills")
def test_directory_that_cannot_be_written_is_known_before_the_simulation(
    run: Any, asked: dict[str, Any]
) -> None:
    code, out, err = run("run", "a.yaml", "--out", "/proc/x")
    assert (code, out) == (2, "")
    assert err.startswith("integrasim: /proc cannot be written to")
    assert err.count("\n") == 1
    assert asked == {}


@pytest.mark.usefixtures("asked")
def test_output_is_written_although_the_page_cannot_be_printed(
    run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What took long to simulate is not lost because a reader has gone."""

    def gone(*_args: object, **_named: object) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    redirected: list[int] = []
    monkeypatch.setattr(tables, "print_comparison", gone)
    monkeypatch.setattr(os, "dup2", lambda _nowhere, descriptor: redirected.append(descriptor))
    code, out, err = run("run", "a.yaml", "--out", tmp_path / "out")
    assert (code, out) == (141, "")
    assert "failed" not in err
    assert redirected == [1, 2]
    assert (tmp_path / "out" / "result.nc").exists()


def test_only_the_minus_has_a_plain_sign(run: Any) -> None:
    run("--version")
    assert "−5 € … 3".encode("ascii", errors="integrasim") == b"-5 ? ? 3"
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("ascii", errors="integrasim")


def test_minus_is_kept_where_the_sign_is_unknown(tmp_path: Path) -> None:
    save_result(make_result(), tmp_path / "result.nc")
    arguments = ["compare", str(tmp_path / "result.nc"), "--baseline", "threshold_25k"]
    for encoding in ("ascii", "cp1252"):
        done = subprocess.run(
            [sys.executable, "-c", MAIN, *arguments],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": encoding},
        )
        assert re.search(r" -\d", done.stdout.decode(encoding))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows closes pipes in its own way")
@pytest.mark.parametrize("command", ["run", "compare", "check", "--help", "--version"])
def test_closed_pipe_ends_quietly(tmp_path: Path, command: str) -> None:
    """As with "| head": the reader has gone before the first line is written."""
    save_result(make_result(), tmp_path / "result.nc")
    arguments = {
        "run": ["run", str(TOY), "--draws", "8", "--out", str(tmp_path / "out")],
        "compare": ["compare", str(tmp_path / "result.nc")],
        "check": ["check", str(TOY)],
    }.get(command, [command])
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-c", MAIN, *arguments],
            check=False,
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        os.close(writer)
    assert done.returncode == 141
    for word in ("Broken", "failed", "Traceback", "ignored"):
        assert word not in done.stderr
    assert (tmp_path / "out").exists() == (command == "run")


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["run"], "Missing argument"),
        (["run", "a.yaml", "--draws", "0"], "--draws"),
        (["run", "a.yaml", "--seed", "-1"], "--seed"),
        (["run", "a.yaml", "--workers", "many"], "--workers"),
        (["run", "a.yaml", "--keep", "everything"], "--keep"),
        (["run", "a.yaml", "--lang", "fr"], "--lang"),
        (["run", "a.yaml", "--fast"], "--fast"),
        (["check"], "Missing argument"),
        (["compare"], "Missing argument"),
        (["simulate", "a.yaml"], "simulate"),
    ],
)
def test_wrong_use(run: Any, asked: dict[str, Any], arguments: list[str], part: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert part in err
    assert "Traceback" not in err
    assert asked == {}


def test_check_says_everything_about_every_file(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    problems = {"good.yaml": [], "a.yaml": [PROBLEM, PROBLEM], "also_good.yaml": []}
    monkeypatch.setattr(integrasim, "check_scenario", lambda path: problems[path.name])
    monkeypatch.setattr(integrasim, "load_scenario", lambda _: SimpleNamespace(moved_from=None))
    code, out, err = run("check", *problems)
    assert code == 2
    assert out == "good.yaml: ok\nalso_good.yaml: ok\n"
    assert err == f"{PROBLEM}\n{PROBLEM}\n"
    assert run("check", "good.yaml") == (0, "good.yaml: ok\n", "")


def test_check_points_out_a_horizon_that_starts_elsewhere(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "later.yaml"
    base = TOY
    path.write_text(
        f"extends: {base}\nworld: {{starts_in: 2025-01}}\nhorizon: {{start: 2026-01}}\n", "utf-8"
    )
    code, out, err = run("check", str(path))
    assert (code, out) == (0, f"{path}: ok\n")
    assert "those of 2025-01, but the horizon starts with 2026-01." in err


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--draws", "10.000", '"10.000" is not a whole number'),
        ("--draws", "0", "0 is not between 1 and 10,000,000"),
        ("--draws", "20000000", "20000000 is not between 1 and 10,000,000"),
        ("--seed", "1e3", '"1e3" is not a whole number'),
        ("--seed", str(2**63), "is too large"),
    ],
)
def test_numbers_of_a_run_are_whole_and_within_bounds(
    run: Any, option: str, value: str, message: str
) -> None:
    """In German 10.000 is ten thousand: it must not become ten."""
    code, out, err = run("run", TOY, option, value)
    assert (code, out) == (2, "")
    assert message in " ".join(err.replace("│", " ").split())


def test_compare_prints_a_saved_result(run: Any, tmp_path: Path) -> None:
    for keep in ("municipality", "land"):
        save_result(make_result(keep=keep), tmp_path / f"{keep}.nc")
        code, out, err = run("compare", tmp_path / f"{keep}.nc", "--lang", "en")
        assert (code, err) == (0, "")
        assert "Baseline: Threshold 35,000 EUR" in out
    code, out, err = run("compare", tmp_path / "municipality.nc", "--baseline", "threshold_25k")
    assert (code, err) == (0, "")
    assert "Vergleichsbasis: Schwelle 25.000 €" in out


def test_compare_in_the_budget_year(run: Any, tmp_path: Path) -> None:
    save_result(with_payments(make_result()), tmp_path / "result.nc")
    code, out, _ = run("compare", tmp_path / "result.nc", "--view", "cash", "--lang", "en")
    assert code == 0
    assert "What the Land pays, in million EUR per budget year" in out
    save_result(make_result(), tmp_path / "old.nc")
    code, out, err = run("compare", tmp_path / "old.nc", "--view", "cash")
    assert (code, out) == (2, "")
    assert err.startswith('integrasim: the result lacks the variable "land_payments"')
    assert run("compare", tmp_path / "old.nc", "--view", "paid")[0] == 2


def test_compare_with_a_wrong_input(run: Any, tmp_path: Path) -> None:
    save_result(make_result(), tmp_path / "result.nc")
    (tmp_path / "foreign.nc").write_text("no netCDF")
    for arguments, part in (
        (["result.nc", "--baseline", "treshold_25k"], 'Did you mean "threshold_25k"?'),
        (["foreign.nc"], "not a netCDF file"),
        (["missing.nc"], "there is no such file"),
    ):
        code, out, err = run("compare", tmp_path / arguments[0], *arguments[1:])
        assert (code, out) == (2, "")
        assert part in err
        assert err.startswith("integrasim: ")
        assert err.count("\n") == 1


def test_compare_of_an_incomplete_result(run: Any, tmp_path: Path) -> None:
    result = make_result()
    for index, incomplete in enumerate(
        (
            result.drop_vars(["kreis_ags", "option_label_de"]),
            result.drop_attrs(deep=False).assign_attrs(integrasim_version="0.1.0"),
            result.assign_attrs(budgets="{"),
            result.drop_vars("land_cost"),
        )
    ):
        file = tmp_path / f"{index}.nc"
        save_result(incomplete, file)
        code, out, err = run("compare", file)
        assert (code, out) == (2, "")
        assert err.startswith("integrasim: this is no complete result of integrasim: ")
        assert err.count("\n") == 1


def test_real_run_and_its_saved_result_print_the_same(run: Any, tmp_path: Path) -> None:
    code, from_run, _ = run("run", TOY, "--draws", 32, "--out", tmp_path, "--lang", "en")
    assert code == 0
    assert from_run.startswith("Toy Land\n")
    code, from_file, _ = run("compare", tmp_path / "result.nc", "--lang", "en")
    assert code == 0
    assert from_file == from_run


def test_version(run: Any) -> None:
    assert run("--version") == (0, f"integrasim {integrasim.__version__}\n", "")


def test_help_names_every_command_and_exit_is_clean(run: Any) -> None:
    code, out, err = run("--help")
    assert (code, err) == (0, "")
    for command in ("run", "check", "compare", "law"):
        assert command in out
    assert "RESULT" in run("compare", "--help")[1]


def test_help_is_fast() -> None:
    """Help imports nothing heavy; half a second allows for a slow machine."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", MAIN, "--help"],
        check=True,
        capture_output=True,
        text=True,
    )
    elapsed = time.perf_counter() - started
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "typer" in imported
    assert not imported & {"numpy", "xarray", "pydantic", "numba", "netCDF4", "rich.table"}
    assert elapsed < 2.0


def test_output_without_the_euro_sign_does_not_fail(tmp_path: Path) -> None:
    """In a pipe that only knows ASCII the table loses signs but not the numbers."""
    save_result(make_result(), tmp_path / "result.nc")
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "compare", tmp_path / "result.nc"],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    text = done.stdout.decode("ascii")
    assert "Mio. ?" in text
    assert "\x1b" not in text


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_interrupt_of_a_running_process(tmp_path: Path) -> None:
    code = (
        "import sys, time, integrasim\n"
        "integrasim.load_scenario = lambda path: None\n"
        "def simulate(scenario, **named):\n"
        "    print('started', file=sys.stderr, flush=True)\n"
        "    time.sleep(60)\n"
        "integrasim.simulate = simulate\n"
    )
    arguments = ["run", "a.yaml", "--out", str(tmp_path / "out")]
    with subprocess.Popen(
        [sys.executable, "-c", code + MAIN, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "started\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "", "integrasim: interrupted\n")
    assert not list(tmp_path.iterdir())


def test_sweep_prints_the_curve_and_writes_it(run: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = ["--threshold", "25000:45000:10000", "--draws", 8, "--seed", 1, "--out", out]
    code, printed, err = run("sweep", TOY, *options)
    assert code == 0
    assert [line.split()[0] for line in printed.splitlines() if "±" in line][:3] == [
        "25.000",
        "35.000",
        "45.000",
    ]
    assert f"wrote {out / 'sweep.nc'} and {out / 'sweep.csv'}" in err
    curve = load_result(out / "sweep.nc")
    assert curve["threshold"].to_numpy().tolist() == [25e3, 35e3, 45e3]
    assert curve.sizes["draw"] == 8
    assert (out / "sweep.csv").read_text(encoding="utf-8").startswith("threshold,year,mean")


@pytest.mark.parametrize("grid", ["25000:45000", "25000:a:1", "2.5:3:1", "5:1:1", "1:5:0", ""])
def test_sweep_refuses_what_is_no_grid(run: Any, grid: str) -> None:
    code, _, err = run("sweep", TOY, "--threshold", grid)
    assert code == 2
    assert f'"{grid}" is' in err


def test_sweep_says_how_a_grid_with_separators_is_written(run: Any) -> None:
    code, _, err = run("sweep", TOY, "--threshold", "15.000:70.000:1.000")
    assert code == 2
    assert "without separators, such as 15000:70000:1000." in " ".join(err.split())


def test_sweep_refuses_thresholds_below_the_floor(run: Any, tmp_path: Path) -> None:
    code, out, err = run("sweep", TOY, "--threshold", "5000:20000:5000", "--out", tmp_path)
    assert (code, out) == (2, "")
    assert err.startswith("integrasim: --threshold: the threshold 5,000 lies below world.illness")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("lang", "heading"), [("de", "Schritt"), ("en", "stage")])
def test_profile_goes_to_standard_error(run: Any, tmp_path: Path, lang: str, heading: str) -> None:
    arguments = ["run", TOY, "--draws", 8, "--lang", lang]
    _, plain, silent = run(*arguments)
    code, out, err = run(*arguments, "--profile", "--out", tmp_path / "out")
    assert (code, out) == (0, plain)
    assert heading not in silent
    table = err.partition(heading)[2]
    assert "threshold_25k" in table
    assert "PCG64" in table
    assert load_result(tmp_path / "out" / "result.nc").sizes["draw"] == 8


def test_profile_of_a_sweep(run: Any) -> None:
    arguments = ["--threshold", "20000:30000:5000", "--draws", 8, "--lang", "en"]
    code, _, err = run("sweep", TOY, *arguments, "--profile")
    assert code == 0
    assert "curve of thresholds" in err


def test_a_failed_run_has_no_profile(run: Any, tmp_path: Path) -> None:
    code, _, err = run("run", tmp_path / "none.yaml", "--profile")
    assert code == 2
    assert "PCG64" not in err


# A store


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("stores") / "run.zarr"
    integrasim.simulate(integrasim.load_scenario(TOY), draws=40, store=store)
    return store


def test_run_into_a_store(run: Any, tmp_path: Path) -> None:
    """The same page as without one; --out has all but the draws, which are in the store."""
    store, out = tmp_path / "run.zarr", tmp_path / "out"
    arguments = ("run", TOY, "--draws", 40, "--out", out)
    code, page, _ = run(*arguments)
    assert code == 0
    summary = (out / "summary.csv").read_bytes()
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    code, again, said = run(*arguments, "--store", store)
    assert (code, again) == (0, page)
    assert re.search(r"wrote .*summary\.csv.*\nwrote .*manifest\.json", said)
    assert "result.nc" not in said
    assert sorted(path.name for path in out.iterdir()) == ["manifest.json", "summary.csv"]
    assert (out / "summary.csv").read_bytes() == summary
    assert json.loads((out / "manifest.json").read_text("utf-8")) == manifest
    assert run("compare", store)[:2] == (0, page)


def test_run_refuses_a_store_that_is_there(run: Any, stored: Path) -> None:
    code, page, said = run("run", TOY, "--draws", 40, "--store", stored)
    assert (code, page) == (2, "")
    assert said.endswith("name another store, or delete this one.\n")
    assert run("run", TOY, "--draws", 40, "--store", stored, "--resume")[0] == 0


def test_an_interrupted_run_says_how_it_goes_on(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_arguments: Any, **_named: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(integrasim, "simulate", interrupt)
    code, page, said = run("run", TOY, "--store", tmp_path / "run.zarr")
    assert (code, page) == (130, "")
    assert said.startswith("integrasim: what is in the store is kept: go on with --resume\n")
    assert "--resume" not in run("run", TOY)[2]


def test_resume_goes_with_a_store(run: Any) -> None:
    code, page, said = run("run", TOY, "--resume")
    assert (code, page) == (2, "")
    assert "goes with --store" in said


def test_compare_refuses_an_unfinished_store(run: Any, stored: Path, tmp_path: Path) -> None:
    store = tmp_path / "run.zarr"
    shutil.copytree(stored, store)
    progress = store / "progress" / "zarr.json"
    said_so = progress.read_text("utf-8")
    progress.write_text(re.sub('"finished": true', '"finished": false', said_so), "utf-8")
    code, page, said = run("compare", store)
    assert (code, page) == (2, "")
    assert "0 of 40 draws are there. Finish it: integrasim run toy.yaml --draws 40" in said
    assert said.endswith(f"--store {store} --resume\n")
