"""The credential of a feed, for who is about to send it."""

from urllib.parse import urlsplit

from app.core.message import message
from app.feeds._base import LOCAL, Feed, Refused
from app.secrets import Secret


def credential(feed: Feed, url: str, *, secure: bool, allow_plain: bool) -> Secret | None:
    """The feed's secret, None where none is named. Raises NoSecret, and Refused where it would go
    over a line that others can read: not `secure`, not to this machine, not allowed."""
    if not feed.config.credential:
        return None
    host = urlsplit(url).hostname or ""
    if not secure and host not in LOCAL and not allow_plain:
        raise Refused(message("feed.plain_credential", feed=feed.config.id))
    return feed.around.secrets.find(feed.config.credential)
