"""Every word with which a record is refused has its sentence in both languages: an officer reads
why, and an integrator does not look into the code."""

import ast
from collections.abc import Iterator

import polib
import pytest

from app.core.i18n import LANGUAGES
from tests.contract.house import ROOT, Source, sources

CALLS = {"reject", "drop", "_refuse", "refuse"}
NAMES = {"reason", "why"}
WORD_OF_A_REASON = "reason's word"
"""What the docstring of an exception says whose argument is such a word."""


def of_feeds() -> list[Source]:
    return [s for s in sources() if s.module.startswith(("app.feeds.", "app.formats."))]


def excuses() -> set[str]:
    """The exceptions that carry a reason's word."""
    found = {"BadXml"}
    for source in of_feeds():
        for node in source.nodes:
            if isinstance(node, ast.ClassDef) and WORD_OF_A_REASON in (
                ast.get_docstring(node) or ""
            ):
                found.add(node.name)
    return found


def literals(node: ast.expr | None) -> Iterator[str]:
    """The words that an expression may come to."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def said(node: ast.AST, carriers: set[str]) -> Iterator[str]:
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func).rsplit(".", 1)[-1]
        if node.args and name in CALLS | carriers:
            yield from literals(node.args[0])
        for keyword in node.keywords:
            if keyword.arg in NAMES:
                yield from literals(keyword.value)
    elif isinstance(node, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id in NAMES for target in node.targets
    ):
        yield from literals(node.value)


def reasons() -> set[tuple[str, str]]:
    carriers = excuses()
    return {
        (word, source.module)
        for source in of_feeds()
        for node in source.nodes
        for word in said(node, carriers)
        if word.isidentifier() and word.islower()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_its_sentence(language: str) -> None:
    folder = ROOT / "assets" / "i18n"
    ids = {
        entry.msgid for path in folder.glob(f"*.{language}.po") for entry in polib.pofile(str(path))
    }
    found = reasons()
    assert {"future", "depth", "out_of_range", "not_json"} <= {word for word, _ in found}
    assert sorted(pair for pair in found if f"feed.reason.{pair[0]}" not in ids) == []
