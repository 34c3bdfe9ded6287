"""The list of an office: new documents only, from hosts that were named, a few a poll."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.config import ConfigError, FeedConfig
from app.core.clock import SystemClock
from app.core.model import Warning, WarningState
from app.feeds._base import Surroundings
from app.feeds._cap_index import allowed, entries
from app.feeds.cap import Cap
from app.secrets import Secrets
from tests.helpers.http_server import Asked, HttpServer, Reply, http_server
from tests.helpers.ingesting import CATALOG, Gathered, ingesting
from tests.unit.formats.test_cap import alert

ATOM = {"Content-Type": "application/atom+xml"}
CAP = {"Content-Type": "application/cap+xml"}


class Office:
    """Lists documents and gives them; what is not there is 404."""

    def __init__(self, server: HttpServer) -> None:
        self.server = server
        self.documents: dict[str, bytes] = {}
        self.listed: list[tuple[str, str]] = []  # address, version
        server.on("/index", self._index)

    def put(self, name: str, data: bytes, version: str = "1") -> None:
        path = f"/doc/{name}"
        self.documents[path] = data
        self.server.on(path, self._document)
        self.listed = [item for item in self.listed if item[0] != path]
        self.listed.insert(0, (path, version))

    async def _index(self, _server: HttpServer, _asked: Asked, _out: Any) -> Reply:
        items = "".join(
            f'<entry><id>x</id><updated>{version}</updated><link rel="self" href="/no"/>'
            f'<link type="application/cap+xml" href="{url}"/></entry>'
            for url, version in self.listed
        )
        feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>{items}</feed>'
        return Reply(feed.encode(), headers=ATOM)

    async def _document(self, _server: HttpServer, asked: Asked, _out: Any) -> Reply:
        return Reply(self.documents[asked.path], headers=CAP)


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with http_server() as server:
        yield Office(server)


def feed(url: str, **options: Any) -> FeedConfig:
    return FeedConfig(
        id="f",
        kind="cap",
        name_zh="预警",
        url=url,
        expected_period_s=0.05,
        options={"poll_s": 0.05, **options},
    )


def open_ids(gathered: Gathered) -> set[str]:
    return {one.record.id for one in gathered.all.records if isinstance(one.record, Warning)}


async def test_new_and_changed_documents_are_fetched_once(office: Office) -> None:
    office.put("a", alert("A"))
    office.put("b", alert("B", 1))
    async with ingesting(feed(office.server.url("/index"))) as (_, gathered):
        await gathered.until(lambda all_: open_ids(all_) == {"cap:jsqx,A", "cap:jsqx,B"})
        office.put("a", alert("A2", 3, "Update", "A0"), version="2")
        await gathered.until(lambda all_: len(all_.all.records) == 3)
        await office.server.until_asked(len(office.server.asked) + 2, "/index")
    assert open_ids(gathered) == {"cap:jsqx,A", "cap:jsqx,B"}
    asked = [one.path for one in office.server.asked if one.path.startswith("/doc")]
    assert asked == ["/doc/a", "/doc/b", "/doc/a"]  # the oldest first, each once a version


async def test_after_a_restart_a_cancellation_ends_what_it_follows(
    office: Office, tmp_path: Path
) -> None:
    config = feed(office.server.url("/index"))
    office.put("a", alert("A"))
    office.put("b", alert("B", 5, "Update", "A0"))
    async with ingesting(config, folder=tmp_path) as (_, gathered):
        await gathered.until(lambda g: len(g.all.records) == 2)
        await gathered.until(lambda _: (tmp_path / "f.cap").is_file())
    office.listed.clear()  # it no longer lists them
    office.put("d", alert("D", 20, "Cancel", "B5", ""))
    async with ingesting(config, folder=tmp_path) as (_, gathered):
        await gathered.until(lambda g: bool(g.all.records))
    [ended] = [one.record for one in gathered.all.records]
    assert isinstance(ended, Warning)
    assert (ended.id, ended.state) == ("cap:jsqx,A", WarningState.CANCELLED)
    assert (tmp_path / "f.cap").read_bytes().count(b"\n") == 3


@pytest.mark.parametrize("newest_first", [True, False])
async def test_a_list_in_either_order_gives_one_warning(office: Office, newest_first: bool) -> None:
    office.put("a", alert("A"), version="2026-11-18T08:00:00+08:00")
    office.put("b", alert("B", 5, "Update", "A0"), version="2026-11-18T08:05:00+08:00")
    office.put("c", alert("C", 9, "Cancel", "B5"), version="2026-11-18T08:09:00+08:00")
    office.listed.sort(key=lambda entry: entry[1], reverse=newest_first)
    async with ingesting(feed(office.server.url("/index"))) as (_, gathered):
        await gathered.until(lambda all_: len(all_.all.records) == 3)
    assert open_ids(gathered) == {"cap:jsqx,A"}
    states = [one.record.state for one in gathered.all.records]
    assert states == [WarningState.ACTIVE, WarningState.UPDATED, WarningState.CANCELLED]


async def test_a_missing_document_and_one_elsewhere_harm_no_other(office: Office) -> None:
    office.put("a", alert("A"))
    office.listed = [("/gone", "1"), ("http://other.example/x.xml", "1"), *office.listed]
    async with ingesting(feed(office.server.url("/index"))) as (_, gathered):
        await gathered.until(
            lambda all_: (
                "f" in all_.all.health
                and {"cap_elsewhere", "cap_no_document"} <= all_.health().reasons.keys()
            )
        )
        assert open_ids(gathered) == {"cap:jsqx,A"}
        assert gathered.health().reasons["cap_elsewhere"] == 1
        assert gathered.health().connected


async def test_a_document_at_the_address_itself(office: Office) -> None:
    office.put("a", alert("A"))
    async with ingesting(feed(office.server.url("/doc/a"))) as (_, gathered):
        await gathered.until(lambda all_: open_ids(all_) == {"cap:jsqx,A"})


async def test_a_few_documents_a_poll(office: Office) -> None:
    for number in range(5):
        office.put(f"d{number}", alert(f"D{number}", number))
    async with ingesting(feed(office.server.url("/index"), max_documents=2)) as (_, gathered):
        await gathered.until(lambda all_: len(open_ids(all_)) == 5)
    order = [one.path for one in office.server.asked]
    assert order[:6] == ["/index", "/doc/d0", "/doc/d1", "/index", "/doc/d2", "/doc/d3"]


async def test_a_page_of_html_is_trouble(office: Office, expect_log: Any) -> None:
    expect_log("feed f is lost: feed.http_html")

    async def html(_server: HttpServer, _asked: Asked, _out: Any) -> Reply:
        return Reply(b"<html>maintenance</html>", headers={"Content-Type": "text/html"})

    office.server.on("/index", html)
    async with ingesting(feed(office.server.url("/index"))) as (_, gathered):
        await gathered.until(lambda all_: "feed.http_html" in all_.troubles)


@pytest.mark.parametrize(
    ("url", "hosts", "good"),
    [
        ("https://a.example/x", (), True),
        ("https://a.example:8443/x", (), False),
        ("http://a.example/x", (), False),
        ("https://b.example/x", (), False),
        ("https://b.example/x", ("b.example",), True),
        ("file:///etc/passwd", ("",), False),
        ("https://[bad/x", (), False),
    ],
)
def test_from_where_documents_may_come(url: str, hosts: tuple[str, ...], good: bool) -> None:
    assert allowed(url, "https://a.example/index", hosts) is good


def test_links_of_rss_and_of_atom_without_a_type() -> None:
    rss = b"""<rss><channel><item><link>x/1.xml</link><pubDate>d</pubDate></item><item>
        <enclosure type="application/cap+xml" url="/2.xml"/><link>no</link></item></channel>
        </rss>"""
    found = [one.url for one in entries(rss, 10_000, "http://h/a/") if one is not None]
    assert found == ["http://h/a/x/1.xml", "http://h/2.xml"]
    atom = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://h/3</id></entry>
        <entry><link href="4"/></entry><entry><content src="5"/></entry><entry/></feed>"""
    found = [one.url for one in entries(atom, 10_000, "http://h/a/") if one is not None]
    assert found == ["http://h/3", "http://h/a/4", "http://h/a/5"]


def test_a_folder_is_for_another_kind() -> None:
    around = Surroundings(catalog=CATALOG, clock=SystemClock(), secrets=Secrets())
    with pytest.raises(ConfigError, match="file-drop"):
        Cap(FeedConfig(id="f", kind="cap", name_zh="预警", url="file:/srv/cap"), around)


async def test_nothing_is_left_running(office: Office) -> None:
    async with ingesting(feed(office.server.url("/index"))) as (_, gathered):
        await gathered.until(lambda all_: all_.is_("live"))
    assert not [task for task in asyncio.all_tasks() if "feed" in task.get_name()]
