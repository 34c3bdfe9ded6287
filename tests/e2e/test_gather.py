"""Gatherers as real processes on loopback: two seats agree, a standby takes over and hands back."""

import time
from pathlib import Path

import pytest

from app.bench._two_seats import two_seats_differ
from app.core.model import Reading
from tests.helpers.gathering import KEY, Bureau, gatherer, seat, state, value, write_city
from tests.helpers.ws_server import serving

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]


def reading(number: float) -> Reading:
    return Reading(KEY, number, time.time_ns() // 1_000_000)


async def test_two_seats_on_one_gatherer_hold_the_same(tmp_path: Path) -> None:
    assert await two_seats_differ(tmp_path) == 0


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
