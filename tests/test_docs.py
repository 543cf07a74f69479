"""README and docs: every link leads somewhere, every command they name exists."""

import re
from pathlib import Path

import pytest

import integrasim

PAGES = [Path("README.md"), Path("CHANGELOG.md"), *sorted(Path("docs").glob("*.md"))]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_relative_links_resolve(page: Path) -> None:
    missing = [
        link for link in LINK.findall(page.read_text("utf-8")) if not (page.parent / link).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_scripts_and_scenarios_that_are_named_exist(page: Path) -> None:
    named = re.findall(r"(?:scripts|scenarios)/[a-z_0-9-]+(?:\.yaml)?", page.read_text("utf-8"))
    assert [name for name in named if not Path(name).exists()] == []


def test_index_lists_every_page() -> None:
    index = Path("docs/index.md").read_text("utf-8")
    assert [
        page.name for page in PAGES[2:] if page.name != "index.md" if page.name not in index
    ] == []


def test_version_is_in_the_changelog() -> None:

    assert f"## {integrasim.__version__}" in Path("CHANGELOG.md").read_text("utf-8")
