"""A gatherer as a whole: the runtime without a screen, its server, its standby, its health."""

import asyncio
import logging
from typing import ClassVar

import msgspec

import app
from app.core.clock import iso
from app.core.health import FeedHealth
from app.core.model import Ms
from app.core.privacy import Privacy
from app.gather.handover import Handover
from app.gather.health_port import FeedLine, Health, HealthPort
from app.gather.notify import notify
from app.gather.server import MAX_SEATS, GatherServer, Place, server_context
from app.runtime import Runtime

log = logging.getLogger("chengmai.gather")


class Settings(msgspec.Struct, frozen=True):
    """`listen` None: nobody is served. `credential` names the secret that seats have to show.
    `silent_s` and `steady_s` are the standby's (app/gather/handover.py)."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    listen: Place | None = None
    health: Place | None = None
    credential: str = ""
    certificate: str = ""
    key: str = ""
    max_seats: int = MAX_SEATS
    standby: bool = False
    silent_s: float = 15.0
    steady_s: float = 60.0


class Gatherer:
    """Make it, `await start()` it, `look()` once a second, `await stop()` it; in one loop."""

    def __init__(self, runtime: Runtime, settings: Settings, token: str = "") -> None:
        self.runtime = runtime
        self.port = 0
        """Where seats are served, once started; 0 for nobody."""
        self.health_port = 0
        self._settings = settings
        self._server = GatherServer(runtime, token, settings.max_seats)
        self._health = HealthPort(self.health)
        self._handover: Handover | None = None
        self._polls = not settings.standby
        self._since: Ms = runtime.clock.now()

    async def start(self) -> None:
        """Listen first, so that a port that is taken is said at once; then ask the bureaus."""
        settings = self._settings
        if settings.listen is not None:
            tls = server_context(settings.certificate, settings.key)
            self.port = await self._server.start(settings.listen, tls)
        if settings.health is not None:
            self.health_port = await self._health.start(settings.health)
        if settings.standby:
            now = asyncio.get_running_loop().time()
            self._handover = Handover(settings.silent_s, settings.steady_s, now)
        await self.runtime.start()
        notify("READY=1")

    def look(self) -> None:
        """Be alive, and decide whether a standby has to take over."""
        self._server.alive()
        notify("WATCHDOG=1")
        ingest = self.runtime.ingest
        if self._handover is None or ingest is None:
            return
        polls = self._handover.look(ingest.gatherer_up, asyncio.get_running_loop().time())
        if polls != self._polls:
            self._polls = polls
            if polls:
                log.warning("the first gatherer is silent; this one asks the bureaus now")
            else:
                log.info("the first gatherer is back; this one stands by again")
            ingest.poll(polls)

    async def stop(self) -> None:
        """Stop the ingest, then the ports: seats see the end as a lost line."""
        notify("STOPPING=1")
        await self.runtime.stop()
        await self._server.stop()
        await self._health.stop()
        log.info("ended; began at %s", iso(self._since))

    @property
    def role(self) -> str:
        """first, standby, or active: a standby that asks the bureaus itself."""
        if self._handover is None:
            return "first"
        return "active" if self._polls else "standby"

    def health(self) -> Health:
        """How everything is now, for the health endpoint."""
        runtime, now = self.runtime, self.runtime.clock.now()
        trouble = runtime.store.recorder.trouble
        state = self._server.session.state
        return Health(
            role=self.role,
            at=now,
            version=app.__version__,
            city=runtime.city.config.code,
            city_version=runtime.city.version,
            since=self._since,
            seats=self._server.session.clients,
            sequence=state.seq,
            store=trouble.id if trouble is not None else "",
            feeds=[_line(row, now) for _, row in sorted(self._server.ledger.rows.items())],
        )


def _line(row: FeedHealth, now: Ms) -> FeedLine:
    age = round((now - row.last_observed) / 1000, 1) if row.last_observed else None
    trouble = row.trouble.id if row.trouble is not None else ""
    return FeedLine(row.feed, row.state.value, age, round(row.rate, 2), row.endpoint, trouble)
