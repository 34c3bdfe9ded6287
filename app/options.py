"""A feed's own settings, read from the table that belongs to its transport."""

import re
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from app.config import ConfigError, FeedConfig
from app.core.message import message

O = TypeVar("O", bound=msgspec.Struct)  # noqa: E741  (options)
_UNKNOWN = re.compile(r"unknown field `([^`]+)`")


def said(description: str) -> msgspec.Meta:
    """What an option is for, as docs/reference-feeds.md says it."""
    return msgspec.Meta(description=description)


def options_of(config: FeedConfig, into: type[O]) -> O:
    """The transport's options; raises ConfigError with feed and key."""
    try:
        return msgspec.convert(config.options, into)
    except msgspec.ValidationError as error:
        raise wrong(config.id, "options", error) from error


def format_options_of(config: FeedConfig, into: type[O]) -> O:
    """The format's options; raises ConfigError with feed and key."""
    try:
        return msgspec.convert(config.format_options, into)
    except msgspec.ValidationError as error:
        raise wrong(config.id, "format_options", error) from error


def zone_of(feed: str, key: str, name: str) -> ZoneInfo:
    """The time zone of one key of one feed; raises ConfigError where there is none of this name."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError) as error:
        raise bad(feed, key, f"no such zone: {name[:60]}") from error


def wrong(feed: str, table: str, error: msgspec.ValidationError) -> ConfigError:
    """The error of a table of one feed, with the key that is wrong."""
    reason, _, path = str(error).partition(" - at `")
    key = path.rstrip("`").removeprefix("$").lstrip(".")
    unknown = _UNKNOWN.search(reason)
    parts = (table, key, unknown.group(1) if unknown else "")
    whole = ".".join(part for part in parts if part)
    if unknown:
        return ConfigError(message("feed.option_unknown", feed=feed, key=whole))
    return bad(feed, whole, reason)


def bad(feed: str, key: str, error: str) -> ConfigError:
    """The error of one key of one feed."""
    return ConfigError(message("feed.option", feed=feed, key=key, error=error))
