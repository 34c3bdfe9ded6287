"""Chromium's garbage, collected when a bench asks for it: what a page keeps is seen only after it.

V8 looks for garbage when its own rules say so, which is minutes apart for a page that keeps little;
until then the same page holds 20 MB more or less. The pages are told over the protocol of
Chromium's own tools (https://chromedevtools.github.io/devtools-protocol/, HeapProfiler and Target),
on loopback, in the process of a bench alone.
"""

import asyncio
import json
import os
import socket
import urllib.request
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect

VARIABLE = "QTWEBENGINE_REMOTE_DEBUGGING"
WITHIN_S = 20.0


def allow() -> int:
    """Before Chromium begins: let its tools listen on loopback; gives the port."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    os.environ[VARIABLE] = f"127.0.0.1:{port}"
    return port


async def collect(port: int) -> None:
    """Collect the garbage of every page and of its workers. Raises OSError or TimeoutError."""
    for url in await asyncio.to_thread(_pages, port):
        async with asyncio.timeout(WITHIN_S), connect(url, max_size=None) as line:
            await _collect(line)


def _pages(port: int) -> list[str]:
    """The addresses of the pages' tools."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=WITHIN_S) as answer:
        targets = msgspec.json.decode(answer.read(), type=list[dict[str, str]])
    return [target["webSocketDebuggerUrl"] for target in targets if target["type"] == "page"]


async def _collect(line: ClientConnection) -> None:
    attach = {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": True}
    workers: list[str] = []
    await _ask(line, 1, workers, "Target.setAutoAttach", attach)
    await _ask(line, 2, workers, "HeapProfiler.collectGarbage", {})
    for number, worker in enumerate(list(workers), 3):
        await _ask(line, number, workers, "HeapProfiler.collectGarbage", {}, worker)


async def _ask(
    line: ClientConnection,
    number: int,
    workers: list[str],
    method: str,
    params: dict[str, Any],
    session: str = "",
) -> None:
    """Ask, and wait for the answer; workers that are told of meanwhile are added."""
    asked = {"id": number, "method": method, "params": params}
    await line.send(json.dumps(asked | ({"sessionId": session} if session else {})))
    while True:
        told = msgspec.json.decode(await line.recv(), type=dict[str, Any])
        if told.get("method") == "Target.attachedToTarget":
            workers.append(told["params"]["sessionId"])
        if told.get("id") == number:
            if "error" in told:
                raise OSError(f"{method}: {told['error']}")
            return
