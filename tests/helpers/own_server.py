"""A real server in a process of its own, with a folder of its own, ended by its id."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from tests.helpers.ports import free_port

NOBODY = 65534
_TRIES = 20


class OwnServer:
    """`with ...() as server:` runs one; `stop`, `kill` and `start` keep port and folder. A subclass
    says in `listens` how it is run."""

    def __init__(self, name: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"chengmai-{name}-"))
        self.folder.chmod(0o755)
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._log = self.folder / "log"

    def listens(self) -> bool:
        """Run it at `port` as `_process`; whether it came to listen there."""
        raise NotImplementedError

    def give_away(self) -> None:
        """Its folder and what lies in it to nobody, as whom it runs (see `as_nobody`)."""
        if os.getuid() == 0:
            for path in (self.folder, *self.folder.iterdir()):
                os.chown(path, NOBODY, NOBODY)

    def start(self) -> None:
        """Run it, and wait until it listens; on another port where somebody was quicker."""
        if self.port:
            assert self.listens(), self._log.read_text()
            return
        for _ in range(_TRIES):
            self.port = free_port()
            if self.listens():
                return
        raise AssertionError(self._log.read_text())

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def kill(self) -> None:
        """End it without a goodbye."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    async def restart(self) -> None:
        """Stop and start on the same port, with what is stored."""
        await asyncio.to_thread(self.stop)
        await asyncio.to_thread(self.start)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder)


def as_nobody(command: list[str]) -> list[str]:
    """The same command without the rights of root."""
    if os.getuid() != 0:
        return command
    return ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups", *command]
