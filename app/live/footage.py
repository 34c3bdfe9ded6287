"""What was asked to be saved of a camera: the commands put it here, the windows have it made."""

from enum import StrEnum
from typing import ClassVar

import msgspec

from app.core.decision import Stamp
from app.core.privacy import Privacy

FOOTAGE = "footage"
MOST_SECONDS = 30
"""So much of a stream is kept."""


class FootageForm(StrEnum):
    """As what it leaves; the word is the file's suffix."""

    CLIP = "mp4"
    JPEG = "jpg"
    PNG = "png"


class FootageOrder(msgspec.Struct, frozen=True):
    """One file to be made of what a camera sends now; `stamp.id` is that of the command, so that
    the file can be traced to the audit. `seconds` is how far back a clip begins,
    `unmasked` that the person may see what others may not,
    `watermark` who looks, where the seat marks its pictures."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    stamp: Stamp
    camera: str
    form: FootageForm
    reason: str
    seconds: int = 0
    unmasked: bool = False
    watermark: str = ""
