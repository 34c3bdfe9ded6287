"""Somebody before a video wall who plays, seeks and reviews recordings, and calls a preset."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.video.platform import Ability
from app.video.tile import State
from tests.helpers.map_desk import Officer

PACKETS = 150
"""Six seconds: so much a worker has kept."""
SHIFT = Qt.KeyboardModifier.ShiftModifier


async def seek(officer: Officer) -> None:
    """A recording goes a minute on, faster, stands still; a click on its strip goes elsewhere."""
    panel = officer.panel("video")
    cell = panel.cells[panel.focused]
    QTest.keyClick(panel, Qt.Key.Key_P)
    QTest.keyClicks(panel.saving.field.line, "-10")
    QTest.keyClick(panel.saving.field.line, Qt.Key.Key_Return)
    await officer.until(lambda: cell.tile.state is State.PLAYBACK and cell.tile.observed)
    begun = cell.tile.observed
    QTest.keyClick(panel, Qt.Key.Key_Greater, SHIFT)
    await officer.until(lambda: 55_000 < cell.tile.observed - begun < 90_000)
    QTest.keyClick(panel, Qt.Key.Key_BraceRight, SHIFT)
    await officer.until(lambda: cell.tile.playback.speed == 2.0)
    QTest.keyClick(panel, Qt.Key.Key_Space)
    await officer.until(lambda: cell.tile.playback.speed == 0.0)
    officer.seen["stands still"] = officer.items()[f"camera/{cell.camera.id}"]["value"]
    strip = panel.keys.replaying.strip
    officer.seen["strip"] = strip.isVisible() and strip.data.cursor is not None
    stood = cell.tile.observed
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.rect().center())
    await officer.until(lambda: abs(cell.tile.observed - stood) > 30_000)
    QTest.keyClick(panel, Qt.Key.Key_P)
    await officer.until(lambda: cell.tile.state is State.LIVE)
    officer.seen["strip when live"] = strip.isVisible()


async def review(officer: Officer) -> None:
    """All cameras of the wall from the same moment on; one conductor; then what workers kept."""
    panel = officer.panel("video")
    QTest.keyClick(panel, Qt.Key.Key_V)
    QTest.keyClicks(panel.saving.field.line, "-20")
    QTest.keyClick(panel.saving.field.line, Qt.Key.Key_Return)
    await officer.until(lambda: len(_drifts(panel)) == len(panel.cells))
    await officer.until(lambda: all(abs(drift) < 2500 for drift in _drifts(panel).values()))
    QTest.keyClick(panel, Qt.Key.Key_Space)
    await officer.until(lambda: all(cell.tile.playback.speed == 0 for cell in panel.cells.values()))
    notes = {shown.words.note for shown in panel.surface._cells}
    officer.seen["reviewed"] = len(_drifts(panel))
    officer.seen["each tells"] = all("回放，暂停，" in note for note in notes)
    QTest.keyClick(panel, Qt.Key.Key_V)
    await officer.until(lambda: _live(panel))
    await officer.until(lambda: all(_packets(officer, cell) > PACKETS for cell in _cells(panel)))
    cameras = " ".join(cell.camera.id for cell in panel.cells.values())
    await officer.do(f'review-cameras "{cameras}" at=-3s wall={panel.name}')  # type: ignore[attr-defined]
    await officer.until(lambda: len(_drifts(panel)) == len(panel.cells))
    kept = officer.session.runtime.folder / "video" / "kept"
    officer.seen["kept"] = len(list(kept.glob("*.mp4")))
    await officer.do(f"end-review {panel.name}")  # type: ignore[attr-defined]
    await officer.until(lambda: _live(panel))
    await officer.until(lambda: not list(kept.glob("*.mp4")))


async def preset(officer: Officer) -> None:
    """The list of a camera's presets, and one of them by its number."""
    panel, service = officer.panel("video"), officer.session.runtime.video
    cell = panel.cells[panel.focused]
    assert Ability.PRESETS in service.abilities(cell.camera.id)
    QTest.keyClick(panel, Qt.Key.Key_B)
    field = panel.saving.field
    await officer.until(lambda: "入口" in field.said.text())
    officer.seen["presets"] = field.said.text().splitlines()
    QTest.keyClicks(field.line, "2")
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    await officer.until(lambda: panel.saving.field is None)
    await officer.session.videos.presets.errands.finish()


def _drifts(panel: Any) -> dict[str, int]:
    found: dict[str, int] = panel.stand.drifts()
    return found


def _cells(panel: Any) -> list[Any]:
    return list(panel.cells.values())


def _packets(officer: Officer, cell: Any) -> int:
    """How many came since its stream was opened."""
    board, tile = officer.session.runtime.video.board, cell.tile
    return 0 if board is None or tile.place is None else int(board[tile.place.row]["packets"])


def _live(panel: Any) -> bool:
    live = (State.LIVE, State.DEGRADED)
    return all(cell.tile is not None and cell.tile.state in live for cell in panel.cells.values())
