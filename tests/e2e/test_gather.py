"""Gatherers as real processes on loopback: two seats agree, a standby takes over and hands back."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.bench._two_seats import two_seats_differ
from app.core.model import Reading
from tests.helpers.gathering import KEY, Bureau, gatherer, seat, state, value, write_city
from tests.helpers.program import ROOT
from tests.helpers.tls import Authority
from tests.helpers.ws_server import serving

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]


def reading(number: float) -> Reading:
    return Reading(KEY, number, time.time_ns() // 1_000_000)


async def test_two_seats_on_one_gatherer_hold_the_same(tmp_path: Path) -> None:
    assert await two_seats_differ(tmp_path) == []


async def test_a_standby_takes_over_and_hands_back(tmp_path: Path, expect_log) -> None:
    expect_log("feed gatherer is lost")
    bureau = Bureau()
    async with serving(bureau.handler) as url:
        city = write_city(tmp_path / "city", {"water": url})
        first_data, second_data = tmp_path / "first", tmp_path / "second"
        quick = ("--silent-after", "1", "--steady-after", "2")
        await bureau.tell(reading(71.0))
        async with gatherer(city, first_data) as first:
            standby = ("--standby-of", first.url, *quick)
            async with (
                gatherer(city, second_data, *standby) as second,
                seat(city, tmp_path / "seat", first.url, second.url) as mine,
            ):
                await second.until_role("standby")
                await mine.until(lambda runtime: value(runtime) == 71.0)
                await mine.until(lambda runtime: ".gatherer" in runtime.picture.links)
                await mine.until(lambda runtime: state(runtime, "water") == ("live", ""))
                await bureau.until_clients(1)
                assert bureau.most == 1, "a bureau is asked once, whoever listens"

                await first.kill()
                await second.until_role("active")
                await bureau.until_clients(1)
                await bureau.tell(reading(72.0))
                await mine.until(lambda runtime: value(runtime) == 72.0)
                await mine.until(lambda runtime: state(runtime, "water") == ("live", ""))

                async with gatherer(city, first_data, port=first.port) as again:
                    await bureau.until_clients(2)  # for a while both ask
                    await second.until_role("standby")
                    await bureau.until_clients(1)
                    await bureau.tell(reading(73.0))
                    await mine.until(lambda runtime: value(runtime) == 73.0)
                    told = await again.health()
                    assert told["role"] == "first" and told["store"] == ""
                    assert [line["feed"] for line in told["feeds"]] == ["water"]
                    assert bureau.most == 2


def keep_secret(data: Path, token: str) -> None:
    """As an operator would: a file that only its owner may read."""
    (data / "secrets").mkdir(parents=True)
    file = data / "secrets" / "gatherer"
    file.touch(mode=0o600)
    file.write_text(token, "utf-8")


async def test_over_tls_with_a_token_a_seat_gets_the_history_too(
    tmp_path: Path, expect_log
) -> None:
    expect_log("feed gatherer is lost")
    authority = Authority(tmp_path)
    chain, key = authority.server()
    bureau = Bureau()
    async with serving(bureau.handler) as url:
        city = write_city(tmp_path / "city", {"water": url})
        for name, token in (("first", "right"), ("seat", "right"), ("stranger", "wrong")):
            keep_secret(tmp_path / name, token)
        shown = ("--credential", "gatherer", "--certificate", str(chain), "--key", str(key))
        mine_is = {"credential": "gatherer", "ca": str(authority.file)}
        async with gatherer(city, tmp_path / "first", *shown) as first:
            await bureau.until_clients(1)
            now = time.time_ns() // 1_000_000
            times = [now - 3000, now - 2000, now - 1000]
            for number, at in zip((71.0, 72.0, 73.0), times, strict=True):
                await bureau.tell(Reading(KEY, number, at))
            await first.until_feed("water", "live")
            address = f"wss://localhost:{first.port}"
            async with (
                seat(city, tmp_path / "seat", address, history_hours=1.0, **mine_is) as mine,
                seat(city, tmp_path / "stranger", address, **mine_is) as stranger,
            ):
                await mine.until(lambda runtime: value(runtime) == 73.0)
                await mine.until(lambda _: set(times) <= mine.observed)
                refused = ("refused", "gatherer.refused")
                await stranger.until(lambda runtime: state(runtime, "water") == refused)
                assert value(stranger.runtime) is None
                assert (await first.health())["seats"] == 1


def test_beyond_this_machine_it_serves_only_with_certificate_and_credential(
    tmp_path: Path,
) -> None:
    city = write_city(tmp_path / "city", {"water": "ws://127.0.0.1:1"})
    done = subprocess.run(
        [
            *(sys.executable, str(ROOT / "main.py"), "gather", "--city", str(city), "--lang", "en"),
            *("--data", str(tmp_path / "data"), "--listen", "0.0.0.0:0"),
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "--certificate and --credential are needed" in done.stderr
