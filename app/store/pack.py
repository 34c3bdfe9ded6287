"""A closed day of one series in a few bytes per reading, exactly.

Each column becomes integers, the difference of neighbours (of differences for the time) where that
is smaller, zigzag so that small negatives stay small, and its bytes in planes (all lowest bytes
first); zstd does the rest. A value that is a decimal number of up to six places is kept as that
integer, any other by the bits in which it differs from the one before: nothing is rounded.
"""

from typing import ClassVar

import msgspec
import numpy as np
import zstandard

from app.core.model import Ms
from app.core.privacy import Privacy
from app.store.columns import Columns, Floats, Ints

_LEVEL = 9
_MAX_BYTES = 1 << 28  # one series' day; a body that claims more is refused
_PLACES = 6
DAY_MS = 86_400_000
_EXACT = 2.0**52


class BadChunk(ValueError):
    """A packed day cannot be read."""


class _Header(msgspec.Struct, array_like=True):
    """What is needed to unfold the columns."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    n: int
    value_form: int  # -1 for bits, else the number of decimal places
    value_delta: bool
    lag_delta: bool
    revised: bool
    extra: list[bytes | None] | None


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[_Header, bytes])


def pack(columns: Columns) -> bytes:
    """The bytes of a series' day."""
    value, form = _decimal(columns.value)
    value_bytes, value_delta = _smaller(value) if form >= 0 else (_planes(value), False)
    lag_bytes, lag_delta = _smaller(columns.lag)
    revised = bool(columns.revision.any())
    body = _planes(_zigzag(_delta(_delta(columns.ts)))) + value_bytes + lag_bytes
    if revised:
        body += _planes(_zigzag(columns.revision))
    header = _Header(len(columns), form, value_delta, lag_delta, revised, columns.extra)
    return zstandard.ZstdCompressor(level=_LEVEL).compress(_encoder.encode((header, body)))


def unpack(body: bytes) -> Columns:
    """The readings of a packed day; raises BadChunk."""
    try:
        plain = zstandard.ZstdDecompressor().decompress(body, max_output_size=_MAX_BYTES)
        header, planes = _decoder.decode(plain)
    except (zstandard.ZstdError, msgspec.DecodeError) as error:
        raise BadChunk(str(error)) from error
    n = header.n
    if len(planes) != n * 8 * (4 if header.revised else 3):
        raise BadChunk(f"{len(planes)} bytes for {n} readings")
    parts = [_unplanes(planes[start : start + n * 8]) for start in range(0, len(planes), n * 8)]
    return Columns(
        np.cumsum(np.cumsum(_unzigzag(parts[0]))),
        _unzigzag(parts[3]) if header.revised else np.zeros(n, np.int64),
        _undecimal(parts[1], header.value_form, header.value_delta),
        _undelta(_unzigzag(parts[2]), header.lag_delta),
        header.extra,
    )


def day_of(moment: Ms) -> int:
    """The number of the UTC day that a moment lies in."""
    return moment // DAY_MS


def _decimal(value: Floats) -> tuple[Ints, int]:
    for places in range(_PLACES + 1):
        scaled = np.rint(value * 10.0**places)
        if np.abs(scaled).max(initial=0.0) >= _EXACT:
            break
        whole = scaled.astype(np.int64)
        if np.array_equal((whole / 10.0**places).view(np.int64), value.view(np.int64)):
            return whole, places
    bits = value.view(np.int64)
    return np.append(bits[:1], bits[1:] ^ bits[:-1]), -1


def _undecimal(stored: Ints, form: int, delta: bool) -> Floats:
    if form < 0:
        return np.bitwise_xor.accumulate(stored).view(np.float64)
    return _undelta(_unzigzag(stored), delta) / 10.0**form


def _smaller(column: Ints) -> tuple[bytes, bool]:
    """A column plain or as differences, whichever zstd makes smaller."""
    plain, delta = _planes(_zigzag(column)), _planes(_zigzag(_delta(column)))
    squeeze = zstandard.ZstdCompressor(level=1).compress
    return (delta, True) if len(squeeze(delta)) < len(squeeze(plain)) else (plain, False)


def _delta(column: Ints) -> Ints:
    return np.diff(column, prepend=np.int64(0))


def _undelta(column: Ints, delta: bool) -> Ints:
    return np.cumsum(column) if delta else column


def _zigzag(column: Ints) -> Ints:
    return (column << 1) ^ (column >> 63)


def _unzigzag(column: Ints) -> Ints:
    return (column.view(np.uint64) >> np.uint64(1)).view(np.int64) ^ -(column & 1)


def _planes(column: Ints) -> bytes:
    return np.ascontiguousarray(column.astype("<i8").view(np.uint8).reshape(-1, 8).T).tobytes()


def _unplanes(planes: bytes) -> Ints:
    matrix = np.frombuffer(planes, np.uint8).reshape(8, -1)
    return np.ascontiguousarray(matrix.T).view("<i8").reshape(-1).astype(np.int64)
