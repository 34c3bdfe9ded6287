"""The target tracker: counts, what is missed, what the source lost; nothing wears a warning."""

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.target import Certainty, Target
from tests.qt.panels.conftest import by_key
from widgets.selection import Subject


def target(id_, by_year, indicator="", **more):
    fields = {
        "section_zh": "数字基础设施", "section_en": "Digital base", "name_zh": f"目标{id_}",
        "name_en": f"Target {id_}", "unit": "%", "unit_en": "", "by_year": by_year,
        "binding": True,
    }  # fmt: skip
    return Target(id=id_, indicator=indicator, **(fields | more))


TARGETS = (
    target("met", {2024: 80.0, 2025: 90.0}, "video.online"),
    target("missed", {2025: 99.0}, "device.online"),
    target("running", {2027: 99.0}, "device.online", binding=False, section_zh="另"),
    target("unbound", {2025: 50.0}),
    target("lost", {}, certainty=Certainty.LOST),
    target("doubt", {}, certainty=Certainty.UNCERTAIN),
)


def fill(room):
    room.catalog = msgspec.structs.replace(room.catalog, targets=TARGETS)
    room.feed("f")
    room.read("video.online", 96.4)
    room.read("device.online", 95.1)


def test_each_target_stands_as_it_follows_from_its_value(room, run):
    async def scenario():
        fill(room)
        panel = room.open("targets", room.context(), (1200, 600))
        items = by_key(panel)
        said = {id_: items[f"target/{id_}"].value for id_ in ("met", "missed", "running")}
        assert said == {"met": "已达标", "missed": "未达标", "running": "未到期"}
        assert items["target/unbound"].value == "无数据"
        assert items["target/lost"].value == items["target/doubt"].value == "原文数字缺失"
        assert items["target/met"].source == "f" and items["target/met"].age == 0.0
        counts = [items[f"targets/{name}"].value for name in ("missed", "met", "lost")]
        assert counts == [1, 1, 2]
        assert [note.text for note in panel.notes_left()] == [
            "未达标 1", "未到期 1", "已达标 1", "无数据 1", "原文数字缺失 2",
        ]  # fmt: skip
        assert all(not item.level for item in items.values())
        assert not panel.grab().isNull()

    run(scenario())


def test_a_target_for_cameras_is_held_against_what_this_program_counts(room, run):
    async def scenario():
        targets = (target("net", {2025: 100.0}, "video.networked"),)
        room.catalog = msgspec.structs.replace(room.catalog, targets=targets)
        room.feed("camera-book")
        room.read("video.networked", 98.5, feed="camera-book")
        items = by_key(room.open("targets", room.context(), (1200, 600)))
        assert items["target/net"].value == "未达标"
        assert items["target/net"].source == "camera-book"

    run(scenario())


def test_what_the_source_lost_is_said_in_its_row(room, run):
    async def scenario():
        fill(room)
        panel = room.open("targets", room.context(), (1200, 600))
        doubts = {row.target.id: panel._doubts(row) for row in panel.rows}
        assert doubts["lost"] == ["原文数字全部缺失"]
        assert doubts["doubt"] == ["原文数字残缺，不填"]
        assert doubts["unbound"] == ["没有指标与它对应"] and doubts["met"] == []

    run(scenario())


def test_only_known_ones_on_a_small_wall_but_all_are_counted(room, run):
    async def scenario():
        fill(room)
        panel = room.open("targets", room.context("hall"), (1800, 900), known_only=True)
        rows = [entry for entry in panel.entries if panel.is_row(panel.entries.index(entry))]
        assert [row.target.id for row in rows] == ["missed", "running", "met"]
        assert by_key(panel)["targets/lost"].value == 2

    run(scenario())


def test_a_row_leads_to_its_indicator(room, run):
    async def scenario():
        fill(room)
        panel = room.open("targets", room.context(), (1200, 600))
        QTest.keyClick(panel, Qt.Key.Key_J)
        assert panel.context.selection[Subject.INDICATOR] == "reading/video.online/320800"

    run(scenario())


def test_a_narrow_panel_leaves_out_years_and_keeps_value_and_standing(room, run):
    async def scenario():
        fill(room)
        panel = room.open("targets", room.context(), (470, 600))
        names = [column.name for column in panel.shown_columns()]
        assert names == ["name", "value", "standing"]
        panel.resize(1200, 600)
        names = [column.name for column in panel.shown_columns()]
        assert names[1:4] == ["y2024", "y2025", "y2027"] and "bar" in names

    run(scenario())
