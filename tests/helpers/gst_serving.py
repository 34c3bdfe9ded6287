"""Run by the system's Python (see gst_server.py): PORT FOLDER. Ends with its standard input.

Each FOLDER/NAME.h264 or .h265 holds pictures behind their length of four bytes; rtsp://…/NAME
serves them at 25 a second, again from the begin at the end. By TCP and UDP, as the client asks.
One whose NAME ends with `-tone` has a tone of 880 Hz as a camera sends it (G.711 A-law).
"""

import math
import pathlib
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

STEP_MS = 40
LAUNCH = (
    "( appsrc name=source is-live=true format=time do-timestamp=true"
    " caps=video/x-{kind},stream-format=byte-stream,alignment=au,framerate=25/1"
    " ! {kind}parse ! rtp{kind}pay name=pay0 pt=96 config-interval=-1 {more} )"
)
TONE = (
    "appsrc name=tone is-live=true format=time do-timestamp=true"
    " caps=audio/x-alaw,rate=8000,channels=1 ! rtppcmapay name=pay1 pt=8"
)
HERTZ, RATE = 880, 8000


def pictures(path):
    """The pictures of a file."""
    data, at, found = path.read_bytes(), 0, []
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        found.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return found


def a_law(sample):
    """A sample of 16 bits as ITU-T G.711 has it."""
    sign, size = (0x80, sample) if sample >= 0 else (0, -sample - 1)
    size = min(size >> 4, 2047)
    segment = max(0, size.bit_length() - 5)
    low = size >> 1 if segment == 0 else size >> segment
    return (sign | segment << 4 | low & 15) ^ 0x55


def tone():
    """A second of it."""
    wave = [round(12_000 * math.sin(2 * math.pi * HERTZ * at / RATE)) for at in range(RATE)]
    return bytes(map(a_law, wave))


class Clip(GstRtspServer.RTSPMediaFactory):
    """One clip, shared by all who watch."""

    def __init__(self, path):
        super().__init__()
        self._pictures = pictures(path)
        self.set_launch(
            LAUNCH.format(kind=path.suffix[1:], more=TONE if path.stem.endswith("-tone") else "")
        )
        self.set_shared(True)

    def begin(self, media):
        """Push a picture when it is due, until the media is gone."""
        source = media.get_element().get_child_by_name("source")
        sound = media.get_element().get_child_by_name("tone")
        samples, step = tone(), RATE * STEP_MS // 1000
        count = [0]

        def push():
            data = self._pictures[count[0] % len(self._pictures)]
            buffer = Gst.Buffer.new_wrapped(data)
            buffer.duration = STEP_MS * Gst.MSECOND
            if sound is not None:
                at = count[0] * step % RATE
                piece = Gst.Buffer.new_wrapped(samples[at : at + step])
                piece.duration = buffer.duration
                sound.emit("push-buffer", piece)
            count[0] += 1
            return source.emit("push-buffer", buffer) == Gst.FlowReturn.OK

        GLib.timeout_add(STEP_MS, push)


def main():
    """Serve until standard input ends."""
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(sys.argv[1])
    mounts = server.get_mount_points()
    for path in pathlib.Path(sys.argv[2]).iterdir():
        if path.suffix in (".h264", ".h265"):
            factory = Clip(path)
            factory.connect("media-configure", lambda made, media: made.begin(media))
            mounts.add_factory(f"/{path.stem}", factory)
    server.attach(None)
    loop = GLib.MainLoop()
    GLib.io_add_watch(sys.stdin, GLib.IO_HUP, lambda *_: loop.quit())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    loop.run()


main()
