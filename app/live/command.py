"""What an operator command is. A new one is one file in `app/commands`.

    class AckWarning(Command, verb="ack-warning"):
        subject: ClassVar[str] = "warning"
        access: ClassVar[frozenset[str]] = frozenset({"ack"})
        warning: Annotated[Identity, PUBLIC]

How to write one: docs/howto-command.md.
"""

from collections.abc import Iterable
from typing import Any, ClassVar, dataclass_transform

import msgspec

from app.core.clock import Clock
from app.core.decision import Effect, Stamp
from app.core.message import Message, Refusal, message
from app.core.privacy import Privacy
from app.live import grammar
from app.live.city_keeper import CityKeeper
from app.live.hub import Kind
from app.live.people import People
from app.live.picture import Picture
from app.live.seat import Seat
from app.secrets import Secret

Changes = Iterable[tuple[Kind, tuple[str, ...]]]
"""What a command changed, for the hub."""


class Room:
    """What a command may look at, and in `show` change."""

    def __init__(
        self,
        picture: Picture,
        seat: Seat,
        people: People,
        clock: Clock,
        cities: CityKeeper | None = None,
    ) -> None:
        self.picture = picture
        self.seat = seat
        self.people = people
        self.clock = clock
        self.cities = cities


class Ask(msgspec.Struct, frozen=True):
    """The circumstances of one submission. `secret` came beside the command and stays there."""

    __privacy__: ClassVar[Privacy] = Privacy.SECRET

    stamp: Stamp
    secret: Secret | None = None
    is_replay: bool = False


@dataclass_transform(frozen_default=True, field_specifiers=(msgspec.field,))
class CommandType(msgspec.StructMeta):
    """Lets the class line name the verb; every command is frozen."""

    def __new__(
        mcs,
        name: str,
        bases: tuple[type, ...],
        body: dict[str, Any],
        verb: str = "",
        **options: Any,
    ) -> "CommandType":
        """A command class; `verb` is what the registry knows it by."""
        if verb:
            body = {**body, "verb": verb, "kind": verb}
        return super().__new__(mcs, name, bases, body, **{"frozen": True, **options})


class Command(msgspec.Struct, metaclass=CommandType):
    """The base of every command; its fields are its arguments (text, numbers, yes or no, words).

    A field has no None: what may be left out has a default, and text() leaves it out.
    """

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    verb: ClassVar[str] = ""
    kind: ClassVar[str] = ""
    version: ClassVar[int] = 1
    subject: ClassVar[str] = ""
    """The field that stands without its name, right after the verb."""
    access: ClassVar[frozenset[str]] = frozenset()
    """Any one of these rights of duty_roles.csv suffices; none: everybody who is signed on."""
    needs_person: ClassVar[bool] = True
    is_navigation: ClassVar[bool] = False
    """Changes what is seen, not what is: neither saved nor audited."""
    outside: ClassVar[str] = ""
    """The outside system that must learn of it; it goes there through the outbox."""

    def text(self) -> str:
        """The text form; `parse` is its exact inverse. Raises Refusal for text of several lines."""
        values = {name: _word(getattr(self, name)) for name in self.__struct_fields__}
        defaults = _defaults(type(self))
        named = {
            name: value
            for name, value in values.items()
            if name != self.subject and defaults.get(name) != value
        }
        first = values.get(self.subject)
        if self.subject in defaults and defaults[self.subject] == first and not named:
            first = None
        return grammar.compose(self.verb, self.version, first, named)

    async def prepare(self, room: Room, ask: Ask) -> tuple[Effect, ...]:
        """Whether it makes sense now (else raise Refusal), and the rows to be written with it."""
        return ()

    def show(self, room: Room, stamp: Stamp, effects: tuple[Effect, ...]) -> Changes:
        """Change the picture or the seat, after everything is on the disk."""
        return ()


def read(command_type: type[Command], words: grammar.Words) -> Command:
    """A command of a type from its words; raises Refusal."""
    verb, names = command_type.verb, command_type.__struct_fields__
    if words.version not in (None, command_type.version):
        raise Refusal(message("commands.version", verb=verb, version=words.version or 0))
    given = grammar.arguments(verb, words.rest, command_type.subject, names)
    for field in msgspec.structs.fields(command_type):
        if field.required and field.name not in given:
            form = usage(command_type)
            raise Refusal(message("commands.missing", verb=verb, argument=field.name, form=form))
    return _convert(given, command_type, strict=False)


def validated(command: Command) -> Command:
    """The same command with its limits checked, as those of a text are; raises Refusal."""
    fields = msgspec.structs.asdict(command)
    checked = _convert(fields, type(command), strict=True)
    checked.text()
    return checked


def usage(command_type: type[Command]) -> str:
    """`mark-false WARNING reason=… [x=…]`."""
    parts = [command_type.verb]
    for field in msgspec.structs.fields(command_type):
        word = field.name.upper() if field.name == command_type.subject else f"{field.name}=…"
        parts.append(word if field.required else f"[{word}]")
    return " ".join(parts)


def title(verb: str) -> Message:
    """What a verb is called."""
    return message(f"command.{verb}.name")


def _convert(given: dict[str, Any], into: type[Command], *, strict: bool) -> Command:
    try:
        return msgspec.convert(given, into, strict=strict)
    except msgspec.ValidationError as error:
        name = str(error).rpartition("`$.")[2].rstrip("`").split(".")[0]
        value = str(given.get(name, ""))[:80]
        raise Refusal(
            message("commands.argument", verb=into.verb, argument=name, value=value)
        ) from error


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _defaults(command_type: type[Command]) -> dict[str, str]:
    return {
        field.name: _word(field.default)
        for field in msgspec.structs.fields(command_type)
        if not field.required
    }
