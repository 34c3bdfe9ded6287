"""A desk on the demonstration city in a process of its own, its video wall watched by somebody.

`python -m tests.helpers.video_wall FOLDER` prints what was seen, a line of JSON.
"""

import json
import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from app.secrets import Secret
from app.video.tile import State
from tests.helpers.alone import demonstration, living, run_alone, say
from tests.helpers.map_desk import Officer
from tests.helpers.sound_cameras import sound_cameras
from tests.helpers.video_replaying import preset, review, seek
from widgets.session import Session

WORKER = "app.video.worker"
ALIVE = (State.LIVE, State.DEGRADED)


class Watcher(Officer):
    """Somebody before the wall."""

    async def see_all(self) -> None:
        """The scene of the wall; every cell has a picture of now."""
        self.session.shell.request_scene("video")
        await self.until(lambda: self.session.shell.scene.name == "video")  # type: ignore[union-attr]
        panel = self.panel("video")
        await self.until(lambda: len(panel.cells) > 1)
        outcome = await self.session.operator.run("sign-on 0002", Secret("240802"))
        assert outcome.done, outcome  # type: ignore[union-attr]
        await self.replace_unsound()
        await self.until(self.all_live)
        self.seen["cells"] = len(panel.cells)
        self.seen["cameras"] = len({cell.camera.id for cell in panel.cells.values()})
        self.seen["words"] = sorted(
            {item["value"] for key, item in self.items().items() if key.startswith("camera/")}
        )

    async def replace_unsound(self) -> None:
        """Cameras with a trouble or a gap of this hour make way for others of their form."""
        panel = self.panel("video")
        sound = sound_cameras(self.session.runtime.city, self.session.runtime.clock.now())
        held = {number: cell.camera for number, cell in panel.cells.items()}
        others = [one for one in sound if one not in {camera.id for camera in held.values()}]
        for number, camera in held.items():
            if camera.id not in sound:
                other = next(one for one in others if sound[one] == camera.form)
                others.remove(other)
                await self.do(f"watch-camera {other} cell={number + 1}")
        await self.until(lambda: all(cell.camera.id in sound for cell in panel.cells.values()))

    def all_live(self) -> bool:
        """Every cell that has a camera shows it."""
        cells = self.panel("video").cells.values()
        return bool(cells) and all(
            cell.tile is not None and cell.tile.state in ALIVE for cell in cells
        )

    def grab(self, number: int) -> QImage:
        """What stands in a cell."""
        panel = self.panel("video")
        shown = {one.view: one for one in panel.surface._cells}
        return panel.surface.grab(shown[panel.cells[number].view].fitted).toImage()

    async def move(self) -> None:
        """A picture is another one soon, and has many colours."""
        first = self.grab(0)
        await self.until(lambda: self.grab(0) != first)
        picture = self.grab(0)
        points = [picture.pixel(x, y) for x in range(5, 200, 13) for y in range(5, 100, 9)]
        self.seen["colours"] = len(set(points))

    async def enlarge(self) -> None:
        """One fills the wall, in its new size."""
        panel = self.panel("video")
        before = self.grab(0).width()
        await self.do("enlarge-cell 1")
        await self.until(lambda: set(panel.cells) == {0} and self.grab(0).width() > 1.5 * before)
        service = self.session.runtime.video

        def drawn_anew() -> bool:
            tile = panel.cells[0].tile
            rows = service.board
            if tile is None or tile.place is None or rows is None:
                return False
            return int(rows[tile.place.row]["width"]) > 1.5 * before

        await self.until(drawn_anew)
        self.seen["large"] = panel.cells[0].tile.state in ALIVE
        await self.do("enlarge-cell 0")
        await self.until(lambda: len(panel.cells) == self.seen["cells"] and self.all_live())

    async def divide(self) -> None:
        """Four cells become one by hand, whose picture comes in its size, and four again."""
        panel = self.panel("video")
        before, size = self.grab(0).width(), len(panel.cells)
        panel.setFocus()
        panel.focused = 0
        shift = Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(panel, Qt.Key.Key_E)
        QTest.keyClick(panel, Qt.Key.Key_Right, shift)
        QTest.keyClick(panel, Qt.Key.Key_Down, shift)
        QTest.keyClick(panel, Qt.Key.Key_M)
        await self.until(lambda: len(panel.cells) == size - 3 and self.all_live())
        await self.until(lambda: self.grab(0).width() > 1.5 * before)
        self.seen["divided"] = [len(panel.wall.layout.cells), panel.dividing.on]
        QTest.keyClick(panel, Qt.Key.Key_U)
        QTest.keyClick(panel, Qt.Key.Key_Escape)
        await self.until(lambda: len(panel.cells) == size and self.all_live())

    async def save(self) -> None:
        """The hand on a cell: C asks why, then there is a film with its trace; Ctrl and an arrow
        turn the camera for as long as they are held, one line of the audit each."""
        panel, turning = self.panel("video"), self.session.videos.turning
        panel.setFocus()
        panel.focused = next(
            n for n, cell in panel.cells.items() if self.session.videos.can_turn(cell.camera)
        )
        camera = panel.cells[panel.focused].camera.id
        QTest.keyClick(panel, Qt.Key.Key_C)
        field = panel.saving.field
        QTest.keyClick(field.line, Qt.Key.Key_Return)
        self.seen["without a reason"] = [field.said.text(), panel.saving.field is field]
        QTest.keyClicks(field.line, "flooded culvert")
        QTest.keyClick(field.line, Qt.Key.Key_Return)
        await self.until(lambda: panel.saving.field is None)
        folder = self.session.footage.folder
        await self.until(lambda: list(folder.glob("huaian-clip-*.json")))
        trace = json.loads(next(folder.glob("huaian-clip-*.json")).read_text("utf-8"))
        self.seen["saved"] = [trace["camera"] == camera, trace["person"], trace["reason"]]
        self.seen["film"] = (folder / trace["file"]).stat().st_size == trace["size"]
        control = Qt.KeyboardModifier.ControlModifier
        QTest.keyPress(panel, Qt.Key.Key_Right, control)
        await self.until(lambda: camera in turning.cameras)
        QTest.keyRelease(panel, Qt.Key.Key_Right, control)
        self.seen["turning after release"] = sorted(turning.cameras)
        await turning.errands.finish()
        audit = await self.session.runtime.store.ops.read(
            lambda connection: connection.execute(
                "SELECT command, verb FROM audit ORDER BY seq"
            ).fetchall()
        )
        verbs = [verb for _, verb in audit]
        self.seen["traced"] = (trace["audit"], "save-clip") in audit
        self.seen["audit"] = [verbs.count("save-clip"), verbs.count("move-camera")]

    async def play(self) -> None:
        """P shows what was ten minutes ago, and says so; P again what is now."""
        panel = self.panel("video")
        cell = panel.cells[panel.focused]
        QTest.keyClick(panel, Qt.Key.Key_P)
        QTest.keyClicks(panel.saving.field.line, "-10")
        now = self.session.runtime.clock.now()
        QTest.keyClick(panel.saving.field.line, Qt.Key.Key_Return)
        await self.until(lambda: cell.tile.state is State.PLAYBACK)
        self.seen["minutes ago"] = round((now - cell.tile.observed) / 60_000)
        item = next(one for key, one in self.items().items() if key == f"camera/{cell.camera.id}")
        self.seen["past says"] = item["value"]
        first = self.grab(panel.focused)
        await self.until(lambda: self.grab(panel.focused) != first)
        await self.do(f"save-snapshot {cell.camera.id} reason=x")
        await self.session.footage.errands.finish()
        self.seen["pictures"] = len(list(self.session.footage.folder.glob("huaian-snapshot-*")))
        QTest.keyClick(panel, Qt.Key.Key_P)
        await self.until(lambda: self.all_live() and not panel.wall.look.past)
        await self.do(f"play-recording {cell.camera.id} at=2001-01-01T00:00")
        await self.until(lambda: cell.lacks_recording)
        self.seen["without a recording"] = self.items()[f"camera/{cell.camera.id}"]["value"]
        QTest.keyClick(panel, Qt.Key.Key_P)
        await self.until(lambda: self.all_live() and not panel.wall.look.past)

    def workers(self) -> set[int]:
        """The processes that decode."""
        return {pid for pid, command in children().items() if WORKER in command}

    async def kill(self) -> None:
        """The worker dies: another takes its streams."""
        gone = self.workers()
        for pid in gone:
            os.kill(pid, signal.SIGKILL)
        await self.until(lambda: not self.all_live())
        await self.until(self.all_live)
        self.seen["another worker"] = bool(self.workers()) and not self.workers() & gone

    async def leave(self) -> None:
        """Nobody looks: nothing is decoded."""
        service = self.session.runtime.video
        self.session.shell.request_scene("indicators")
        await self.until(lambda: service.budget.streams == 0)
        self.seen["streams when nobody looks"] = service.budget.streams


async def run(session: Session) -> dict[str, Any]:
    """The session with somebody before it; gives what was seen."""
    watcher = Watcher(session)
    async with living(session):
        for part in (
            watcher.see_all,
            watcher.move,
            watcher.enlarge,
            watcher.divide,
            watcher.save,
            watcher.play,
            partial(seek, watcher),
            partial(preset, watcher),
            partial(review, watcher),
            watcher.kill,
            watcher.leave,
        ):
            await part()
    watcher.seen["segments left"] = segments()
    watcher.seen["processes left"] = [one for one in children().values() if " -m app." in one]
    return watcher.seen


def children() -> dict[int, str]:
    """The command lines of our child processes, as Linux tells them."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            command = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended meanwhile
        if parent == os.getpid() and command:
            found[int(path.name)] = command
    return found


def segments() -> list[str]:
    """The shared memory of this process that still has a name."""
    own = f"chengmai-{os.getpid()}-"
    return [path.name for path in Path("/dev/shm").glob("*") if own in path.name]


def main() -> None:
    """A desk with the simulator's platform."""
    say(run_alone(lambda: run(demonstration(Path(sys.argv[1])))))


if __name__ == "__main__":
    main()
