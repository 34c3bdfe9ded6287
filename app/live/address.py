"""The short text that says what a window shows: `overview`, `theme/flood`, `region/320812#2`.

`scene[/focus][#page]`: the name of a scene file, what it is about in the words of that scene (a
theme's code, a district's, `hotline.calls` or `pressure/320812`), and which of its screens stands
in the first window, counted from 1.
"""

import re
from typing import ClassVar

import msgspec

from app.core.message import Refusal, message
from app.core.privacy import Privacy

MAX_CHARACTERS = 200
_FORM = re.compile(
    r"(?P<scene>[a-z0-9][a-z0-9_-]{0,60})(?:/(?P<focus>[^\s#]{1,120}))?(?:#(?P<page>[1-9]\d?))?"
)


class Address(msgspec.Struct, frozen=True):
    """A text form taken apart; `page` 1 is the first and is not written."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    scene: str
    focus: str = ""
    page: int = 1

    def text(self) -> str:
        """The text form; `parse_address` is its exact inverse."""
        focus = f"/{self.focus}" if self.focus else ""
        page = f"#{self.page}" if self.page > 1 else ""
        return f"{self.scene}{focus}{page}"


def parse_address(text: str) -> Address:
    """A text to its parts; raises Refusal."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise Refusal(message("scene.address", text=text[:80]))
    return Address(found["scene"], found["focus"] or "", int(found["page"] or 1))
