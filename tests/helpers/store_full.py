"""A child process on a disk that is really full: `python -m tests.helpers.store_full FOLDER HOW`.

HOW is `tmpfs` (FOLDER becomes a file system of its own of 24 MB, in the namespace that the parent
made for this process) or `limit` (no file of this process may grow beyond 2 MB). Prints what came
of it as JSON.
"""

import json
import resource
import subprocess
import sys
from pathlib import Path

from app.core.clock import ManualClock
from app.core.i18n import LANGUAGES, translator
from app.core.model import Reading, Segment, Sourced
from app.store.driver import Connection, DiskFull
from app.store.store import Store
from tests.helpers.store import KEY, NOW, some_warning, until

BALLAST = 1 << 20
LIMIT = 2 << 20
SERIES = 1000


def main(folder: Path, how: str) -> None:
    """Write until the disk is full, go on, make room, and see that everything is there."""
    if how == "tmpfs":
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=24m", "none", str(folder)],
            check=True,
        )
    store = Store.open(folder, ManualClock(NOW), ballast_bytes=BALLAST, retry_s=0.05)
    store.ops.run_blocking(_make)
    store.ops.run_blocking(lambda ops: _decide(ops, 1))
    _submit(store, 0)
    store.flush()
    fill(folder, how)
    second = _until_trouble(store)
    refused = _decide_until_refused(store)
    store.recorder.submit([], [Sourced("cma", NOW, some_warning())])
    latest_while_full = len(store.queries.load_latest())
    retries = store.recorder.counts.retries
    until(lambda: store.recorder.counts.retries > retries)  # it is tried again and again
    ballast = (folder / "ballast").exists()
    make_room(folder, how)
    until(lambda: store.recorder.trouble is None and store.recorder.waiting == 0)
    store.flush()
    store.ops.run_blocking(lambda ops: _decide(ops, 9999))
    reports = list(store.reports)
    store.close()
    said = [translator(language).render(report) for report in reports for language in LANGUAGES]
    found = {
        "reports": [report.id for report in reports],
        "sentences": said,
        "refused": refused,
        "ballast_while_full": ballast,
        "latest_while_full": latest_while_full,
        "submitted": (second + 1) * SERIES,
        "written": store.recorder.counts.written,
        "retries": store.recorder.counts.retries,
        "shed": store.recorder.shed,
    }
    store = Store.open(folder, ManualClock(NOW), ballast_bytes=BALLAST)
    found["reports_after"] = [report.id for report in store.reports]
    found["open_after"] = [item.record.id for item in store.queries.load_open()]
    found["decisions_after"] = store.ops.run_blocking(_decided)
    store.close()
    sys.stdout.write(json.dumps(found) + "\n")


def fill(folder: Path, how: str) -> None:
    """Leave no room for anything but what the files have already."""
    if how == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, resource.RLIM_INFINITY))
        return
    with (folder / "filler").open("wb", buffering=0) as file:
        for size in (1 << 20, 4096):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue


def make_room(folder: Path, how: str) -> None:
    """Somebody tidied up."""
    if how == "limit":
        everything = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.setrlimit(resource.RLIMIT_FSIZE, everything)
    else:
        (folder / "filler").unlink()


def _until_trouble(store: Store) -> int:
    """Seconds of readings until the store says that it cannot write; gives the last one."""
    second = 0
    while store.recorder.trouble is None:
        second += 1
        _submit(store, second)
        store.flush()
    _submit(store, second + 1)  # the wall goes on
    return second + 1


def _decide_until_refused(store: Store) -> str:
    for number in range(2, 2000):
        try:
            store.ops.run_blocking(lambda ops, number=number: _decide(ops, number))  # type: ignore[misc]
        except DiskFull as error:
            return error.reason.id
    return ""


def _submit(store: Store, second: int) -> None:
    readings = [
        Reading(key=f"{KEY}-{number}", value=float(second), observed=NOW + second * 1000)
        for number in range(SERIES)
    ]
    store.recorder.submit([Segment("river", NOW + second * 1000, readings)], [])


def _make(ops: Connection) -> None:
    ops.execute("CREATE TABLE decided (n INTEGER PRIMARY KEY, body BLOB)")


def _decide(ops: Connection, number: int) -> None:
    ops.execute("INSERT INTO decided VALUES (?, zeroblob(8000))", (number,))


def _decided(ops: Connection) -> list[int]:
    return [number for (number,) in ops.execute("SELECT n FROM decided ORDER BY n")]


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
