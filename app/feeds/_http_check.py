"""Whether an HTTP answer is what was promised: status, type, and no page of HTML for data."""

from typing import Literal

from app.core.message import message
from app.feeds._base import Lost, Refused

Expect = Literal["json", "xml", "any"]

LONGEST_WAIT_S = 3600.0
"""A server may ask to be left alone so long; what is more would be somebody's typing error."""

_NEUTRAL = ("", "text/plain", "application/octet-stream", "binary/octet-stream")
_HTML = ("text/html", "application/xhtml+xml")
_HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body")


def check_status(status: int, retry_after: str) -> None:
    """Raises Refused or Lost for anything but success."""
    if 200 <= status < 300 and status != 206:
        return
    if status in (401, 403):
        raise Refused(message("feed.credentials"))
    if status in (429, 503):
        wait = _seconds(retry_after)
        raise Lost(message("feed.http_busy", status=status), after=wait)
    raise Lost(message("feed.http_status", status=status))


def check_type(kind: str, data: bytes, expect: Expect) -> None:
    """Raises Lost for a page of HTML, and for a type that cannot hold what was expected.

    Old servlets call their JSON and XML text/html, so for that type the first bytes decide.
    """
    start = data[:256].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_HTML_STARTS):
        raise Lost(message("feed.http_html"))
    if kind in _HTML:
        marks = {"json": (b"{", b"["), "xml": (b"<",)}.get(expect, ())
        if not start.startswith(marks):
            raise Lost(message("feed.http_html"))
        return
    if expect == "any" or kind in _NEUTRAL:
        return
    family = kind.partition("/")[2]
    if family != expect and not family.endswith(f"+{expect}"):
        if expect == "json" and family in ("geojson", "x-json", "javascript", "x-javascript"):
            return
        raise Lost(message("feed.http_type", type=kind[:60], expected=expect))


def _seconds(retry_after: str) -> float:
    """Of `Retry-After` (RFC 9110, 10.2.3); a date counts as none, our clock may be another's."""
    text = retry_after.strip()
    return min(float(text), LONGEST_WAIT_S) if text.isascii() and text.isdigit() else 0.0
