"""The geocoder over a real line: what it is told, what it is never told, what it may answer."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from app.core.clock import ManualClock
from app.core.message import Refusal
from app.gis.geocoder import Geocoder, GeocoderConfig, geocoder_of
from app.secrets import Secrets
from tests.helpers.http_server import Asked, HttpServer, Reply, http_server

FOUND = {
    "msg": "ok",
    "location": {"score": 100, "level": "门址", "lon": "118.2755", "lat": "33.9630"},
    "status": "0",
}


@pytest.fixture
async def server() -> AsyncIterator[HttpServer]:
    async with http_server() as made:
        yield made


def answering(server: HttpServer, body: bytes) -> Geocoder:
    async def answer(_server: HttpServer, asked: Asked, writer: object) -> Reply:
        return Reply(body)

    server.on("/geocoder", answer)
    config = GeocoderConfig(
        url=server.url("/geocoder"), crs="cgcs2000", credential="tianditu", allow_plain=True
    )
    return Geocoder(
        config, ManualClock(0), Secrets(environment={"CHENGMAI_SECRET_TIANDITU": "k" * 32})
    )


async def test_an_address_is_asked_and_found(server: HttpServer) -> None:
    geocoder = answering(server, msgspec.json.encode(FOUND))
    hit = await geocoder.ask(" 宿迁市  发展大道188号 ")
    await geocoder.close()
    assert hit is not None and (hit.lon, hit.lat) == (118.2755, 33.9630)
    assert hit.name_zh == "宿迁市 发展大道188号（门址）"
    (asked,) = server.asked
    assert msgspec.json.decode(asked.query["ds"]) == {"keyWord": "宿迁市 发展大道188号"}
    assert asked.query["tk"] == "k" * 32


@pytest.mark.parametrize(
    "text",
    [
        "张伟家，电话13812345678",
        "苏NA1234K 停在发展大道",
        "联系人：李明，幸福路",
        "321302199001011234",
    ],
)
async def test_what_is_of_a_person_never_leaves(server: HttpServer, text: str) -> None:
    geocoder = answering(server, msgspec.json.encode(FOUND))
    with pytest.raises(Refusal) as caught:
        await geocoder.ask(text)
    await geocoder.close()
    assert caught.value.reason.id == "maptool.ask_personal"
    assert server.asked == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>login</html>", "feed.http_html"),
        (b'{"status":"0","location":{"lon":"999","lat":"33"}}', "maptool.ask_nonsense"),
        (b'{"status":"0","location":{"lon":"<b>","lat":"33"}}', "maptool.ask_nonsense"),
        (b"{" * 70_000, "feed.http_oversized"),
        (b"[]", "maptool.ask_nonsense"),
    ],
)
async def test_nonsense_is_said_and_harms_nothing(
    server: HttpServer, body: bytes, reason: str
) -> None:
    geocoder = answering(server, body)
    with pytest.raises(Refusal) as caught:
        await geocoder.ask("发展大道")
    await geocoder.close()
    assert caught.value.reason.id == reason
    assert "k" * 32 not in str(caught.value)


async def test_who_knows_nothing_says_nothing(server: HttpServer) -> None:
    geocoder = answering(server, b'{"status":"404","msg":"none"}')
    assert await geocoder.ask("无此地") is None
    with pytest.raises(Refusal):
        await geocoder.ask("长" * 81)
    await geocoder.close()


def test_a_city_without_the_file_asks_nobody(tmp_path: Path) -> None:
    assert geocoder_of(tmp_path, ManualClock(0), Secrets()) is None
    (tmp_path / "geocoder.toml").write_text(
        'url = "https://api.tianditu.gov.cn/geocoder"\ncrs = ""\n', encoding="utf-8"
    )
    with pytest.raises(Refusal):
        geocoder_of(tmp_path, ManualClock(0), Secrets())
