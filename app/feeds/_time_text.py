"""Moments as sources want to be told them, in requests and signatures."""

from datetime import datetime

from app.core.clock import iso
from app.core.model import Ms
from app.options import bad, zone_of

FORMS = "iso, epoch_s, epoch_ms or a pattern of strftime"


class TimeText:
    """Writes moments in one of the FORMS, a pattern in a zone; raises ConfigError. `table` is that
    of the settings in which `key` and `zone` stand."""

    def __init__(self, feed: str, table: str, key: str, form: str, zone: str) -> None:
        self._form = form
        self._zone = zone_of(feed, f"{table}.zone", zone)
        where = f"{table}.{key}"
        if "%" not in form and form not in ("iso", "epoch_s", "epoch_ms"):
            raise bad(feed, where, f"{form[:60]!r} is not {FORMS}")
        try:
            self(0)
        except ValueError as error:
            raise bad(feed, where, str(error)) from error

    def __call__(self, moment: Ms) -> str | int:
        """A moment as it is sent: a number of seconds or milliseconds, or a text."""
        if self._form == "iso":
            return iso(moment)
        if self._form == "epoch_ms":
            return moment
        if self._form == "epoch_s":
            return moment // 1000
        return datetime.fromtimestamp(moment / 1000, self._zone).strftime(self._form)
