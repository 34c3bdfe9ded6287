"""`python -m app.video.worker BOARD CORES`: take orders until standard input ends; decode so many
streams at once."""

import logging
import os
import signal
import sys
import threading
import time

import av.logging
import msgspec

from app.video.segments import attach
from app.video.wire import (
    Clip,
    Close,
    Closed,
    Cover,
    Failed,
    Fault,
    Hidden,
    Hide,
    Listen,
    Open,
    Order,
    Ready,
    Rest,
    Seek,
    Show,
    Snap,
    Step,
)
from app.video.worker.channel import Channel
from app.video.worker.decoder import Decoders
from app.video.worker.listener import Listener
from app.video.worker.reports import Reports
from app.video.worker.sink import Sink
from app.video.worker.swscale import Middles

log = logging.getLogger(__name__)

WATCH_S = 0.25
END_S = 0.4
"""So long the threads may say good-bye to their servers; then the process ends with them in it."""
NICENESS = 5
"""The windows go before the pictures in them."""
SWITCH_S = 0.0005
MAX_LINE = 1 << 16


class Worker:
    """The channels of this process, and what is ordered of them."""

    def __init__(self, board: str, cores: int, reports: Reports) -> None:
        self._board = attach(board, write=True)
        self._reports = reports
        self._decoders = Decoders(cores)
        self._middles = Middles()
        self._channels: dict[int, Channel] = {}
        reports.say(Ready(os.getpid(), self._decoders.names))

    def take(self, order: Order) -> None:
        """Do what is ordered; nothing here waits for a server."""
        channel = self._channels.get(order.stream)
        if isinstance(order, Open):
            if channel is None:
                self._channels[order.stream] = Channel(order, self._reports, self._decoders)
            else:
                channel.open(order)
        elif isinstance(order, Hide):
            if channel is not None:
                channel.hide(order)
            self._reports.say(Hidden(order.stream, order.row))
        elif isinstance(order, Close):
            self._close(order)
        elif channel is None:
            self._reports.say(Failed(order.stream, Fault.ENDED, "not open"))
        elif isinstance(order, Show):
            self._show(channel, order)
        elif isinstance(order, Step):
            channel.step(order)
        elif isinstance(order, Cover):
            channel.cover(order)
        elif isinstance(order, Listen):
            self._listen(channel, order)
        elif isinstance(order, Seek):
            channel.seek(order)
        elif isinstance(order, Rest):
            channel.leave()
        elif isinstance(order, Clip | Snap):
            channel.make(order)

    def watch(self) -> None:
        """Without end: give up what the library does not."""
        ended = threading.Event()
        while not ended.wait(WATCH_S):
            for channel in list(self._channels.values()):
                channel.watch(time.monotonic())

    def end(self) -> None:
        """Leave all streams, and wait a moment for them."""
        left = [channel.leave() for channel in self._channels.values()]
        until = time.monotonic() + END_S
        for attempt in left:
            if attempt is not None:
                attempt.join(max(0.0, until - time.monotonic()))

    def _show(self, channel: Channel, order: Show) -> None:
        try:
            channel.show(Sink(self._board, order, self._middles))
        except (OSError, ValueError) as error:
            log.error("row %d cannot be written: %s", order.row, type(error).__name__)
            self._reports.say(Hidden(order.stream, order.row))

    def _listen(self, channel: Channel, order: Listen) -> None:
        try:
            channel.listen(Listener(order) if order.segment else None)
        except (OSError, ValueError) as error:
            log.error("sound cannot be written: %s", type(error).__name__)

    def _close(self, order: Close) -> None:
        channel = self._channels.pop(order.stream, None)
        if channel is not None:
            channel.hide_all()
            channel.leave()
        self._reports.say(Closed(order.stream))


def main(board: str, cores: int) -> None:
    """Run until the pipe ends; does not return."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    av.logging.set_level(None)
    sys.setswitchinterval(SWITCH_S)
    os.nice(NICENESS)
    worker = Worker(board, cores, Reports())
    threading.Thread(target=worker.watch, name="watch", daemon=True).start()
    decoder = msgspec.json.Decoder(Order)
    while line := sys.stdin.buffer.readline(MAX_LINE):
        worker.take(decoder.decode(line))
    worker.end()
    os._exit(0)  # whatever thread is stuck in a read goes with it


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
