"""`http-json` against a real server: polls, pages, what is new, keys, tokens and troubles."""

import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.config import ConfigError, FeedConfig, Limits, Tls
from app.core.clock import SystemClock
from app.core.model import Reading
from app.feeds._base import Surroundings
from app.feeds.http_json import HttpJson
from app.secrets import Secrets
from tests.helpers.http_server import Asked, HttpServer, Reply, http_server, json_reply
from tests.helpers.ingesting import CATALOG, ingesting, level_key
from tests.helpers.tls import Authority

SECRETS = Secrets(None, {"CHENGMAI_SECRET_APP": "app:secret", "CHENGMAI_SECRET_KEY": "k3y"})
MAP = {
    "each": "items",
    "reading": [
        {
            "key": {"template": "reading/water.level/320812/{s}"},
            "value": "v",
            "observed": {"from": "t", "time": "epoch_ms"},
        }
    ],
}


def now() -> int:
    return time.time_ns() // 1_000_000


def config(url: str, options: dict[str, Any] | None = None, **changes: Any) -> FeedConfig:
    given = {"poll_s": 0.05, **(options or {})}
    return FeedConfig(id="f", kind="http-json", name_zh="水务局", url=url, options=given, **changes)


def level(value: float, observed: int, station: str = "jiangba") -> Any:
    return msgspec.to_builtins(Reading(level_key(station), value, observed))


def rows(count: int, start: int) -> list[Any]:
    return [{"s": f"s{number}", "v": 1.0, "t": start + number} for number in range(count)]


async def test_records_of_ours_come_again_and_again() -> None:
    start = now()
    async with http_server() as server:
        server.data = [level(1.0, start)]
        async with ingesting(config(server.url("/etag"))) as (_, got):
            await got.until(lambda g: g.is_("live") and len(g.readings) == 1)
            server.data = [level(1.0, start), level(2.0, start + 1)]
            await got.until(lambda g: len(g.readings) == 2)
            await server.until_asked(len(server.asked) + 5)
    assert got.health().duplicates == 1, "the rest was not even sent"
    assert sum("if-none-match" in one.headers for one in server.asked) >= 5


async def test_polls_without_news_keep_the_feed_fresh() -> None:
    async with http_server() as server:
        server.data = [level(1.0, now())]
        async with ingesting(config(server.url("/etag"))) as (_, got):
            await got.until(lambda g: len(g.readings) == 1)
            heard = got.health().last_message
            await got.until(lambda g: g.health().last_message > heard)


@pytest.mark.parametrize(
    "page",
    [
        {"way": "next", "next": "next"},
        {"way": "cursor", "next": "cursor", "param": "cursor", "size_param": "size", "size": 2},
        {"way": "number", "param": "page", "size_param": "size", "size": 2},
        {"way": "number", "param": "page", "size": 2, "total": "total"},
        {"way": "offset", "param": "offset", "size_param": "limit", "size": 2},
    ],
)
@pytest.mark.parametrize("count", [0, 4, 5])
async def test_every_way_of_paging_brings_all_records(page: dict[str, Any], count: int) -> None:
    async with http_server() as server:
        server.items = rows(count, now() - 1000)
        options = {"page": page, "poll_s": 3600}
        async with ingesting(config(server.url("/pages"), options, map=MAP)) as (_, got):
            await got.until(lambda g: g.is_("live"))
    assert sorted(one.key for one in got.readings) == [level_key(f"s{n}") for n in range(count)]
    assert len(server.asked) <= max(1, count // 2 + 1)


async def test_a_link_header_leads_on() -> None:
    start = now()

    async def linked(_server: HttpServer, asked: Asked, _writer: Any) -> Reply:
        page = int(asked.query.get("p", 0))
        link = f'</x>; rel="prev", </linked?p={page + 1}>; rel="next"' if page < 2 else ""
        return json_reply({"items": [{"s": f"s{page}", "v": 1, "t": start}]}, Link=link)

    async with http_server() as server:
        server.on("/linked", linked)
        options = {"page": {"way": "link"}, "poll_s": 3600}
        async with ingesting(config(server.url("/linked"), options, map=MAP)) as (_, got):
            await got.until(lambda g: len(g.readings) == 3)


async def test_pages_without_end_are_bounded() -> None:
    count = 0

    async def endless(_server: HttpServer, _asked: Asked, _writer: Any) -> Reply:
        nonlocal count
        count += 1
        return json_reply({"items": [], "next": f"/endless?{count}"})

    async with http_server() as server:
        server.on("/endless", endless)
        options = {"page": {"way": "next", "next": "next", "max_pages": 7}, "poll_s": 3600}
        async with ingesting(config(server.url("/endless"), options, map=MAP)) as (_, got):
            await got.until(lambda g: g.is_("live"))
        assert count == 7 and got.health().reasons == {"too_many_pages": 1}


async def test_pages_whose_records_are_nowhere_are_a_loss(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.http_pages")
    async with http_server() as server:
        options = {"page": {"way": "number", "param": "page"}}
        async with ingesting(config(server.url("/pages"), options)) as (_, got):
            await got.until(lambda g: "feed.http_pages" in g.troubles)


async def test_a_page_that_leads_to_itself_ends() -> None:
    async with http_server() as server:
        server.items = rows(1, now())
        options = {"page": {"way": "next", "next": "next"}, "poll_s": 3600}
        async with ingesting(config(server.url("/next"), options, map=MAP)) as (_, got):
            await got.until(lambda g: g.is_("live") and len(g.readings) == 1)
        assert len(server.asked) == 2


async def test_a_page_elsewhere_is_not_followed(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.http_elsewhere")
    async with http_server() as server, http_server() as other:
        options = {"page": {"way": "next", "next": "next"}}
        url = server.url(f"/next?to={other.url()}")
        async with ingesting(config(url, options, map=MAP)) as (_, got):
            await got.until(lambda g: "feed.http_elsewhere" in g.troubles)
        assert other.asked == []


async def test_only_what_is_new_is_asked_for() -> None:
    begun = now()
    options = {
        "params": {"from": "{since}", "to": "{until}"},
        "since": {"time": "epoch_ms", "history_hours": 0.5, "overlap_s": 5},
    }
    async with http_server() as server, ingesting(config(server.url(), options)):
        asked = await server.until_asked(3)
    first, *later = [(int(one.query["from"]), int(one.query["to"])) for one in asked]
    assert first[1] - first[0] == 1_800_000 and begun <= first[1] <= now()
    before = first
    for one in later:
        assert one[0] == before[1] - 5000, "from the last good poll, less the overlap"
        before = one


async def test_a_failed_poll_is_asked_for_again(expect_log: Any) -> None:
    expect_log("feed f is lost")
    options = {"params": {"from": "{since}", "to": "{until}"}}
    options["since"] = {"time": "epoch_ms", "overlap_s": 0}  # type: ignore[assignment]
    failing = True

    async def moody(_server: HttpServer, _asked: Asked, _writer: Any) -> Reply:
        return Reply(b"[]", 500 if failing else 200)

    async with http_server() as server:
        server.on("/moody", moody)
        async with ingesting(config(server.url("/moody"), options)) as (_, got):
            await got.until(lambda g: g.is_("lost"))
            failing = False
            await got.until(lambda g: g.is_("live"))
    asked = [(int(one.query["from"]), int(one.query["to"])) for one in server.asked]
    assert all(until - since == 3_600_000 for since, until in asked[:2])


async def test_a_time_by_pattern_is_in_the_citys_zone() -> None:
    options = {"params": {"t": "{until}"}, "since": {"time": "%Y-%m-%d %H:%M:%S"}}
    async with http_server() as server:
        feed = config(server.url(), options)
        async with ingesting(feed, clock=_Fixed()):
            (asked, *_) = await server.until_asked(1)
    assert asked.query["t"] == "2026-11-21 16:00:00"


class _Fixed(SystemClock):
    def now(self) -> int:
        return 1_795_248_000_000  # 2026-11-21T08:00:00Z


@pytest.mark.parametrize("send", ["json", "form"])
async def test_a_body_has_its_gaps_filled(send: str) -> None:
    options = {
        "method": "POST",
        "send": send,
        "body": {"pageNo": "{page}", "q": "第{page}页"},
        "page": {"way": "number", "size": 2, "items": "items"},
        "headers": {"X-Dept": "water"},
        "poll_s": 3600,
    }
    async with http_server() as server:
        server.on("/post", _one_page)
        async with ingesting(config(server.url("/post"), options, map=MAP)) as (_, got):
            await got.until(lambda g: g.is_("live"))
    (asked,) = server.asked
    assert asked.method == "POST" and asked.headers["x-dept"] == "water"
    if send == "json":
        assert msgspec.json.decode(asked.body) == {"pageNo": 1, "q": "第1页"}
    else:
        assert asked.body == b"pageNo=1&q=%E7%AC%AC1%E9%A1%B5"


async def _one_page(_server: HttpServer, _asked: Asked, _writer: Any) -> Reply:
    return json_reply({"items": []})


@pytest.mark.parametrize(
    ("auth", "where", "value"),
    [
        ({"way": "header", "name": "apikey"}, "apikey", "k3y"),
        ({"way": "bearer"}, "authorization", "Bearer k3y"),
        ({}, "authorization", "Bearer k3y"),
    ],
)
async def test_a_key_goes_into_the_head(auth: dict[str, str], where: str, value: str) -> None:
    async with http_server() as server:
        feed = config(server.url(), {"auth": auth}, credential="key")
        async with ingesting(feed, secrets=SECRETS):
            (asked, *_) = await server.until_asked(1)
    assert asked.headers[where] == value


async def test_a_key_in_the_address_stays_out_of_what_is_told() -> None:
    async with http_server() as server:
        server.data = [{"key": "bad"}]
        feed = config(server.url(), {"auth": {"way": "query", "name": "tk"}}, credential="key")
        async with ingesting(feed, secrets=SECRETS) as (thread, got):
            await got.until(lambda g: g.is_("live") and g.health().rejected > 0)
        assert server.asked[0].query == {"tk": "k3y"}
        assert "k3y" not in repr(got.all.health) + repr(thread.quarantine("f"))


async def test_a_token_is_got_once_and_anew_when_it_is_withdrawn() -> None:
    async with http_server() as server:
        oauth = {"url": server.url("/token"), "scope": "read write"}
        server.data = [level(1.0, now())]
        feed = config(server.url("/guarded"), {"oauth": oauth}, credential="app")
        async with ingesting(feed, secrets=SECRETS) as (_, got):
            await got.until(lambda g: g.is_("live"))
            await server.until_asked(3, "/guarded")
            assert server.tokens == 1
            server.tokens = 5  # the server no longer knows it
            await server.until_asked(2, "/token")
            await server.until_asked(len(server.asked) + 3)
            assert server.tokens == 6 and got.is_("live")
    assert b"scope=read+write" in server.asked[0].body


async def test_a_token_that_has_ended_is_renewed() -> None:
    async with http_server() as server:
        oauth = {"url": server.url("/token?life=0.05"), "send": "body"}
        feed = config(server.url("/guarded"), {"oauth": oauth}, credential="app")
        async with ingesting(feed, secrets=SECRETS):
            await server.until_asked(3, "/token")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/status?code=400", "feed.credentials"),
        ("/status?code=401", "feed.credentials"),
        ("/data", "feed.http_token"),
        ("/html", "feed.http_html"),
    ],
)
async def test_a_token_endpoint_in_trouble(expect_log: Any, path: str, name: str) -> None:
    expect_log(f"feed f is lost: {name}")
    async with http_server() as server:
        feed = config(server.url(), {"oauth": {"url": server.url(path)}}, credential="app")
        async with ingesting(feed, secrets=SECRETS) as (_, got):
            await got.until(lambda g: name in g.troubles)
    assert not [one for one in server.asked if one.path == "/data" and one.method == "GET"]


async def test_an_answer_that_says_it_failed_is_a_loss(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.http_not_ok")
    async with http_server() as server:
        server.data = {"code": 500, "msg": "refused", "items": rows(1, now())}
        feed = config(server.url(), {"ok": "code == `0`"}, map=MAP)
        async with ingesting(feed) as (_, got):
            await got.until(lambda g: g.is_("lost"))
            assert got.readings == []
            server.data = {"code": 0, "items": rows(1, now())}
            await got.until(lambda g: g.is_("live") and len(g.readings) == 1)


async def test_one_address_of_several_that_fails_stops_no_other(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.http_status")
    async with http_server() as server:
        server.data = [level(1.0, now())]
        options = {"paths": ["/nowhere", "/data"]}
        async with ingesting(config(server.url(""), options)) as (_, got):
            await got.until(lambda g: len(g.readings) == 1 and g.is_("lost"))


async def test_what_is_too_big_is_counted(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.http_oversized")
    async with http_server() as server:
        feed = config(server.url("/bomb"), limits=Limits(max_bytes=100_000))
        async with ingesting(feed) as (_, got):
            await got.until(lambda g: g.is_("lost"))
    assert "oversized" in got.health().reasons


async def test_a_busy_server_is_left_alone_as_long_as_it_asks(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.http_busy")
    async with http_server() as server:
        feed = config(server.url("/status?code=429&retry=1800"))
        async with ingesting(feed) as (_, got):
            await got.until(lambda g: g.is_("lost"))
        health = got.health()
    assert 1_790_000 < health.next_attempt - health.at <= 1_800_000


async def test_a_server_whose_certificate_changes_between_polls(
    expect_log: Any, tmp_path: Path
) -> None:
    expect_log("feed f is lost: feed.certificate")
    good, other = Authority(tmp_path), Authority(tmp_path, "other")
    async with http_server(good.server_context()) as server:
        server.data = [level(1.0, now())]
        feed = config(server.url(), tls=Tls(ca=str(good.file)))
        async with ingesting(feed) as (thread, got):
            await got.until(lambda g: g.is_("live"))
            await server.restart(other.server_context())
            await got.until(lambda g: g.is_("refused"))
            assert "feed.certificate" in got.troubles
            await server.restart(good.server_context())
            thread.reconnect("f")
            await got.until(lambda g: g.is_("live"))


async def test_many_feeds_share_one_client() -> None:
    async with http_server() as server:
        server.data = [level(1.0, now())]
        feeds = [
            msgspec.structs.replace(config(server.url(), {"poll_s": 60}), id=f"f{number}")
            for number in range(40)
        ]
        async with ingesting(*feeds) as (thread, got):
            await got.until(lambda g: all(g.is_("live", feed.id) for feed in feeds), 30)
            assert len(thread._around.shared) == 1
        assert len(thread._around.shared) == 0, "closed with the loop"


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"params": {"a": "{nonsense}"}}, "options.params"),
        ({"body": {"a": "x"}}, "options.body"),
        ({"headers": {"Authorization": "Bearer x"}}, "options.headers.Authorization"),
        ({"page": {"way": "next"}}, "options.page.next"),
        ({"page": {"way": "number", "items": "a ||"}}, "options.page.items"),
        ({"ok": "code =="}, "options.ok"),
        ({"since": {"zone": "Mars/Olympus"}}, "options.since.zone"),
        ({"since": {"time": "yesterday"}}, "options.since.time"),
        ({"oauth": {"url": "https://x/"}}, "credential"),
        ({"sign": {"text": "{nonsense}"}}, "options.sign.text"),
        ({"sign": {"algorithm": "sm3", "text": "{body}"}}, "options.sign.text"),
        ({"sign": {"algorithm": "md5"}}, "options.sign.algorithm"),
        ({"period": 3}, "options.period"),
    ],
)
def test_settings_that_cannot_work_are_said_at_the_start(options: dict[str, Any], key: str) -> None:
    around = Surroundings(catalog=CATALOG, clock=SystemClock(), secrets=Secrets())
    with pytest.raises(ConfigError) as raised:
        HttpJson(config("https://bureau.example/", options), around)
    assert raised.value.reason.args["key"] == key
