"""What a finished figure of the page means: a command, or a measure that goes back to the page."""

import shlex
from collections.abc import Callable

from app.core.corners import MAX_CORNERS, Corner, corners_text
from app.core.i18n import Translator
from app.gis.frames import encode_json
from app.gis.measure import Measured, area_message, measure, metres_text, wind
from app.live.map_orders import shared_or
from app.live.map_state import MapState
from widgets.map.said import Drawn

AREAS = ("circle", "box", "polygon", "lasso")
MARKUP = "markup"
MEASURE = "measure"


def command_of(drawn: Drawn, map_name: str) -> str:
    """The text of the command that a figure stands for; empty where it stands for none.

    A tool that was let go of comes without a name. Text of the page is quoted: it is data.
    """
    tool, *more = drawn.tool.split(" ") or [""]
    shared = shared_or(map_name)
    if not tool:
        return f"map-tool hand{shared}"
    corners = shlex.quote(corners_text(drawn.points[:MAX_CORNERS]))
    if not drawn.points:
        return ""
    if tool in AREAS:
        radius = f" radius={max(1, round(drawn.radius_m))}" if tool == "circle" else ""
        return f"select-area {corners} form={tool}{radius}{shared}"
    if tool == MARKUP and len(more) == 2:
        form, ink = map(shlex.quote, more)
        words = " ".join(drawn.text.split())
        label = f" label={shlex.quote(words)}" if words else ""
        return f"markup {corners} form={form} colour={ink}{label}"
    return ""


def measure_frame(drawn: Drawn, translator: Translator) -> bytes | None:
    """The frame `draw` with what was measured, by the ellipsoid; None for another tool."""
    if drawn.tool != MEASURE or len(drawn.points) < 2:
        return None
    points: list[Corner] = [(lon, lat) for lon, lat in drawn.points]
    closed = len(points) > 3 and points[0] == points[-1]
    points = points[:-1] if closed else points
    done = measure(points, closed=closed)
    captions = _captions(points, done, translator)
    told = {"points": points, "closed": closed, "captions": captions}
    return encode_json("draw", {"measure": told})


def _captions(
    points: list[Corner], done: Measured, translator: Translator
) -> list[dict[str, float | str]]:
    found: list[dict[str, float | str]] = []
    ends = [*points[1:], points[0]]
    for start, end, edge, turn in zip(points, ends, done.edges_m, done.bearings, strict=False):
        text = translator.text(
            "maptool.edge",
            length=metres_text(edge),
            bearing=f"{turn:.1f}",
            wind=translator.render(wind(turn)),
        )
        lon, lat = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
        found.append({"lon": lon, "lat": lat, "text": text, "edge": True})
    if len(done.edges_m) > 1:
        total = [translator.text("maptool.total", length=metres_text(done.length_m))]
        if done.area_m2:
            total.append(translator.render(area_message(done.area_m2)))
        lon, lat = points[-1]
        found.append({"lon": lon, "lat": lat, "text": "\n".join(total)})
    return found


class DrawnFigures:
    """Answers one view: `do` takes the text of a command, `send` a frame for its page."""

    def __init__(
        self,
        do: Callable[[str], object],
        send: Callable[[bytes], object],
        name: Callable[[], str],
        translator: Translator,
        state: Callable[[], MapState],
    ) -> None:
        self._do, self._send, self._name = do, send, name
        self._translator, self._state = translator, state

    def begin(self) -> None:
        """A new page (another theme, another language): what was measured stands on it too."""
        state = self._state()
        if state.tool == MEASURE and state.measured:
            frame = measure_frame(Drawn(MEASURE, list(state.measured)), self._translator)
            if frame is not None:
                self._send(frame)

    def __call__(self, drawn: Drawn) -> None:
        """A figure is finished."""
        frame = measure_frame(drawn, self._translator)
        if frame is not None:
            self._state().measured = tuple((lon, lat) for lon, lat in drawn.points)
            self._send(frame)
            return
        text = command_of(drawn, self._name())
        if text:
            self._do(text)
