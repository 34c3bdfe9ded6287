"""Rendering: gaps, plurals, languages, and what happens to an id in no catalogue."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.i18n import LANGUAGES, Translator, translator
from app.core.message import Refusal, message

WORDS = Translator(
    "en",
    {
        "feed.lost": ("Lost {name} after {tries} tries.",),
        "feed.count": ("{n} feed", "{n} feeds"),
        "reach": ("{name.__class__}",),
        "index": ("{name[0]}",),
    },
)


def test_gaps_are_filled_by_name() -> None:
    said = WORDS.render(message("feed.lost", name="数字城管", tries=6))
    assert said == "Lost 数字城管 after 6 tries."


@pytest.mark.parametrize(("n", "said"), [(0, "0 feeds"), (1, "1 feed"), (2, "2 feeds")])
def test_plural(n: int, said: str) -> None:
    assert WORDS.text("feed.count", n=n) == said


def test_an_unknown_id_shows_itself() -> None:
    assert WORDS.text("no.such") == "⟦no.such⟧"
    assert "no.such" not in WORDS


@pytest.mark.parametrize("id_", ["reach", "index"])
def test_a_gap_reaches_into_nothing(id_: str) -> None:
    with pytest.raises(ValueError, match="plain name"):
        WORDS.text(id_, name="x")


@given(st.text())
def test_an_argument_is_never_read_as_a_form(name: str) -> None:
    assert WORDS.text("feed.lost", name=name, tries=1) == f"Lost {name} after 1 tries."


def test_names_carried_by_data() -> None:
    assert WORDS.pick("淮安", "Huai'an") == "Huai'an"
    assert WORDS.pick("淮安", "") == "淮安"
    assert Translator("zh_CN", {}).pick("淮安", "Huai'an") == "淮安"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="zh_CN"):
        translator("fr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shipped_catalogue_speaks(language: str) -> None:
    words = translator(language)
    assert "3.10.4" in words.text("doctor.python_old", version="3.10.4")


def test_a_refusal_carries_its_message() -> None:
    refusal = Refusal(message("feed.lost", name="x", tries=2))
    assert str(refusal) == "feed.lost name=x tries=2"
    assert refusal.reason.args == {"name": "x", "tries": 2}


def test_of_two_names_that_data_carries_the_language_picks_one() -> None:
    asked = message("command.note.not_allowed", who_zh="值班长", who_en="Head of the shift")
    assert "值班长" in translator("zh_CN").render(asked)
    assert "Head of the shift" in translator("en").render(asked)
