"""Which messages are one warning: an update and a cancellation name the messages that they follow.

A warning is called after the first of its messages that anybody named, so that an update revises
its card and a cancellation ends it, in whatever order they come and also where the first one was
never seen. What is remembered is bounded; the oldest is forgotten. Each message goes into a file as
a line (`Said`), from which the chains are made again after a restart: a message may name only the
one before it, and without that one its warning would stay open.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from typing import ClassVar

import msgspec

from app.core.model import Ms, Warning, WarningState
from app.core.privacy import Privacy
from app.formats._base import DECODE_ERRORS
from app.formats._cap_message import Alert

MOST_MESSAGES = 50_000
MOST_WARNINGS = 5_000
_LONGEST = 116  # of a key in an id


class Placed(msgspec.Struct, frozen=True):
    """To which warning a message belongs, and which others it turned out to be or to follow."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    root: str
    others: tuple[str, ...] = ()


class Said(msgspec.Struct, frozen=True):
    """A message as it is kept: its key, the keys of its warning and of what it names, when it was
    sent, and what was made of it, without the words that are not for everybody."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    key: str
    named: tuple[str, ...]
    sent: Ms
    warning: Warning


class Settled(msgspec.Struct, frozen=True):
    """What a message did to other warnings: those that are over because it took their place, and
    words on this warning that came early, under another name."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    over: tuple[Warning, ...] = ()
    early: tuple[Warning, ...] = ()
    renamed: tuple[Warning, ...] = ()  # of those, what is newer than this message


class Chain:
    """The messages of one source."""

    def __init__(self) -> None:
        self._parent: OrderedDict[str, str] = OrderedDict()
        self._held: OrderedDict[str, Warning] = OrderedDict()
        self._lines: OrderedDict[str, bytes] = OrderedDict()  # by message: the line, short
        self._news: list[bytes] = []

    def place(self, key: str, references: Sequence[str]) -> Placed:
        """Where a message belongs; it and all that it names are one warning from now on."""
        own = self._find(key)
        named = [self._find(reference) for reference in references]
        roots = list(dict.fromkeys([*named, own]))  # references come the oldest first
        root, others = roots[0], roots[1:]
        for other in others:
            self._parent[other] = root
        for message in (key, *references):
            if message != root:
                self._parent[message] = root
                self._parent.move_to_end(message)
        while len(self._parent) > MOST_MESSAGES:
            self._parent.popitem(last=False)
        return Placed(root, tuple(others))

    def begun(self, alert: Alert, root: str) -> Ms:
        """When the warning was first issued, as far as anybody said."""
        sent = [reference.sent for reference in alert.references if reference.sent]
        held = self._held.get(root)
        return min([alert.sent, *sent, *([held.issued] if held else [])])

    def held(self, root: str) -> Warning | None:
        """The newest that was said of a warning."""
        return self._held.get(root)

    def keep(self, root: str, warning: Warning) -> None:
        """Remember what was said, unless something newer was."""
        before = self._held.pop(root, None)
        newer = before is not None and stamp(before) > stamp(warning)
        self._held[root] = before if newer and before is not None else warning
        if len(self._held) > MOST_WARNINGS:
            self._held.popitem(last=False)

    def settle(self, placed: Placed, warning: Warning, sent: Ms) -> Settled:
        """Keep what a message says of its warning, and end those whose place it takes."""
        early = tuple(one for other in placed.others if (one := self.held(other)) is not None)
        over = tuple(one for other in placed.others if (one := self.end(other, sent)) is not None)
        self.keep(placed.root, warning)
        renamed: list[Warning] = []
        for held in early:
            moved = msgspec.structs.replace(held, id=warning.id)
            if stamp(moved) > stamp(warning):
                self.keep(placed.root, moved)
                renamed.append(moved)
        return Settled(over, early, tuple(renamed))

    # ---- what outlives a restart

    def note(self, said: Said) -> None:
        """Have a message written, once; offices send the same ones again and again."""
        if line := self._new_line(said):
            self._news.append(line)

    def news(self) -> bytes:
        """The lines since this was asked last."""
        news, self._news = b"".join(self._news), []
        return news

    def recall(self, line: bytes) -> None:
        """Know a message again; nothing, where the line is none."""
        try:
            said = _decoder.decode(line)
        except DECODE_ERRORS:
            return
        self._new_line(said)
        self.settle(self.place(said.key, said.named), said.warning, said.sent)

    def _new_line(self, said: Said) -> bytes:
        """The line of a message; empty where it is written already."""
        line = msgspec.json.encode(said) + b"\n"
        short = hashlib.blake2b(line, digest_size=8).digest()
        if self._lines.get(said.key) == short:
            return b""
        self._lines[said.key] = short
        if len(self._lines) > MOST_MESSAGES:
            self._lines.popitem(last=False)
        return line

    def end(self, other: str, at: Ms) -> Warning | None:
        """The end of a warning that another took the place of; None where none was shown."""
        held = self._held.pop(other, None)
        if held is None or held.state is WarningState.CANCELLED:
            return None
        return ended(held, at)

    def _find(self, key: str) -> str:
        """The first message of the chain that a message is in; itself where it is in none."""
        root = key
        for _ in range(MOST_MESSAGES):
            above = self._parent.get(root)
            if above is None or above == root:
                break
            root = above
        if root != key:
            self._parent[key] = root  # found faster the next time
        return root


_decoder = msgspec.json.Decoder(Said)


def ended(warning: Warning, at: Ms) -> Warning:
    """A warning that is over; newer than all that was said of it, unless that it is was said."""
    if warning.state is WarningState.CANCELLED and warning.observed >= at:
        return warning
    revision = warning.revision + 1 if warning.observed >= at else warning.revision
    return msgspec.structs.replace(
        warning,
        state=WarningState.CANCELLED,
        observed=max(at, warning.observed),
        revision=revision,
    )


def id_of(key: str) -> str:
    """The id of the warning whose first message has this key; long ones end in their hash."""
    if len(key) > _LONGEST:
        digest = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:24]
        key = f"{key[: _LONGEST - 25]}~{digest}"
    return f"cap:{key}"


def stamp(warning: Warning) -> tuple[Ms, int]:
    """What makes one word newer than another."""
    return (warning.observed, warning.revision)
