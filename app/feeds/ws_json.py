"""`ws-json`: our own envelope over a WebSocket (app.core.envelope, docs/asyncapi.yaml)."""

from collections.abc import Callable
from typing import Annotated, ClassVar

import msgspec

from app.config import FeedConfig
from app.core.envelope import Health
from app.core.model import Backlog, Span, World
from app.core.privacy import Privacy
from app.feeds._base import Feed, Surroundings
from app.feeds._continuity import Continuity
from app.feeds._credential import credential
from app.feeds._history import Windows
from app.feeds._sink import Sink
from app.feeds._web_line import Opening, open_socket
from app.feeds._ws_talk import Talk
from app.options import bad, options_of, said

Seconds = Annotated[float, msgspec.Meta(gt=0, le=3600)]


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`options` of a `ws-json` feed. `history_hours` is how far back the history is asked for,
    once and day by day or period by period (0: not at all); `silence_s` after which a dumb server
    is left (0: three expected periods, at least a minute); `allow_plain` permits a token without
    TLS."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    topics: Annotated[tuple[str, ...], said("what to subscribe to, with + and a last #")] = ("#",)
    history_hours: Annotated[
        float, msgspec.Meta(ge=0, le=24 * 366 * 5), said("how far back the past is asked for, once")
    ] = 0.0
    open_s: Annotated[Seconds, said("longest handshake")] = 10.0
    welcome_s: Annotated[Seconds, said("longest wait for the first word")] = 10.0
    ping_s: Annotated[Seconds, said("between pings, and for their answer")] = 20.0
    silence_s: Annotated[
        float, msgspec.Meta(ge=0), said("a dumb server is left; 0: three periods, at least 60 s")
    ] = 0.0
    allow_plain: Annotated[bool, said("send the token without TLS")] = False


class WsJson(Feed, kind="ws-json"):
    """Subscribes by topic, takes a snapshot, then deltas; finds gaps and has them refilled.

    Address: `ws://` or `wss://`. The credential is sent as the subscription's token.
    """

    settings = Options
    example = """
        [[feed]]
        id = "province"
        kind = "ws-json"
        name_zh = "省级平台"
        name_en = "Provincial platform"
        url = "wss://platform.example/feed"
        credential = "province"
        expected_period_s = 5

        [feed.options]
        topics = ["reading/#", "warning"]
        history_hours = 24
    """

    def __init__(self, config: FeedConfig, around: Surroundings) -> None:
        super().__init__(config, around)
        self.options = options_of(config, Options)
        self.continuity = Continuity()
        self.windows: Windows | None = None
        if config.map:
            raise bad(config.id, "map", "ws-json has records of its own; use mqtt")
        for url in self.endpoints.urls:
            if not url.startswith(("ws://", "wss://", "sim://")):
                raise bad(config.id, "url", "ws:// or wss://")

    async def run(self, sink: Sink, up: Callable[[], None]) -> None:
        """One connection (see Feed.run)."""
        url = self.url()
        secret = credential(
            self, url, secure=url.startswith("wss://"), allow_plain=self.options.allow_plain
        )
        opening = Opening(open_s=self.options.open_s, ping_s=self.options.ping_s)
        async with open_socket(url, self.config, opening) as socket:
            socket.gather(self.around.shared.turns, urgent=b'"warnings"')
            await Talk(self, sink, up, socket, secret.reveal() if secret else "").listen()

    def silence(self) -> float:
        """Seconds without a word after which the server counts as dumb."""
        return self.options.silence_s or max(60.0, 3 * self.config.expected_period_s)

    # ---- as the conversation wants it (see Hearer): one source, whatever name the server gives it

    def sink_of(self, source: str, line: Sink) -> Sink | None:
        """All of it is this feed's."""
        return line

    def serves(self, world: World, line: Sink) -> None:
        """It is this feed's world."""
        line.serves(world)

    def told_health(self, frame: Health) -> None:
        """How a server's own sources do is not told here; their records say it."""

    def past(self, line: Sink) -> Backlog | None:
        """What the store has of this feed."""
        return self.around.past(line.config.id)

    def owe(self, spans: tuple[Span, ...], line: Sink) -> None:
        """It is this feed that owes it."""
        line.backlog(spans)
