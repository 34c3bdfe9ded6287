"""The worker as a process: it starts light, keeps quiet, and ends with its pipe."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from app.video.board import BYTES
from app.video.segments import Segment
from app.video.wire import Failed, Fault, Open, Opened, Order, Ready, Report, Source
from tests.contract.house import ROOT


class Talk:
    """A worker of which one line at a time is read."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        assert process.stdin is not None and process.stdout is not None
        self.stdin, self.stdout = process.stdin, process.stdout

    def say(self, order: Order) -> None:
        self.stdin.write(msgspec.json.encode(order) + b"\n")
        self.stdin.flush()

    def hear(self) -> Report:
        return msgspec.json.decode(self.stdout.readline(), type=Report)


@contextmanager
def worker() -> Iterator[Talk]:
    board = Segment(BYTES)
    process = subprocess.Popen(
        [sys.executable, "-m", "app.video.worker", board.name, "2"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    talk = Talk(process)
    try:
        ready = talk.hear()
        assert isinstance(ready, Ready) and ready.pid == process.pid
        assert "software" in ready.decoders
        yield talk
    finally:
        board.unlink()
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            assert pipe is not None
            pipe.close()


@contextmanager
def silent_server() -> Iterator[int]:
    """Takes a connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_it_ends_with_its_pipe_although_a_thread_is_stuck_in_a_read() -> None:
    with silent_server() as port, worker() as talk:
        talk.say(Open(1, f"rtsp://127.0.0.1:{port}/a", timeout_s=60))
        talk.say(Open(2, f"http://127.0.0.1:{port}/a.flv", timeout_s=60))
        talk.say(Open(3, "rtsp://127.0.0.1:9/a"))
        failed = talk.hear()
        assert isinstance(failed, Failed) and failed.stream == 3
        begin = time.monotonic()
        talk.stdin.close()
        assert talk.process.wait(5) == 0
        assert time.monotonic() - begin < 1.0


def test_a_key_of_the_terminal_is_for_its_parent() -> None:
    with worker() as talk:
        os.kill(talk.process.pid, signal.SIGINT)
        talk.say(Open(1, "nothing"))
        assert isinstance(talk.hear(), Failed)


def test_it_is_told_about_in_words_without_the_address(clips: dict[str, Path]) -> None:
    """Neither reports nor standard error hold a password, a host or a path."""
    urls = [
        "rtsp://admin:hunter2@127.0.0.1:9/hidden-path",
        "rtsp://admin:hunter2@nowhere.invalid/hidden-path",
        "http://admin:hunter2@127.0.0.1:9/hidden-path.flv",
        "concat:hidden-path/hunter2",
    ]
    with worker() as talk:
        for number, url in enumerate(urls):
            talk.say(Open(number, url, timeout_s=3))
        talk.say(Open(9, "/nowhere/hidden-path/hunter2", source=Source.FILE))
        said = [talk.hear() for _ in range(len(urls) + 1)]
        talk.say(Open(10, str(clips["h264"]), source=Source.FILE))
        assert isinstance(talk.hear(), Opened)
        talk.stdin.close()
        talk.process.wait(5)
        assert talk.process.stderr is not None and talk.process.stderr.read() == b""
    text = msgspec.json.encode(said).decode()
    assert "hunter2" not in text and "hidden-path" not in text and "127.0.0.1" not in text
    faults = {one.stream: one.fault for one in said if isinstance(one, Failed)}
    assert faults[0] == faults[1] == faults[2] == Fault.UNREACHABLE
    assert (faults[3], faults[9]) == (Fault.ADDRESS, Fault.NOT_FOUND)


@pytest.mark.parametrize(
    "content",
    [b"", b"not a video at all", b"\0" * 5000],
    ids=["empty", "words", "zeros"],
)
def test_what_is_no_video_is_unreadable(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with worker() as talk:
        talk.say(Open(1, str(path), source=Source.FILE))
        failed = talk.hear()
        assert isinstance(failed, Failed) and failed.fault is Fault.UNREADABLE


def test_a_truncated_file_shows_what_there_is(clips: dict[str, Path], tmp_path: Path) -> None:
    whole = clips["flv"].read_bytes()
    path = tmp_path / "clip.flv"
    path.write_bytes(whole[: len(whole) // 3])
    with worker() as talk:
        talk.say(Open(1, str(path), source=Source.FILE, speed=8.0))
        opened, failed = talk.hear(), talk.hear()
        assert isinstance(opened, Opened) and opened.width == 640
        assert isinstance(failed, Failed) and failed.fault is Fault.ENDED


def test_it_loads_only_what_decoding_needs() -> None:
    code = (
        "import sys, app.video.worker.__main__\n"
        "tops = {name.split('.')[0] for name in sys.modules}\n"
        "print(tops & {'PySide6', 'scipy', 'shapely', 'asyncio', 'httpx', 'PIL', 'pydantic'})\n"
        "print(sorted(n for n in sys.modules if n.startswith('app.') and n.count('.') == 1))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    foreign, ours = done.stdout.splitlines()
    assert foreign == "set()"
    assert ours == "['app.core', 'app.video']"
