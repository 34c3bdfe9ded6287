"""`http-json`: an HTTP interface asked again and again; any format, whatever its name says."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlencode

import msgspec

from app.config import FeedConfig
from app.core.message import message
from app.core.privacy import Privacy
from app.feeds._base import Feed, Lost, Refused, Surroundings
from app.feeds._gaps import fill, fill_text, unknown
from app.feeds._http import Answer, HttpLine, Oversized
from app.feeds._http_auth import AuthOptions
from app.feeds._http_call import check_addresses, check_headers
from app.feeds._intake import Intake
from app.feeds._oauth import OAuthOptions
from app.feeds._outline import outline
from app.feeds._paging import PageOptions, Pager, Pages
from app.feeds._schedule import Schedule
from app.feeds._signing import SignOptions
from app.feeds._since import Since, SinceOptions
from app.feeds._sink import Sink
from app.formats._base import DECODE_ERRORS, Payload
from app.formats._jmespath import searcher_of
from app.options import bad, options_of, said

_GAPS = ("since", "until", "page", "offset", "cursor", "size")
Wanted = Literal["json", "xml", "any"]


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`options` of an `http-json` feed. A text of the body that is one gap alone becomes a number
    where that is one."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    paths: Annotated[
        tuple[str, ...], msgspec.Meta(min_length=1, max_length=500), said("appended to url, each")
    ] = ("",)
    poll_s: Annotated[
        float, msgspec.Meta(ge=0, le=86_400), said("between polls; 0: expected_period_s")
    ] = 0.0
    method: Annotated[Literal["GET", "POST"], said("of the request")] = "GET"
    params: Annotated[
        dict[str, str], said("of the address: {since} {until} {page} {offset} {cursor} {size}")
    ] = {}
    headers: Annotated[dict[str, str], said("further ones; never a secret")] = {}
    body: Annotated[dict[str, Any], said("of a POST, with the same gaps")] = {}
    send: Annotated[Literal["json", "form"], said("how the body goes out")] = "json"
    expect: Annotated[
        Literal["", "json", "xml", "any"], said("of the answer; left out: by the format")
    ] = ""
    ok: Annotated[str, said("jmespath that must be true of an answer, such as code == `0`")] = ""
    since: Annotated[SinceOptions | None, said("only what is new")] = None
    page: Annotated[PageOptions, said("answers in pages")] = PageOptions()
    auth: Annotated[AuthOptions, said("how the credential is sent")] = AuthOptions()
    oauth: Annotated[OAuthOptions | None, said("OAuth 2 client credentials")] = None
    sign: Annotated[SignOptions | None, said("requests are signed")] = None
    open_s: Annotated[float, msgspec.Meta(gt=0, le=300), said("longest connecting")] = 10.0
    answer_s: Annotated[float, msgspec.Meta(gt=0, le=3600), said("longest answer")] = 60.0
    allow_plain: Annotated[bool, said("send the credential without TLS")] = False


class HttpJson(Feed, kind="http-json"):
    """Polls one or several addresses; takes what changed, page by page, only what is new.

    Address: `http://` or `https://`. The credential is a key, `user:password`, `client id:secret`
    or `app key:secret`, as `auth`, `oauth` and `sign` say.
    """

    settings = Options
    example = """
        [[feed]]
        id = "levels"
        kind = "http-json"
        name_zh = "水务局水位接口"
        name_en = "Water bureau, interface of levels"
        url = "https://api.example/v1/levels"
        bureau = "water"
        credential = "levels-key"
        expected_period_s = 60

        [feed.options]
        params = {changed_since = "{since}"}
        since = {time = "%Y-%m-%d %H:%M:%S", overlap_s = 120}
        ok = "code == `0`"
        auth = {way = "header", name = "X-Api-Key"}
        page = {way = "number", param = "pageNo", size_param = "pageSize", size = 500}

        [feed.map]
        each = "data.list"
        zone = "Asia/Shanghai"

        [[feed.map.reading]]
        key = {template = "reading/water.level/{adcode}/{station}"}
        value = {from = "z", unit = "cm"}
        observed = {from = "tm", time = "%Y-%m-%d %H:%M:%S"}
    """

    def __init__(self, config: FeedConfig, around: Surroundings) -> None:
        super().__init__(config, around)
        options = self.options = options_of(config, Options)
        check_addresses(config)
        self._check()
        self._format = self.format()
        self._expect = _expected(config, options)
        self._pager = Pager(config.id, options.page, str(config.map.get("each", "")))
        self._since = Since(config.id, options.since or SinceOptions(), around.zone)
        self._schedule = Schedule(config.id, options.poll_s or config.expected_period_s)
        self._ok = searcher_of(config.id, "options.ok", options.ok)
        self._line = HttpLine(
            config,
            around,
            auth=options.auth,
            oauth=options.oauth,
            sign=options.sign,
            open_s=options.open_s,
            answer_s=options.answer_s,
        )

    def _check(self) -> None:
        config, options = self.config, self.options
        for key, value in (("params", options.params), ("body", options.body)):
            if gap := unknown(value, _GAPS):
                raise bad(config.id, f"options.{key}", f"{{{gap}}}")
        check_headers(config.id, options.headers)
        if options.body and options.method == "GET":
            raise bad(config.id, "options.body", 'method = "POST"')

    async def run(self, sink: Sink, up: Callable[[], None]) -> None:
        """Polls until one fails (see Feed.run)."""
        loop = asyncio.get_running_loop()
        self._since.begin(self.around.past(self.config.id))
        intake = Intake(self._format, sink)
        await self._poll(intake, sink)
        up()
        while True:
            await asyncio.sleep(self._schedule.wait(loop.time()))
            await self._poll(intake, sink)

    async def _poll(self, intake: Intake, sink: Sink) -> None:
        """Every address once; one that fails keeps none of the others from its turn."""
        now = self.around.clock.now()
        trouble: Lost | Refused | None = None
        for path in self.options.paths:
            try:
                await self._take(path, self._since.values(now), intake, sink)
            except (Lost, Refused) as error:
                trouble = trouble or error
        if trouble is not None:
            raise trouble
        self._since.polled(now)

    async def _take(
        self, path: str, moments: dict[str, str | int], intake: Intake, sink: Sink
    ) -> None:
        """All pages of one address."""
        pages = self._pager.start()
        try:
            while pages.more and not pages.cut:
                answer = await self._ask(path, pages, moments)
                sink.touch()
                if answer is None:
                    return
                self._judge(answer)
                pages.took(answer)
                await intake.take_slowly(Payload(answer.data, sink.touch(), name=answer.url))
        except Oversized as error:
            sink.reject("oversized", str(error.reason))
            raise
        except BaseException:
            self._line.forget()  # what came was not taken
            raise
        if pages.cut:
            sink.reject("too_many_pages", pages.taken)

    async def _ask(self, path: str, pages: Pages, moments: dict[str, str | int]) -> Answer | None:
        options = self.options
        values = {**moments, **pages.values}
        params = {name: fill_text(text, values) for name, text in options.params.items()}
        headers = dict(options.headers)
        body = None
        if options.method == "POST":
            body = self._body(values)
            kind = "application/json" if options.send == "json" else _FORM
            headers.setdefault("Content-Type", kind)
        return await self._line.fetch(
            pages.url or self.url() + path,
            method=options.method,
            params={} if pages.url else {**params, **pages.params()},
            headers=headers,
            body=body,
            expect=self._expect,
            conditional=not options.page.way,
        )

    def _body(self, values: dict[str, str | int]) -> bytes:
        filled = fill(self.options.body, values)
        if self.options.send == "form":
            return urlencode(filled).encode()
        return msgspec.json.encode(filled)

    def _judge(self, answer: Answer) -> None:
        """Raises Lost where the answer itself says that it is none, whatever the status."""
        if self._ok is None:
            return
        try:
            good = self._ok(outline(answer.data))
        except DECODE_ERRORS:
            good = False
        if good is not True:
            raise Lost(message("feed.http_not_ok", rule=self.options.ok[:60]))


_FORM = "application/x-www-form-urlencoded"


def _expected(config: FeedConfig, options: Options) -> Wanted:
    """What an answer must be: of our own records and mapped JSON it is known."""
    if options.expect:
        return options.expect
    if config.format in ("", "records", "mapping"):
        form = str(config.map.get("format", "json"))
        return "json" if form == "json" else "xml" if form == "xml" else "any"
    return "any"
