"""Loading scenarios: what they hold, what they say about themselves, what they name."""

from __future__ import annotations

import hashlib
import pickle
from datetime import date
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from integrasim.documents.problems import InputError
from integrasim.documents.yaml import parse_document
from integrasim.scenario import Fixed, Horizon, Option, Scenario, check_scenario, load_scenario
from integrasim.scenario.options import Override
from integrasim.scenario.quantities import Bounds

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Load = Callable[[str], Scenario]
    Write = Callable[..., Path]


def test_a_scenario_holds_what_was_written(load: Load, toy: str) -> None:
    scenario = load(toy)
    assert scenario.title.de == "Schwelle im Beispielland"
    assert (scenario.draws, scenario.seed, scenario.author) == (100, 0, "Test")
    assert scenario.law.as_of == date(2025, 1, 1)
    assert list(scenario.options) == ["threshold_35k", "threshold_later", "threshold_25k"]
    assert scenario.baseline == "threshold_35k"
    assert dict(scenario.budgets) == {"fluag": 660_000_000.0}
    assert scenario.world.illness.floor == 15_000.0
    assert scenario.world.other_arrivals.resettlement is None
    assert scenario.files == ("s.yaml",)


def test_budgets_by_year_are_written_as_they_are_read(load: Load, toy: str) -> None:
    """The order of the years, which the checksum does not depend on, is that of time."""
    every_year = "budgets: {fluag: 660000000}"
    by_year = "budgets: {fluag: {2026: 700000000.5, 2025: 660000000}, fluag.illness: 3000000}"
    scenario = load(toy.replace(every_year, by_year))
    assert dict(scenario.budgets) == {
        "fluag": {"2025": 660_000_000.0, "2026": 700_000_000.5},
        "fluag.illness": 3_000_000.0,
    }
    back = load(scenario.source_text)
    assert back.budgets == scenario.budgets
    assert back.source_text == scenario.source_text
    turned = "budgets: {fluag: {2025: 660000000, 2026: 700000000.5}, fluag.illness: 3000000}"
    assert load(toy.replace(every_year, turned)).sha256 == scenario.sha256


def test_a_scenario_cannot_be_changed(load: Load, toy: str) -> None:
    scenario = load(toy)
    with pytest.raises(ValidationError, match="frozen"):
        scenario.draws = 5  # type: ignore[misc]


def test_the_horizon_counts_months_and_years() -> None:
    horizon = Horizon.model_validate({"start": "2024-11", "end": "2026-02"})
    assert len(horizon.months) == 16
    assert (horizon.months[0], horizon.months[-1]) == (date(2024, 11, 1), date(2026, 2, 1))
    assert horizon.years == (2024, 2025, 2026)


def test_a_horizon_may_be_one_month() -> None:
    horizon = Horizon(start=date(2025, 12, 1), end=date(2025, 12, 1))
    assert (horizon.months, horizon.years) == ((date(2025, 12, 1),), (2025,))


def test_numbers_come_in_the_order_of_the_schema(load: Load, toy: str) -> None:
    numbers = dict(load(toy).world.numbers())
    assert list(numbers) == [
        "arrivals.initial",
        "arrivals.level",
        "arrivals.persistence",
        "arrivals.volatility",
        "arrivals.share",
        "arrivals.dispersion",
        "other_arrivals.temporary_protection.share",
        "other_arrivals.temporary_protection.dispersion",
        "reception.initial",
        "reception.mean_stay",
        "reception.mean_stay_recognised",
        "reception.mean_stay_left",
        "reception.share_recognised",
        "reception.share_left",
        "reception.share_in_appeal",
        "reception.usable_share",
        "assignment.household_size",
        "residence.initial.procedure",
        "residence.initial.appeal",
        "residence.initial.recognised",
        "residence.initial.tolerated",
        "residence.initial.temporary_protection",
        "residence.initial.temporary_protection_late",
        "residence.initial.newcomers",
        "residence.procedure.mean_duration",
        "residence.procedure.share_recognised",
        "residence.procedure.share_closed",
        "residence.procedure.share_tolerated",
        "residence.procedure.appeal.share",
        "residence.procedure.appeal.mean_duration",
        "residence.procedure.appeal.share_recognised",
        "residence.procedure.appeal.share_tolerated",
        "residence.recognised.mean_duration",
        "residence.tolerated.mean_duration",
        "residence.tolerated.share_regularised",
        "residence.temporary_protection.mean_duration",
        "illness.mean_cost",
        "illness.no_cost_share",
        "illness.body_sigma",
        "illness.tail_rate",
        "illness.tail_presence",
        "illness.tail_index",
        "illness.tail_mean_excess",
        "illness.inflation",
        "illness.chronic_share",
        "illness.persistence",
        "illness.persistence_rank_correlation",
        "illness.episode_months",
        "costs.kreisfrei",
        "costs.kreisangehoerig",
        "costs.index_at_start",
        "costs.inflation",
        "costs.municipality_sd",
        "costs.place_share",
        "costs.place_release",
    ]
    assert numbers["arrivals.initial"] == 500.0
    assert numbers["other_arrivals.temporary_protection.share"] == 1.0


def test_correlations_name_numbers_of_the_world(load: Load, toy: str) -> None:
    scenario = load(toy)
    assert scenario.correlations() == [("illness.mean_cost", "costs.inflation", 0.4)]
    paths = [path for path, _ in scenario.world.numbers()]
    assert all({left, right} <= set(paths) for left, right, _ in scenario.correlations())


def test_the_source_text_is_a_scenario_of_the_same_meaning(
    load: Load, write: Write, toy: str
) -> None:
    scenario = load(toy)
    again = load_scenario(write(scenario.source_text, "again.yaml"))
    assert again.source_text == scenario.source_text
    assert again.model_dump() == scenario.model_dump()
    assert "extends" not in parse_document(scenario.source_text, file="again.yaml").data


def test_the_checksum_is_that_of_the_source_text(load: Load, toy: str) -> None:
    scenario = load(toy)
    expected = hashlib.sha256(scenario.source_text.encode("utf-8")).hexdigest()
    assert scenario.sha256 == expected


def test_what_means_the_same_has_the_same_checksum(load: Load, toy: str) -> None:
    first = load(toy)
    rewritten = toy.replace("draws: 100\nseed: 0\n", "# turned round\nseed: 0x0\ndraws: 1_00\n")
    rewritten = rewritten.replace("1_00", "100").replace("kreisfrei: 14000", "kreisfrei: 14e3")
    rewritten = rewritten.replace(
        "law: {fluag.illness_threshold: 35000}", "law:\n      fluag.illness_threshold: [35000]"
    )
    assert load(rewritten).sha256 == first.sha256
    assert load(toy.replace("seed: 0", "seed: 1")).sha256 != first.sha256


def test_whole_numbers_are_written_without_a_point(load: Load, toy: str) -> None:
    text = load(toy).source_text
    assert "fluag.illness_threshold: 35000\n" in text
    assert "mean: 0.02\n" in text


def test_lists_of_overrides_stay_lists(load: Load, toy: str) -> None:
    dated = "law: {fluag.illness_threshold: [30000, {from: 2026-01-01, value: 40000}]}"
    scenario = load(toy.replace("law: {fluag.illness_threshold: 35000}", dated))
    data = parse_document(scenario.source_text, file="again.yaml").data
    assert data["options"]["threshold_35k"]["law"] == {
        "fluag.illness_threshold": [30000, {"from": "2026-01-01", "value": 40000}]
    }
    assert scenario.options["threshold_35k"].overrides(date(2025, 1, 1)) == {
        "fluag.illness_threshold": [(date(2025, 1, 1), 30000.0), (date(2026, 1, 1), 40000.0)]
    }


def test_overrides_are_in_order_of_time_and_begin_with_the_year() -> None:
    option = Option.model_validate(
        {
            "label": {"de": "a", "en": "a"},
            "law": {
                "x": [{"from": "2027-01-01", "value": 3}, {"from": "2026-01-01", "value": 2}, 1]
            },
        }
    )
    assert option.overrides(date(2025, 7, 1)) == {
        "x": [(date(2025, 1, 1), 1.0), (date(2026, 1, 1), 2.0), (date(2027, 1, 1), 3.0)]
    }


def test_days_may_be_given_as_such_in_python() -> None:
    override = Override.model_validate({"from": date(2026, 1, 1), "value": 2})
    assert override == Override.model_validate({"from": "2026-01-01", "value": 2})


def test_a_scenario_travels_to_workers(load: Load, toy: str) -> None:
    scenario = load(toy)
    back = pickle.loads(pickle.dumps(scenario))
    assert back == scenario
    assert (back.files, back.sha256) == (scenario.files, scenario.sha256)


def test_without_options_the_enacted_law_is_the_only_one(load: Load, toy: str) -> None:
    start, end = toy.index("options:"), toy.index("budgets:")
    scenario = load(toy[:start] + toy[end:])
    assert list(scenario.options) == [scenario.baseline]
    assert scenario.options[scenario.baseline].overrides(date(2025, 1, 1)) == {}


def test_without_a_region_it_is_north_rhine_westphalia(load: Load, toy: str) -> None:
    scenario = load(toy.replace("region: toy\n", ""))
    assert scenario.load_region().size == 396


def test_a_region_may_have_types_changed(load: Load, toy: str) -> None:
    changed = "region: {table: toy, municipality_type: {00200004: kreisfrei}}"
    region = load(toy.replace("region: toy", changed)).load_region()
    assert region.is_kreisfrei.tolist() == [True, True, False, False]


def test_places_are_spread_by_the_key_unless_a_table_says_otherwise(load: Load, toy: str) -> None:
    scenario = load(toy)
    region = scenario.load_region()
    assert scenario.own_places(region) is None
    assert scenario.site_shares(region) is None


PLACES = "places: {reception_centre: 100, other_facility: 200}"
DATED = """\
places:
      - {reception_centre: 100, other_facility: 200}
      - {from: 2025-03, reception_centre: 100, other_facility: 500}
      - {from: 2026-12, reception_centre: 50, other_facility: 0}
"""


def test_places_may_change_over_time(load: Load, toy: str) -> None:
    scenario = load(toy.replace(PLACES, DATED))
    totals = scenario.world.reception.total_places(scenario.horizon.months)
    assert totals.reception_centre.tolist() == [100.0] * 23 + [50.0]
    assert totals.other_facility.tolist() == [200.0] * 2 + [500.0] * 21 + [0.0]
    assert load(scenario.source_text).world == scenario.world


def test_places_are_written_as_they_are_read(load: Load, toy: str) -> None:
    """Without a list, so that scenarios of old keep their checksum."""
    scenario = load(toy)
    assert "    places:\n      reception_centre: 100\n" in scenario.source_text
    as_list = load(toy.replace(PLACES, PLACES.replace("{", "[{").replace("}", "}]")))
    assert as_list.sha256 == scenario.sha256


def test_sites_spread_the_places_of_the_land(load: Load, toy: str) -> None:
    sites = f"{PLACES}\n    places_by_municipality: sites"
    scenario = load(toy.replace(PLACES, sites).replace("region: toy", "region: nrw"))
    region = scenario.load_region()
    assert scenario.own_places(region) is None
    shares = scenario.site_shares(region)
    assert shares is not None
    assert [share.sum() for share in shares] == pytest.approx([1.0, 1.0])
    assert scenario.files == ("s.yaml",)


TABLE = """\
ags,name,type,kreis_ags,kreis_name,population,area_km2
00111000,Adorf,kreisfrei,00111,Adorf,1000,10
00200004,Bestadt,kreisangehörig,00200,Beispielkreis,500,20
"""


def test_tables_are_found_beside_the_file_that_names_them_from_anywhere(
    write: Write, toy: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write(TABLE, "land/base/land.csv")
    write("ags,reception_centre,other_facility\n00200004,5,7\n", "land/places.csv")
    write(toy.replace("region: toy", "region: land.csv"), "land/base/base.yaml")
    top = "extends: base/base.yaml\nworld: {reception: {places_by_municipality: places.csv}}\n"
    scenario = load_scenario(write(top, "land/top.yaml"))
    monkeypatch.chdir(tmp_path.parent)
    back = pickle.loads(pickle.dumps(scenario))
    region = back.load_region()
    assert region.ags.tolist() == ["00111000", "00200004"]
    places = back.own_places(region)
    assert places.reception_centre.tolist() == [[0.0, 5.0]] * 24
    assert places.other_facility.tolist() == [[0.0, 7.0]] * 24
    assert back.files == (
        "land/top.yaml",
        "land/base/base.yaml",
        str(tmp_path / "land/base/land.csv"),
        str(tmp_path / "land/places.csv"),
    )
    assert str(tmp_path) not in back.source_text


def test_tables_are_those_that_were_loaded_whatever_becomes_of_the_files(
    write: Write, toy: str
) -> None:
    """So that a worker elsewhere needs no file, and checksums are those of what is simulated."""
    land = write(TABLE, "land.csv")
    places = write("ags,reception_centre,other_facility\n00200004,5,7\n", "places.csv")
    own = "region: land.csv\n"
    spread = "places_by_municipality: places.csv"
    text = toy.replace("region: toy\n", own).replace(PLACES, f"{PLACES}\n    {spread}")
    scenario = load_scenario(write(text, "top.yaml"))
    land.write_text(TABLE.replace("Adorf,1000", "Adorf,3000"), "utf-8")
    places.unlink()
    for each in (scenario, pickle.loads(pickle.dumps(scenario))):
        region = each.load_region()
        assert region.population.tolist() == [1000.0, 500.0]
        loaded = each.own_places(region)
        assert loaded is not None
        assert loaded.reception_centre[0].tolist() == [0.0, 5.0]
        assert each.fingerprints["land.csv"] == hashlib.sha256(TABLE.encode()).hexdigest()


def test_tables_are_compared_in_the_file_that_names_them(write: Write, toy: str) -> None:
    write(toy.replace("region: toy", "region: missing.csv"), "base/base.yaml")
    top = write("extends: base/base.yaml\nseed: 1\n", "top.yaml")
    assert [str(problem) for problem in check_scenario(top)] == [
        (
            "base/base.yaml:8:1: region: there is no file base/missing.csv. "
            "Name a CSV table, or write nrw or toy."
        )
    ]


def test_a_wrong_scenario_is_refused_with_every_problem(write: Write, toy: str) -> None:
    path = write(toy.replace("draws: 100", "draws: 0").replace("seed: 0", "seed: -1"))
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    assert list(caught.value.problems) == check_scenario(path)
    assert [problem.key for problem in caught.value.problems] == ["draws", "seed"]


def test_a_file_that_is_not_there_is_a_problem(write: Write) -> None:
    write("a: 1", "near.yaml")
    (problem,) = check_scenario("neer.yaml")
    assert str(problem) == "neer.yaml:1:1: there is no such file. Did you mean near.yaml?"


@pytest.mark.parametrize(
    ("monthly", "table"),
    [
        (2.5, [2.5, 2.5]),
        ([1, 2], [1.0, 2.0]),
        ({"2025-02": 2, "2025-01": 1, "2030-01": 9}, [1.0, 2.0]),
    ],
)
def test_a_table_of_arrivals_may_be_written_in_three_ways(
    monthly: object, table: list[float]
) -> None:
    fixed = Fixed.model_validate({"process": "fixed", "monthly": monthly})
    assert fixed.table(["2025-01", "2025-02"]).tolist() == table


def test_a_table_that_lacks_months_is_refused() -> None:
    fixed = Fixed(process="fixed", monthly={"2025-01": 1})
    with pytest.raises(ValueError, match="lacks 2025-02, 2025-03"):
        fixed.table(["2025-01", "2025-02", "2025-03"])


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        (Bounds(), ""),
        (Bounds(0), "at least 0"),
        (Bounds(high=1, open_high=True), "below 1"),
        (Bounds(0, 1, open_low=True), "above 0 and at most 1"),
    ],
)
def test_bounds_read_as_words(bounds: Bounds, words: str) -> None:
    assert str(bounds) == words
    assert bounds.check(0.5) == 0.5


def test_a_horizon_that_leaves_its_persons_behind_is_noticed(load: Load, toy: str) -> None:
    stated = toy.replace("world:\n", "world:\n  starts_in: 2025-01\n", 1)
    assert load(toy).moved_from is None
    assert load(stated).moved_from is None
    moved = stated.replace("start: 2025-01", "start: 2026-01")
    assert load(moved).moved_from == date(2025, 1, 1)


def test_a_scenario_written_out_in_full_is_the_same(load: Load, toy: str) -> None:
    """Every default in its place, as a library user would pass it on."""
    scenario = load(toy)
    again = Scenario.model_validate(scenario.model_dump(by_alias=True))
    assert again.model_dump() == scenario.model_dump()
