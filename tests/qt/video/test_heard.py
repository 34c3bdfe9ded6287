"""What a seat hears of its cameras: one tile, as it was sent, and nothing unasked."""

import logging
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QObject

from app.live.seat import Seat
from app.live.video_wall import Look, VideoWalls
from app.video.platform import Stream
from app.video.sound import SAMPLE
from app.video.tile import State
from app.video.wire import Source
from tests.helpers.pooling import until
from tests.helpers.sounds import write_film
from tests.helpers.video_desk import Answers, desk
from widgets.video.heard import AHEAD_S, Heard

RATE = 44_100


class Box:
    """In place of a loudspeaker, which test machines lack: it takes what one takes."""

    def __init__(self, rate: int = RATE) -> None:
        self.rate = rate
        self.samples = b""
        self.most = 0
        self.gains: list[float] = []
        self.stopped = False
        self._played = 0

    def free(self) -> int:
        """It has played all but what was written last."""
        return round(self.rate * SAMPLE * AHEAD_S)

    def play(self, samples: bytes) -> None:
        assert not self.stopped and len(samples) <= self.free()
        self.most = max(self.most, len(samples))
        self.samples += samples

    def gain(self, share: float) -> None:
        self.gains.append(share)

    def stop(self) -> None:
        self.stopped = True


@pytest.fixture
def parent(application: object) -> QObject:
    return QObject()


def tone(box: Box) -> float:
    """The strongest tone of the last half second, in hertz."""
    wave = np.frombuffer(box.samples, np.int16).reshape(-1, 2)[-RATE // 2 :, 0].astype(float)
    power = np.abs(np.fft.rfft(wave * np.hanning(len(wave))))
    return float(np.argmax(power) * RATE / len(wave))


async def test_a_tile_is_heard_until_it_is_not_seen_any_more(
    parent: QObject, tmp_path: Path
) -> None:
    film = write_film(tmp_path / "film.mp4", 660.0)
    seat, boxes, alarm = Seat("desk"), [Box(), Box()], [False]
    answers = Answers({"one": (Stream(str(film), source=Source.FILE, loop=True),)})
    async with desk(tmp_path / "seat", answers) as wall:
        wall.show("1/0", "one")
        await wall.until("1/0", State.LIVE)
        given = iter(boxes)
        heard = Heard(seat, lambda: wall.service, lambda: alarm[0], parent, lambda: next(given))
        panel, other = object(), object()
        assert heard.stands(panel, "1/0") and not heard.stands(other, "7/0")
        assert heard.view == "1/0" and heard.has_output

        def enough() -> bool:
            heard._feed.timeout.emit()
            return len(boxes[0].samples) > RATE * SAMPLE

        await until(enough)
        assert tone(boxes[0]) == pytest.approx(660.0, abs=3)
        assert boxes[0].most <= RATE * SAMPLE * AHEAD_S
        assert boxes[0].gains == [seat.videos.volume / 100]
        # An alarm is heard alone; how loud it was stays.
        seat.videos.volume, alarm[0] = 20, True
        heard._feed.timeout.emit()
        alarm[0] = False
        heard._feed.timeout.emit()
        assert boxes[0].gains[1:] == [0.0, 0.2]
        assert not heard.stands(other, "")
        assert heard.stands(panel, "")
        assert boxes[0].stopped and heard.view == "" and not heard._feed.isActive()
        await until(lambda: wall.service.sound is None)


def test_a_machine_without_a_device_says_so_and_asks_for_nothing(
    parent: QObject, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    asked: list[str] = []
    service = SimpleNamespace(hear=lambda view, rate=0: asked.append(view), sound=None)

    def none() -> Box:
        raise OSError("no device")

    heard = Heard(Seat("desk"), lambda: service, lambda: False, parent, none)
    assert heard.stands(parent, "1/0")
    assert heard.view == "1/0" and not heard.has_output
    assert asked == [] and not heard._feed.isActive()
    assert "no device" in caplog.text


def wall_of(*cameras: str) -> VideoWalls:
    walls = VideoWalls()
    walls["main"].look = Look(4, cameras=dict(enumerate(cameras)))
    return walls


def test_one_cell_of_all_walls_is_heard() -> None:
    walls = wall_of("v:1", "v:2")
    walls["wall-1"].look = Look(4, cameras={0: "v:3"})
    assert walls.hear("main", 1) == ["video/main"]
    assert set(walls.hear("wall-1", 0)) == {"video/main", "video/wall-1"}
    assert (walls["main"].sound, walls["wall-1"].sound) == (None, 0)
    walls.hear("main", 3)  # no camera stands there
    assert walls["main"].sound is None


def test_sound_ends_with_its_camera_and_does_not_come_back_with_it() -> None:
    walls = wall_of("v:1", "v:2")
    wall = walls["main"]
    wall.hear(0)
    wall.change(Look(4, cameras={0: "v:9"}))
    assert wall.sound is None
    wall.undo()
    assert wall.look.cameras[0] == "v:1" and wall.sound is None
    wall.hear(0)
    wall.look = Look(4, cameras=wall.look.cameras, enlarged=0)
    assert wall.sound == 0
    wall.look = Look(4, cameras=wall.look.cameras, enlarged=1)
    assert wall.sound is None
