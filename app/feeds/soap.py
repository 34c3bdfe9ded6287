"""`soap`: an operation of a SOAP 1.1 or 1.2 service, called at intervals (zeep)."""

import asyncio
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from functools import partial
from typing import Annotated, Any, ClassVar, Literal

import msgspec

from app.config import FeedConfig
from app.core.message import message
from app.core.model import Ms
from app.core.privacy import Privacy
from app.feeds._base import Feed, Lost, Refused, Surroundings
from app.feeds._credential import credential
from app.feeds._gaps import fill, unknown
from app.feeds._http import HttpLine
from app.feeds._http_body import read_body
from app.feeds._http_call import Call, address
from app.feeds._http_check import check_status
from app.feeds._intake import Intake
from app.feeds._since import Since, SinceOptions
from app.feeds._sink import Sink
from app.feeds._soap_client import Caller, Reply, Service
from app.feeds._worker import GRACE_S, Worker
from app.formats._base import Payload
from app.options import bad, options_of, said, zone_of

_FAULTS = (400, 500)  # statuses under which a Fault comes (SOAP 1.1, 6.2; SOAP 1.2 part 2, 7.5.2)
_READ_S = 60.0  # all documents of a WSDL
_GAPS = ("since", "until")
_OF_US = ("user", "password")


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`options` of a `soap` feed."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    operation: Annotated[str, said("name of the operation")]
    arguments: Annotated[
        dict[str, Any], said("its arguments; in texts {since}, {until}, {user}, {password}")
    ] = {}
    wsdl: Annotated[str, said("file with the WSDL, where the address gives none")] = ""
    copies: Annotated[
        dict[str, str], said("documents of other hosts that the WSDL imports: address to file")
    ] = {}
    service: Annotated[str, said("of several in the WSDL")] = ""
    port: Annotated[str, said("of several in the service")] = ""
    address: Annotated[str, said("where to call, where the WSDL names another host")] = ""
    security: Annotated[
        Literal["none", "basic", "username-token", "username-digest", "arguments"],
        said("how the credential goes: HTTP basic, WS-Security, or in the arguments"),
    ] = "none"
    since: Annotated[SinceOptions, said("only what is new")] = SinceOptions()
    zone: Annotated[str, said("of times in answers that state none; left out: the city's")] = ""
    poll_s: Annotated[float, msgspec.Meta(ge=0.05, le=86_400), said("between two calls")] = 60.0
    answer_s: Annotated[float, msgspec.Meta(gt=0, le=600), said("longest call")] = 30.0
    strict: Annotated[bool, said("false: take answers that stray from the WSDL")] = True
    allow_plain: Annotated[bool, said("send the credential without TLS")] = False


class Soap(Feed, kind="soap"):
    """Calls an operation at intervals; its answer is one payload: a text as it is (many bureaus put
    JSON or XML in one), anything else as JSON with the names of the WSDL.

    Address: that of the WSDL, `https://host/service?wsdl`. The WSDL is read once, and again after a
    failure. The credential is `user:password`.
    """

    settings = Options
    example = """
        [[feed]]
        id = "weather-soap"
        kind = "soap"
        name_zh = "气象局实况"
        name_en = "Weather bureau, observations"
        url = "https://weather.example/observations?wsdl"
        credential = "weather-soap"
        expected_period_s = 600

        [feed.options]
        operation = "getObservations"
        arguments = {city = "320800", from = "{since}", to = "{until}"}
        since = {time = "%Y-%m-%d %H:%M:%S", history_hours = 24}
        security = "username-token"

        [feed.map]
        each = "item"
        zone = "Asia/Shanghai"

        [[feed.map.reading]]
        key = {template = "reading/air.temperature/320812/{station}"}
        value = {from = "t", unit = "degC"}
        observed = {from = "time", time = "iso"}
    """

    def __init__(self, config: FeedConfig, around: Surroundings) -> None:
        super().__init__(config, around)
        self.options = options_of(config, Options)
        for url in (config.url, *config.also, self.options.address):
            if url and not url.startswith(("http://", "https://")):
                raise bad(config.id, "url", "http:// or https://")
        if not config.url and not (self.options.wsdl and self.options.address):
            raise bad(config.id, "url", "of the WSDL, or a wsdl file with an address")
        if (self.options.security == "none") != (not config.credential):
            raise bad(config.id, "options.security", "a credential, and how it goes")
        gaps = _GAPS + (_OF_US if self.options.security == "arguments" else ())
        if gap := unknown(self.options.arguments, gaps):
            raise bad(config.id, "options.arguments", f"{{{gap}}}")
        self._zone = zone_of(config.id, "options.zone", self.options.zone or around.zone)
        self._since = Since(config.id, self.options.since, around.zone)
        self._format = self.format()
        self._line = self._new_line()
        self._worker = Worker(f"soap {config.id}"[:40])
        self._caller: Caller | None = None
        self._exchanges: set[asyncio.Task[Reply]] | None = None  # None: nothing is asked

    async def run(self, sink: Sink, up: Callable[[], None]) -> None:
        """Call until it fails (see Feed.run)."""
        options = self.options
        self._line = self._new_line()  # with the credential as it is now
        self._since.begin(self.around.past(self.config.id))
        loop = asyncio.get_running_loop()
        exchanges = self._exchanges = set()
        try:
            service = self._service()
            if self._caller is None:
                ask = partial(self._ask, loop)
                self._caller = await self._worker.call(partial(Caller, service, ask), _READ_S)
            await self._call(sink, self._caller, service)
            up()
            while True:
                await asyncio.sleep(options.poll_s)
                await self._call(sink, self._caller, service)
        except (Lost, Refused):
            self._caller = None  # the WSDL may be another by now
            raise
        finally:
            self._worker.close()
            self._exchanges = None  # the thread may still want to ask; the client is closed soon
            for exchange in exchanges:
                exchange.cancel()
            await asyncio.gather(*exchanges, return_exceptions=True)

    async def _call(self, sink: Sink, caller: Caller, service: Service) -> None:
        now = self.around.clock.now()
        work = partial(caller.call, self._arguments(now, service))
        data = await self._worker.call(work, self.options.answer_s + GRACE_S)
        sink.touch()
        if data:
            payload = Payload(data, sink.touch(), name=self.options.operation)
            await Intake(self._format, sink).take_slowly(payload)
        self._since.polled(now)

    # ---- requests, asked for in the worker's thread

    def _ask(
        self,
        loop: asyncio.AbstractEventLoop,
        url: str,
        headers: dict[str, str],
        body: bytes | None,
    ) -> Reply:
        asked: Future[Reply] = Future()

        def start() -> None:  # a coroutine is made in the loop only: it may have ended by then
            exchanges = self._exchanges
            if exchanges is None:
                asked.cancel()
                return
            task = loop.create_task(self._exchange(url, headers, body))
            exchanges.add(task)
            task.add_done_callback(exchanges.discard)
            task.add_done_callback(partial(_settle, asked))

        try:
            loop.call_soon_threadsafe(start)
            return asked.result(self.options.answer_s + GRACE_S)
        except (TimeoutError, CancelledError, RuntimeError) as error:
            raise Lost(message("feed.timeout")) from error

    async def _exchange(self, url: str, headers: dict[str, str], body: bytes | None) -> Reply:
        method = "GET" if body is None else "POST"
        call = Call(method, address(url), {"Accept": "*/*", **headers}, body or b"")
        try:
            async with asyncio.timeout(self.options.answer_s):
                async with self._line.open(call) as response:
                    if body is None or response.status_code not in _FAULTS:
                        check_status(response.status_code, response.headers.get("retry-after", ""))
                    data = await read_body(response, self.config.limits.max_bytes)
        except TimeoutError as error:
            raise Lost(message("feed.timeout")) from error
        if not data:
            check_status(response.status_code, "")
        return Reply(response.status_code, data, dict(response.headers))

    def _new_line(self) -> HttpLine:
        config, options = self.config, self.options
        if options.security != "basic":  # it goes in the envelope
            config = msgspec.structs.replace(config, credential="")
        homes = [options.address] if options.address else []
        return HttpLine(config, self.around, homes=homes, answer_s=options.answer_s)

    # ---- what is asked

    def _service(self) -> Service:
        options = self.options
        url = self.url() if self.config.url else ""
        user, password = "", ""
        if options.security not in ("none", "basic"):
            target = options.address or url
            secret = credential(
                self,
                target,
                secure=target.startswith("https://"),
                allow_plain=options.allow_plain,
            )
            user, password = secret.pair if secret is not None else ("", "")
        return Service(
            url=url,
            wsdl=options.wsdl,
            address=options.address,
            service=options.service,
            port=options.port,
            operation=options.operation,
            user=user,
            password=password,
            token=options.security.startswith("username"),
            digest=options.security == "username-digest",
            strict=options.strict,
            copies=options.copies,
            max_bytes=self.config.limits.max_bytes,
            zone=self._zone,
        )

    def _arguments(self, now: Ms, service: Service) -> dict[str, Any]:
        values = self._since.values(now)
        if self.options.security == "arguments":
            values |= {"user": service.user, "password": service.password}
        filled: dict[str, Any] = fill(self.options.arguments, values)
        return filled


def _settle(asked: "Future[Reply]", task: "asyncio.Task[Reply]") -> None:
    if task.cancelled():
        asked.cancel()
    elif (error := task.exception()) is not None:
        asked.set_exception(error)
    else:
        asked.set_result(task.result())
