"""From a payload to the sink, a slice at a time: ten megabytes of one feed hold up no other.

Whatever a transport received goes through here, so that every format is refused, counted and
delivered in one way.
"""

import asyncio
from collections.abc import Iterator
from time import perf_counter

from app.core.model import Record
from app.feeds._sink import Sink
from app.formats._base import Format, Made, Payload

SLICE_S = 0.005
"""The longest that the ingest loop is held by one payload before the other feeds have a turn."""


class Intake:
    """Takes the payloads of one feed, in order."""

    def __init__(self, format_: Format, sink: Sink) -> None:
        self._format = format_
        self._sink = sink

    def take(self, *payloads: Payload) -> int:
        """Small payloads at once (a burst of messages); gives how many records were made."""
        records: list[Record] = []
        for payload in payloads:
            records += self._good(self._format.read(payload))
        self._sink.touch()
        self._sink.take(records)
        return len(records)

    async def take_slowly(self, payload: Payload) -> int:
        """A payload of any size; gives how many records were made. Between slices the loop runs
        other feeds, so payloads of one feed must be awaited one after the other."""
        count = 0
        self._sink.touch()
        made = self._good(self._format.read(payload))
        while records := _slice(made):
            self._sink.take(records)
            count += len(records)
            await asyncio.sleep(0)
        return count

    def _good(self, made: Iterator[Made]) -> Iterator[Record]:
        for one in made:
            if one.record is None:
                self._sink.reject(one.reason, one.sample)
            else:
                yield one.record


def _slice(records: Iterator[Record]) -> list[Record]:
    """The records of the next SLICE_S, at least one; none where there are no more."""
    taken: list[Record] = []
    until = perf_counter() + SLICE_S
    for record in records:
        taken.append(record)
        if perf_counter() >= until:
            break
    return taken
