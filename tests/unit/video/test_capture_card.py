"""A capture card: live, busy, pulled out, put back, without a signal. The card is a stand-in for
the driver alone; where a machine has a real one, it is looked at too."""

from pathlib import Path

import pytest

from app.video.platform import Stream
from app.video.tile import State
from app.video.wire import NOTHING_KEPT, Fault, Open, Source
from app.video.worker.address import BadAddress, way
from tests.helpers.capture_card import ADDRESS, CaptureCard
from tests.helpers.pooling import pooled, until
from tests.helpers.video_desk import Answers, desk

REAL = sorted(Path("/dev").glob("video*"))


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CaptureCard:
    return CaptureCard(tmp_path, monkeypatch)


async def test_a_card_is_a_source_like_any_other(card: CaptureCard, tmp_path: Path) -> None:
    async with pooled() as house:
        house.pool.open(Open(1, ADDRESS, source=Source.DEVICE))
        view = house.view(1, 320, 180)
        opened = await house.opened(1)
        assert (opened.codec, opened.width, opened.height) == ("rawvideo", 320, 180)
        assert opened.fps == 25.0
        await until(lambda: view["seq"])
        first = int(view.bgra()[40, 40, 1])
        await until(lambda: int(view.bgra()[40, 40, 1]) != first)  # it counts up there
        snap = await house.pool.snap(1, tmp_path / "now.jpg")
        assert snap.made and (tmp_path / "now.jpg").stat().st_size == snap.size > 1000
        clip = await house.pool.clip(1, tmp_path / "then.mp4", 5)
        assert (clip.made, clip.detail) == (False, NOTHING_KEPT)  # it is not encoded


@pytest.mark.parametrize(
    ("how", "fault"),
    [("gone", Fault.MISSING), ("busy", Fault.BUSY), ("locked", Fault.REFUSED)],
)
async def test_what_a_driver_refuses_is_said(card: CaptureCard, how: str, fault: Fault) -> None:
    card.is_(how)
    async with pooled() as house:
        house.pool.open(Open(1, ADDRESS, source=Source.DEVICE))
        assert (await house.failed(1)).fault is fault


async def test_a_card_that_is_pulled_out_is_not_live_and_comes_back(
    card: CaptureCard, tmp_path: Path
) -> None:
    answers = Answers({"hdmi": (Stream(ADDRESS, Source.DEVICE),)})
    async with desk(tmp_path, answers, workers=1) as wall:
        wall.show("hdmi")
        await wall.until("hdmi", State.LIVE)
        card.is_("silent")
        frozen = await wall.until("hdmi", State.FROZEN)
        assert frozen.why is not None and frozen.why.id == "videostate.stopped"
        card.is_("there")
        await wall.until("hdmi", State.LIVE)
        card.is_("gone")
        gone = await wall.until("hdmi", State.NO_SIGNAL)
        assert gone.why is not None and gone.why.id == "videostate.fault.missing"
        card.is_("there")
        await wall.until("hdmi", State.LIVE, limit_s=25)


@pytest.mark.full
async def test_who_waits_for_a_signal_does_not_call_the_card_busy(
    card: CaptureCard, tmp_path: Path
) -> None:
    answers = Answers({"hdmi": (Stream(ADDRESS, Source.DEVICE),)})
    async with desk(tmp_path, answers, workers=1) as wall:
        wall.show("hdmi")
        await wall.until("hdmi", State.LIVE)
        card.is_("silent")
        tile = await wall.until("hdmi", State.NO_SIGNAL, limit_s=25)
        assert tile.why is not None and tile.why.id == "videostate.fault.timeout"
        card.is_("there")
        await wall.until("hdmi", State.LIVE, limit_s=30)


@pytest.mark.parametrize(
    ("address", "options"),
    [
        ("/dev/video2", {}),
        (
            "/dev/video2?size=1920x1080&fps=30&format=mjpeg",
            {"video_size": "1920x1080", "framerate": "30", "input_format": "mjpeg"},
        ),
    ],
)
def test_what_a_card_is_asked_for(address: str, options: dict[str, str]) -> None:
    found = way(Open(1, address, source=Source.DEVICE))
    assert (found.url, found.container) == ("/dev/video2", "v4l2")
    assert {name: found.options.get(name) for name in options} == options


@pytest.mark.parametrize(
    "asked",
    ["size=0x0", "size=1920", "fps=0", "fps=500", "format=gif", "channel=1", "fps=5&fps=6", "fps"],
)
def test_nothing_else_is_asked_of_a_card(asked: str) -> None:
    with pytest.raises(BadAddress):
        way(Open(1, f"/dev/video2?{asked}", source=Source.DEVICE))


async def test_a_real_card_where_there_is_one() -> None:
    found = REAL
    if not found:
        pytest.skip("no V4L2 device on this machine")
    async with pooled() as house:
        house.pool.open(Open(1, str(found[0]), source=Source.DEVICE))
        await until(lambda: house.heard, 20)
        assert house.heard[0].stream == 1
