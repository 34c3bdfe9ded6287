"""A city of many feeds for benchmarks: their settings, and the folder of the city."""

from pathlib import Path

import msgspec

from app.bench._city import write_city
from app.bench._systems import PER_SYSTEM
from app.config import FeedConfig, Tls
from app.core.model import World

OURS, THEIRS, POLLED = 0.5, 0.4, 0.1
"""Shares of the feeds that speak our envelope, push JSON of their own, are polled over HTTP."""

_MAP = {
    "zone": "Asia/Shanghai",
    "reading": [
        {
            "key": {"template": "reading/{item}/{adcode}"},
            "value": "val",
            "observed": {"from": "tm", "time": "%Y-%m-%d %H:%M:%S.%f"},
        }
    ],
}


def feeds(count: int, ws: str, http: str, *, still: bool = False, ca: str = "") -> list[FeedConfig]:
    """`count` feeds in the three shares; `still` for systems that have nothing to say."""
    ours, theirs = round(count * OURS), round(count * (OURS + THEIRS))
    made: list[FeedConfig] = []
    for number in range(count):
        base = FeedConfig(
            id=f"system-{number:03d}",
            kind="ws-json",
            name_zh=f"第 {number} 号系统",
            name_en=f"System {number}",
            url=f"{ws}/ours/{number}",
            bureau=f"b{number % 32}",
            world=World.DEMO,
            expected_period_s=3600 if still else 5,
            tls=Tls(ca=ca),
        )
        if number >= theirs:
            path = "still" if still else "poll"
            foreign = {**_MAP, "each": "data"}
            base = msgspec.structs.replace(
                base,
                kind="http-json",
                url=f"{http}/{path}/{number}",
                expected_period_s=3600 if still else 1,
                map=foreign,
            )
        elif number >= ours:
            base = msgspec.structs.replace(
                base, kind="websocket", url=f"{ws}/theirs/{number}", map=_MAP
            )
        made.append(base)
    return made


def write_bureaus(folder: Path, configs: list[FeedConfig]) -> Path:
    """A city of those feeds; gives its folder."""
    write_city(folder, len(configs) * PER_SYSTEM)
    tables = "".join(_table(config) for config in configs)
    with (folder / "city.toml").open("a", encoding="utf-8") as file:
        file.write(tables)
    return folder


def _table(config: FeedConfig) -> str:
    each = f'each = "{config.map["each"]}"\n' if "each" in config.map else ""
    mapping = (
        f'[feed.map]\nzone = "Asia/Shanghai"\n{each}'
        '[[feed.map.reading]]\nkey = {template = "reading/{item}/{adcode}"}\nvalue = "val"\n'
        'observed = {from = "tm", time = "%Y-%m-%d %H:%M:%S.%f"}\n'
    )
    return (
        f'\n[[feed]]\nid = "{config.id}"\nkind = "{config.kind}"\nname_zh = "{config.name_zh}"\n'
        f'name_en = "{config.name_en}"\nurl = "{config.url}"\nbureau = "{config.bureau}"\n'
        f"expected_period_s = {config.expected_period_s:g}\n" + (mapping if config.map else "")
    )
