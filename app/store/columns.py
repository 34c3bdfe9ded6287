"""Readings of one series as columns: what is packed, merged, judged and drawn."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from app.core.model import Reading

Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]
Extra = tuple[int, int, int, float | None, float | None]

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Extra)
NO_EXTRA: Extra = (0, 0, 0, None, None)


class Columns:
    """Readings of one series in the order (ts, revision, lag, value); all of equal length.

    `ts` ms UTC observed; `lag` ms from observed to received; `extra` is None where no reading has
    any, else one packed tuple or None per reading.
    """

    __slots__ = ("extra", "lag", "revision", "ts", "value")

    def __init__(
        self,
        ts: Ints,
        revision: Ints,
        value: Floats,
        lag: Ints,
        extra: list[bytes | None] | None = None,
    ) -> None:
        self.ts = ts
        self.revision = revision
        self.value = value
        self.lag = lag
        self.extra = extra

    def __len__(self) -> int:
        return len(self.ts)

    @property
    def received(self) -> Ints:
        """When each arrived, ms UTC."""
        return self.ts + self.lag

    def take(self, which: Any) -> "Columns":
        """The readings of a mask or an index."""
        extra = None
        if self.extra is not None:
            extra = [self.extra[index] for index in np.arange(len(self))[which].tolist()]
        return Columns(
            self.ts[which], self.revision[which], self.value[which], self.lag[which], extra
        )

    def rows(self) -> list[tuple[int, int, float, int, bytes | None]]:
        """As tuples (ts, revision, value, lag, extra)."""
        extra = self.extra if self.extra is not None else [None] * len(self)
        return list(
            zip(
                self.ts.tolist(),
                self.revision.tolist(),
                self.value.tolist(),
                self.lag.tolist(),
                extra,
                strict=True,
            )
        )

    def effective(self) -> "Columns":
        """One reading per moment observed: the highest revision, of those the last to arrive, of
        those the largest. The choice does not depend on the order of arrival of the records."""
        if len(self) < 2:
            return self
        last = np.append(self.ts[1:] != self.ts[:-1], True)
        return self if last.all() else self.take(last)


def from_rows(rows: Sequence[Sequence[Any]]) -> Columns:
    """Columns of tuples (ts, revision, value, lag, extra) in any order."""
    if not rows:
        empty = np.empty(0, np.int64)
        return Columns(empty, empty, np.empty(0, np.float64), empty)
    ts, revision, value, lag, extra = zip(*rows, strict=True)
    return ordered(
        Columns(
            np.array(ts, np.int64),
            np.array(revision, np.int64),
            np.array(value, np.float64),
            np.array(lag, np.int64),
            list(extra) if any(extra) else None,
        )
    )


def ordered(columns: Columns) -> Columns:
    """The same in the order that Columns promises."""
    if (columns.ts[1:] > columns.ts[:-1]).all():
        return columns
    order = np.lexsort((columns.value, columns.lag, columns.revision, columns.ts))
    if (order[1:] > order[:-1]).all():
        return columns
    return columns.take(order)


def merge(first: Columns, second: Columns) -> Columns:
    """Both, each distinct (ts, revision, value) once, with the earlier arrival."""
    if not len(first) or not len(second):
        return first if len(first) else second
    extra = None
    if first.extra is not None or second.extra is not None:
        extra = [*(first.extra or [None] * len(first)), *(second.extra or [None] * len(second))]
    both = Columns(
        np.concatenate((first.ts, second.ts)),
        np.concatenate((first.revision, second.revision)),
        np.concatenate((first.value, second.value)),
        np.concatenate((first.lag, second.lag)),
        extra,
    )
    order = np.lexsort((both.lag, both.value, both.revision, both.ts))
    both = both.take(order)
    repeated = (
        (both.ts[1:] == both.ts[:-1])
        & (both.revision[1:] == both.revision[:-1])
        & (both.value[1:] == both.value[:-1])
    )
    return ordered(both.take(np.append(True, ~repeated)))


def pack_extra(reading: Reading) -> bytes | None:
    """What most readings lack, or None."""
    extra: Extra = (
        reading.valid_from,
        reading.valid_to,
        reading.published,
        reading.low,
        reading.high,
    )
    return None if extra == NO_EXTRA else _encoder.encode(extra)


def unpack_extra(packed: bytes | None) -> Extra:
    """(valid_from, valid_to, published, low, high)."""
    return NO_EXTRA if packed is None else _decoder.decode(packed)
