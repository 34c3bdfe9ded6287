"""What waits for one view's page: the newest frame of each thing, and what a page that begins anew
must be told."""

from app.gis.frames import bundle, replaces, unbundle

_MARKS, _RASTER = "-1", "-2"  # slots of a drop that name no shapes
_KINDS = {_MARKS: ("marks", "labels"), _RASTER: ("raster",)}


class Outbox:
    """Frames by what they replace (`frames.replaces`): a page that is slow gets newer ones only,
    and nothing here grows by waiting. Each frame can be drawn by itself, so the newest of each are
    all that a page needs that was loaded anew."""

    def __init__(self) -> None:
        self._newest: dict[str, bytes] = {}
        self._waiting: dict[str, bytes] = {}

    def put(self, data: bytes) -> None:
        """A frame or a bundle of frames for this view."""
        for frame in unbundle(data):
            key = replaces(frame)
            kind, _, rest = key.partition(" ")
            if kind == "drop":
                self._forget(*rest.partition(" ")[::2])
            else:
                self._newest.pop(key, None)
                self._newest[key] = frame
            self._waiting.pop(key, None)
            self._waiting[key] = frame

    def take(self) -> bytes | None:
        """All that waits as one bundle, one frame as it is (a copy of 200,000 places takes a
        millisecond and more); None where nothing does."""
        if not self._waiting:
            return None
        frames, self._waiting = list(self._waiting.values()), {}
        return frames[0] if len(frames) == 1 else bundle(frames)

    def begin(self) -> None:
        """The page is new and knows nothing."""
        self._waiting = dict(self._newest)

    def _forget(self, layer: str, slot: str) -> None:
        gone = [key for key in self._newest if _drops(key, layer, slot)]
        for key in gone:
            del self._newest[key]
            self._waiting.pop(key, None)


def _drops(key: str, layer: str, slot: str) -> bool:
    kind, _, rest = key.partition(" ")
    named, _, its_slot = rest.partition(" ")
    if named != layer:
        return False
    return not slot or kind in _KINDS.get(slot, ()) or (kind == "shapes" and its_slot == slot)
