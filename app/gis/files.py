"""Foreign files of places: GeoJSON, TopoJSON, KML, KMZ, GPX, shapefile and CSV, read in a child.

A file from outside may be made to break its reader, and a broken shapefile does break GDAL. So one
child process for each file reads it, with bounds of memory, processor time and time on the clock;
what comes back are arrays (`app.gis.features`) whose soundness is checked again.
"""

import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import msgspec

from app.child import ROOT
from app.core.message import Message
from app.gis._collect import BadFile
from app.gis.features import Broken, Features, unpacked
from app.gis.read_file import ANSWER, REFUSED, Request
from app.live.map_import import READ_WITHIN_S

log = logging.getLogger(__name__)

MEMORY = 4 * 1024**3
SECONDS = READ_WITHIN_S
LOOKS_S = 0.1
_MAX_ANSWER = 512 * 1024 * 1024


def read(
    path: Path,
    *,
    lon: str = "",
    lat: str = "",
    layer: str = "",
    given_up: threading.Event | None = None,
) -> Features:
    """What a file holds, as it gives it: no datum is known yet. Blocks for up to SECONDS: not for
    the main loop; `given_up`, once it is set, ends that. Raises BadFile with the reason in
    words."""
    with tempfile.TemporaryDirectory(prefix="chengmai-file-") as name:
        folder = Path(name)
        (folder / "scratch").mkdir()
        request = Request(str(path.resolve()), name, MEMORY, SECONDS, lon, lat, layer)
        status = _run(msgspec.json.encode(request).decode(), folder, given_up)
        if (folder / REFUSED).is_file():
            reason = msgspec.json.decode((folder / REFUSED).read_bytes(), type=Message)
            raise _refused(reason)
        answer = folder / ANSWER
        if status != 0 or not answer.is_file() or answer.stat().st_size > _MAX_ANSWER:
            log.info("the reader of a file ended with %s: %s", status, _tail(folder))
            raise BadFile("memory" if b"MemoryError" in _tail(folder) else "crashed")
        try:
            return unpacked(answer.read_bytes())
        except Broken as error:
            raise BadFile("crashed") from error


def _run(request: str, folder: Path, given_up: threading.Event | None) -> int:
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.gis.read_file", request],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            cwd=ROOT,
            env=_environment(folder),
        )
        try:
            return _wait(process, given_up)
        finally:
            process.kill()
            assert process.stdin is not None
            process.stdin.close()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", given_up: threading.Event | None) -> int:
    end = time.monotonic() + SECONDS
    while True:
        try:
            return process.wait(LOOKS_S)
        except subprocess.TimeoutExpired as error:
            if given_up is not None and given_up.is_set():
                raise BadFile("given_up") from error
            if time.monotonic() > end:
                raise BadFile("slow", seconds=SECONDS) from error


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of ours that a child does not need: no proxy, no secret."""
    kept = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LANG", "LC_ALL", "SYSTEMROOT", "LD_LIBRARY_PATH")
    given = {name: os.environ[name] for name in kept if name in os.environ}
    return {
        **given,
        "TMPDIR": str(folder),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONUTF8": "1",
        "PROJ_NETWORK": "OFF",
    }


def _refused(reason: Message) -> BadFile:
    error = BadFile(reason.id.rpartition(".")[2])
    error.reason = reason
    return error


def _tail(folder: Path) -> bytes:
    return (folder / "said").read_bytes()[-2_000:]
