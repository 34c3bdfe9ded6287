"""A layer's filter: words that a thing must hold to be shown."""

import unicodedata
from collections.abc import Sequence

import numpy as np

from app.gis.content import Flags


def plain(text: str) -> str:
    """Full-width letters made plain, case dropped."""
    return unicodedata.normalize("NFKC", text).casefold()


def fitting(wanted: str, *columns: Sequence[str]) -> Flags | None:
    """Which rows hold every word of a filter in any of their columns; None where nothing is asked.
    Columns are of equal length."""
    words = plain(wanted).split()
    if not words:
        return None
    rows = (plain("\n".join(cells)) for cells in zip(*columns, strict=True))
    return np.array([all(word in row for word in words) for row in rows], np.bool_)
