"""Whatever is done to a scenario file, it is right or an InputError says what is wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrasim.documents.problems import InputError
from integrasim.scenario import check_scenario, load_scenario

if TYPE_CHECKING:
    from pathlib import Path

JUNK = (
    *("{}", "[]", "null", "true", "-1", "0", "1e400", ".nan", ".inf", "''", "abc", "1e-320"),
    *("{dist: uniform, low: 0, high: 1}", "{dist: beta, mean: 0.5, sd: 0.1}", "[1, [2]]"),
    *("99999999999999999999999", "&a", "*a", "\t", "!x", "'", "{", ": ", "#", "- ", "\n", "  "),
    *("\x00", "é", "2025-01", "999", "{a: {b: c}}", "0x1F", "fixed", "log_ar1", "35.000", "<<: "),
    *("regime", "bootstrap", "expert", "negative_binomial", "dispersion", "world.arrivals"),
)
# Words of the libraries underneath, which would help nobody.
FOREIGN = re.compile(r"https?:|Input should|Value error|validat|pydantic|ruamel|NoneType|Error")


@st.composite
def mutations(draw: st.DrawFn, text: str) -> str:
    for _ in range(draw(st.integers(1, 3))):
        words = [match.span() for match in re.finditer(r"[\w.]+", text)]
        kind = draw(st.sampled_from(["word", "cut", "insert", "drop line", "repeat line"]))
        place = draw(st.integers(0, len(text)))
        lines = text.split("\n")
        row = draw(st.integers(0, len(lines) - 1))
        if kind == "word" and words:
            start, end = draw(st.sampled_from(words))
            text = text[:start] + draw(st.sampled_from(JUNK)) + text[end:]
        elif kind == "cut":
            text = text[:place] + text[place + draw(st.integers(1, 3)) :]
        elif kind == "insert":
            text = text[:place] + draw(st.sampled_from(JUNK)) + text[place:]
        elif kind == "drop line":
            text = "\n".join(lines[:row] + lines[row + 1 :])
        else:
            text = "\n".join([*lines[:row], lines[row], *lines[row:]])
    return text


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@settings(max_examples=250)
@given(data=st.data())
def test_a_mutated_scenario_is_right_or_its_problems_are_named(
    data: st.DataObject, toy: str, folder: Path
) -> None:
    text = data.draw(mutations(toy))
    path = folder / "s.yaml"
    path.write_text(text, "utf-8")
    problems = check_scenario(path)
    for problem in problems:
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.line <= len(text.splitlines()) + 1
        assert FOREIGN.search(problem.message + problem.remedy) is None
        assert problem.remedy.endswith((".", "?"))
        assert not problem.message.endswith(".")
    if problems:
        with pytest.raises(InputError):
            load_scenario(path)
    else:
        scenario = load_scenario(path)
        path.write_text(scenario.source_text, "utf-8")
        assert load_scenario(path).sha256 == scenario.sha256
