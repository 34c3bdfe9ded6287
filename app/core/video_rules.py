"""What a city's `video.toml` says of its cameras' pictures: what nobody may see, what is marked."""

from typing import ClassVar

import msgspec

from app.core.camera_mask import Areas
from app.core.privacy import Privacy


class Watermark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """用户水印: who looks, on the pictures. `seats` are kinds of seat (hall, desk, cockpit) that
    always wear it; `burnt`: pictures that are saved have it in themselves too."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    seats: tuple[str, ...] = ()
    burnt: bool = False


class VideoRules(msgspec.Struct, frozen=True):
    """`masks` by camera."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    masks: dict[str, Areas] = {}
    watermark: Watermark = Watermark()
