"""Packets of sound to samples as an output takes them, into the ring that a window reads."""

import logging
from typing import TypeAlias

import av
from av.audio.stream import AudioStream

from app.video.segments import attach
from app.video.sound import SoundWriter
from app.video.wire import Listen

log = logging.getLogger(__name__)

SoundPacket: TypeAlias = "av.Packet[AudioStream]"


class Listener:
    """Of one stream, for as long as somebody hears it. Raises OSError or ValueError where its ring
    cannot be had. A packet that is damaged is left out."""

    def __init__(self, order: Listen) -> None:
        self._rate = order.rate
        self._writer = SoundWriter(attach(order.segment, write=True), order.rate)
        self._resampler = self._make()

    def take(self, packet: SoundPacket) -> None:
        """Let a packet be heard."""
        try:
            frames = packet.decode()
        except (av.FFmpegError, ValueError):
            return
        for frame in frames:
            if isinstance(frame, av.AudioFrame):
                self._hear(frame)

    def silence(self) -> None:
        """Nobody hears it any more; when this returns, nothing is written."""
        self._writer.silence()

    def _hear(self, frame: av.AudioFrame) -> None:
        frame.pts = None  # what was lost in between is not filled with silence
        try:
            made = self._resampler.resample(frame)
        except ValueError:  # the camera sends another form now
            self._resampler = self._make()
            made = self._resampler.resample(frame)
        for out in made:
            plane = memoryview(out.planes[0])
            self._writer.write(plane[: out.samples * 4])

    def _make(self) -> av.AudioResampler:
        return av.AudioResampler(format="s16", layout="stereo", rate=self._rate)
