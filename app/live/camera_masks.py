"""What nobody may see of a camera's picture (隐私遮挡): from the city's files, and drawn at the seat.

Read it, also from another thread; only commands write it. A change is published as `Kind.SEAT` with
the key `mask/<camera>`.
"""

from collections.abc import Iterable, Mapping

from app.core.camera_mask import Areas, read_areas
from app.core.decision import CameraMask

PREFIX = "mask/"


class CameraMasks:
    """`fixed` are those of the city's files, which no command lifts."""

    def __init__(self) -> None:
        self.fixed: Mapping[str, Areas] = {}
        self._drawn: dict[str, tuple[Areas, ...]] = {}  # by camera, the one that holds last

    def of(self, camera: str) -> Areas:
        """All areas of a camera; empty where it has none."""
        return self.fixed.get(camera, ()) + self.drawn(camera)

    def drawn(self, camera: str) -> Areas:
        """Those that were drawn here."""
        return self._drawn.get(camera, ((),))[-1]

    def before(self, camera: str) -> Areas | None:
        """What held before the last change; None where nothing was changed."""
        past = self._drawn.get(camera, ())
        if not past:
            return None
        return past[-2] if len(past) > 1 else ()

    def cameras(self) -> list[str]:
        """Those with a mask."""
        return sorted({*self.fixed, *(name for name, past in self._drawn.items() if past[-1])})

    def take(self, effects: Iterable[object]) -> list[str]:
        """Let rows hold, oldest first; gives the keys of what changed. A row that takes the last
        change back takes it out of what can be taken back."""
        changed = []
        for effect in effects:
            if isinstance(effect, CameraMask):
                areas = read_areas(effect.areas) if effect.areas else ()
                past = self._drawn.get(effect.camera, ())
                past = past[:-1] if effect.back else (*past, areas)
                self._drawn = {**self._drawn, effect.camera: past}
                if not past:
                    self._drawn = {
                        name: one for name, one in self._drawn.items() if name != effect.camera
                    }
                changed.append(f"{PREFIX}{effect.camera}")
        return changed

    def rebound(self, ids: Mapping[str, str]) -> list[tuple[str, Areas]]:
        """What the cameras that go on under other ids must have drawn: nobody sees more of them
        because they were numbered anew."""
        return [(new, self.drawn(old)) for old, new in ids.items() if self.drawn(old)]
