"""`python main.py convert SOURCE OUT`: recordings of public data to the journals of `recorded`."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import click

from app.core.i18n import LANGUAGES, translator
from app.core.model import World
from app.feeds._journal import Head, JournalWriter
from app.sim import recorded
from app.sim.recorded import Recorded


class Recording(NamedTuple):
    """One journal to be made."""

    feed: str
    read: Callable[[Path], list[Recorded]]
    licence: str
    attribution_zh: str
    attribution_en: str


RECORDINGS = (
    Recording(
        "air",
        recorded.air,
        "CC BY 4.0",
        "北京多站点空气质量数据（UCI 501，Chen，2017），CC BY 4.0；单位与格式已转换",
        "Beijing Multi-Site Air Quality (UCI 501, Chen, 2017), CC BY 4.0; converted",
    ),
    Recording(
        "river",
        recorded.river,
        "public domain",
        "美国地质调查局 NWIS 01589330 站，公有领域",
        "U.S. Geological Survey, NWIS station 01589330, public domain",
    ),
    Recording(
        "quakes",
        recorded.quakes,
        "public domain",
        "美国地质调查局地震目录 2018 年 2 月，公有领域",
        "U.S. Geological Survey earthquake feed, February 2018, public domain",
    ),
    Recording(
        "requests",
        recorded.requests,
        "NYC Open Data terms of use",
        "纽约市开放数据 311 服务请求，2024-04-15；地点已粗化",
        "NYC Open Data, 311 service requests of 2024-04-15; places coarsened",
    ),
)


@click.command()
@click.argument("source", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
def command(source: Path, out: Path, lang: str) -> None:
    """Write one journal per recording of SOURCE into OUT."""
    words = translator(lang)
    out.mkdir(parents=True, exist_ok=True)
    for recording in RECORDINGS:
        path = out / f"{recording.feed}.journal"
        count = write(path, recording, recording.read(source))
        click.echo(words.text("sim.converted", file=path.name, n=count))


def write(path: Path, recording: Recording, records: list[Recorded]) -> int:
    """Write one journal in the place of what is there; gives the number of records."""
    path.unlink(missing_ok=True)
    head = Head(
        city=recorded.CITY,
        feeds=(recording.feed,),
        world=World.REAL,
        begun=records[0].received if records else 0,
        licence=recording.licence,
        attribution_zh=recording.attribution_zh,
        attribution_en=recording.attribution_en,
    )
    with JournalWriter(path, head) as journal:
        for item in records:
            journal.put(item.received, recording.feed, item.record)
        return journal.count
