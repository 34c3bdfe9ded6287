"""Positions of GeoJSON: nested lists of numbers to arrays, also where they are ten million."""

import warnings
from typing import Any

import msgspec
import numpy as np

from app.gis.reference import Pairs

LARGE = 65_536  # bytes from which on the text is not made into objects of Python
_PIECE = 16 * 1024 * 1024
_OPEN, _CLOSE, _COMMA = b"[],"
_BLANK = bytes.maketrans(b"[]", b"  ")
_TYPES: dict[int, Any] = {
    1: list[float],
    2: list[list[float]],
    3: list[list[list[float]]],
    4: list[list[list[list[float]]]],
}
Numbers = np.ndarray[Any, np.dtype[np.int64]]


def positions(raw: msgspec.Raw, depth: int) -> list[Pairs]:
    """The rings (n x 2) of JSON `coordinates` whose positions are lists at this depth (1: one
    position). Heights are left out; raises ValueError for anything else."""
    text = bytes(raw)
    if len(text) < LARGE or depth == 1:
        return _small(text, depth)
    if b'"' in text or b"n" in text:  # a text or null among them
        raise ValueError("not numbers")
    return _large(text, depth)


def _small(text: bytes, depth: int) -> list[Pairs]:
    try:
        found = msgspec.json.decode(text, type=_TYPES[depth])
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from error
    rings = [found] if depth == 2 else found
    if depth == 1:
        rings = [[found]] if found else []
    elif depth == 4:
        rings = [ring for area in found for ring in area]
    return [_ring(ring) for ring in rings]


def _ring(ring: list[list[float]]) -> Pairs:
    if any(len(position) < 2 for position in ring):
        raise ValueError("a position of one number")
    return np.array([position[:2] for position in ring], float).reshape(-1, 2)


def _large(text: bytes, depth: int) -> list[Pairs]:
    """Without an object per number: brackets and commas are counted in arrays, the numbers read
    piece by piece. The text is JSON, as its reader has made sure."""
    at, step = _brackets(text)
    level = np.cumsum(step, dtype=np.int32)  # after each bracket
    inner = np.flatnonzero((step[:-1] == 1) & (step[1:] == -1) & (level[:-1] == depth))
    if int(np.sum((step[:-1] == 1) & (step[1:] == -1))) != len(inner) or level.max() != depth:
        raise ValueError("positions of unequal depth")
    size = _size(text, at[inner], at[inner + 1])
    numbers = _numbers(text, at[inner + 1])
    if len(numbers) != size * len(inner):
        raise ValueError("not numbers")
    pairs = numbers.reshape(-1, size)[:, :2]
    ends = np.flatnonzero((step == -1) & (level == depth - 2))
    upto = np.searchsorted(inner, ends)
    return [np.ascontiguousarray(part) for part in np.split(pairs, upto[:-1])]


def _brackets(text: bytes) -> tuple[Numbers, np.ndarray[Any, np.dtype[np.int8]]]:
    found, kinds = [], []
    for start in range(0, len(text), _PIECE):
        piece = np.frombuffer(text, np.uint8, min(_PIECE, len(text) - start), start)
        here = np.flatnonzero((piece == _OPEN) | (piece == _CLOSE))
        found.append(here + start)
        kinds.append(np.where(piece[here] == _OPEN, 1, -1).astype(np.int8))
    return np.concatenate(found), np.concatenate(kinds)


def _size(text: bytes, opened: Numbers, closed: Numbers) -> int:
    """How many numbers each position has; raises ValueError where they differ."""
    commas = np.concatenate(
        [
            np.flatnonzero(
                np.frombuffer(text, np.uint8, min(_PIECE, len(text) - start), start) == _COMMA
            )
            + start
            for start in range(0, len(text), _PIECE)
        ]
    )
    each = np.searchsorted(commas, closed) - np.searchsorted(commas, opened)
    if not len(each) or each.min() != each.max() or each[0] < 1:
        raise ValueError("positions of unequal size")
    return int(each[0]) + 1


def _numbers(text: bytes, closed: Numbers) -> Pairs:
    parts = []
    start = 0
    while start < len(text):
        index = int(np.searchsorted(closed, start + _PIECE))
        stop = int(closed[index]) + 1 if index < len(closed) else len(text)
        piece = text[start:stop].translate(_BLANK).strip(b" \t\r\n,")
        piece = piece.strip(b" \t\r\n,")
        start = stop
        if piece:
            with warnings.catch_warnings():
                warnings.simplefilter("error", DeprecationWarning)
                try:
                    parts.append(np.fromstring(piece.decode("ascii"), sep=","))
                except (DeprecationWarning, UnicodeDecodeError) as error:
                    raise ValueError("not numbers") from error
    return np.concatenate(parts) if parts else np.zeros(0)
