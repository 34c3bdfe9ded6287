"""What is cut now, told once with everything behind it (app.rules.causes)."""

from collections.abc import Iterable, Sequence

import msgspec

from app.config import FeedConfig, Link
from app.core.clock import Clock
from app.core.directory import Camera
from app.core.health import FeedHealth, FeedState
from app.core.model import Ms
from app.live.hub import Hub, Kind
from app.live.outage import Outage
from app.live.picture import Picture
from app.rules.causes import Cause, causes, closure

KEPT_MS = 24 * 3_600_000
"""What is over stays on the list for so long."""
_DOWN = frozenset({FeedState.LOST, FeedState.LATE})
_UP = frozenset({FeedState.LIVE})
GATHERER = Link(id=".gatherer", name_zh="汇聚服务", name_en="Gatherer", kind="platform")
"""What all feeds of a seat go through that asks a gatherer; no link of a city is called so."""
_AWAY = ("gatherer.not_reached", "gatherer.refused")


class Outages:
    """Lives in the main loop; `look` once a second, which costs little while nothing changed."""

    def __init__(
        self,
        picture: Picture,
        links: Sequence[Link],
        feeds: Iterable[FeedConfig],
        cameras: Iterable[Camera],
        hub: Hub,
        clock: Clock,
    ) -> None:
        self._picture = picture
        self._hub = hub
        self._clock = clock
        self._above = {link.id: link.depends for link in links}
        self._links = {link.id: link for link in (*links, GATHERER)}
        self._feeds = {feed.id: feed.depends for feed in feeds if feed.depends}
        picture.through = {
            feed: closure(depends, self._above) for feed, depends in self._feeds.items()
        }
        of_authority = {name: link.id for link in links for name in link.cameras}
        through = (
            camera.link or of_authority.get(camera.id.partition(":")[0], "") for camera in cameras
        )
        self._cameras = [closure((link,), self._above) for link in through if link]
        self._over: list[Outage] = []

    def look(self) -> None:
        """Find what is cut now; says so when it is another thing than before."""
        rows = self._picture.feeds
        now = self._clock.now()
        found = {}
        for cause in self._causes(rows):
            outage = self._outage(cause, rows, now)
            found[outage.id] = outage
        before = self._picture.outages
        if found.keys() == before.keys() and all(
            found[id_].feeds == before[id_].feeds and found[id_].planned == before[id_].planned
            for id_ in found
        ):
            return
        ended = [one for id_, one in before.items() if id_ not in found]
        self._over += [msgspec.structs.replace(one, until=now) for one in ended]
        self._over = [one for one in self._over if now - one.until < KEPT_MS]
        self._picture.outages = found
        self._picture.past_outages = tuple(reversed(self._over))
        self._hub.publish(Kind.OUTAGE, [*found, *(one.id for one in ended)])

    def _causes(self, rows: dict[str, FeedHealth]) -> tuple[Cause, ...]:
        """Without its gatherer a seat knows nothing of the links behind it, so none of them is
        named."""
        away = [feed for feed, row in rows.items() if row.trouble and row.trouble.id in _AWAY]
        if away:
            return (Cause((GATHERER.id,), tuple(sorted(away))),)
        states = {feed: rows[feed].state for feed in self._feeds if feed in rows}
        down = {feed for feed, state in states.items() if state in _DOWN}
        up = {feed for feed, state in states.items() if state in _UP}
        return causes(self._feeds, self._above, down, up) if down else ()

    def _outage(self, cause: Cause, rows: dict[str, FeedHealth], now: Ms) -> Outage:
        before = self._picture.outages.get("+".join(cause.links))
        behind = set(cause.feeds)
        silent = [rows[feed].lost_since or rows[feed].last_message for feed in cause.feeds]
        # Behind a gatherer some may have been lost before: it was there then, and said so.
        first = max(silent) if GATHERER.id in cause.links else min(filter(None, silent), default=0)
        held = self._picture.readings
        return Outage(
            links=cause.links,
            since=before.since if before else first or now,
            feeds=cause.feeds,
            keys=before.keys
            if before and before.feeds == cause.feeds
            else tuple(key for key, one in held.items() if one.source in behind),
            cameras=sum(not link.isdisjoint(cause.links) for link in self._cameras),
            name_zh="/".join(self._links[id_].name_zh for id_ in cause.links),
            name_en="/".join(
                self._links[id_].name_en or self._links[id_].name_zh for id_ in cause.links
            ),
            planned=any(self._picture.maintained(id_, now) for id_ in cause.links),
        )
