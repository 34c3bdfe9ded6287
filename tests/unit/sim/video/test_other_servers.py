"""The helper that starts GStreamer's server, and that both servers send the same pictures."""

from itertools import islice, pairwise
from pathlib import Path

import av
import pytest

from tests.helpers.clips import number_of, write_clip
from tests.helpers.gst_server import ONE_SLICE, GstServer, missing


@pytest.mark.full
@pytest.mark.parametrize("transport", ["tcp", "udp"])
@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_gstreamer_serves_our_clips(tmp_path: Path, codec: str, transport: str) -> None:
    if missing():
        pytest.skip(missing())
    options_of = {"libx264": ONE_SLICE, "libx265": {}}
    clip = write_clip(
        tmp_path / "clip.mp4", codec=codec, size=(320, 180), options=options_of[codec]
    )
    with GstServer({"clip": clip}, tmp_path) as server:
        options = {"rtsp_transport": transport}
        with av.open(f"{server.url}/clip", options=options, timeout=10.0) as file:
            frames = islice(file.decode(video=0), 8)
            numbers = [number_of(frame.to_ndarray(format="bgra")) for frame in frames]
    assert -1 not in numbers
    assert all((after - before) % 100 == 1 for before, after in pairwise(numbers))
