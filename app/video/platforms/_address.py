"""Addresses of streams as platforms give them: checked, carried to the network that we stand in."""

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from app.core.message import message
from app.secrets import Secret
from app.video.platform import PlatformError
from app.video.wire import Fault

SCHEMES = ("rtsp", "rtsps", "rtmp", "rtmps", "http", "https")
MAX_ADDRESS = 4096


def readable(url: str, platform: str, hosts: Mapping[str, str]) -> str:
    """An address that may be opened, with its host replaced where `hosts` says so (`host` or
    `host:port` to the same). Raises PlatformError for any other; the address is not told, because
    tokens and passwords stand in them."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _bad(platform) from error
    bad = len(url) > MAX_ADDRESS or any(ord(letter) <= 32 for letter in url)
    if bad or parts.scheme.lower() not in SCHEMES or not host:
        raise _bad(platform)
    number = f":{port}" if port is not None else ""
    instead = hosts.get(f"{host}{number}") or hosts.get(host)
    if instead is None:
        return url
    given = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    mapped = instead if _has_port(instead) else f"{instead}{number}"
    return parts._replace(netloc=f"{given}{mapped}").geturl()


def signed_in(url: str, secret: Secret | None) -> str:
    """An address with user and password, where it has none of its own."""
    parts = urlsplit(url)
    if secret is None or "@" in parts.netloc:
        return url
    user, password = (quote(part, safe="") for part in secret.pair)
    return parts._replace(netloc=f"{user}:{password}@{parts.netloc}").geturl()


def _has_port(host: str) -> bool:
    return ":" in host.rpartition("]")[2]


def _bad(platform: str) -> PlatformError:
    return PlatformError(message("videoplatform.address", platform=platform), Fault.ADDRESS)
