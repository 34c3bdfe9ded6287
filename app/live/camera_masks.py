"""What nobody may see of a camera's picture (隐私遮挡): of the city's files, and drawn here.

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
        self._rows: dict[str, tuple[CameraMask, ...]] = {}  # by camera, the one that holds last
        self._drawn: dict[str, Areas] = {}

    def of(self, camera: str) -> Areas:
        """All areas of a camera; empty where it has none."""
        return self.fixed.get(camera, ()) + self.drawn(camera)

    def drawn(self, camera: str) -> Areas:
        """Those that were drawn here."""
        return self._drawn.get(camera, ())

    def last(self, camera: str) -> CameraMask | None:
        """The change that can be taken back; None where there is none."""
        rows = self._rows.get(camera, ())
        return rows[-1] if rows else None

    def before(self, camera: str) -> Areas:
        """What was drawn before the last change."""
        rows = self._rows.get(camera, ())
        return _areas(rows[-2]) if len(rows) > 1 else ()

    def cameras(self) -> list[str]:
        """Those with a mask."""
        return sorted({*self.fixed, *self._drawn})

    def take(self, effects: Iterable[object]) -> tuple[str, ...]:
        """Let rows hold, oldest first; gives the keys of what changed."""
        changed = []
        for effect in effects:
            if isinstance(effect, CameraMask):
                rows = self._rows.get(effect.camera, ())
                rows = rows[:-1] if effect.back else (*rows, effect)
                self._rows[effect.camera] = rows
                held = _areas(rows[-1]) if rows else ()
                # Replaced whole: the video thread reads it meanwhile.
                self._drawn = {**self._drawn, effect.camera: held}
                if not held:
                    del self._drawn[effect.camera]
                changed.append(f"{PREFIX}{effect.camera}")
        return tuple(changed)

    def rebound(self, ids: Mapping[str, str]) -> list[tuple[str, Areas]]:
        """What cameras that go on under other ids must have drawn, that of the city's files too:
        nobody sees more of them because they were numbered anew."""
        return [(new, self.of(old)) for old, new in ids.items() if self.of(old)]


def _areas(row: CameraMask) -> Areas:
    return read_areas(row.areas) if row.areas else ()
