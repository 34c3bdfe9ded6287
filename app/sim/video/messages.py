"""Requests and answers of RTSP 1.0 (RFC 2326) as bytes, with limits."""

import asyncio
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

MAX_LINE = 4096
MAX_HEADERS = 64
MAX_BODY = 64 * 1024

REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    461: "Unsupported Transport",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable",
}


class BadRequest(Exception):
    """What came is not RTSP, or is too long."""


class Request(NamedTuple):
    """One request; names of headers are lower case."""

    method: str
    url: SplitResult
    headers: dict[str, str]


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request, over packets (RTCP) that lie between; None at the end. Raises BadRequest,
    IncompleteReadError."""
    while True:
        first = await reader.read(1)
        if not first:
            return None
        if first == b"$":
            head = await reader.readexactly(3)
            await reader.readexactly(int.from_bytes(head[1:], "big"))
        elif first not in b"\r\n":
            return await _request(first, reader)


async def _request(first: bytes, reader: asyncio.StreamReader) -> Request:
    parts = (first.decode("latin1") + await _line(reader)).split(" ")
    if len(parts) != 3 or not parts[2].startswith("RTSP/1."):
        raise BadRequest
    headers: dict[str, str] = {}
    count = 0
    while line := await _line(reader):
        count += 1
        if count > MAX_HEADERS:
            raise BadRequest
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > MAX_BODY:
        raise BadRequest
    await reader.readexactly(int(length))
    try:
        return Request(parts[0], urlsplit(parts[1]), headers)
    except ValueError as error:
        raise BadRequest from error


async def _line(reader: asyncio.StreamReader) -> str:
    try:
        line = await reader.readuntil(b"\n")
    except asyncio.LimitOverrunError as error:
        raise BadRequest from error
    return line.decode("latin1").rstrip("\r\n")


def answer(request: Request, status: int = 200, body: str = "", **headers: str) -> bytes:
    """An answer to a request; `_` in a header's name is a hyphen."""
    sequence = request.headers.get("cseq", "0")[:20]
    lines = [f"RTSP/1.0 {status} {REASONS.get(status, 'Error')}", f"CSeq: {sequence}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    data = body.encode()
    if data:
        lines.append(f"Content-Length: {len(data)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + data
