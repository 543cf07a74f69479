"""The budget of 2025, item by item: what was appropriated, and what the law is expected to cost."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import numpy as np
import pytest
from ruamel.yaml import YAML
from tests.baseline.test_expected import PAGE, simulated

import integrasim as igs
from integrasim.law.instruments import INSTRUMENTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAME = "budget_2025"
HEAD = ("Item", "Appropriated", "Simulated", "90 % of draws", "Difference", "Exceeded", "Why")
MILLION = 1e6


class Item(TypedDict, total=False):
    """An item of the document."""

    item: str
    pays: list[str]
    appropriated: float
    why: str


ITEMS: list[Item] = YAML(typ="safe", pure=True).load(
    Path(__file__).with_name(f"{NAME}.yaml").read_text("utf-8")
)
BUDGETS = {
    name: amount
    for name, amount in igs.load_scenario(f"scenarios/{NAME}.yaml").budgets.items()
    if isinstance(amount, float)  # its single year makes budgets by year needless
}


def cost(item: Item) -> NDArray[np.float64]:
    """What the Land pays for an item in 2025, by draw, million EUR."""
    paid = simulated(NAME)["land_cost"].sel(year=2025).squeeze("option")
    names = [str(name) for name in paid["instrument"].to_numpy()]
    chosen = [name for name in names if {name, name.partition(".")[0]} & set(item["pays"])]
    assert chosen, item
    found: NDArray[np.float64] = paid.sel(instrument=chosen).sum("instrument").to_numpy()
    return found / MILLION


def row(item: Item) -> tuple[str, ...]:
    """The cells of an item."""
    draws = cost(item)
    low, median, high = np.quantile(draws, [0.05, 0.5, 0.95])
    span = "–" if np.ptp(draws) == 0.0 else f"{low:,.1f} to {high:,.1f}"
    beside = ("–",) * 3
    if "appropriated" in item:
        amount = item["appropriated"] / MILLION
        difference = round(median - amount, 2) + 0.0
        signed = f"{difference:+,.2f}" if difference else "0.00"
        exceeded = float((draws > amount * (1.0 + 1e-12)).mean())
        beside = (f"{amount:,.2f}", signed.replace("-", "\N{MINUS SIGN}"), f"{exceeded:.0%}")
    amount_shown, difference_shown, exceeded_shown = beside
    return (
        item["item"],
        amount_shown,
        f"{median:,.2f}",
        span,
        difference_shown,
        exceeded_shown,
        item["why"],
    )


def table() -> str:
    """All items as the page shows them, in million EUR."""
    rows = [HEAD, ("---", "---:", "---:", "---:", "---:", "---:", "---"), *map(row, ITEMS)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in rows)


def test_page_shows_the_budget_item_by_item(*, update_expected: bool) -> None:
    page = PAGE.read_text("utf-8")
    block = re.compile(rf"(?<=<!-- table: {NAME} -->\n).*?(?=\n)(?:\n\|.*)*\n")
    (shown,) = block.findall(page)
    if update_expected:
        PAGE.write_text(block.sub(lambda _: table(), page), "utf-8")
        return
    assert shown == table()


def test_the_budget_of_2025_is_that_of_the_document() -> None:
    assert BUDGETS["fluag"] == 660e6
    stated = {
        tuple(item["pays"]): item["appropriated"] for item in ITEMS if item.get("appropriated")
    }
    counselling = ("prevention.counselling", "prevention.counselling_minors")
    together = sum(BUDGETS[name] for name in counselling)
    assert together == pytest.approx(stated.pop(counselling))
    assert {(name,): amount for name, amount in BUDGETS.items() if name != counselling[0]} == {
        names: pytest.approx(amount) for names, amount in stated.items()
    }


def test_the_scenario_settles_every_programme() -> None:
    settled = simulated(NAME)["instrument"].to_numpy().tolist()
    assert settled == [instrument.id for instrument in INSTRUMENTS]


def test_the_parts_of_an_item_add_up() -> None:
    by_name = {item["item"]: cost(item) for item in ITEMS}
    fluag = cost({"pays": ["fluag"]})
    parts = [each for name, each in by_name.items() if name.startswith("of it ")]
    prevention = cost({"pays": ["prevention"]})
    np.testing.assert_allclose(sum(parts), fluag + prevention)
