"""A small scenario with every flow switched on, varied by keyword."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from ruamel.yaml import YAML


def _scenario(folder: Path) -> dict[str, object]:
    yaml = YAML(typ="safe", pure=True)
    loaded: dict[str, object] = yaml.load(folder.joinpath("lively.yaml").read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module")
def module_scenario(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Write a variant of tests/engine/lively.yaml and give its path."""
    folder = tmp_path_factory.mktemp("scenarios")
    numbers = count()

    def write(
        *,
        thresholds: dict[str, int] | None = None,
        options: dict[str, dict[str, object]] | None = None,
        region_table: str | None = None,
        world: dict[str, object] | None = None,
        **changes: object,
    ) -> Path:
        number = next(numbers)
        document = _scenario(Path(__file__).parent) | changes
        if world is not None:
            document["world"] |= world  # type: ignore[operator]
        if thresholds is not None:
            options = {
                name: {"fluag.illness_threshold": amount} for name, amount in thresholds.items()
            }
        if options is not None:
            document["options"] = {
                name: {"label": {"de": name, "en": name}, "law": law}
                for name, law in options.items()
            }
            document["baseline"] = next(iter(options))
        if region_table is not None:
            folder.joinpath(f"region_{number}.csv").write_text(region_table, "utf-8")
            document["region"] = f"region_{number}.csv"
        path = folder / f"scenario_{number}.yaml"
        with path.open("w", encoding="utf-8") as file:
            YAML(typ="safe", pure=True).dump(document, file)
        return path

    return write
