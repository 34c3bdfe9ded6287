"""`feed try` and `record` as a person calls them."""

import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from click.testing import CliRunner

from app.cli.feed import command as feed
from app.cli.record import write
from app.core.i18n import translator
from app.core.model import DeviceState, DeviceStatus, Position, Reading, Segment, Sourced
from app.feeds._columns import Layer
from app.feeds._journal import Head, Journal, JournalWriter
from app.live.batch import Batch
from tests.helpers.ingesting import level_key

MAP = """
zone = "Asia/Shanghai"
[[reading]]
key = {template = "reading/water.level/320812/{station}"}
value = {from = "z", unit = "cm"}
observed = {from = "tm", time = "epoch_s"}
"""


def attempt(tmp_path: Path, sample: str, mapping: str = MAP) -> tuple[int, list[str]]:
    (tmp_path / "sample.json").write_text(sample)
    (tmp_path / "map.toml").write_text(mapping)
    arguments = ["try", str(tmp_path / "sample.json"), "--map", str(tmp_path / "map.toml")]
    result = CliRunner().invoke(feed, [*arguments, "--lang", "en"])
    return result.exit_code, result.output.splitlines()


def test_a_sample_shows_what_it_becomes_and_why_not(tmp_path: Path) -> None:
    moment = int(time.time())
    rows = [
        f'{{"station":"a","z":120,"tm":{moment}}}',
        f'{{"station":"b","z":"dry","tm":{moment}}}',
        f'{{"station":"c","z":1,"tm":{moment + 4000}}}',
    ]
    code, lines = attempt(tmp_path, f"[{','.join(rows)}]")
    assert code == 1
    key = "reading/water.level/320812/a"
    at = f"{datetime.fromtimestamp(moment, ZoneInfo('Asia/Shanghai')):%Y-%m-%d %H:%M:%S}"
    assert lines[0] == f'1 ✓ Reading {at} {{"key":"{key}","value":1.2,"observed":{moment * 1000}}}'
    assert lines[1].startswith("2 × not a number [value]")
    assert lines[2].startswith("3 × observed more than 5 minutes from now")
    assert lines[3] == "1 record can be used, 2 refused."


def test_a_mapping_that_is_wrong_names_its_key(tmp_path: Path) -> None:
    code, lines = attempt(tmp_path, "[]", MAP.replace("epoch_s", "stardate"))
    assert code == 1
    assert "map.reading[0].observed" in lines[0]
    code, lines = attempt(tmp_path, "[]", "each = ")
    assert code == 1
    assert "map.toml" in lines[0]


def test_everything_of_a_batch_is_recorded(tmp_path: Path) -> None:
    reading = Reading(level_key(), 1.0, 1000)
    status = DeviceStatus("d:1", 1000, DeviceState.ONLINE)
    layer = Layer("f", "bus")
    layer.put(Position("bus:1", "bus", 119.0, 33.0, 1000))
    layer.put(Position("bus:2", "bus", 119.0, 33.0, 1000, heading=90.0))
    batch = Batch(
        log=[Segment("f", 2000, [reading])],
        records=[Sourced("f", 2001, status)],
        positions={("f", "bus"): layer.columns(2002)},
    )
    with JournalWriter(tmp_path / "j", Head()) as out:
        write(out, batch)
        write(out, None)
    records = [entry.record for entry in Journal(tmp_path / "j").entries(lambda *_: None)]
    assert records[:2] == [reading, status]
    assert [(item.id, item.heading) for item in records[2:]] == [("bus:1", None), ("bus:2", 90.0)]


def test_every_reason_has_its_words() -> None:
    words = translator("zh_CN")
    for reason in ("not_json", "too_deep", "future", "out_of_range", "not_in_map", "bad_time"):
        assert f"feed.reason.{reason}" in words
