"""From a payload to the sink, a slice at a time: ten megabytes of one feed hold up no other.

Whatever a transport received goes through here, so that every format is refused, counted and
delivered in one way.
"""

import asyncio
from collections.abc import Iterator
from functools import partial
from time import perf_counter

from app.core.model import Record
from app.feeds._sink import Sink
from app.formats._base import REPEATED, Format, Made, Payload

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
            records += (one for one in self._good(self._format.read(payload)) if one is not None)
        self._sink.touch()
        self._sink.take(records)
        self._keep()
        return len(records)

    async def take_slowly(self, payload: Payload) -> int:
        """A payload of any size; gives how many records were made. Between slices the loop runs
        other feeds, so payloads of one feed must be awaited one after the other."""
        count = 0
        self._sink.touch()
        made = self._good(self._format.read(payload))
        more = True
        while more:
            records, more = _slice(made)
            self._sink.take(records)
            count += len(records)
            await asyncio.sleep(0)
        self._keep()
        return count

    def _keep(self) -> None:
        """Have written what the format has to know again, when the store has its records."""
        keep = self._format.keep
        if keep is not None and (news := self._format.news()):
            self._sink.receipt(partial(keep, news))

    def _good(self, made: Iterator[Made]) -> Iterator[Record | None]:
        """The records; None for each step that made none."""
        for one in made:
            if one.reason == REPEATED:
                self._sink.repeated(1)
            elif one.record is None and one.reason:
                self._sink.reject(one.reason, one.sample)
            yield one.record


def _slice(steps: Iterator[Record | None]) -> tuple[list[Record], bool]:
    """The records of the next SLICE_S, at least one step; and whether there may be more."""
    taken: list[Record] = []
    until = perf_counter() + SLICE_S
    for record in steps:
        if record is not None:
            taken.append(record)
        if perf_counter() >= until:
            return taken, True
    return taken, False
