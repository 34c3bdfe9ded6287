"""What the program has to say, before it is said in a language.

`app` returns a `Message`; windows, command line and reports render it with `app.core.i18n`.
"""

from typing import ClassVar

import msgspec

from app.core.privacy import Privacy

Arg = str | int | float


class Message(msgspec.Struct, frozen=True):
    """The id of a sentence in the catalogue and what stands in its gaps."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    id: str
    args: dict[str, Arg] = {}

    def __str__(self) -> str:
        """For logs only: the id with its arguments."""
        gaps = " ".join(f"{name}={value}" for name, value in self.args.items())
        return f"{self.id} {gaps}".strip()


def message(id_: str, **args: Arg) -> Message:
    """`message("feed.lost", name="...")`."""
    return Message(id_, args)


class Refusal(Exception):
    """Something was refused for a reason an officer or operator can act on."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason
