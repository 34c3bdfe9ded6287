"""GStreamer's RTSP server from the distribution: a real server that is none of ours.

    with GstServer({"street": path}) as server:
        server.url + "/street"

It runs in the system's Python, because `gi` is in no virtual environment; a test skips with
`missing()` as the reason where it is not installed (.ci/packages.sh names the packages).
"""

import functools
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from app.sim.video.clip import read_clip
from tests.helpers.ports import free_port

PYTHON = "/usr/bin/python3"
ONE_SLICE = {"x264-params": "sliced-threads=0"}
_PROBE = (
    "import gi; gi.require_version('Gst', '1.0'); gi.require_version('GstRtspServer', '1.0');"
    "from gi.repository import Gst, GstRtspServer; Gst.init(None);"
    "import sys; need = ('rtph264pay', 'rtph265pay', 'h264parse', 'h265parse', 'appsrc');"
    "sys.exit(' '.join(name for name in need if Gst.ElementFactory.find(name) is None) or 0)"
)


@functools.cache
def missing() -> str:
    """Why it cannot run here; empty where it can."""
    if sys.platform != "linux" or not Path(PYTHON).exists():
        return "no system Python"
    found = subprocess.run([PYTHON, "-c", _PROBE], capture_output=True, text=True, check=False)
    return (
        "" if found.returncode == 0 else f"GStreamer's RTSP server: {found.stderr.strip()[-200:]}"
    )


class GstServer:
    """Serves clips live, each picture when it is due, to all who watch alike. H.264 and H.265 are
    told apart by the clip; a picture of H.264 is one slice (`ONE_SLICE` as options of write_clip),
    because rtph264pay of GStreamer 1.22 ends a picture with each. `stop` kills it as a power cut
    does; `start` brings it back on its
    port."""

    def __init__(self, clips: Mapping[str, Path], folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        for name, path in clips.items():
            clip = read_clip(path, name)
            kind = "h264" if clip.codec.value == "h264" else "h265"
            with (folder / f"{name}.{kind}").open("wb") as out:
                for picture in clip.pictures:
                    data = b"".join(b"\0\0\0\1" + unit for unit in picture.units)
                    out.write(len(data).to_bytes(4, "big") + data)
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """The address without a path."""
        return f"rtsp://127.0.0.1:{self.port}"

    def __enter__(self) -> "GstServer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; returns when it does."""
        script = Path(__file__).with_name("gst_serving.py")
        self._process = subprocess.Popen(
            [PYTHON, str(script), str(self.port), str(self._folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline().strip() == "ready", (
            "GStreamer's server did not start"
        )

    def stop(self) -> None:
        """Kill it."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait(10)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
