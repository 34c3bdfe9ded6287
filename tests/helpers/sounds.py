"""Clips with sound for tests, and what is heard of them."""

from pathlib import Path

import av
import av.audio
import av.video
import numpy as np

from app.video.sound import CHANNELS, SoundReader
from tests.helpers.clips import FPS, GOP, OPTIONS, moving

RATE = 48_000


def write_film(path: Path, tone: float, *, seconds: float = 4.0, codec: str = "aac") -> Path:
    """A clip with a tone of so many hertz."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=FPS, options=OPTIONS["libx264"])
        assert isinstance(stream, av.video.stream.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.codec_context.gop_size = GOP
        rate = 8000 if codec.startswith("pcm") else 44100
        sound = out.add_stream(codec, rate=rate, layout="mono")
        assert isinstance(sound, av.audio.stream.AudioStream)
        size = rate // FPS
        for number in range(round(seconds * FPS)):
            luma = moving(number, 320, 180)
            colour = np.full((90, 320), 128, np.uint8)
            frame = av.VideoFrame.from_ndarray(np.vstack([luma, colour]), format="yuv420p")
            frame.pts = number
            out.mux(stream.encode(frame))
            at = np.arange(number * size, (number + 1) * size) / rate
            wave = (12_000 * np.sin(2 * np.pi * tone * at)).astype(np.int16)
            piece = av.AudioFrame.from_ndarray(wave[None, :], format="s16", layout="mono")
            piece.sample_rate, piece.pts = rate, number * size
            out.mux(sound.encode(piece))
        out.mux(stream.encode())
        out.mux(sound.encode())
    return path


class Ear:
    """Hears a ring as an output does: so many samples each time it is asked."""

    def __init__(self, memory: memoryview, rate: int = RATE) -> None:
        self.reader = SoundReader(memory, rate)
        self.rate = rate
        self.heard = np.zeros((0, CHANNELS), np.int16)

    def listen(self) -> int:
        """Take what there is; gives how many samples were heard so far."""
        piece = np.frombuffer(self.reader.read(1 << 20), np.int16).reshape(-1, CHANNELS)
        self.heard = np.concatenate([self.heard, piece])
        return len(self.heard)

    @property
    def tone(self) -> float:
        """The strongest tone of the last half second, in hertz; 0: silence."""
        last = self.heard[-self.rate // 2 :, 0].astype(float)
        if len(last) < self.rate // 2 or np.abs(last).max() < 100:
            return 0.0
        power = np.abs(np.fft.rfft(last * np.hanning(len(last))))
        return float(np.argmax(power) * self.rate / len(last))
