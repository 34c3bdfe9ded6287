"""The page boots in a real WebEngine, draws where it is told, and says where it looks."""

import pytest

from app.gis.frames import encode_json
from tests.helpers.map_page import opened
from widgets.map.said import Moved, Ready


def test_the_page_boots_and_follows_the_state(run, context):
    async def work():
        async with opened(context) as page:
            ready = await page.wait_said(Ready)
            assert (ready.width, ready.height) == (960, 640)
            page.send(encode_json("state", {"lon": 119.0, "lat": 33.5, "zoom": 12.0, "fly_ms": 0}))
            moved = await page.wait_said(Moved, lambda one: one.zoom == 12.0)
            assert (moved.lon, moved.lat) == pytest.approx((119.0, 33.5), abs=1e-6)
            assert moved.by == "state"
            assert page.ledger.total == 0

    run(work())
