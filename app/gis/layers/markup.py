"""会商标绘: what officers drew, with their words, their work number and the time.

Its rows are decisions of ops.db (`app.core.map_decision.Markup`); a row that cannot be drawn is
counted and left out, the others stand.
"""

from itertools import product
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from app.core.clock import to_datetime
from app.core.corners import Corner, corners_of
from app.core.map_decision import Ink, Markup, MarkupForm
from app.core.message import Refusal, message
from app.gis.content import Content, Form, Marks, MarkStyle, ShapeStyle
from app.gis.geodesy import geod
from app.gis.layer import Ask, Ground, Layer, LayerConfig
from app.gis.layers._columns import texts
from app.gis.layers._shapes import Gathered
from app.gis.layers._words import fitting
from app.live.hub import Kind
from app.live.picture import Picture

INKS = tuple(Ink)
_LABEL_ZOOM = 3.0  # always: a drawing without its words is half of it
_LINES = tuple(ShapeStyle(line=ink.value, width=3.0) for ink in INKS)
_AREAS = tuple(ShapeStyle(line=ink.value, width=2.0, fill=ink.value, opacity=0.12) for ink in INKS)
_FORMS = (MarkupForm.POINT, MarkupForm.ARROW, MarkupForm.TEXT)
_LOOKS: tuple[tuple[Form, float], ...] = (("dot", 10.0), ("arrow", 16.0), ("label", 14.0))
_MARKS = tuple(
    MarkStyle(form=form, colour=ink.value, size=size) for (form, size), ink in product(_LOOKS, INKS)
)


class _Row(NamedTuple):
    id: str
    form: MarkupForm
    ink: int
    corners: tuple[Corner, ...]
    label: str


class Drawings(Layer, kind="markup"):
    """Everything that is drawn and not erased."""

    needs = frozenset({Kind.MAP})
    subject = "markup"
    ages = False

    def __init__(self, config: LayerConfig, ground: Ground) -> None:
        super().__init__(config, ground)
        self._zone = ZoneInfo(ground.city.config.zone)

    def take(self, picture: Picture) -> list[Markup]:
        """All of it, oldest first."""
        return list(picture.map.markup.values())

    def make(self, taken: list[Markup], ask: Ask) -> Content:
        """Areas below lines below points and words."""
        keep = fitting(ask.filter, [item.text for item in taken], [item.person for item in taken])
        rows, bad = [], 0
        for number, item in enumerate(taken):
            if (keep is not None and not keep[number]) or (ask.at and item.at > ask.at):
                continue
            try:
                corners = corners_of(item.corners)
            except Refusal:
                bad += 1
                continue
            rows.append(
                _Row(item.id, item.form, INKS.index(item.colour), corners, self._label(item))
            )
        areas, lines = Gathered(_AREAS, closed=True), Gathered(_LINES, closed=False)
        for row in rows:
            ring = np.array(row.corners, np.float64)
            if row.form is MarkupForm.AREA:
                areas.add(row.id, [ring], row.ink, row.label)
            elif row.form in (MarkupForm.LINE, MarkupForm.ARROW):
                lines.add(row.id, [ring], row.ink, row.label, row.corners[len(ring) // 2])
        shapes = (areas.shapes(_LABEL_ZOOM), lines.shapes(_LABEL_ZOOM))
        return Content(
            marks=_marks([row for row in rows if row.form in _FORMS]),
            shapes=tuple(found for found in shapes if found is not None),
            count=len(rows),
            faults=(message("maptool.bad_markup", n=bad),) if bad else (),
        )

    def _label(self, item: Markup) -> str:
        """`由此进入 · 0001 14:03`."""
        who = f"{item.person} {to_datetime(item.at, self._zone):%H:%M}"
        return f"{item.text} · {who}" if item.text else who


def _marks(rows: list[_Row]) -> Marks | None:
    """Points, words, and the heads of arrows, which point along their last edge."""
    if not rows:
        return None
    ends = np.array([row.corners[-1] for row in rows], np.float64)
    return Marks(
        ids=texts(row.id for row in rows),
        lon=ends[:, 0].copy(),
        lat=ends[:, 1].copy(),
        style=np.array([_FORMS.index(row.form) * len(INKS) + row.ink for row in rows], np.uint8),
        styles=_MARKS,
        heading=np.array([_heading(row) for row in rows], np.float32),
        # The words of an arrow stand at its line.
        labels=texts("" if row.form is MarkupForm.ARROW else row.label for row in rows),
        label_zoom=_LABEL_ZOOM,
    )


def _heading(row: _Row) -> float:
    if row.form is not MarkupForm.ARROW:
        return float("nan")
    (lon, lat), (end_lon, end_lat) = row.corners[-2:]
    # At its end a geodesic points away from where it came from.
    back: Any = geod().inv(lon, lat, end_lon, end_lat)[1]
    return float((back + 180.0) % 360.0)
