"""The one line of a seat that asks a gatherer instead of the bureaus (docs/howto-gather.md).

The records of each source go to that source's own sink, so that gate, world, limits and picture
know no difference. How a source is doing is what the gatherer says of it; while the gatherer is
away it is lost.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import msgspec

from app.config import FeedConfig, Tls
from app.core.envelope import Health
from app.core.health import FeedHealth, FeedState
from app.core.message import Message, message
from app.core.model import Backlog, Ms, Span, World
from app.core.privacy import Privacy
from app.feeds._base import Surroundings
from app.feeds._sink import Sink
from app.feeds._supervisor import Pace
from app.feeds.ws_json import WsJson

LINE = "gatherer"
"""The name of the line in logs; a feed may have it too, they do not meet."""


class Gatherers(msgspec.Struct, frozen=True):
    """Where the gatherers are, the preferred first, and how to talk to them.

    `credential` names the secret that holds the token; `ca` is a file of authorities. `polls`: this
    program is a standby, which asks the bureaus itself when it is told to.
    """

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    urls: tuple[str, ...]
    credential: str = ""
    ca: str = ""
    history_hours: float = 720.0
    silence_s: float = 8.0
    polls: bool = False
    pace: Pace = Pace(first=0.5, most=5.0, refused=30.0, steady=10.0, fail_back=30.0)

    def config(self) -> FeedConfig:
        """The line as a feed."""
        return FeedConfig(
            id=LINE,
            kind="ws-json",
            name_zh=LINE,
            url=self.urls[0],
            also=self.urls[1:],
            credential=self.credential,
            tls=Tls(ca=self.ca),
            options={"history_hours": self.history_hours, "silence_s": self.silence_s},
        )


class Line(Sink):
    """What the supervisor of the line talks to; nothing of it is poured out."""

    def __init__(self, told: Callable[[FeedState], None], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._told = told

    def state(self, state: FeedState, trouble: Message | None = None, **changes: int) -> None:
        """The line changed, and with it every source."""
        super().state(state, trouble, **changes)
        self._told(state)


class Relay(WsJson):
    """Brings the records of all sources of a city over one line."""

    def __init__(
        self, gatherers: Gatherers, around: Surroundings, sinks: Mapping[str, Sink]
    ) -> None:
        super().__init__(gatherers.config(), around)
        self.up = False
        """Whether the line stands and the gatherer said how its sources are doing."""
        self._sinks = sinks
        self._rows: dict[str, FeedHealth] = {}
        self._state = FeedState.STARTING
        self._lost_since: Ms = 0

    def line(self, *args: Any, **more: Any) -> Line:
        """A sink for the supervisor of this line."""
        return Line(self._changed, self.config, *args, **more)

    def row(self, sink: Sink) -> FeedHealth | None:
        """How a source is doing; None for one of a simulator that the gatherer does not run."""
        config, now = sink.config, sink.clock.now()
        held = self._rows.get(config.id)
        if self.up:
            if held is not None:
                return msgspec.structs.replace(held, at=now)
            return None if config.url.startswith("sim://") else self._without(sink)
        row = held or sink.health()
        if not self._lost_since:
            return None if held is None and config.url.startswith("sim://") else row
        refused = self._state is FeedState.REFUSED
        since = min(row.lost_since or self._lost_since, self._lost_since)
        return msgspec.structs.replace(
            row,
            state=FeedState.REFUSED if refused else FeedState.LOST,
            trouble=message("gatherer.refused" if refused else "gatherer.not_reached"),
            at=now,
            lost_since=since,
            connected_since=0,
            rate=0.0,
        )

    # ---- as the conversation wants it (see Hearer)

    def sink_of(self, source: str, line: Sink) -> Sink | None:
        """The source's own."""
        return self._sinks.get(source)

    def serves(self, world: World, line: Sink) -> None:
        """A gatherer of another world makes all of its sources so."""
        for sink in self._sinks.values():
            sink.serves(world)

    def told_health(self, frame: Health) -> None:
        """What the gatherer says of its sources."""
        if frame.complete:
            self._rows = {}
            self.up = True
            self._lost_since = 0
            self._touch_all()
        if frame.impossible:  # of whichever source: what counts is the key
            any_sink = next(iter(self._sinks.values()), None)
            if any_sink is not None:
                any_sink.doubt(frame.impossible)
        for row in frame.feeds:
            sink = self._sinks.get(row.feed)
            if sink is not None:
                self._rows[row.feed] = row
                sink.changed = True

    def past(self, line: Sink) -> Backlog | None:
        """What the store has of all sources together, heard when any of them was: they come over
        one line. None where none was ever asked."""
        found = [past for name in self._sinks if (past := self.around.past(name)) is not None]
        if not found:
            return None
        spans = tuple(span for past in found for span in past.spans)
        return Backlog(spans, max(past.heard for past in found))

    def owe(self, spans: tuple[Span, ...], line: Sink) -> None:
        """Each of them may have to bring it."""
        for sink in self._sinks.values():
            sink.backlog(spans)

    # ---- the line

    def _changed(self, state: FeedState) -> None:
        self._state = state
        if state in (FeedState.LOST, FeedState.REFUSED):
            self.up = False
            self._lost_since = self._lost_since or self.around.clock.now()
            self._touch_all()

    def _touch_all(self) -> None:
        for sink in self._sinks.values():
            sink.changed = True

    def _without(self, sink: Sink) -> FeedHealth:
        why = message("gatherer.no_feed", feed=sink.config.id)
        return msgspec.structs.replace(sink.health(), state=FeedState.LOST, trouble=why)
