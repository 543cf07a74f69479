"""Scenarios that extend others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from integrasim.documents.problems import InputError
from integrasim.documents.yaml import Position
from integrasim.scenario import check_scenario, load_scenario
from integrasim.scenario.loading import read_scenario_document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Write = Callable[..., Path]


def problems(path: Path) -> list[str]:
    return [str(problem) for problem in check_scenario(path)]


def test_a_scenario_says_only_what_differs(write: Write, toy: str) -> None:
    write(toy, "base.yaml")
    top = "extends: base.yaml\ntitle: {en: Another}\nworld: {costs: {kreisfrei: 15000}}\n"
    scenario = load_scenario(write(top))
    assert (scenario.title.de, scenario.title.en) == ("Schwelle im Beispielland", "Another")
    assert scenario.world.costs.kreisfrei == 15000.0
    assert scenario.world.costs.kreisangehoerig == 12000.0
    assert scenario.files == ("s.yaml", "base.yaml")


def test_the_source_text_stands_alone(write: Write, toy: str, tmp_path: Path) -> None:
    write(toy, "base.yaml")
    scenario = load_scenario(write("extends: base.yaml\nseed: 7\n"))
    (tmp_path / "base.yaml").unlink()
    again = load_scenario(write(scenario.source_text))
    assert again.seed == 7
    assert again.sha256 == scenario.sha256


def test_chains_are_relative_to_each_file(write: Write, toy: str) -> None:
    write(toy, "a/deep/base.yaml")
    write("extends: deep/base.yaml\nseed: 1\ndraws: 7\n", "a/middle.yaml")
    scenario = load_scenario(write("extends: ../a/middle.yaml\nseed: 2\n", "b/top.yaml"))
    assert (scenario.seed, scenario.draws) == (2, 7)
    assert scenario.files == ("b/top.yaml", "a/middle.yaml", "a/deep/base.yaml")


def test_an_error_in_a_base_is_reported_in_the_base(write: Write, toy: str) -> None:
    write(toy.replace("draws: 100", "draws: 0"), "base.yaml")
    path = write("extends: base.yaml\nworld: {costs: {kreisfrei: 0}}\n")
    assert [line.split(": ")[0] for line in problems(path)] == ["s.yaml:2:17", "base.yaml:6:1"]


def test_a_rule_across_files_names_the_place_of_one_of_them(write: Write, toy: str) -> None:
    write(toy, "base.yaml")
    path = write("extends: base.yaml\nworld:\n  reception: {share_recognised: 0.9}\n")
    # Together with share_left, which stands in the base, it exceeds 1.
    assert [line.split(": ")[0] for line in problems(path)] == ["base.yaml:24:5"]


def test_lists_replace(write: Write, toy: str) -> None:
    write(toy, "base.yaml")
    assert load_scenario(write("extends: base.yaml\ndependence: []\n")).correlations() == []


def test_a_null_removes_an_inherited_key(write: Write, toy: str) -> None:
    write(toy, "base.yaml")
    top = """\
extends: base.yaml
budgets: {fluag: null, fluag.illness: 3000000}
options: {threshold_later: ~}
"""
    scenario = load_scenario(write(top))
    assert dict(scenario.budgets) == {"fluag.illness": 3000000.0}
    assert list(scenario.options) == ["threshold_35k", "threshold_25k"]


def test_budgets_merge_by_year(write: Write, toy: str) -> None:
    years = "budgets: {fluag: {2025: 660000000, 2026: 700000000}}"
    write(toy.replace("budgets: {fluag: 660000000}", years), "base.yaml")
    scenario = load_scenario(write("extends: base.yaml\nbudgets: {fluag: {2025: ~, 2026: 5}}\n"))
    assert dict(scenario.budgets) == {"fluag": {"2026": 5.0}}
    scenario = load_scenario(write("extends: base.yaml\nbudgets: {fluag: 5}\n"))
    assert dict(scenario.budgets) == {"fluag": 5.0}


def test_a_removed_key_that_is_needed_is_missing(write: Write, toy: str) -> None:
    write(toy, "base.yaml")
    assert problems(write("extends: base.yaml\nseed: null\n")) == [
        ("s.yaml:1:1: seed: this key is missing. Add it: seed of the random numbers, at least 0.")
    ]


@pytest.mark.parametrize("top", ["budgets: {fluag.illness: null}", "budgets: {fluag: }"])
def test_a_null_with_nothing_to_remove_is_an_error(write: Write, toy: str, top: str) -> None:
    write(toy, "base.yaml")
    (problem,) = problems(write(f"extends: base.yaml\n{top}\n"))
    assert problem.startswith("s.yaml:2:11: budgets.fluag")
    assert ": nothing is written here. " in problem


def test_options_merge_by_name(write: Write, toy: str) -> None:
    write(toy, "base.yaml")
    top = """\
extends: base.yaml
options:
  threshold_35k: {label: {en: Changed}}
  threshold_50k:
    label: {de: Schwelle 50.000, en: "Threshold 50,000"}
    law: {fluag.illness_threshold: 50000}
"""
    options = load_scenario(write(top)).options
    assert list(options) == ["threshold_35k", "threshold_later", "threshold_25k", "threshold_50k"]
    assert options["threshold_35k"].label.en == "Changed"
    assert options["threshold_35k"].label.de == "Schwelle 35.000"
    assert list(options["threshold_35k"].law) == ["fluag.illness_threshold"]


@pytest.mark.parametrize(
    ("written", "merged"),
    [
        # Another distribution takes the place of the whole map.
        ("{dist: uniform, low: 1000, high: 2000}", {"dist": "uniform", "low": 1000, "high": 2000}),
        # So does the same one: what it does not say does not linger.
        ("{dist: gamma, mean: 3, sd: 1}", {"dist": "gamma", "mean": 3, "sd": 1}),
        # Without `dist` only what is said changes.
        ("{sd: 100}", {"dist": "gamma", "mean": 1500, "sd": 100}),
        ("1500", 1500),
    ],
)
def test_a_distribution_replaces_as_a_whole(
    write: Write, toy: str, written: str, merged: object
) -> None:
    write(toy, "base.yaml")
    path = write(f"extends: base.yaml\nworld: {{illness: {{mean_cost: {written}}}}}\n")
    document, _ = read_scenario_document(path)
    assert document.at(("world", "illness", "mean_cost")) == merged


def test_a_distribution_replaces_a_number(write: Write, toy: str) -> None:
    write(toy, "base.yaml")
    path = write("extends: base.yaml\nworld: {costs: {kreisfrei: {dist: gamma, mean: 2, sd: 1}}}\n")
    document, _ = read_scenario_document(path)
    assert document.at(("world", "costs", "kreisfrei")) == {"dist": "gamma", "mean": 2, "sd": 1}
    assert document.position(("world", "costs", "kreisfrei", "sd")) == Position("s.yaml", 2, 51)


def test_another_process_replaces_the_whole_map(write: Write, toy: str) -> None:
    write(toy, "base.yaml")
    path = write("extends: base.yaml\nworld: {arrivals: {process: fixed, monthly: 400}}\n")
    document, _ = read_scenario_document(path)
    assert document.at(("world", "arrivals")) == {"process": "fixed", "monthly": 400}
    assert problems(path) == []


@pytest.mark.parametrize("said", ["process: log_ar1, ", ""])
def test_the_same_process_merges(write: Write, toy: str, said: str) -> None:
    write(toy, "base.yaml")
    scenario = load_scenario(
        write(f"extends: base.yaml\nworld: {{arrivals: {{{said}initial: 600}}}}\n")
    )
    numbers = dict(scenario.world.numbers())
    assert (numbers["arrivals.initial"], numbers["arrivals.volatility"]) == (600.0, 0.1)


def test_a_base_that_is_not_there_is_a_problem_of_the_key(write: Write) -> None:
    write("a: 1", "base.yaml")
    path = write("schema: integrasim/1\nextends: bose.yaml\n")
    assert problems(path) == [
        "s.yaml:2:1: extends: there is no file bose.yaml. Did you mean base.yaml?"
    ]


def test_a_base_without_anything_like_it(write: Write) -> None:
    assert problems(write("extends: nowhere/at_all.yml\n")) == [
        (
            "s.yaml:1:1: extends: there is no file nowhere/at_all.yml. "
            "Write a path relative to the folder of this file."
        )
    ]


def test_a_directory_cannot_be_extended(write: Write) -> None:
    write("a: 1", "folder/base.yaml")
    assert problems(write("extends: folder\n")) == [
        (
            "s.yaml:1:1: extends: folder is a directory, not a file. "
            "Write a path relative to the folder of this file."
        )
    ]


@pytest.mark.parametrize(
    ("written", "shown"), [("5", "5"), ("", "nothing"), ("' '", '""'), ("[a]", "a list")]
)
def test_what_is_no_file_name_cannot_be_extended(write: Write, written: str, shown: str) -> None:
    (problem,) = problems(write(f"extends: {written}\n"))
    assert problem == (
        f"s.yaml:1:1: extends: {shown} is no file. "
        "Write the path of a scenario file, such as base.yaml."
    )


def test_a_circle_is_refused_with_its_chain(write: Write) -> None:
    write("extends: sub/b.yaml\n", "a.yaml")
    write("seed: 1\nextends: ../c.yaml\n", "sub/b.yaml")
    write("extends: a.yaml\n", "c.yaml")
    assert problems(write("extends: a.yaml\n")) == [
        (
            "c.yaml:1:1: extends: the files extend each other in a circle: s.yaml extends a.yaml "
            "extends sub/b.yaml extends c.yaml extends a.yaml. Remove one of these lines."
        )
    ]


def test_a_file_cannot_extend_itself(write: Write) -> None:
    (line,) = problems(write("extends: ./s.yaml\n"))
    assert "in a circle: s.yaml extends s.yaml." in line


def test_an_error_of_syntax_in_a_base_is_reported_there(write: Write) -> None:
    write("a: [1", "base.yaml")
    with pytest.raises(InputError, match=r"^base\.yaml:1:4: this bracket"):
        load_scenario(write("extends: base.yaml\n"))


def test_a_misspelt_extends_is_recognised(write: Write) -> None:
    lines = problems(write("extend: base.yaml\n"))
    assert "s.yaml:1:1: extend: this key is unknown. Did you mean extends?" in lines
