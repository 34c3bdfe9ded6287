"""Lines and areas gathered one by one into the columns of `Shapes`."""

from collections.abc import Iterable, Sequence

import numpy as np

from app.core.outline import Ring
from app.gis.content import Shapes, ShapeStyle
from app.gis.layers._columns import texts


class Gathered:
    """Shapes as they are found; `shapes` makes the columns."""

    def __init__(self, styles: tuple[ShapeStyle, ...], *, closed: bool) -> None:
        self._styles = styles
        self._closed = closed
        self._rings: list[Ring] = []
        self._first: list[int] = []
        self._ids: list[str] = []
        self._style: list[int] = []
        self._labels: list[str] = []
        self._places: list[tuple[float, float]] = []

    def __len__(self) -> int:
        return len(self._ids)

    def add(
        self,
        id_: str,
        rings: Iterable[Ring],
        style: int = 0,
        label: str = "",
        place: tuple[float, float] | None = None,
    ) -> None:
        """One shape of rings (n x 2 degrees); the label stands at `place`, without one at the
        middle of the box around the first ring."""
        found = [ring for ring in rings if len(ring) >= 2]
        if not found:
            return
        self._first.append(len(self._rings))
        self._rings.extend(found)
        self._ids.append(id_)
        self._style.append(style)
        self._labels.append(label)
        self._places.append(place or middle(found[0]))

    def shapes(self, label_zoom: float = 8.0) -> Shapes | None:
        """All that was added; None where nothing was."""
        if not self._ids:
            return None
        flat = np.concatenate(self._rings)
        lengths = [len(ring) for ring in self._rings]
        places = np.array(self._places, np.float64)
        labelled = any(self._labels)
        return Shapes(
            ids=texts(self._ids),
            lon=np.ascontiguousarray(flat[:, 0]),
            lat=np.ascontiguousarray(flat[:, 1]),
            ring_start=_starts(lengths),
            shape_start=np.array([*self._first, len(self._rings)], np.uint32),
            style=np.array(self._style, np.uint8),
            styles=self._styles,
            closed=self._closed,
            labels=texts(self._labels) if labelled else None,
            label_lon=places[:, 0].copy() if labelled else None,
            label_lat=places[:, 1].copy() if labelled else None,
            label_zoom=label_zoom,
        )


def middle(ring: Ring) -> tuple[float, float]:
    """The middle of the box around a ring."""
    low, high = ring.min(axis=0), ring.max(axis=0)
    return float(low[0] + high[0]) / 2, float(low[1] + high[1]) / 2


def _starts(lengths: Sequence[int]) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.uint32)
