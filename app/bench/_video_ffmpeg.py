"""The baseline of `bench video`: what FFmpeg alone decodes on this machine."""

import os
import subprocess
import time
from pathlib import Path

from app.bench._video_clip import FPS, SECONDS

TARGET_S = 5.0


def streams_decoded(clip: Path) -> float:
    """Streams of 25 pictures a second that `ffmpeg -threads 1 -f null` decodes, one process per
    core at once. Raises RuntimeError where there is no ffmpeg."""
    once = _run(clip, 1, 1)
    times = max(2, round(TARGET_S / once))
    processes = os.cpu_count() or 1
    spent = _run(clip, times, processes)
    return processes * times * SECONDS * FPS / spent / FPS


def _run(clip: Path, times: int, processes: int) -> float:
    command = ["ffmpeg", "-v", "error", "-nostdin", "-threads", "1"]
    command += ["-stream_loop", str(times - 1), "-i", str(clip), "-f", "null", "-"]
    begin = time.monotonic()
    try:
        running = [subprocess.Popen(command) for _ in range(processes)]
    except FileNotFoundError as error:
        raise RuntimeError("bench video needs ffmpeg for its baseline") from error
    if any(process.wait() for process in running):
        raise RuntimeError("ffmpeg did not decode the clip")
    return time.monotonic() - begin
