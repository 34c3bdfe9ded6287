"""What the worker says to its parent; a thread of its own writes, no stream waits for it."""

import os
import sys
import threading
from queue import SimpleQueue

import msgspec

from app.video.wire import Report


class Reports:
    """Standard output, kept for reports: whatever else a library prints goes to standard error."""

    def __init__(self) -> None:
        self._out = os.dup(1)
        os.dup2(2, 1)
        sys.stdout = sys.stderr
        self._waiting: SimpleQueue[bytes] = SimpleQueue()
        threading.Thread(target=self._write, name="reports", daemon=True).start()

    def say(self, report: Report) -> None:
        """From any thread; never blocks."""
        self._waiting.put(msgspec.json.encode(report) + b"\n")

    def _write(self) -> None:
        while True:
            line = self._waiting.get()
            while line:
                try:
                    line = line[os.write(self._out, line) :]
                except OSError:
                    return  # the parent is gone; standard input says so too
