"""One attempt at a stream: open, read, decode, until it ends or is not wanted any more."""

import math
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from typing import Protocol, TypeAlias, cast

import av
import msgspec
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard
from av.video.stream import VideoStream

from app.video.wire import Failed, Fault, Open, Opened, Rung, Seek, Source
from app.video.worker.address import Way, way
from app.video.worker.clip import RAW, form_of, parameters_of
from app.video.worker.decoder import PARAMETERS, Decoder, Decoders
from app.video.worker.faults import detail_of, fault_of
from app.video.worker.listener import SoundPacket
from app.video.worker.pace import Clock, Lag, Pace
from app.video.worker.ring import Kept, Packet, Ring, Spell

STILL_S = 10.0
"""Rung.STILL: one picture in so many seconds."""
KEY_WAIT_S = 12.0
"""A stream without key frames is decoded from anywhere after so long."""
CATCH_UP = 300
"""So many packets at most are decoded at once to show a picture before the next key frame."""
BURST_S = 0.5
"""Packets of a file that are only kept are read so far ahead: a thread that wakes costs more than
the packet does."""
NAP_S = 0.25
"""An order is heard after so long at most while a picture is waited for."""
EARLY = 0.9
"""A picture that comes this much early still counts as due, because cameras are not even."""
HALF_PICTURE_S = 0.02
MIN_FPS, MAX_FPS = 1.0, 120.0
MAX_TITLE = 200
SHORT_WAIT_S = 0.002
"""Packets that come quicker than this were waiting: the stream is behind because of us."""
MAX_LAG_S = 1.5
BARREN = 50
"""So many packets in a row that cannot be decoded end the stream: it is of another codec now."""
BARREN_S = 20.0
"""So does a time without a picture although pictures are wanted and packets come."""
MAX_DAMAGE = 200
"""So many errors in a row without a packet end the stream."""


Wanted: TypeAlias = tuple[Rung, float, bool]
"""Rung, most pictures per second (0: all), whether any row shows the stream."""


class Feed(Protocol):
    """What an attempt is told and tells: its channel. An attempt that was left is not heard."""

    ring: Ring

    @property
    def is_heard(self) -> bool:
        """Whether somebody listens to it."""

    def wanted(self) -> Wanted:
        """How much."""

    def packet(self, attempt: "Attempt", size: int, lag: float) -> None:
        """A packet of video came."""

    def picture(
        self, attempt: "Attempt", frame: av.VideoFrame, at: tuple[float, float], *, show: bool
    ) -> None:
        """A picture was decoded: `at` its time in the stream and when its packet came."""

    def sound(self, attempt: "Attempt", packet: SoundPacket) -> None:
        """A packet of sound came, because it is heard."""

    def damaged(self, attempt: "Attempt", count: int = 1) -> None:
        """Packets or pictures are damaged or missing."""


Say = Callable[["Attempt", Opened | Failed], None]


class Attempt:
    """A thread. Whoever began it may `leave` it: it is not heard any more, and ends when the
    library lets go of it."""

    def __init__(self, order: Open, feed: Feed, decoders: Decoders, say: Say) -> None:
        self.order = order
        self.began = time.monotonic()
        self.reading_since = self.began  # 0 while it is not the source that is waited for
        self.opened = False  # the container is; a picture may still be missing
        self.fps = 0.0  # as the stream says, or by its clock
        self._feed = feed
        self._decoders = decoders
        self._say = say
        self._gone = False
        self._gate = threading.Lock()  # opened by who leaves it
        self._gate.acquire()
        self._seek: Seek | None = None
        if order.start_s or order.speed != 1:
            self._seek = Seek(order.stream, order.start_s, order.speed)
        self._pace: Pace | None = None
        self._lag = Lag()
        self._clock = Clock()
        self._show_from = 0.0  # seconds of the stream before which nothing is shown after a seek
        self._needs_key = True
        self._dropping = False
        self._barren = 0
        self._owed = self._owed_at_key = 0  # packets that gave no picture yet
        self._pictured = self.began
        self._shown = self._stilled = 0.0
        self._told = False
        self._decoder: Decoder
        self._spell: Spell
        self._stream: VideoStream
        self._opened_report: Opened
        self._sound: AudioStream | None = None
        self._heard = False
        self._thread = threading.Thread(
            target=self._run, name=f"stream-{order.stream}", daemon=True
        )

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def leave(self) -> None:
        """It is not wanted any more."""
        if not self._gone:
            self._gone = True
            self._gate.release()

    @property
    def gone(self) -> bool:
        """Whether it was left."""
        return self._gone

    @property
    def holds_a_card(self) -> bool:
        """Whether a driver that gives no picture still keeps its thread, and so the card."""
        return self.order.source is Source.DEVICE and self._thread.is_alive()

    def join(self, timeout_s: float) -> None:
        """Wait for the thread's end."""
        self._thread.join(timeout_s)

    def seek(self, order: Seek) -> None:
        """Go to another second of a file."""
        self._seek = order

    def _run(self) -> None:
        fault, detail = Fault.UNREADABLE, "the thread ended"
        try:
            fault, detail = self._attempt(way(self.order))
        except (av.FFmpegError, OSError, ValueError) as error:
            fault, detail = fault_of(error, self.order.source), detail_of(error)
            if not self.opened and time.monotonic() - self.began > 0.9 * self.order.timeout_s:
                fault = Fault.TIMEOUT  # the library takes silence for a bad answer
            if self.opened and fault is Fault.UNREACHABLE:
                fault = Fault.ENDED  # what broke off was there
        finally:
            self.reading_since = 0.0
            if not self.gone:
                self._say(self, Failed(self.order.stream, fault, detail))

    def _attempt(self, found: Way) -> tuple[Fault, str]:
        container = av.open(found.url, "r", format=found.container, options=found.options)
        with closing(container):
            if not container.streams.video:
                return Fault.UNREADABLE, "no video"
            self._prepare(container, found)
            while not self.gone:
                ended = self._read(container)
                if ended is not None:
                    return ended
        return Fault.ENDED, "left"

    def _prepare(self, container: InputContainer, found: Way) -> None:
        stream = self._stream = container.streams.video[0]
        if stream.codec_context is None:
            raise ValueError("codec")
        self._sound = next(iter(container.streams.audio), None)
        for other in container.streams:
            if other is not stream:
                other.discard = Discard.all
        recorded = container.duration is not None and found.url.startswith(("http", "file"))
        if found.own_clock or recorded:
            self._pace = Pace(self.order.speed)
        self._decoder = self._decoders.make(stream)
        self._spell = spell_of(stream, self._feed.ring.spell)
        self._clock = Clock(float(stream.time_base or 0))
        rate = float(stream.average_rate or 0)
        self.fps = rate if MIN_FPS <= rate <= MAX_FPS else 0.0
        self._opened_report = Opened(
            self.order.stream,
            stream.codec_context.name,
            0,
            0,
            self.fps,
            container.metadata.get("title", "")[:MAX_TITLE],
            self._decoder.name,
            audio=self._sound is not None,
        )
        self.opened = True

    def _read(self, container: InputContainer) -> tuple[Fault, str] | None:
        """Read until the end, or until something has to be done to the container."""
        errors = 0
        while not self.gone:
            if self._seek is not None:
                self._go(container, self._seek)
            try:
                with closing(_packets(container, self._stream, self._sound)) as packets:
                    asked = self.reading_since = time.monotonic()
                    for packet in packets:
                        if self.order.source is Source.DEVICE and packet.size:
                            packet = _own(packet)
                        now = time.monotonic()
                        self.reading_since = 0.0
                        errors = 0
                        if self.gone or self._seek is not None:
                            break
                        if self._sound is not None:
                            self._heed(self._sound)
                        if packet.size == 0:
                            return self._over(container)
                        if packet.stream is not self._stream:
                            self._hear(cast(SoundPacket, packet))
                            asked = self.reading_since = time.monotonic()
                            continue
                        self._packet(packet, now, now - asked)
                        if self._barren >= BARREN or now - self._pictured > BARREN_S:
                            return Fault.ENDED, "no picture in its packets"
                        asked = self.reading_since = time.monotonic()
                    else:
                        return self._over(container)
            except av.error.InvalidDataError:
                self._feed.damaged(self)
                errors += 1
                if errors > MAX_DAMAGE:
                    raise
        return None

    def _heed(self, sound: AudioStream) -> None:
        """Let the library leave out the sound while nobody hears it."""
        heard = self._feed.is_heard
        if heard is not self._heard:
            self._heard = heard
            sound.discard = Discard.default if heard else Discard.all

    def _hear(self, packet: SoundPacket) -> None:
        """Sound runs at the speed of the clock or not at all."""
        if self._heard and (self._pace is None or self._pace.plain):
            self._feed.sound(self, packet)

    def _over(self, container: InputContainer) -> tuple[Fault, str] | None:
        """The source has ended: a file that is to go on begins anew."""
        if not (self.order.loop and self.order.source is Source.FILE and self._clock.moved):
            return Fault.ENDED, "the end"
        container.seek(0)
        self._decoder.flush()
        self._needs_key = True
        self._clock.again()
        return None

    def _go(self, container: InputContainer, order: Seek) -> None:
        self._seek = None
        if self._pace is None:
            return  # a live stream knows no other moment
        container.seek(int(order.at_s * av.time_base))
        self._decoder.flush()
        self._feed.ring.clear()
        self._pace = Pace(order.speed)
        self._clock = Clock(self._clock.tick)
        self._show_from = order.at_s
        self._needs_key = True

    def _packet(self, packet: Packet, now: float, waited: float) -> None:
        stamp, key, feed = packet.dts, packet.is_keyframe, self._feed
        moment = self._clock.take(stamp if stamp is not None else packet.pts)
        lag = 0.0
        if self._pace is None:
            lag = self._lag.take(moment, now)
        elif moment >= self._show_from:
            due = self._pace.due(moment, now)
            skipped = not key and feed.wanted()[0] >= Rung.KEYS
            if not (skipped and due < now + BURST_S) and not self._wait(due):
                return
            now = time.monotonic()
        if not self._opened_report.fps:
            self.fps = self._clock.rate
        if packet.is_corrupt:
            feed.damaged(self)
        if self._spell.codec == RAW:
            feed.ring.clear()  # no clip can be made of it, and a second of it is 100 MB
        feed.ring.add(Kept(now, packet, self._spell))
        feed.packet(self, packet.size, lag)
        wanted = feed.wanted()
        if self._told and not key and self._leaves_out(wanted, now):
            return
        behind = lag > MAX_LAG_S and waited < SHORT_WAIT_S
        with self._decoders.turn:
            for frame in self._decode(packet, now, wanted, behind=behind):
                self._frame(frame, packet, now, wanted)

    def _leaves_out(self, wanted: Wanted, now: float) -> bool:
        """Whether a packet between key frames is kept and nothing else: nobody waits for its turn
        with it."""
        rung, _, shown = wanted
        if shown and rung < Rung.KEYS:
            return False
        if not shown or rung > Rung.KEYS:
            self._pictured = now
        self._needs_key = True
        return True

    def _decode(
        self, packet: Packet, now: float, wanted: Wanted, *, behind: bool
    ) -> list[av.VideoFrame]:
        rung, _, shown = wanted
        key = packet.is_keyframe
        if not self._told:
            rung = min(rung, Rung.KEYS)  # whether it can be decoded at all
        elif not shown:
            rung = Rung.RING
        if rung > Rung.KEYS:
            self._pictured = now
        if rung >= Rung.KEYS:
            self._needs_key = True
            often = rung is Rung.KEYS or now - self._stilled >= STILL_S
            if rung is Rung.RING or not key or not often:
                return []
            self._stilled = now
            return self._try(self._decode_alone, packet, now)
        self._dropping = behind or (self._dropping and not key)
        if self._dropping:
            self._needs_key = True
            return []
        plain = rung is Rung.PLAIN
        if key and self._decoder.plain != plain and self._spell.codec in PARAMETERS:
            self._decoder = self._decoders.make(self._stream, plain=plain)
        if self._needs_key and not key:
            return self._catch_up(packet, now)
        self._needs_key = False
        if key:
            self._missing()
        frames = self._try(self._decoder.decode, packet, now)
        self._owed += 1 - len(frames)
        return frames

    def _decode_alone(self, packet: Packet) -> list[av.VideoFrame]:
        return [*self._decoder.decode(packet), *self._decoder.drain()]

    def _missing(self) -> None:
        """Some decoders leave a picture out and say nothing: more packets than pictures since the
        key frame before."""
        if self._owed > self._owed_at_key:
            self._feed.damaged(self, self._owed - self._owed_at_key)
        self._owed_at_key = self._owed

    def _catch_up(self, packet: Packet, now: float) -> list[av.VideoFrame]:
        """Decode at once what came since the last key frame, so that nobody waits for the next."""
        group = self._feed.ring.group()
        if not group and now - self.began > KEY_WAIT_S:
            self._needs_key = False  # it may have none
            return self._try(self._decoder.decode, packet, now)
        if not group or len(group) > CATCH_UP:
            return []
        self._needs_key = False
        self._decoder.flush()
        self._owed = self._owed_at_key = 0
        newest: list[av.VideoFrame] = []
        for kept in group:
            newest = self._try(self._decoder.decode, kept.packet, now) or newest
        return newest[-1:]

    def _try(
        self, decode: Callable[[Packet], list[av.VideoFrame]], packet: Packet, now: float
    ) -> list[av.VideoFrame]:
        """A damaged packet is counted and left behind."""
        try:
            frames = decode(packet)
        except (av.FFmpegError, ValueError):
            self._feed.damaged(self)
            self._barren += 1
            self._owed -= 1
            return []
        if frames:
            self._barren, self._pictured = 0, now
        return frames

    def _frame(self, frame: av.VideoFrame, packet: Packet, now: float, wanted: Wanted) -> None:
        if frame.is_corrupt:
            self._feed.damaged(self)
        if (frame.width, frame.height) != (self._spell.width, self._spell.height):
            self._spell = respelled(self._stream, packet, frame)
            self._feed.ring.renew(self._spell)
        moment = self._clock.of(frame.pts)
        if not self._told:
            self._told = True
            took = time.monotonic() - self.began
            self._say(
                self,
                msgspec.structs.replace(
                    self._opened_report, width=frame.width, height=frame.height, took_s=took
                ),
            )
        rung, most, _ = wanted
        show = moment >= self._show_from - HALF_PICTURE_S and not (
            most and Rung.FEWER <= rung <= Rung.PLAIN and now - self._shown < EARLY / most
        )
        if show:
            self._shown = now
        self._feed.picture(self, frame, (moment, now), show=show)
        if show and self._pace is not None and self._pace.stands:
            self._wait(math.inf)

    def _wait(self, until: float) -> bool:
        """Whether the moment came before another order."""
        while (left := until - time.monotonic()) > 0:
            if self._gate.acquire(timeout=min(left, NAP_S)):
                self._gate.release()
                return False
            if self._seek is not None:
                return False
        return True


def _packets(
    container: InputContainer, stream: VideoStream, sound: AudioStream | None
) -> Generator[Packet, None, None]:
    """The packets of a stream, and of its sound where the library does not leave that out; the last
    has no size."""
    wanted = (stream,) if sound is None else (stream, sound)
    yield from container.demux(*wanted)  # type: ignore[misc]


def spell_of(stream: VideoStream, before: Spell | None = None) -> Spell:
    """What the packets of a stream that was just opened have in common: as before, where the
    camera is the same."""
    context = stream.codec_context
    shape = (context.name, context.width, context.height)
    same = before is not None and before[:3] == shape
    if before is not None and same and before.form.codec_context.extradata == context.extradata:
        return before
    return Spell(*shape, form_of(stream))


def respelled(stream: VideoStream, packet: Packet, frame: av.VideoFrame) -> Spell:
    """The same after the camera changed its size: its parameter sets came with the picture."""
    form = form_of(stream)
    parameters = parameters_of(packet)
    if parameters:
        form.codec_context.extradata = parameters
    form.codec_context.width, form.codec_context.height = frame.width, frame.height
    return Spell(stream.codec_context.name, frame.width, frame.height, form)


def _own(packet: Packet) -> Packet:
    """A copy. A card's packet is a buffer of its driver, and so is every raw picture made of it:
    given back after the card was closed it takes the process down (FFmpeg, v4l2.c,
    mmap_release_buffer), and the newest picture is kept longer than that."""
    copy = cast(Packet, av.Packet(bytes(packet)))
    copy.stream = packet.stream
    copy.time_base = packet.time_base
    copy.pts, copy.dts = packet.pts, packet.dts
    copy.is_keyframe = packet.is_keyframe
    return copy
