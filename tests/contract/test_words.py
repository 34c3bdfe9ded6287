"""Every sentence exists in both languages, says what it must, and is said somewhere (rule 11)."""

import ast
import re
from functools import cache
from string import Formatter

import polib
import pytest

from app.core.i18n import LANGUAGES
from tests.contract.house import ROOT, sources, strings, text_files

FOLDER = ROOT / "assets" / "i18n"
AREAS = sorted({path.name.split(".")[0] for path in FOLDER.glob("*.po")})
ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_-]+)+")
SPEAKERS = ("message", "Message", "text")
# LANGUAGE.md, sections 4 and 10: what is never said to an officer.
NEVER = {
    "zh_CN": ("暂无数据", "抱歉", "对不起", "刚刚", "最近更新", "N/A", "超标", "请稍候"),
    "en": ("sorry", "please wait", "N/A", "oops", "just now"),
}


@cache
def catalogue(area: str, language: str) -> dict[str, polib.POEntry]:
    """The entries of one file; polib refuses an id that stands twice."""
    path = FOLDER / f"{area}.{language}.po"
    return {entry.msgid: entry for entry in polib.pofile(str(path), check_for_duplicates=True)}


@cache
def every_id() -> dict[str, polib.POEntry]:
    return {id_: entry for area in AREAS for id_, entry in catalogue(area, "zh_CN").items()}


def forms(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) or [entry.msgstr]


def gaps(entry: polib.POEntry) -> set[str]:
    """The names of the gaps in all forms of a sentence."""
    found = (name for form in forms(entry) for _, name, _, _ in Formatter().parse(form))
    return {name for name in found if name is not None}


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_say_the_same(area: str) -> None:
    chinese, english = (catalogue(area, language) for language in LANGUAGES)
    assert chinese.keys() == english.keys()
    for id_, entry in chinese.items():
        assert gaps(entry) == gaps(english[id_]), id_


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("area", AREAS)
def test_every_entry_is_a_sentence(area: str, language: str) -> None:
    file = polib.pofile(str(FOLDER / f"{area}.{language}.po"))
    assert "charset=utf-8" in file.metadata["Content-Type"].lower()
    for entry in file:
        assert ID.fullmatch(entry.msgid), entry.msgid
        assert not entry.fuzzy and not entry.obsolete, entry.msgid
        for form in forms(entry):
            assert form.strip(), entry.msgid
            said = form if language == "zh_CN" else form.lower()
            for word in NEVER[language]:
                assert word.lower() not in said.lower(), f"{entry.msgid} says {word}"


def test_an_id_belongs_to_one_area() -> None:
    owners: dict[str, str] = {}
    for area in AREAS:
        for id_ in catalogue(area, "zh_CN"):
            assert id_ not in owners, f"{id_} in {owners.get(id_)} and {area}"
            owners[id_] = area


def spoken() -> list[tuple[str, ast.Call, str]]:
    """Calls of a speaker with a literal id: where, the call, the id."""
    found: list[tuple[str, ast.Call, str]] = []
    for source in sources():
        for node in source.nodes:
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = ast.unparse(node.func).rsplit(".", 1)[-1]
            first = node.args[0]
            id_ = first.value if isinstance(first, ast.Constant) else None
            if name in SPEAKERS and isinstance(id_, str) and ID.fullmatch(id_):
                found.append((f"{source.path}:{node.lineno}", node, id_))
    return found


@cache
def literals() -> frozenset[str]:
    """Every string in the code and in the product's TOML files."""
    found: set[str] = set()
    for source in sources():
        found.update(text for _, text in strings(source))
    for path in text_files("assets/**/*.toml"):
        found.update(re.findall(r'"([^"\n]+)"', path.read_text("utf-8")))
    for path in text_files("assets/web/map/*.js"):  # its words have their area before them
        said = re.findall(r'"([a-z][a-z0-9_.-]+)"', path.read_text("utf-8"))
        found.update(f"mappage.{word}" for word in said)
    return frozenset(found)


@cache
def patterns() -> tuple[tuple[str, ...], tuple[re.Pattern[str], ...]]:
    """Ids put together by f-strings: wrappers (`panels.{id}`) and families (`state.x.{word}`)."""
    wrappers: set[str] = set()
    families: set[re.Pattern[str]] = set()
    for source in sources():
        for node in source.nodes:
            if not isinstance(node, ast.JoinedStr):
                continue
            parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
            head = parts[0] if isinstance(parts[0], str) else ""
            if not re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z0-9_-]*)+", head):
                continue
            if len(parts) == 2 and head.rstrip(".") in AREAS:
                wrappers.add(head)
            families.add(
                re.compile(
                    "".join(r"[a-z0-9_.-]+" if part is None else re.escape(part) for part in parts)
                )
            )
    return tuple(wrappers), tuple(families)


def is_used(id_: str) -> bool:
    """Whether the code says this id, whole, through a wrapper, or as one of a family."""
    wrappers, families = patterns()
    broad = {rf"{re.escape(head)}[a-z0-9_.-]+" for head in wrappers}
    if id_ in literals():
        return True
    if any(one.fullmatch(id_) for one in families if one.pattern not in broad):
        return True
    rests = [id_.removeprefix(head) for head in wrappers if id_.startswith(head)]
    return any(rest in literals() or any(one.fullmatch(rest) for one in families) for rest in rests)


def test_every_id_in_the_code_has_its_sentence() -> None:
    wrappers, _ = patterns()
    missing = [
        f"{where} {id_}"
        for where, _, id_ in spoken()
        if id_ not in every_id() and not any(head + id_ in every_id() for head in wrappers)
    ]
    assert missing == []


def test_every_sentence_is_said_somewhere() -> None:
    assert [id_ for id_ in every_id() if not is_used(id_)] == []


def test_every_gap_is_filled() -> None:
    for where, call, id_ in spoken():
        entry = every_id().get(id_)
        if entry is None or any(keyword.arg is None for keyword in call.keywords):
            continue
        if ast.unparse(call.func).endswith("Message"):
            continue
        given = {keyword.arg for keyword in call.keywords}
        assert gaps(entry) <= given, f"{where} {id_} lacks {gaps(entry) - given}"
