"""``integrasim law``: what it prints, what it refuses, and the exit codes of law cases."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from integrasim import cli

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "law" / "cases"
PAGE = (ROOT / "docs" / "law.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"<!-- file: (\S+) -->\n```yaml\n(.*?)```", PAGE, re.DOTALL))
MAIN = "from integrasim.cli import main; main()"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Call the entry point; give exit code, standard output and standard error."""

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["integrasim", "law", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else int(code is not None)), *captured

    return call


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The cases of the page on the law."""
    file = tmp_path / "my_cases.yaml"
    file.write_text(EXAMPLES["my_cases.yaml"], encoding="utf-8")
    return file


def test_without_a_name_the_law_of_the_day(run: Any) -> None:
    code, out, err = run("--on", "2024-07-01", "--as-of", "2025-01-01")
    assert (code, err) == (0, "")
    assert out.startswith("Was am 1.7.2024 gilt\n")
    assert "1.303  EUR je Person und Monat" in out
    assert run("--on", "2024-07-01", "--lang", "en")[1].startswith("What holds on 1\xa0Jul\xa02024")


def test_today_is_the_day_if_none_is_stated(run: Any) -> None:
    code, out, _ = run()
    assert code == 0
    assert re.match(r"Was am \d+\.\d+\.20\d\d gilt\n", out)


@pytest.mark.parametrize("name", ["fluag.illness", "fluag.illness_threshold"])
def test_a_name(run: Any, name: str) -> None:
    code, out, err = run(name, "--on", "2024-07-01", "--as-of", "2025-01-01")
    assert (code, err) == (0, "")
    assert "Am 1.7.2024: 35.000 EUR je Person und Kalenderjahr" in out
    assert "Formel: " in out


def test_differences(run: Any) -> None:
    code, out, err = run("--diff", "2023-12-31", "2025-01-01", "--as-of", "2025-01-01")
    assert (code, err) == (0, "")
    assert "rückwirkend" in out
    code, out, _ = run("fluag.key_cap", "--diff", "2023-12-31", "2025-01-01", "--lang", "en")
    assert code == 0
    assert out.endswith("Nothing.\n")


def test_coverage(run: Any) -> None:
    code, out, err = run("--coverage")
    assert (code, err) == (0, "")
    assert out.startswith("Was von den Programmen der Gründungsdokumente gerechnet wird\n")
    assert "20. Weitere Programme der Integrationszentren" in out
    assert "17. Model sites" in run("--coverage", "--lang", "en")[1]


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--coverage", "--on", "2025-01-01"], "goes without NAME and without days"),
        (["fluag.illness", "--coverage"], "goes without NAME and without days"),
        (["--coverage", "--test", "a.yaml"], "goes without --test"),
        (["fluag.illnes"], "the law knows no fluag.illnes. Did you mean fluag.illness?"),
        (["kim"], "kim is a programme. Name one of its instruments: kim.coordination, kim."),
        (["xyz"], "Without a name, the command lists them all."),
        (["--on", "31.12.2025"], '"31.12.2025" is no day of the calendar'),
        (["--on", "20251231"], '"20251231" is no day of the calendar'),
        (["--as-of", "2025-02-30"], "--as-of"),
        (["--diff", "2025-01-01", "2024"], "--diff"),
        (["--diff", "2025-01-01"], "--diff"),
        (["--diff", "2025-01-01", "2024-01-01"], "2024-01-01 does not lie after 2025-01-01"),
        (["--diff", "2024-01-01", "2025-01-01", "--on", "2024-01-01"], "goes without --on"),
        (["fluag.illness", "fluag.lump_sum"], "one instrument or parameter at a time"),
        (["--test"], "name at least one file of cases"),
        (["--test", "a.yaml", "--as-of", "2025-01-01"], "the cases state their days"),
        (["--test", "no_such.yaml"], "no_such.yaml:1:1: there is no such file"),
        (["--lang", "fr"], "--lang"),
    ],
)
def test_wrong_use(run: Any, arguments: list[str], part: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert part in err
    assert "Traceback" not in err


def test_shipped_cases_pass(run: Any) -> None:
    files = sorted(CASES.glob("*.yaml"))
    code, out, err = run("--test", *files)
    assert (code, err) == (0, "")
    assert re.search(r"^(\d+) Fälle: \1 bestanden, 0 nicht bestanden$", out, re.MULTILINE)


def test_the_example_of_the_page_passes(run: Any, example: Path) -> None:
    code, out, err = run("--test", example, "--lang", "en")
    assert (code, err) == (0, "")
    assert (
        "passed: Lump sum in the summer of 2024 (value: expected 1,303, found 1,303; "
        "status (1 true, 0 not), enacted: expected 1, found 1)\n"
    ) in out
    assert out.endswith("9 cases: 9 passed, 0 failed\n")


def test_a_wrong_figure_fails(run: Any, example: Path) -> None:
    example.write_text(
        example.read_text(encoding="utf-8").replace("{A: 10, B: 20}", "{A: 10, B: 21}")
    )
    code, out, err = run("--test", example)
    assert (code, err) == (1, "")
    line = 1 + example.read_text(encoding="utf-8").split("Who has to take")[0].count("\n")
    assert (
        f"nicht bestanden: Who has to take 30 persons ({example}:{line + 1}:5)\n"
        "    Aufnahmeverpflichtung, B: erwartet 21, gefunden 20\n"
        "    Quelle: By hand\n"
    ) in out
    assert out.endswith("9 Fälle: 8 bestanden, 1 nicht bestanden\n")


def test_the_tolerance_is_honoured_and_shown(run: Any, example: Path) -> None:
    text = example.read_text(encoding="utf-8")
    example.write_text(text.replace("expected: 1.158\n", "expected: 1.1587\n"))
    assert run("--test", example)[0] == 0
    example.write_text(text.replace("expected: 1.158\n", "expected: 1.1588\n"))
    code, out, _ = run("--test", example)
    assert code == 1
    assert "Wert: erwartet 1,1588, gefunden 1,158222 (Toleranz 0,0005)" in out


def test_a_wrong_file_is_reported_with_every_place(run: Any, example: Path) -> None:
    text = example.read_text(encoding="utf-8")
    wrong = text.replace("kind: product", "kind: produkt").replace("kreise: 1", "kreise: -1")
    example.write_text(wrong, encoding="utf-8")
    code, out, err = run("--test", example)
    assert (code, out) == (2, "")
    assert re.search(rf"{re.escape(str(example))}:\d+:\d+: cases\[2\]\.kind: ", err)
    assert re.search(rf"{re.escape(str(example))}:\d+:\d+: cases\[8\]\.kreise: ", err)


def test_every_kind_is_on_the_page() -> None:
    from integrasim.casebook.loading import KINDS  # noqa: PLC0415

    kinds = [kind.model_fields["kind"].annotation.__args__[0] for kind in KINDS]
    rows = re.findall(r"^\| `([a-z_]+)` \|.*\|.*\|$", PAGE, re.MULTILINE)
    assert sorted(rows) == sorted(kinds)
    for kind in kinds:
        assert f"kind: {kind}" in EXAMPLES["my_cases.yaml"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows closes pipes in its own way")
@pytest.mark.parametrize("arguments", [[], ["--test", str(CASES / "one_off.yaml")]])
def test_closed_pipe_ends_quietly(arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-c", MAIN, "law", *arguments],
            check=False,
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        os.close(writer)
    assert done.returncode == 141
    assert "Traceback" not in done.stderr
