"""The store's figures. What is measured, on which data: `app.store.measure`."""

import tempfile
from pathlib import Path

from app.bench._base import Figure
from app.store import measure


def run() -> list[Figure]:
    """Measure in a temporary folder; about ten seconds."""
    with tempfile.TemporaryDirectory() as folder:
        rate, bare = measure.rate(Path(folder))
        packed, unpacked = measure.packed_size(Path(folder))
        chart, scan = measure.chart(Path(folder))
        last, last_scan = measure.last(Path(folder))
    return [
        Figure(
            "sustained_rate", rate, "readings/s", "bare executemany into rows by (ts, sid)", bare
        ),
        Figure("packed_size", packed, "MB/million", "the same rows unpacked", unpacked),
        Figure("chart_30d", chart, "ms", "scan of the raw rows", scan),
        Figure("last_2000", last, "ms", "scan of the raw rows", last_scan),
    ]
