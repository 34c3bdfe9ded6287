"""Windows with scenes of their own, walls that a desk drives, files read anew, the memory."""

import pytest

from app.core.model import Sourced
from app.live.hub import Kind
from app.live.picture import Acknowledgement
from app.live.stage import MAIN, Rotation
from tests.qt.shell.scenes import DETAIL, OVERVIEW
from tests.qt.shell.test_shell import red, titles
from widgets.grid import Seams, place
from widgets.scene import PanelSpec, ScreenSpec, parse_scene
from widgets.scene_book import make_book, read_book
from widgets.scene_memory import Shown, ShownFile, read, remembered, write
from widgets.span import Monitor, tiles


def follow(shell):
    shell.spine.hub.publish(Kind.SEAT, ("scene",))
    shell.bridge.drain()


def test_a_rotation_moves_the_windows_and_stands_still_for_red(shell, seat):
    stage = seat.seat.stage
    stage.rotating[MAIN] = Rotation("r", ("overview", "detail"), 30_000, since=seat.clock.now())
    seat.clock.advance(30_000)
    shell.rotator.tick()
    shell.bridge.drain()
    assert titles(shell.windows[0]) == ["detail"]

    seat.picture.apply_records([Sourced("cma", 1, red("cma:1"))])
    seat.clock.advance(60_000)
    shell.rotator.tick()
    shell.bridge.drain()
    assert stage.rotating[MAIN].held
    assert titles(shell.windows[0]) == ["detail"]

    seat.picture.acknowledged["cma:1"] = Acknowledgement("cma:1", 2, "0002", "duty")
    shell.rotator.tick()
    seat.clock.advance(30_000)
    shell.rotator.tick()
    shell.bridge.drain()
    assert shell.scene.name == "overview"


def test_a_scene_read_anew_is_shown_and_a_faulty_one_keeps_its_last_form(shell, tmp_path):
    folder = tmp_path / "scenes" / "desk"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(DETAIL.replace('"detail"', '"mine"'), encoding="utf-8")
    (folder / "broken.toml").write_text("name_zh = ", encoding="utf-8")
    first = read_book("desk", folder)
    assert "mine" in first.scenes and "overview" in first.scenes
    assert [fault.reason.args["file"] for fault in first.faults] == ["scenes/desk/broken.toml"]

    (folder / "mine.toml").write_text("name_zh = 3", encoding="utf-8")
    second = read_book("desk", folder, last=first)
    assert second.scenes["mine"] is first.scenes["mine"]
    assert len(second.faults) == 2

    changed = parse_scene(OVERVIEW.replace('"queue"', '"anew"'), "overview", "o.toml")
    shell.use_books({"desk": make_book([changed])})
    assert "anew" in titles(shell.windows[0])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("rotate = []", "rotate"),
        ('rotate = ["nowhere"]', "rotate"),
        ('focus = "everything"', "focus"),
        ('rotate = ["detail"]\n[[panel]]\nkind = "block"', "rotate"),
        ("order = 3", "panel"),
    ],
)
def test_a_wrong_round_or_focus_is_named(tmp_path, text, key):
    (tmp_path / "x.toml").write_text(f'name_zh = "x"\nname_en = "x"\n{text}\n', encoding="utf-8")
    (fault,) = read_book("desk", tmp_path).faults
    assert (fault.reason.args["file"], fault.reason.args["key"]) == ("scenes/desk/x.toml", key)
    if key in text:
        assert fault.reason.args["line"] == 3


def test_monitors_side_by_side_are_one_window_where_a_scene_spans_them():
    specs = [ScreenSpec(id="wide", span=2, min_width=3000), ScreenSpec(id="side", index=1)]
    row = [Monitor(f"M{n}", n * 1920, 0, 1920, 1080) for n in range(3)]
    found = tiles(specs, row, lambda *_: 1.0, fill=False)
    assert [tile.monitors for tile in found] == [("M0", "M1"), ("M2",)]
    assert found[0][1:] == (0, 0, 3840, 1080)
    apart = [row[0], row[1]._replace(x=4000)]
    assert [t.monitors for t in tiles(specs, apart, lambda *_: 1.0, fill=False)] == [
        ("M0",),
        ("M1",),
    ]


def test_gutters_stand_on_seams():
    spec = ScreenSpec(columns=("1fr", "1fr", "1fr"), gutter=90, margin=(0, 0, 0, 0))
    panels = [(n, PanelSpec("block", column=n)) for n in range(3)]
    found = place(spec, panels, 3000, 1000, 1.0, Seams(x=(1100.0, 2000.0), clear=30))
    # Gutters of 90 would stand about 985 and 2015: the nearest seams are at 1100 and 2000.
    assert [(p.x, p.x + p.width) for p in found] == [(0, 1055), (1145, 1955), (2045, 3000)]


def test_what_monitors_showed_is_remembered_by_name_then_by_place(tmp_path, expect_log):
    kept = ShownFile(
        {"A": Shown("theme/flood", (0, 0, 10, 10)), "B": Shown("targets", (10, 0, 10, 10))}
    )
    path = tmp_path / "shown-hall.json"
    write(path, kept)
    assert read(path) == kept
    now = [Monitor("B", 0, 0, 10, 10), Monitor("C", 5, 5, 10, 10)]
    assert remembered(kept, now) == {"A": "theme/flood", "B": "targets"}
    assert remembered(kept, [Monitor("C", 0, 0, 10, 10)]) == {"C": "theme/flood", "B": "targets"}
    path.write_text("{", encoding="utf-8")
    expect_log("what the monitors showed is not known any more")
    assert read(path) == ShownFile()
