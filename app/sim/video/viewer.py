"""Who watches a source over RTP: packets within the connection or in datagrams, faults and all."""

import asyncio
import random
import time
from collections.abc import Callable
from typing import Protocol

from app.sim.video.faults import StreamFaults
from app.sim.video.rtp import HEADER_BYTES, interleaved, renumbered
from app.sim.video.source import Sent, Source

MAX_WAITING = 1 << 20
"""Bytes that wait for a slow reader; more is left out until the next key picture."""

DAMAGED_BYTES = 8


class Way(Protocol):
    """How packets go out."""

    def send(self, sent: Sent) -> None:
        """A picture as it is."""

    def send_packets(self, packets: list[bytes]) -> None:
        """Packets one by one."""


class Interleaved:
    """Within the RTSP connection, on a channel."""

    def __init__(self, transport: asyncio.WriteTransport, channel: int) -> None:
        self._transport = transport
        self._channel = channel
        self._full = False

    def _may(self, key: bool) -> bool:
        self._full = self._transport.get_write_buffer_size() > MAX_WAITING or (
            self._full and not key
        )
        return not self._full and not self._transport.is_closing()

    def send(self, sent: Sent) -> None:
        """A picture as it is."""
        if not self._may(sent.picture.key):
            return
        if self._channel == 0:
            self._transport.write(sent.joined)
        else:
            self._write(sent.packets)

    def send_packets(self, packets: list[bytes]) -> None:
        """Packets one by one."""
        if self._may(True):
            self._write(packets)

    def _write(self, packets: list[bytes]) -> None:
        self._transport.write(b"".join(interleaved(data, self._channel) for data in packets))


class Datagrams:
    """In datagrams to a port of the reader's."""

    def __init__(self, transport: asyncio.DatagramTransport, peer: tuple[str, int]) -> None:
        self._transport = transport
        self._peer = peer

    def send(self, sent: Sent) -> None:
        """A picture as it is."""
        self.send_packets(sent.packets)

    def send_packets(self, packets: list[bytes]) -> None:
        """Packets one by one."""
        for data in packets:
            self._transport.sendto(data, self._peer)


class Viewer:
    """One who watches. `other` gives the source to switch to, where the faults say so; `cut` ends
    the connection without a word."""

    def __init__(
        self,
        source: Source,
        way: Way,
        faults: StreamFaults,
        other: Source | None,
        cut: Callable[[], None],
    ) -> None:
        self._source = source
        self._way = way
        self._faults = faults
        self._other = other
        self._began = time.monotonic()
        self._random = random.Random(faults.seed)
        self._seq = 0
        self._ssrc = self._random.getrandbits(32)
        self._frozen: list[bytes] = []
        self._timers: list[asyncio.TimerHandle] = []
        self._watch: Callable[[Sent], object] = way.send if faults.plain else self._spoilt
        loop = asyncio.get_running_loop()
        if faults.kill:
            self._timers.append(loop.call_later(faults.kill, cut))

    def start(self, switch_in: float | None) -> None:
        """Begin; `switch_in` seconds from now the other source takes over."""
        self._source.watch(self._watch)
        if self._other is not None and switch_in is not None:
            loop = asyncio.get_running_loop()
            self._timers.append(loop.call_later(max(0.0, switch_in), self._switch))

    def stop(self) -> None:
        """Send no more."""
        self._source.leave(self._watch)
        for timer in self._timers:
            timer.cancel()

    def _switch(self) -> None:
        assert self._other is not None
        self._source.leave(self._watch)
        self._source = self._other
        self._other.move(0.0)
        self._other.watch(self._watch)

    def _spoilt(self, sent: Sent) -> None:
        faults = self._faults
        elapsed = time.monotonic() - self._began
        if faults.mute or faults.stalled(elapsed):
            return
        packets = sent.packets
        frozen = bool(faults.freeze) and elapsed >= faults.freeze
        if (sent.picture.key and not frozen) or not self._frozen:
            self._frozen = packets
        if frozen:
            packets = [_at(data, sent.ticks) for data in self._frozen]
        going: list[bytes] = []
        for data in packets:
            numbered = renumbered(data, self._seq, self._ssrc)
            self._seq += 1
            if faults.drop and self._random.random() < faults.drop:
                continue
            if faults.corrupt and self._random.random() < faults.corrupt:
                numbered = self._damaged(numbered)
            going.append(numbered)
        self._way.send_packets(going)

    def _damaged(self, data: bytes) -> bytes:
        spoilt = bytearray(data)
        for _ in range(DAMAGED_BYTES):
            # behind the header and the unit's first bytes, as noise on a line hits what is long
            place = self._random.randrange(min(HEADER_BYTES + 4, len(spoilt) - 1), len(spoilt))
            spoilt[place] = self._random.randrange(256)
        return bytes(spoilt)


def _at(data: bytes, ticks: int) -> bytes:
    return data[:4] + (ticks & 0xFFFFFFFF).to_bytes(4, "big") + data[8:]
