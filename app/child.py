"""A child process of ours: `python -m MODULE`; ready with one JSON line, gone with its pipe.

`multiprocessing` is not used: its spawn re-imports main.py and drags Qt into the child.
"""

import asyncio
import json
import logging
import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from app.core.message import Refusal, message

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent
GENTLE = 10
"""So much more nice than its parent is a child that gives way (see nice(2))."""


async def parent_gone() -> None:
    """For the child's side: returns when standard input, the parent's pipe, has ended."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(4096):
        pass


class Child:
    """One child. `start` and `stop` block: call them from an executor, not from the main loop.
    A `gentle` one computes when nobody else wants to."""

    def __init__(self, module: str, arguments: Sequence[str] = (), *, gentle: bool = False) -> None:
        self._command = [sys.executable, "-m", module, *arguments]
        self._module = module
        self._gentle = gentle
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process else None

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def start(self, timeout_s: float = 20.0) -> dict[str, str]:
        """Start it and give the texts of its first line; raises Refusal when none comes."""
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
        )
        if self._gentle and hasattr(os, "setpriority"):
            nice = os.getpriority(os.PRIO_PROCESS, self._process.pid)
            os.setpriority(os.PRIO_PROCESS, self._process.pid, min(19, nice + GENTLE))
        line = self._first_line(timeout_s)
        try:
            ready = json.loads(line)
        except ValueError as error:
            self.stop()
            raise Refusal(message("child.not_ready", module=self._module)) from error
        return {str(name): str(value) for name, value in ready.items() if value}

    def _first_line(self, timeout_s: float) -> bytes:
        assert self._process is not None and self._process.stdout is not None
        until = time.monotonic() + timeout_s
        line = b""
        pipe = self._process.stdout
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([pipe], [], [], max(0.0, until - time.monotonic()))
            # unbuffered reads below the file object, so that select sees what is left
            piece = pipe.read1(65536) if ready else b""  # type: ignore[attr-defined]
            if not piece:
                break
            line += piece
        return line

    def stop(self, timeout_s: float = 5.0) -> None:
        """End its pipe, wait, and kill it if it does not go."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None and process.stdout is not None
        process.stdin.close()
        try:
            process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            log.error("child %s did not end with its pipe; killed", self._module)
            process.kill()
            process.wait()
        process.stdout.close()
