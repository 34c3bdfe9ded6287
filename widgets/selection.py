"""What the officer looks at: one indicator, index, theme, district, warning, event; shared by the
whole seat.

A panel never changes another panel (rule 2). It says here what was chosen; the change goes
through the hub like any other, so every window follows in the same frame.
"""

from enum import StrEnum

from app.live.hub import Hub, Kind


class Subject(StrEnum):
    """What can be chosen."""

    INDICATOR = "indicator"  # a reading's key
    WARNING = "warning"  # a warning's id
    EVENT = "event"  # an event's id
    BUREAU = "bureau"  # a bureau's code
    INDEX = "index"  # the key of an index
    THEME = "theme"  # a theme's code
    REGION = "region"  # a district's code
    DISTRICTS = "districts"  # two districts' codes to be set side by side, parted by a space
    FEED = "feed"  # a feed's id
    DEVICES = "devices"  # devices of a kind, bureau, district or domain: `kind:rain_gauge`
    DEVICE = "device"  # a device's id
    PAIR = "pair"  # two readings' keys to be set side by side, parted by a space


class Selection:
    """The chosen id per subject; empty where nothing is chosen.

    A change is published as `Kind.SEAT` with the key `selection/<subject>`.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._chosen: dict[Subject, str] = {}
        self.last: Subject | None = None  # what was chosen last

    def __getitem__(self, subject: Subject) -> str:
        return self._chosen.get(subject, "")

    def choose(self, subject: Subject, id_: str) -> None:
        """Look at another one; an empty id looks at none."""
        if self[subject] != id_:
            self._chosen[subject] = id_
            self.last = subject
            self._hub.publish(Kind.SEAT, (f"selection/{subject}",))
