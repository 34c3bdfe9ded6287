"""The real program, run as its user would, watched through its screen JSON."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
Screen = dict[str, Any]


class Program:
    """`python main.py ...` in a process of its own, without a display."""

    def __init__(self, folder: Path, arguments: Sequence[str]) -> None:
        self.out = folder / "out"
        self.data = folder / "data"
        self.mark = uuid.uuid4().hex
        self.log = folder / "program.log"
        environment = {
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "CHENGMAI_TEST_MARK": self.mark,
            "PYTHONPATH": str(ROOT),
        }
        self._log_file = self.log.open("ab")
        self.process = subprocess.Popen(
            [
                sys.executable,
                str(ROOT / "main.py"),
                *arguments,
                "--data",
                str(self.data),
            ],
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=self._log_file,
            stderr=self._log_file,
        )

    def screen(self, number: int = 0) -> Screen | None:
        """The newest screen JSON, or None before the first."""
        path = self.out / f"screen-{number}.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    def wait(self, wanted: Callable[[Screen], bool], what: str, within_s: float = 45.0) -> Screen:
        """The first screen JSON that satisfies a condition; fails with the program's log."""
        until = time.monotonic() + within_s
        seen: Screen | None = None
        while time.monotonic() < until:
            seen = self.screen()
            if seen is not None and wanted(seen):
                return seen
            if self.process.poll() is not None:
                raise AssertionError(f"the program ended before {what}:\n{self.tail()}")
            try:
                self.process.wait(0.1)  # the pause between two looks, cut short by its end
            except subprocess.TimeoutExpired:
                continue
        raise AssertionError(f"never came: {what}\n{self.tail()}\n{summary(seen)}")

    def tail(self) -> str:
        """The end of what it printed."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-4000:]

    def end(self, within_s: float = 20.0) -> int:
        """Ask it to stop as a session manager would; gives its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(within_s)
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            self._log_file.close()

    def left_behind(self) -> list[int]:
        """Processes that still carry this program's mark."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    environment = (entry / "environ").read_bytes()
                except OSError:
                    continue  # gone meanwhile, or not ours to read
                if self.mark.encode() in environment:
                    found.append(int(entry.name))
        return found


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[Program]:
    """The program for the length of a block; whatever happens it is ended."""
    program = Program(folder, [*arguments, "--shot-every", "1", "--out", str(folder / "out")])
    try:
        yield program
    finally:
        program.end()


def shot_of(folder: Path, *arguments: str, after_s: int = 2) -> Screen:
    """The first screen of a run that takes one picture and exits."""
    out = folder / "shot"
    program = Program(folder, [*arguments, "--shot", str(out), "--after", str(after_s)])
    program.out = out
    try:
        code = program.process.wait(90)
    finally:
        program.end()
    assert code == 0, program.tail()
    screen = program.screen()
    assert screen is not None, program.tail()
    return screen


def items(screen: Screen, kind: str | None = None) -> dict[str, dict[str, Any]]:
    """Every item of a screen (or of one kind of panel) that shows a value, by key."""
    return {
        item["key"]: item
        for panel in screen["panels"]
        if kind is None or panel["kind"] == kind
        for item in panel["items"]
    }


def summary(screen: Screen | None) -> str:
    """A screen in a few lines, for the message of a failed test."""
    if screen is None:
        return "no screen was written"
    lines = [f"at {screen['at']} scene {screen['scene']}"]
    for panel in screen["panels"]:
        lines.append(f"{panel['kind']}: {len(panel['items'])} items {panel['items'][:2]}")
    return "\n".join(lines)[:3000]
