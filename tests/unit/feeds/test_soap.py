"""`soap` against a real HTTP server that speaks SOAP."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.config import ConfigError, FeedConfig, Limits
from app.core.catalog import Catalog
from app.core.clock import SystemClock
from app.core.message import message
from app.feeds._base import Surroundings
from app.feeds.soap import Soap
from app.secrets import Secrets
from tests.helpers.ingesting import Gathered, ingesting
from tests.helpers.soap_server import SoapServer, envelope, fault, levels, wsdl

MAP = {
    "each": "item",
    "zone": "Asia/Shanghai",
    "reading": [
        {
            "key": {"template": "reading/water.level/320812/{stcd}"},
            "value": {"from": "z", "unit": "m"},
            "observed": {"from": "tm", "time": "iso"},
        }
    ],
}
SECRETS = Secrets(environment={"CHENGMAI_SECRET_SOAP": "desk:right"})
START = int(time.time()) - 600


def config(url: str, mapping: dict[str, Any] = MAP, **options: Any) -> FeedConfig:
    options = {"operation": "getLevels", "arguments": {"city": "320800"}, "poll_s": 0.05} | options
    secured = options.get("security", "none") != "none"
    return FeedConfig(
        id="f",
        kind="soap",
        name_zh="水文局",
        url=url,
        credential="soap" if secured else "",
        map=mapping,
        options=options,
        limits=Limits(max_bytes=200_000),
    )


def at(second: int) -> str:
    """A moment of the test's, as a dateTime."""
    return datetime.fromtimestamp(START + second, UTC).isoformat()


def is_refused(got: Gathered) -> bool:
    return got.is_("refused")


async def test_rows_of_an_answer_become_readings_and_the_wsdl_is_read_once() -> None:
    with SoapServer() as server:
        server.answer = (200, levels(("jiangba", "12.345", at(1)), ("badun", "1.5", at(1))))
        feed = config(server.url + "?wsdl", arguments={"city": "320800", "from": "{since}"})
        async with ingesting(feed) as (_, got):
            await got.until(lambda g: len(g.readings) == 2)
            server.answer = (200, levels(("jiangba", "12.5", at(2))))
            await got.until(lambda g: len(g.readings) == 3)
            assert [reading.value for reading in got.readings] == [12.345, 1.5, 12.5]
            assert got.readings[0].observed == (START + 1) * 1000
        assert server.fetched == 1
        assert "320800</" in server.asked[0]
        since = server.asked[0].partition("from>")[2].partition("<")[0]
        asked = datetime.fromisoformat(since).timestamp()
        assert abs(asked - (time.time() - 3600)) < 60


async def test_later_calls_ask_from_the_last_good_one() -> None:
    with SoapServer() as server:
        options = {"since": {"time": "epoch_ms", "history_hours": 2, "overlap_s": 5}}
        feed = config(server.url, arguments={"city": "{until}", "from": "{since}"}, **options)
        async with ingesting(feed) as (_, got):
            for call in (1, 2, 3):
                server.answer = (200, levels(("jiangba", str(call), at(call))))
                await got.until(lambda g, call=call: len(g.readings) == call)  # type: ignore[misc]
    first, second, third = (
        [int(body.partition(f"{name}>")[2].partition("<")[0]) for name in ("from", "city")]
        for body in server.asked[:3]
    )
    assert first[1] - first[0] == 7_200_000
    assert second[0] == first[1] - 5000 and third[0] == second[1] - 5000


async def test_a_value_that_is_none_costs_its_row_only_and_is_not_logged() -> None:
    with SoapServer() as server:
        rows = [("jiangba", "一米二", at(1)), ("badun", "1.5", "昨天"), ("gaoliang", "2.5", at(1))]
        server.answer = (200, levels(*rows))
        async with ingesting(config(server.url)) as (_, got):
            await got.until(lambda g: bool(g.readings) and g.health().rejected >= 2)
            assert {reading.key[-8:] for reading in got.readings} == {"gaoliang"}
            assert set(got.health().reasons) == {"missing"}


async def test_a_text_in_the_answer_is_the_payload() -> None:
    row = f'{{"item": [{{"stcd": "jiangba", "z": 7, "tm": "{at(3)}"}}]}}'
    with SoapServer() as server:
        body = f'<getTextResponse xmlns="urn:river"><return>{row}</return></getTextResponse>'
        server.answer = (200, envelope(body))
        feed = config(server.url, operation="getText", arguments={})
        async with ingesting(feed) as (_, got):
            await got.until(lambda g: len(g.readings) == 1)
            assert got.readings[0].value == 7


@pytest.mark.parametrize("security", ["basic", "username-token", "username-digest", "arguments"])
async def test_the_credential_goes_as_agreed(security: str) -> None:
    with SoapServer(basic="desk:right" if security == "basic" else "") as server:
        server.answer = (200, levels(("jiangba", "1", at(1))))
        arguments = {"city": "x"}
        if security == "arguments":
            arguments["user"] = "{user}/{password}"
        feed = config(server.url, security=security, arguments=arguments)
        async with ingesting(feed, secrets=SECRETS) as (_, got):
            await got.until(lambda g: len(g.readings) == 1)
    shows = {"username-token": ">right<", "arguments": ">desk/right<"}.get(security)
    assert ("right" in server.asked[0]) == (shows is not None)
    assert shows is None or shows in server.asked[0]
    if security == "username-digest":
        assert "PasswordDigest" in server.asked[0]


async def test_faults_and_what_is_no_answer(expect_log: Any) -> None:
    expect_log("feed f is lost")
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    with SoapServer() as server:
        feed = config(server.url)
        for answer, word in (
            ((500, fault("s:Server", "the database sleeps")), "soap.fault"),
            ((200, bomb + levels()), "soap.reply"),
            ((200, "<html><body>login</body></html>"), "soap.reply"),
            ((200, levels() + "x" * 300_000), "feed.http_oversized"),
            ((503, ""), "feed.http_busy"),
            ((500, ""), "feed.http_status"),
        ):
            server.answer = answer
            async with ingesting(feed) as (_, got):
                await got.until(lambda g: g.is_("lost"))
                assert got.troubles[-1] == word
                server.answer = (200, levels(("jiangba", "1", at(1))))
                await got.until(lambda g: len(g.readings) == 1)


async def test_credentials_that_are_not_accepted_are_refused(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.credentials")
    with SoapServer() as server:
        server.answer = (500, fault("wsse:FailedAuthentication", "who are you"))
        feed = config(server.url, security="username-token")
        async with ingesting(feed, secrets=SECRETS) as (_, got):
            await got.until(is_refused)
    with SoapServer(basic="desk:other") as server:
        feed = config(server.url, security="basic")
        async with ingesting(feed, secrets=SECRETS) as (_, got):
            await got.until(is_refused)
            assert got.health().trouble == message("feed.credentials")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"doctype": '<!DOCTYPE x SYSTEM "http://evil.example/x.dtd">'}, "soap.wsdl"),
        ({"doctype": '<!DOCTYPE x [<!ENTITY a "b">]>'}, "soap.wsdl"),
        (
            {"imports": '<xsd:import namespace="urn:x" schemaLocation="http://evil.example/x"/>'},
            "soap.elsewhere",
        ),
        (
            {"imports": '<xsd:import namespace="urn:x" schemaLocation="file:///etc/passwd"/>'},
            "soap.elsewhere",
        ),
        ({"address": "http://evil.example/river"}, "soap.other_address"),
        ({}, ""),
    ],
)
async def test_a_hostile_wsdl_leads_nowhere(
    change: dict[str, str], word: str, expect_log: Any
) -> None:
    if word:
        expect_log(f"feed f is lost: {word}")
    with SoapServer() as server:
        server.answer = (200, levels(("jiangba", "1", at(1))))
        server.description = wsdl(**{"address": server.url, **change})
        async with ingesting(config(server.url)) as (_, got):
            if word:
                await got.until(is_refused)
                assert not server.asked
            else:
                await got.until(lambda g: len(g.readings) == 1)


async def test_what_does_not_fit_the_wsdl_is_refused_and_named(expect_log: Any) -> None:
    expect_log("feed f is lost")
    with SoapServer() as server:
        for options, word in (
            ({"operation": "dropTables"}, "soap.operation"),
            ({"arguments": {"town": "x"}}, "soap.arguments"),
            ({"service": "Other"}, "soap.no_service"),
            ({"port": "Other"}, "soap.no_service"),
        ):
            async with ingesting(config(server.url, **options)) as (_, got):
                await got.until(is_refused)
                assert got.troubles[-1] == word
        server.description = "not a WSDL"
        async with ingesting(config(server.url)) as (_, got):
            await got.until(is_refused)
            assert got.troubles[-1] == "soap.wsdl"


async def test_a_wsdl_from_a_file_with_its_copies(tmp_path: Path) -> None:
    schema = '<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:x"/>'
    (tmp_path / "copy.xsd").write_text(schema)
    (tmp_path / "beside.xsd").write_text(schema.replace("urn:x", "urn:y"))
    imports = (
        '<xsd:import namespace="urn:x" schemaLocation="http://elsewhere.example/x.xsd"/>'
        '<xsd:import namespace="urn:y" schemaLocation="beside.xsd"/>'
    )
    (tmp_path / "river.wsdl").write_text(wsdl("http://inside.bureau/river", imports=imports))
    with SoapServer() as server:
        server.answer = (200, levels(("jiangba", "1", at(1))))
        feed = config(
            "",
            wsdl=str(tmp_path / "river.wsdl"),
            address=server.url,
            copies={"http://elsewhere.example/x.xsd": str(tmp_path / "copy.xsd")},
        )
        async with ingesting(feed) as (_, got):
            await got.until(lambda g: len(g.readings) == 1)
        assert server.fetched == 0


@pytest.mark.parametrize(
    ("url", "options", "key"),
    [
        ("ftp://x/y", {}, "url"),
        ("", {}, "url"),
        ("http://x/y", {"zone": "Mars/Olympus"}, "options.zone"),
        ("http://x/y", {"operation": 7}, "options.operation"),
    ],
)
def test_settings_that_cannot_work_are_told_at_the_start(
    url: str, options: dict[str, Any], key: str
) -> None:
    around = Surroundings(catalog=Catalog(), clock=SystemClock(), secrets=Secrets())
    with pytest.raises(ConfigError) as caught:
        Soap(config(url, **options), around)
    assert caught.value.reason.args["key"] == key


async def test_a_token_does_not_go_over_a_plain_line(expect_log: Any) -> None:
    expect_log("feed f is lost: feed.plain_credential")
    feed = config("http://soap.example/x", security="username-token")
    async with ingesting(feed, secrets=SECRETS) as (_, got):
        await got.until(is_refused)
