"""All that a worker has of one stream: its rows, its ring, how much is wanted, who reads it now.

It outlives an attempt: rows keep their last picture and the ring its packets while the stream is
opened again.
"""

import errno
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path

import av

from app.video.wire import (
    NO_ROOM,
    NOTHING_KEPT,
    Clip,
    Cover,
    Failed,
    Fault,
    Hide,
    Made,
    Open,
    Opened,
    Seek,
    Snap,
    Step,
)
from app.video.worker.clip import NothingKept, newest_picture, write_clip, write_picture
from app.video.worker.decoder import Decoders
from app.video.worker.faults import detail_of
from app.video.worker.listener import Listener, SoundPacket
from app.video.worker.look import Look
from app.video.worker.mask import Mask
from app.video.worker.reader import Attempt, Wanted
from app.video.worker.reports import Reports
from app.video.worker.ring import Ring
from app.video.worker.sink import Facts, Sink

FACTS_S = 0.1
"""A row is told this often at least what is known of a stream that shows no new picture."""
CARD_S = 0.1
"""A picture of a capture card comes within this time, and with it its thread's end."""
OPENING = 2
"""Opening may take so many times as long as a packet may: the library waits twice in it."""


class Channel:
    """One stream. Orders are taken on the worker's main thread, pictures on the attempt's."""

    def __init__(self, order: Open, reports: Reports, decoders: Decoders) -> None:
        self.ring = Ring(order.ring_s)
        self.facts = Facts()
        self._reports = reports
        self._decoders = decoders
        self._lock = threading.Lock()
        self._sinks: tuple[Sink, ...] = ()
        self._rung, self._fps = order.rung, order.fps
        self._mask = Mask(order.mask)
        self._listener: Listener | None = None
        self._look = Look()
        self._attempt: Attempt | None = None
        self._left: Callable[[], Attempt | None] = lambda: None
        """The last that was given up, while its thread has it: an attempt that was kept here would
        keep this, and the ring with its megabytes would wait for the collector."""
        self._cpu = 0.0  # of attempts that are over
        self._written = self._clocked = 0.0
        self.open(order)

    def open(self, order: Open) -> None:
        """Begin an attempt in place of the one before. A card that the one before still waits for
        would be called busy: it is we who have it."""
        self.leave()
        left = self._left()
        if left is not None and left.holds_a_card:
            left.join(CARD_S)
            if left.holds_a_card:
                self._reports.say(Failed(order.stream, Fault.TIMEOUT, "no picture from the card"))
                return
        self._rung, self._fps = order.rung, order.fps
        self.ring.seconds = order.ring_s
        attempt = Attempt(order, self, self._decoders, self._say)
        self.cover(Cover(order.stream, order.mask))
        with self._lock:
            self._attempt = attempt
            self._look = Look()
        attempt.start()

    def leave(self) -> Attempt | None:
        """Read no more; gives the attempt whose thread still has to end."""
        with self._lock:
            attempt, self._attempt = self._attempt, None
            self._cpu = self.facts.cpu
        if attempt is not None:
            attempt.leave()
            self._left = weakref.ref(attempt)
        return attempt

    def watch(self, now: float) -> None:
        """Give an attempt up that the library does not give up: no packet for too long."""
        attempt = self._attempt
        if attempt is None or not attempt.reading_since:
            return
        limit = attempt.order.timeout_s * (1 if attempt.opened else OPENING)
        if now - attempt.reading_since > limit and self.leave() is attempt:
            detail = "no packet" if attempt.opened else "no answer"
            self._reports.say(Failed(attempt.order.stream, Fault.TIMEOUT, detail))

    def show(self, sink: Sink) -> None:
        """Write pictures into another row, the next one first."""
        with self._lock:
            self._sinks = (*self._without(sink.show.row), sink)
            sink.facts(self.facts)

    def hide(self, order: Hide) -> None:
        """Write into a row no more; when this returns, nobody does."""
        with self._lock:
            self._sinks = self._without(order.row)

    def hide_all(self) -> None:
        """Write into no row any more."""
        with self._lock:
            self._sinks = ()

    def step(self, order: Step) -> None:
        """Decode more or less."""
        with self._lock:
            self._rung, self._fps = order.rung, order.fps

    def cover(self, order: Cover) -> None:
        """Cover these areas from now on; when this returns, no row shows them."""
        with self._lock:
            if order.mask == self._mask.areas:
                return
            self._mask = Mask(order.mask)
            for sink in self._sinks:
                sink.cover(self._mask, self.facts)

    def listen(self, listener: Listener | None) -> None:
        """Let somebody hear it, or nobody; when this returns, nobody else does."""
        before, self._listener = self._listener, listener
        if before is not None:
            before.silence()

    def seek(self, order: Seek) -> None:
        """Go to another moment of a file."""
        attempt = self._attempt
        if attempt is not None:
            attempt.seek(order)

    def make(self, order: Clip | Snap) -> None:
        """Write a file in a thread of its own and say how that went."""
        threading.Thread(target=self._make, args=(order,), name="file", daemon=True).start()

    def wanted(self) -> Wanted:
        """How much of the stream."""
        return self._rung, self._fps, bool(self._sinks)

    @property
    def is_heard(self) -> bool:
        """Whether somebody listens."""
        return self._listener is not None

    def sound(self, attempt: Attempt, packet: SoundPacket) -> None:
        """A packet of sound came."""
        listener = self._listener
        if listener is not None and attempt is self._attempt:
            listener.take(packet)

    def packet(self, attempt: Attempt, size: int, lag: float) -> None:
        """A packet of video came."""
        with self._lock:
            if attempt is not self._attempt:
                return
            now = time.monotonic()
            facts = self.facts
            facts.packet = now
            facts.packets += 1
            facts.bytes += size
            facts.lag, facts.fps, facts.rung = lag, attempt.fps, self._rung
            if now - self._written > FACTS_S:
                self._tell(now)

    def picture(
        self, attempt: Attempt, frame: av.VideoFrame, at: tuple[float, float], *, show: bool
    ) -> None:
        """A picture was decoded."""
        with self._lock:
            if attempt is not self._attempt:
                return
            facts, look = self.facts, self._look
            now = time.monotonic()
            look.take(frame, now)
            facts.decoded += 1
            facts.changed, facts.lit, facts.luma = look.changed, look.lit, look.luma
            if not show:
                return
            facts.pts, facts.arrived = at
            if now - self._clocked > FACTS_S:
                self._clock(now)
            for sink in self._sinks:
                facts.written = now = time.monotonic()
                sink.picture(frame, facts, self._mask)
            self._written = now

    def damaged(self, attempt: Attempt, count: int = 1) -> None:
        """Packets or pictures are damaged or missing."""
        with self._lock:
            if attempt is self._attempt:
                self.facts.corrupt += count

    def _clock(self, now: float) -> None:
        self._clocked = now
        self.facts.cpu = self._cpu + time.thread_time()

    def _tell(self, now: float) -> None:
        self._written = now
        self._clock(now)
        for sink in self._sinks:
            sink.facts(self.facts)

    def _say(self, attempt: Attempt, report: Opened | Failed) -> None:
        with self._lock:
            if attempt is not self._attempt:
                return
            if isinstance(report, Failed):
                self._attempt = None
                self._look.forget()
                self._tell(time.monotonic())
                self._cpu = self.facts.cpu
        self._reports.say(report)

    def _without(self, row: int) -> tuple[Sink, ...]:
        return tuple(sink for sink in self._sinks if sink.show.row != row)

    def _make(self, order: Clip | Snap) -> None:
        made = Made(order.ticket, made=False, detail="the thread ended")
        path = Path(order.path)
        try:
            if isinstance(order, Clip):
                kept = self.ring.since(time.monotonic() - order.seconds)
                made = write_clip(kept, path, order.ticket)
            else:
                made = write_picture(
                    newest_picture(self.ring.group()), path, order.ticket, self._mask
                )
        except NothingKept:
            made = Made(order.ticket, made=False, detail=NOTHING_KEPT)
        except (av.FFmpegError, OSError, ValueError) as error:
            full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
            made = Made(order.ticket, made=False, detail=NO_ROOM if full else detail_of(error))
        finally:
            self._reports.say(made)
