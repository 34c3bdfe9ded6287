"""A bureau's JSON such as `mapped_rate` is measured on: six fields, a key of two of them,
centimetres, local time."""

import msgspec

from app.config import FeedConfig
from app.formats._base import Payload

RECORDS = 2_000
_MINUTES = 120  # different times of one payload

FEED = FeedConfig(
    id="mapped",
    kind="http-json",
    name_zh="水务局水情",
    map={
        "format": "json",
        "each": "data.items",
        "zone": "Asia/Shanghai",
        "reading": [
            {
                "key": {"template": "reading/water.level/{adcode}/{stcd}"},
                "value": {"from": "z", "unit": "cm"},
                "observed": {"from": "tm", "time": "%Y-%m-%d %H:%M:%S"},
            }
        ],
    },
)
"""The feed whose mapping it is; `water.level` in metres has to stand in the catalogue."""


def mapped_payload(received: int, records: int = RECORDS) -> Payload:
    """An answer of so many records, as a bureau's service writes it."""
    items = [
        {
            "adcode": "320812",
            "stcd": f"s{number:05d}",
            "stnm": f"第{number}号水位站",
            "z": f"{1200 + number % 300}.{number % 10}",
            "q": round(number * 0.37, 2),
            "tm": f"2026-11-{18 + number % 2} {number % _MINUTES // 60:02d}:{number % 60:02d}:00",
        }
        for number in range(records)
    ]
    body = {"code": 0, "msg": "成功", "data": {"total": records, "items": items}}
    return Payload(msgspec.json.encode(body), received)
