"""Why a line did not come up, in an officer's words: what the system calls it is no sentence."""

import errno
import socket

from app.core.message import Message, message

_CLOSED = frozenset({errno.ECONNREFUSED})
_NO_WAY = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH})


def unreachable(error: OSError) -> Message:
    """The sentence for an error of a socket; the system's own text where there is none of ours."""
    if isinstance(error, socket.gaierror):
        return message("feed.no_name")
    if error.errno in _CLOSED:
        return message("feed.port_closed")
    if error.errno in _NO_WAY:
        return message("feed.no_way")
    return message("feed.unreachable", error=error.strerror or type(error).__name__)
