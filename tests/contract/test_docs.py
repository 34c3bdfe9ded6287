"""What is registered is documented, and the glossary is complete and used."""

import ast
import re

import pytest

from app.registry import Registry
from tests.contract.house import ROOT, sources, text_files

NOUNS = (
    *("indicator", "reading", "index", "bureau", "event", "incident", "warning", "camera"),
    *("resource", "device", "plate", "layer", "scene", "panel", "feed", "city", "region", "grid"),
    *("duty", "briefing", "plan", "command"),
)
HOWTO = {
    "app.feeds": "docs/howto-feed.md",
    "app.formats": "docs/howto-feed.md",
    "widgets.panels": "docs/howto-panel.md",
    "app.commands": "docs/howto-command.md",
}
REGISTERED = [(package, name) for package in HOWTO for name in Registry(package, object).names()]
SUBCOMMANDS = sorted(
    {*Registry("app.cli", object).names(), *Registry("widgets.cli", object).names()}
)


def read(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


@pytest.mark.parametrize(("package", "name"), REGISTERED)
def test_what_is_registered_is_documented(package: str, name: str) -> None:
    assert f"`{name}`" in read(HOWTO[package])


@pytest.mark.parametrize("name", SUBCOMMANDS)
@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_every_subcommand_is_in_the_readme(name: str, page: str) -> None:
    assert f"main.py {name}" in read(page)


def glossary() -> dict[str, list[str]]:
    """English term -> its cells: term, Chinese, in the code, meaning."""
    rows: dict[str, list[str]] = {}
    for line in read("docs/glossary.md").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 4 and cells[0] != "English":
            assert cells[0] not in rows, cells[0]
            rows[cells[0]] = cells
    return rows


def public_structs() -> set[str]:
    """The Structs of app/core that others may use, by their class lines."""
    found: dict[str, set[str]] = {}
    for source in sources("app/core"):
        for node in source.nodes:
            if isinstance(node, ast.ClassDef):
                found[node.name] = {ast.unparse(base) for base in node.bases}
    structs = {"msgspec.Struct"}
    while grown := {name for name, bases in found.items() if bases & structs} - structs:
        structs |= grown
    return {name for name in structs - {"msgspec.Struct"} if not name.startswith("_")}


def named_in_code() -> set[str]:
    """The names in the glossary's third column."""
    return {name for cells in glossary().values() for name in re.findall(r"`(\w+)`", cells[2])}


def test_the_glossary_has_every_noun_of_the_design() -> None:
    rows = glossary()
    for noun in NOUNS:
        assert noun in rows and re.search(r"[\u4e00-\u9fff]", rows[noun][1]), noun


def test_the_glossary_names_every_struct_of_the_core() -> None:
    assert public_structs() - named_in_code() == set()


def test_what_the_glossary_names_exists() -> None:
    classes = {
        node.name for source in sources() for node in source.nodes if isinstance(node, ast.ClassDef)
    }
    assert named_in_code() - classes == set()


def test_every_term_is_used() -> None:
    """A term stands in the code, the sentences or the catalogues, in one language.

    The nouns of the design are reserved, so that a later part finds its name: they are exempt.
    """
    parts = [path.read_text("utf-8").lower() for path in text_files(*USED_IN)]
    text = "\n".join(part.replace("_", " ") for part in parts)
    for term, cells in glossary().items():
        used = term.lower() in text or cells[1] in text or term in NOUNS
        assert used, f"{term} is used nowhere"


USED_IN = (
    "app/**/*.py",
    "widgets/**/*.py",
    "assets/i18n/*.po",
    "assets/**/*.toml",
    "assets/**/*.csv",
)


def test_links_between_pages_lead_somewhere() -> None:
    for page in text_files("*.md", "docs/**/*.md"):
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
            if "://" not in target and not target.startswith("mailto:"):
                assert (page.parent / target).exists(), f"{page.relative_to(ROOT)}: {target}"
