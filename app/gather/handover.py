"""When a standby asks the bureaus itself, and when it leaves them to the first again.

A first that is gone for `silent_s` is replaced. One that is back has to stay for `steady_s` before
the standby leaves: until then both ask, and what comes twice is counted once. A line that comes and
goes counts as gone, and never makes the standby come and go with it.
"""


class Handover:
    """Decides by what `look` is told; times are seconds of one clock that never goes back."""

    def __init__(self, silent_s: float, steady_s: float, now: float) -> None:
        self.active = False
        """Whether the standby asks the bureaus itself."""
        self._silent_s = silent_s
        self._steady_s = steady_s
        self._up = False
        self._since = now  # since when the line is as it is
        self._gone: float | None = now  # since when the first cannot be relied on

    def look(self, up: bool, now: float) -> bool:
        """Whether to ask the bureaus from now on. Call it often; `up`: the line stands."""
        if up != self._up:
            self._up, self._since = up, now
        stays = now - self._since
        if not up and self._gone is None:
            self._gone = self._since
        if up and stays >= min(self._silent_s, self._steady_s):
            self._gone = None
        if self.active:
            self.active = not (up and stays >= self._steady_s)
        elif not up and self._gone is not None:
            self.active = now - self._gone >= self._silent_s
        return self.active
