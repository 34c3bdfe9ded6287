"""The rows of a platform's answer are read each by itself: a bad one costs itself, not its page."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

log = logging.getLogger("chengmai.video")

Given = TypeVar("Given")
Made = TypeVar("Made")


def each_row(
    rows: Iterable[Given], read: Callable[[Given], Made], platform: str, what: str
) -> list[Made]:
    """What `read` makes of each; those of which it raises ValueError (also DecodeError) are left
    out, and one line of the log counts them with the first one's reason. `what`: their plural."""
    found: list[Made] = []
    bad: list[ValueError] = []
    for row in rows:
        try:
            found.append(read(row))
        except ValueError as error:
            bad.append(error)
    if bad:
        log.warning("video platform %s: %d %s cannot be read: %s", platform, len(bad), what, bad[0])
    return found
