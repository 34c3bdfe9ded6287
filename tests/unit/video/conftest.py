"""One film at an RTSP server, and a platform that knows it as the camera `one`."""

from collections.abc import Iterator

import pytest

from app.video.platform import Stream
from tests.helpers.clips import write_clip
from tests.helpers.video_desk import Answers
from tests.helpers.video_server import ServerThread


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerThread]:
    """It serves `server.url + "/main"`, 640 by 360 pixels."""
    clip = write_clip(tmp_path_factory.mktemp("clips") / "main.mp4", size=(640, 360))
    with ServerThread({"main": clip}) as running:
        yield running


@pytest.fixture
def answers(server: ServerThread) -> Answers:
    """What the platform says of it."""
    return Answers({"one": (Stream(f"{server.url}/main"),)})
