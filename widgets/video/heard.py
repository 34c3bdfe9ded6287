"""The sound of one tile: from the ring that its worker writes to the machine's output.

Every `FEED_MS` as much is handed on as the output takes, never more than `AHEAD_S`: nothing
queues, and nothing is waited for. While an alarm must be heard, cameras are silent.
"""

import logging
from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer

from app.live.seat import Seat
from app.registry import deferred
from app.video.sound import SAMPLE, SoundReader

log = logging.getLogger(__name__)

MULTIMEDIA = "PySide6.QtMultimedia"  # dear to import: with the first sound
SEGMENTS = "app.video.segments"
FEED_MS = 20
AHEAD_S = 0.2
USUAL_RATE = 48_000


class Output(Protocol):
    """Where samples are played: two channels of 16 bits."""

    rate: int

    def free(self) -> int:
        """How many bytes it takes now."""

    def play(self, samples: bytes) -> None:
        """Play them after those it has."""

    def gain(self, share: float) -> None:
        """How loud, from 0 to 1."""

    def stop(self) -> None:
        """Be silent at once."""


class Loudspeaker:
    """The machine's own output. Raises OSError where it has none that takes such samples."""

    def __init__(self) -> None:
        try:
            multimedia = deferred(MULTIMEDIA)
        except ImportError as error:  # a bare machine without the sound libraries
            raise OSError(str(error)) from error
        device = multimedia.QMediaDevices.defaultAudioOutput()
        if device.isNull():
            raise OSError("no device")
        form = multimedia.QAudioFormat()
        form.setChannelCount(2)
        form.setSampleFormat(multimedia.QAudioFormat.SampleFormat.Int16)
        form.setSampleRate(device.preferredFormat().sampleRate())
        if not device.isFormatSupported(form):
            form.setSampleRate(USUAL_RATE)
        self.rate = form.sampleRate()
        self._sink = multimedia.QAudioSink(device, form)
        self._sink.setBufferSize(round(self.rate * SAMPLE * AHEAD_S))
        self._into = self._sink.start()
        if self._into is None:
            raise OSError("the device does not start")

    def free(self) -> int:
        """How many bytes it takes now."""
        return int(self._sink.bytesFree())

    def play(self, samples: bytes) -> None:
        """Play them after those it has."""
        self._into.write(samples)

    def gain(self, share: float) -> None:
        """How loud, from 0 to 1."""
        self._sink.setVolume(share)

    def stop(self) -> None:
        """Be silent at once: what it has is dropped."""
        self._sink.reset()


class Heard(QObject):
    """One per program. `service` gives the running video service, None where there is none; `alarm`
    tells whether an alarm is being heard; `output` makes the output and raises OSError."""

    def __init__(
        self,
        seat: Seat,
        service: Callable[[], Any],
        alarm: Callable[[], bool],
        parent: QObject,
        output: Callable[[], Output] = Loudspeaker,
    ) -> None:
        super().__init__(parent)
        self._seat = seat
        self._service = service
        self._alarm = alarm
        self.make_output = output
        self._owner: object = None
        self.view = ""
        """What is heard, or would be."""
        self.has_output = False
        self._output: Output | None = None
        self._reader: SoundReader | None = None
        self._segment = ""
        self._gain = -1.0
        self._feed = QTimer(self, interval=FEED_MS)
        self._feed.timeout.connect(self._on_feed)

    def stands(self, owner: object, view: str) -> bool:
        """A panel shows the heard cell of its wall as a view, or (empty) none. Of several that
        show it one is heard. True where that is this panel's."""
        if view and self._owner in (None, owner):
            self._owner = owner
            if view != self.view:
                self._begin(view)
            return True
        if not view and self._owner is owner:
            self.stop()
            return True
        return False

    def stop(self) -> None:
        """Silence at once."""
        self._owner = None
        if not self.view:
            return
        self.view = ""
        self._close()
        service = self._service()
        if service is not None:
            service.hear("")

    def _begin(self, view: str) -> None:
        self._close()
        self.view = view
        try:
            self._output = self.make_output()
        except OSError as error:
            log.info("no sound: %s", error)
        self.has_output = self._output is not None
        service = self._service()
        if self._output is not None and service is not None:
            service.hear(view, self._output.rate)
            self._feed.start()

    def _close(self) -> None:
        self._feed.stop()
        output, self._output, self._reader, self._segment = self._output, None, None, ""
        self._gain = -1.0
        if output is not None:
            output.stop()

    def _on_feed(self) -> None:
        service, output = self._service(), self._output
        sound = None if service is None else service.sound
        if output is None or sound is None or sound.view != self.view:
            return
        if sound.segment != self._segment:
            try:
                self._reader = SoundReader(deferred(SEGMENTS).attach(sound.segment), sound.rate)
            except OSError:  # it was given up between the two lines
                return
            self._segment = sound.segment
        self._set_gain(output)
        if self._reader is not None and (samples := self._reader.read(output.free())):
            output.play(samples)

    def _set_gain(self, output: Output) -> None:
        gain = 0.0 if self._alarm() else self._seat.videos.volume / 100
        if gain != self._gain:
            self._gain = gain
            output.gain(gain)
