"""Keeps the briefing: the verdict and the facts are made anew every two seconds, for every screen
at once, so that two screens never say two things."""

import asyncio

from app.core.clock import Clock
from app.live.alarms import board
from app.live.facts import facts
from app.live.headline import Headline, judged
from app.live.hub import Hub, Kind
from app.live.picture import Picture

EVERY_S = 2.0


class Briefer:
    """Lives in the main loop."""

    def __init__(self, picture: Picture, region: str, hub: Hub, clock: Clock) -> None:
        self._picture = picture
        self._region = region
        self._hub = hub
        self._clock = clock
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin; needs the running loop."""
        self.renew()
        self._timer = asyncio.get_running_loop().call_later(EVERY_S, self.start)

    def stop(self) -> None:
        """No more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def renew(self) -> None:
        """Judge anew; what reads otherwise than before is published."""
        picture, now = self._picture, self._clock.now()
        briefing, book = picture.briefing, picture.indices
        if not book.plan.specs:
            return  # no index yet: the counts of the values speak
        before = briefing.headline
        headline = judged(book, self._region, now, before, stopped=picture.outage(now))
        view = board(picture.warnings.values(), picture.acknowledged, now, picture.world)
        said = facts(view, headline, book, now, briefing.facts, outages=picture.outages.values())
        changed = before is None or _differ(headline, before) or said != briefing.facts
        briefing.headline, briefing.facts = headline, said
        if changed:
            self._hub.publish(Kind.BRIEFING, ("verdict",))


def _differ(one: Headline, other: Headline) -> bool:
    return (one.grounds, one.stopped) != (other.grounds, other.stopped)
