"""`video.toml`: what nobody may see of cameras, and which seats mark their pictures.

[[mask]]
camera = "police-video:32081200001320000005"
areas = [[[0.62, 0.10], [0.85, 0.42]]]       # corners of a rectangle, or a polygon; in shares

[watermark]
seats = ["hall"]
"""

from collections.abc import Collection
from importlib.resources.abc import Traversable
from typing import Annotated, ClassVar

import msgspec

from app.catalogue.faults import Faults
from app.config import locate, parse_toml
from app.core.camera_mask import Areas, require_areas
from app.core.model import Identity
from app.core.privacy import Privacy
from app.core.video_rules import VideoRules, Watermark

FILE = "video.toml"
SEATS = ("hall", "desk", "cockpit")


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    camera: Identity
    areas: Areas


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    mask: Annotated[list[_Row], msgspec.Meta(max_length=20_000)] = []
    watermark: Watermark = Watermark()


def read_video(folder: Traversable, platforms: Collection[str], faults: Faults) -> VideoRules:
    """The rules of a city; none where there is no file. Raises ConfigError where the file cannot be
    read. What would cover nothing is a fault, because nobody would notice: an area without a
    surface, and a camera of a platform that the city does not have. A platform's own cameras are
    not known before it lists them."""
    path = folder / FILE
    if not path.is_file():
        return VideoRules()
    text = path.read_text(encoding="utf-8")
    read = parse_toml(text, _File, FILE)
    masks: dict[str, Areas] = {}
    for number, row in enumerate(read.mask):
        key = f"mask[{number}]"
        if row.camera.partition(":")[0] not in platforms:
            line = locate(text, f"{key}.camera")
            faults.add(
                "cities.unknown",
                FILE,
                line,
                f"{key}.camera",
                code=row.camera,
                known="[[platform]]",
            )
        try:
            masks[row.camera] = masks.get(row.camera, ()) + require_areas(row.areas)
        except ValueError:
            line = locate(text, f"{key}.areas")
            faults.add("videomask.row", FILE, line, f"{key}.areas", camera=row.camera)
    for seat in read.watermark.seats:
        if seat not in SEATS:
            line = locate(text, "watermark.seats")
            known = " ".join(SEATS)
            faults.add("cities.unknown", FILE, line, "watermark.seats", code=seat, known=known)
    return VideoRules(masks, read.watermark)
