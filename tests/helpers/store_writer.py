"""A child process that writes until it is killed: `python -m tests.helpers.store_writer FOLDER`.

Prints a line for what is known to be saved: `decision N` once an operator's transaction has
returned, `readings N` once a flush has. The parent kills it at a moment of its own.
"""

import sys
from functools import partial
from pathlib import Path

from app.core.clock import SystemClock
from app.core.model import Reading, Segment
from app.store.driver import Connection
from app.store.store import Store
from tests.helpers.store import BALLAST, KEY

SERIES = 50
SECONDS = 20


def main(folder: Path) -> None:
    """Write readings and decisions, each with its number."""
    store = Store.open(folder, SystemClock(), ballast_bytes=BALLAST)
    store.ops.run_blocking(
        lambda ops: ops.execute("CREATE TABLE IF NOT EXISTS kill_test (n INTEGER PRIMARY KEY)")
    )
    held = store.queries.load_latest()
    say("ready", *(report.id for report in store.reports))
    second = max((int(item.reading.value) for item in held), default=0)
    while True:
        first = second + 1
        for second in range(first, first + SECONDS):
            store.recorder.submit([_segment(second)], [])
        store.ops.run_blocking(partial(_decide, number=second))
        say("decision", second)
        store.flush()
        say("readings", second)


def say(*words: object) -> None:
    """One line, at once."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def _segment(second: int) -> Segment:
    readings = [
        Reading(key=f"{KEY}-{number}", value=float(second), observed=second * 1000)
        for number in range(SERIES)
    ]
    return Segment("river", second * 1000, readings)


def _decide(ops: Connection, number: int) -> None:
    ops.execute("INSERT OR IGNORE INTO kill_test VALUES (?)", (number,))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
