"""Which messages are one warning: an update and a cancellation name the messages that they follow.

A warning is called after the first of its messages that anybody named, so that an update revises
its card and a cancellation ends it, in whatever order they come and also where the first one was
never seen. What is remembered is bounded; the oldest is forgotten, and after a restart a chain
whose messages name only the one before begins anew.
"""

import hashlib
from collections import OrderedDict
from typing import ClassVar

import msgspec

from app.core.model import Ms, Warning, WarningState
from app.core.privacy import Privacy
from app.formats._cap_message import Alert

MOST_MESSAGES = 50_000
MOST_WARNINGS = 5_000
_LONGEST = 116  # of a key in an id


class Placed(msgspec.Struct, frozen=True):
    """To which warning a message belongs, and which others it turned out to be or to follow."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    root: str
    others: tuple[str, ...] = ()


class Chain:
    """The messages of one source."""

    def __init__(self) -> None:
        self._parent: OrderedDict[str, str] = OrderedDict()
        self._held: OrderedDict[str, Warning] = OrderedDict()

    def place(self, alert: Alert) -> Placed:
        """Where a message belongs; it and all that it names are one warning from now on."""
        own = self._find(alert.key)
        named = [self._find(reference.key) for reference in alert.references]
        roots = list(dict.fromkeys([*named, own]))  # references come the oldest first
        root, others = roots[0], roots[1:]
        for other in others:
            self._parent[other] = root
        for key in (alert.key, *(reference.key for reference in alert.references)):
            if key != root:
                self._parent[key] = root
                self._parent.move_to_end(key)
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
