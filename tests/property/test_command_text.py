"""The text form of every command: text and parse are exact inverses, and nothing else passes."""

import unicodedata
from enum import Enum
from typing import Annotated, Any, ClassVar, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.message import Refusal
from app.live.command import Command, read, validated
from app.live.grammar import split
from app.registry import Registry

REGISTRY: Registry[Command] = Registry("app.commands", Command)
DIRECTION = set("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LINE = st.text(
    st.one_of(
        st.sampled_from("'\"\\ =#$`;&|*?~!　，。“”水位淮"),
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")),
    ).filter(lambda character: character not in DIRECTION),
    max_size=60,
)


def parse(text: str) -> Command:
    words = split(text)
    return read(REGISTRY.load(words.verb), words)


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Values that a field's type and limits allow."""
    extras: tuple[Any, ...] = ()
    while get_origin(hint) is Annotated:
        hint, *more = get_args(hint)
        extras += tuple(more)
    limits = {
        name: getattr(extra, name)
        for extra in extras
        for name in ("pattern", "ge", "le", "min_length")
        if getattr(extra, name, None) is not None
    }
    if hint is bool:
        return st.booleans()
    if hint is int:
        return st.integers(limits.get("ge"), limits.get("le"))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    assert hint is str, hint
    if "pattern" in limits:
        return st.from_regex(
            limits["pattern"].replace("$", r"\Z"), alphabet=st.characters(codec="ascii")
        )
    return LINE.filter(lambda text: len(text) >= limits.get("min_length", 0))


def built(command_type: type[Command]) -> st.SearchStrategy[Command]:
    hints = get_type_hints(command_type, include_extras=True)
    fields = {name: values(hints[name]) for name in command_type.__struct_fields__}
    return st.builds(command_type, **fields)


COMMANDS = st.sampled_from(REGISTRY.names()).flatmap(lambda verb: built(REGISTRY.load(verb)))


@given(COMMANDS)
def test_every_command_comes_back_from_its_text(command: Command) -> None:
    text = command.text()
    assert parse(text) == command
    assert "\n" not in text and text.encode().decode() == text
    assert parse(text).text() == text


@given(COMMANDS)
def test_what_parses_is_within_the_limits(command: Command) -> None:
    assert validated(parse(command.text())) == command


@given(st.text(max_size=200))
def test_any_text_is_a_command_or_refused(text: str) -> None:
    try:
        words = split(text)
        if words.verb not in REGISTRY.names():
            return
        command = read(REGISTRY.load(words.verb), words)
    except Refusal as refusal:
        assert refusal.reason.id.startswith("commands.")
    else:
        assert parse(command.text()) == command


@given(st.sampled_from([*sorted(DIRECTION), *"\n\r\x00\u2028\x1b\ud800"]), LINE)
def test_a_line_that_hides_what_it_says_is_refused(mark: str, line: str) -> None:
    note = REGISTRY.load("note")(line=line + mark)  # type: ignore[call-arg]
    with pytest.raises(Refusal) as caught:
        note.text()
    assert caught.value.reason.id == "commands.control"
    assert unicodedata.category(mark) in {"Cc", "Cs", "Zl", "Zp", "Cf"}


class Later(Command, verb="later"):
    version: ClassVar[int] = 3
    subject: ClassVar[str] = "name"
    name: str = "x"
    times: int = 1
    loud: bool = False


@pytest.mark.parametrize(
    ("command", "text"),
    [
        (Later(), "later@3"),
        (Later(name=""), "later@3 ''"),
        (Later(times=2), "later@3 x times=2"),
        (Later(name="a=b", loud=True), "later@3 a=b loud=true"),
        (Later(name="it's 3号"), "later@3 'it'\"'\"'s 3号'"),
    ],
)
def test_known_texts(command: Later, text: str) -> None:
    assert command.text() == text
    assert read(Later, split(text)) == command


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("", "commands.empty"),
        ("later@2", "commands.version"),
        ("later x y", "commands.unknown_word"),
        ("later x name=y", "commands.unknown_word"),
        ("later x times=2 times=3", "commands.twice"),
        ("later x times=two", "commands.argument"),
        ("later 'x", "commands.quotes"),
        ("later\nx", "commands.control"),
        ("x" * 8001, "commands.too_long"),
    ],
)
def test_refused_texts(text: str, id_: str) -> None:
    with pytest.raises(Refusal) as caught:
        read(Later, split(text))
    assert caught.value.reason.id == id_


def test_a_missing_argument_is_named_with_the_form() -> None:
    with pytest.raises(Refusal) as caught:
        parse("mark-false w:1")
    assert caught.value.reason.args["argument"] == "reason"
    assert caught.value.reason.args["form"] == "mark-false WARNING reason=…"


def test_every_command_says_what_it_is() -> None:
    for verb in REGISTRY.names():
        command_type = REGISTRY.load(verb)
        assert command_type.verb == verb
        assert issubclass(command_type, msgspec.Struct)
        assert not command_type.subject or command_type.subject in command_type.__struct_fields__
