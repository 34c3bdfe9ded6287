"""The audit page: what was done and what was seen, in words, for who may read it."""

import dataclasses

from app.live.view_book import ViewBook
from app.live.view_keeper import ViewKeeper
from app.live.visit import Veil
from tests.qt.panels.conftest import Room


async def opened(room: Room, **more: object):
    panel = room.open("audit", dataclasses.replace(room.context(), **more), (900, 600))
    await room.settled(panel)
    return panel


async def test_what_was_done_and_what_was_seen_stand_in_one_list(room: Room) -> None:
    room.sign_on()
    commands = room.context().commands
    await commands.submit(commands.parse("note 已巡屏"))
    await commands.submit(commands.parse("save-clip nobody reason=x"))
    keeper = ViewKeeper(room.seat, room.store.ops, room.clock, room.picture.world)
    keeper.start()
    camera, now = room.city.cameras[0], room.clock.now()
    room.seat.videos.cameras.cameras[camera.id] = camera
    room.seat.views.see("1/0", camera.id, "scene:视频", "main", now)
    room.seat.views.see("1/1", camera.id, "round:all", "main", now)
    room.clock.advance(5000)
    await keeper.stop()
    panel = await opened(room)
    rows = {(row.title, row.detail) for row in panel.entries}
    assert any("note" in detail and "已巡屏" in detail for _, detail in rows)
    assert any(row.refused and "被拒绝" in row.detail for row in panel.entries)
    seen = {detail for title, detail in rows if title == f"看了 {camera.name_zh}"}
    assert {detail.split("  ")[0] for detail in seen} == {"场景 视频", "轮巡 全部视频"}
    assert all("屏 main" in detail and detail.endswith("5 秒") for detail in seen)
    assert {row.who for row in panel.entries} == {"DX1002  值班长  DESK-02"}
    assert panel.entries == sorted(panel.entries, key=lambda row: -row.at)
    assert len(panel.items()) == len(panel.entries)


async def test_it_is_for_who_may_read_it_and_never_for_visitors(room: Room) -> None:
    room.sign_on()
    commands = room.context().commands
    await commands.submit(commands.parse("note 已巡屏"))
    assert (await opened(room)).entries
    room.sign_on("dispatcher")
    panel = await opened(room)
    assert panel.entries == [] and panel._why == "auditpage.not_yours"
    room.seat.person = None
    panel = await opened(room)
    assert panel.entries == [] and panel._why == "auditpage.not_allowed"
    room.sign_on()
    veil = Veil(room.picture, room.context().catalog)
    panel = await opened(room, veil=veil)
    assert panel.entries == [] and panel._why == "auditpage.hidden"


async def test_a_view_that_is_not_over_and_one_that_was_cut_off_say_so(
    room: Room, expect_log
) -> None:
    room.sign_on()
    first, second = room.city.cameras[:2]
    keeper = ViewKeeper(room.seat, room.store.ops, room.clock, room.picture.world)
    keeper.look()  # who has the seat
    room.seat.views.see("1/0", first.id, "scene:视频", "main", room.clock.now())
    keeper.look()
    await keeper.write()
    panel = await opened(room)
    (row,) = [row for row in panel.entries if row.id.startswith("viewing/")]
    assert row.detail.endswith(" 起，结束尚未记录") and row.at == room.clock.now()
    # Killed here; the next start ends it.
    expect_log("1 views were cut off")
    room.clock.advance(60_000)
    room.seat.views = ViewBook()
    after = ViewKeeper(room.seat, room.store.ops, room.clock, room.picture.world)
    after.look()
    room.seat.views.see("1/1", second.id, "hand", "main", room.clock.now())
    after.look()
    await after.write()
    panel = await opened(room)
    details = {row.id.split("/")[1]: row.detail for row in panel.entries if "viewing/" in row.id}
    assert "程序中断，结束不明，最后所知" in details[first.id]
    assert details[second.id].endswith(" 起，结束尚未记录")
