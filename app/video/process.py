"""One worker process: started, spoken to, waited for, started again when it dies."""

import asyncio
import contextlib
import logging
import re
import sys
import time
from collections.abc import Callable

import msgspec

from app.child import ROOT
from app.video.wire import Closed, Failed, Hidden, Made, Opened, Order, Ready, Report

log = logging.getLogger(__name__)

ANSWER_S = 3.0
"""A worker answers within milliseconds; one that takes this long hangs."""
END_S = 1.0
LINE = 1 << 16
YOUNG_S = 10.0
"""A process that dies younger than this is started again ever more slowly."""
MAX_WAIT_S = 10.0
_ADDRESS = re.compile(r"[a-z]+://\S+")

Key = tuple[str | int, ...]
Told = Opened | Failed | Hidden | Closed | Made


class Silence(RuntimeError):
    """No answer: the worker hangs, or ended."""


class WorkerProcess:
    """`hear` gets every report; `died` is called when the process ended by itself, before another
    one takes its place."""

    def __init__(
        self,
        board: str,
        cores: int,
        hear: Callable[[Told], None],
        died: Callable[["WorkerProcess"], None],
    ) -> None:
        self._arguments = (board, str(cores))
        self._hear = hear
        self._died = died
        self._process: asyncio.subprocess.Process | None = None
        self._runner: asyncio.Task[None] | None = None
        self._waiting: dict[Key, asyncio.Future[Told]] = {}
        self._unsent: list[bytes] = []
        self._started = asyncio.Event()
        self._ending = asyncio.Event()
        self.decoders: tuple[str, ...] = ()

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._process.pid if self._process else None

    @property
    def ready(self) -> bool:
        """Whether it runs and takes orders."""
        return self._started.is_set()

    async def start(self) -> None:
        """Start it and wait until it takes orders."""
        self.start_soon()
        await self._started.wait()

    def start_soon(self) -> None:
        """Start it; orders wait for it."""
        self._runner = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """End its pipe, wait, kill it if it does not go."""
        self._ending.set()
        process = self._process
        if process is not None and process.stdin is not None:
            process.stdin.close()
        if self._runner is not None:
            try:
                async with asyncio.timeout(END_S):
                    await asyncio.shield(self._runner)
            except TimeoutError:
                log.warning("a video worker did not end with its pipe")
                self.kill()
                self._runner.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await self._runner
        self._silence()

    def dismiss(self) -> None:
        """After its process ended: no other takes its place."""
        self._ending.set()

    def kill(self) -> None:
        """End it at once; it is started again unless it is being stopped."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    def send(self, order: Order) -> None:
        """Give an order; one that comes too early waits for the process."""
        line = msgspec.json.encode(order) + b"\n"
        process = self._process
        if process is None or process.stdin is None or not self.ready:
            self._unsent.append(line)
        elif not process.stdin.is_closing():
            process.stdin.write(line)

    async def ask(self, order: Order, key: Key, limit_s: float | None = None) -> Told:
        """Give an order and wait for its answer; raises Silence."""
        future: asyncio.Future[Told] = asyncio.get_running_loop().create_future()
        self._waiting[key] = future
        self.send(order)
        try:
            async with asyncio.timeout(limit_s or ANSWER_S):
                return await future
        except TimeoutError as error:
            raise Silence("no answer") from error
        finally:
            self._waiting.pop(key, None)

    async def _run(self) -> None:
        wait = 0.0
        while not self._ending.is_set():
            begin = time.monotonic()
            await self._live()
            self._process = None
            self._started.clear()
            self._unsent.clear()
            self._silence()
            if self._ending.is_set():
                return
            self._died(self)
            if self._ending.is_set():
                return
            young = time.monotonic() - begin < YOUNG_S
            wait = min(MAX_WAIT_S, max(0.1, wait * 2)) if young else 0.0
            await asyncio.sleep(wait)

    async def _live(self) -> None:
        """From its start to its end."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "app.video.worker",
            *self._arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=LINE,
            cwd=ROOT,
        )
        assert process.stdout is not None and process.stderr is not None
        self._process = process
        if self._ending.is_set() and process.stdin is not None:
            process.stdin.close()
        complaints = asyncio.create_task(_log(process.stderr))
        try:
            decoder = msgspec.json.Decoder(Report)
            while line := await process.stdout.readline():
                self._take(decoder.decode(line))
            await process.wait()
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            await complaints

    def _take(self, report: Report) -> None:
        if isinstance(report, Ready):
            self.decoders = report.decoders
            self._started.set()
            assert self._process is not None and self._process.stdin is not None
            self._process.stdin.writelines(self._unsent)
            self._unsent.clear()
            return
        key = _key(report)
        future = self._waiting.get(key) if key else None
        if future is not None and not future.done():
            future.set_result(report)
        self._hear(report)

    def _silence(self) -> None:
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(Silence("its process ended"))
        self._waiting.clear()


def _key(report: Told) -> Key | None:
    """What somebody may wait for."""
    if isinstance(report, Hidden):
        return ("hidden", report.stream, report.row)
    if isinstance(report, Closed):
        return ("closed", report.stream)
    if isinstance(report, Made):
        return ("made", report.ticket)
    return None


async def _log(errors: asyncio.StreamReader) -> None:
    """What a worker says on standard error, without addresses."""
    while line := await errors.readline():
        text = _ADDRESS.sub("(address)", line.decode("utf-8", "replace").rstrip())
        log.warning("video worker: %s", text[:300])
