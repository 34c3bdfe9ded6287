"""A scene changed by hand and written back: what is refused, what a file keeps."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.i18n import translator
from app.core.message import Refusal
from widgets import scene_edit
from widgets.draft import Draft
from widgets.scene import PanelSpec, Scene, ScreenSpec, parse_scene
from widgets.scene_edit import Place
from widgets.scene_writer import write_scene

GRID = Scene(
    "总览",
    "Overview",
    (
        PanelSpec("top-bar", edge="top", size=44),
        PanelSpec("warnings"),
        PanelSpec("indicators", column=1, columns=2, rows=2),
    ),
    (ScreenSpec(columns=("1fr", "1fr", "1fr"), rows=("1fr", "1fr")),),
)


def said(refusal, language="zh_CN"):
    return translator(language).render(refusal.value.reason)


def test_a_panel_is_moved_to_a_free_cell():
    moved = scene_edit.put(GRID, 1, Place(0, 1))
    assert scene_edit.place_of(moved.panel[1]) == (0, 1, 1, 1)
    assert moved.panel[0] == GRID.panel[0] and moved.panel[2] == GRID.panel[2]


def test_over_another_panel_nothing_moves_and_it_is_named():
    with pytest.raises(Refusal) as refusal:
        scene_edit.put(GRID, 1, Place(1, 1))
    assert "全部指标" in said(refusal) or "指标" in said(refusal)
    with pytest.raises(Refusal) as refusal:
        scene_edit.put(GRID, 1, Place(0, 0, 2, 1))
    assert "indicator" in said(refusal, "en").lower()


@pytest.mark.parametrize("place", [Place(-1, 0), Place(0, 2), Place(2, 0, 2), Place(0, 0, 1, 3)])
def test_outside_the_grid_nothing_moves(place):
    with pytest.raises(Refusal) as refusal:
        scene_edit.put(GRID, 1, place)
    assert "超出网格" in said(refusal)


def test_a_new_panel_takes_the_largest_free_place():
    # Free are (0, 1); after the removal of the indicators all but (0, 0).
    assert scene_edit.free(GRID, "main") == Place(0, 1)
    smaller = scene_edit.remove(GRID, 2)
    assert scene_edit.free(smaller, "main") == Place(1, 0, 2, 2)
    assert scene_edit.add(smaller, "main", "queue").panel[-1] == PanelSpec(
        "queue", column=1, columns=2, rows=2
    )


def test_a_full_grid_takes_none_and_the_last_panel_stays():
    full = scene_edit.add(GRID, "main", "queue")
    with pytest.raises(Refusal) as refusal:
        scene_edit.add(full, "main", "queue")
    assert "没有空格" in said(refusal)
    one = scene_edit.remove(GRID, 2)
    with pytest.raises(Refusal) as refusal:
        scene_edit.remove(one, 1)
    assert "最后一块" in said(refusal)


def test_an_edge_never_passes_the_one_opposite():
    place = Place(1, 1, 2, 2)
    assert place.stretched(1, 0, 0, 0) == (2, 1, 1, 2)
    assert place.stretched(5, 5, 0, 0) == (2, 2, 1, 1)
    assert place.stretched(0, 0, -5, 1) == (1, 1, 1, 3)
    assert place.stretched(-1, 0, 0, 0) == (0, 1, 3, 2)


def test_steps_are_taken_back_one_by_one():
    loaded = parse_scene(write_scene(GRID), "overview", "scenes/desk/overview.toml")
    draft = Draft(loaded)
    draft.step(GRID)  # changes nothing
    assert not draft.undo()
    draft.step(scene_edit.put(GRID, 1, Place(0, 1)))
    draft.step(scene_edit.remove(draft.scene, 1))
    draft.revert()
    assert not draft.is_changed and draft.loaded is loaded
    assert draft.undo() and draft.undo()
    assert draft.is_changed and draft.scene.panel[1].row == 1
    assert draft.undo() and draft.scene == GRID


# ---- the file

TEXT = """# What to act on.
name_zh = "总览"  # on the wall too
name_en = "Overview"

[[screen]]
columns = [432, "1fr", 424]
rows = ["1fr", "1fr"]

# ---- the left column

# The officer's list.
[[panel]]
kind = "warnings"
row = 0  # the upper half

[[panel]]
kind = "strip"
row = 1
options.codes = ["hotline.calls"]

# ---- the middle

[[panel]]
kind = "indicators"
column = 1
rows = 2

# The end.
"""


def test_what_did_not_change_stands_as_it_stood():
    scene = parse_scene(TEXT, "overview", "overview.toml").scene
    assert write_scene(scene, TEXT) == TEXT


def test_a_moved_panel_changes_its_own_lines_only():
    scene = parse_scene(TEXT, "overview", "overview.toml").scene
    wide = scene_edit.put(scene, 2, Place(1, 0, 2, 2))
    assert write_scene(wide, TEXT) == TEXT.replace(
        "column = 1\nrows = 2", "column = 1\ncolumns = 2\nrows = 2"
    )
    low = scene_edit.put(scene, 2, Place(1, 1))
    assert write_scene(low, TEXT) == TEXT.replace("column = 1\nrows = 2", "column = 1\nrow = 1")


def test_a_value_goes_and_its_remark_stays():
    scene = parse_scene(TEXT, "overview", "overview.toml").scene
    gone = scene_edit.put(scene_edit.remove(scene, 1), 0, Place(0, 1))
    text = write_scene(gone, TEXT)
    assert "row = 1  # the upper half" in text
    back = scene_edit.put(gone, 0, Place(0, 0))
    text = write_scene(back, text)
    assert "\n# the upper half\n" in text and "row =" not in text
    assert (
        "strip" not in text and "# ---- the left column" in text and text.endswith("# The end.\n")
    )


def test_a_new_file_has_the_order_of_the_howto():
    scene = Scene(
        "甲",
        "A",
        (PanelSpec("strip", column=1, rows=2, drawer_below=1500, options={"codes": ["a.b"]}),),
        (ScreenSpec(columns=(432.0, "1fr"), rows=("1fr", "1fr"), gutter=96.0),),
        order=3,
    )
    assert write_scene(scene) == (
        'name_zh = "甲"\nname_en = "A"\norder = 3\n\n'
        '[[screen]]\ncolumns = [432, "1fr"]\nrows = ["1fr", "1fr"]\ngutter = 96\n\n'
        '[[panel]]\nkind = "strip"\ncolumn = 1\nrows = 2\ndrawer_below = 1500\n'
        'options = { codes = ["a.b"] }\n'
    )


WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
TRACKS = st.one_of(
    st.floats(0.5, 4000, width=32), st.integers(1, 9).map(lambda share: f"{share}fr")
)
PLAIN = st.one_of(st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False), WORDS)
OPTIONS = st.dictionaries(
    WORDS, st.one_of(PLAIN, st.lists(PLAIN, max_size=3), st.dictionaries(WORDS, PLAIN)), max_size=3
)


@st.composite
def scenes(draw):
    """Any scene that parses: screens with panels that do not overlap."""
    screens, panels = [], []
    for number in range(draw(st.integers(1, 3))):
        columns = tuple(draw(st.lists(TRACKS, min_size=1, max_size=4)))
        rows = tuple(draw(st.lists(TRACKS, min_size=1, max_size=3)))
        margin = tuple(draw(st.lists(st.floats(0, 99), min_size=4, max_size=4)))
        screens.append(ScreenSpec(f"s{number}", number, columns=columns, rows=rows, margin=margin))
        for column in range(len(columns)):
            if draw(st.booleans()) or not panels:
                high = draw(st.integers(1, len(rows)))
                options = draw(OPTIONS)
                panels.append(PanelSpec("queue", f"s{number}", column, rows=high, options=options))
    names = draw(WORDS), draw(WORDS)
    return Scene(*names, tuple(panels), tuple(screens), order=draw(st.integers(-9, 999)))


@settings(max_examples=150, deadline=None)
@given(scenes())
def test_what_is_written_is_read_as_it_was(scene):
    text = write_scene(scene)
    assert parse_scene(text, "a", "a.toml").scene == scene
    assert write_scene(scene, text) == text
    assert write_scene(parse_scene(text, "a", "a.toml").scene) == text


@settings(max_examples=150, deadline=None)
@given(scenes(), st.data())
def test_after_any_steps_the_old_text_is_followed_rightly(scene, data):
    text = "# A remark.\n" + write_scene(scene)
    for _ in range(data.draw(st.integers(1, 4))):
        number = data.draw(st.integers(0, len(scene.panel) - 1))
        screen = scene.panel[number].screen
        place = Place(*(data.draw(st.integers(0, 3)) for _ in "xy"), *(1, 1))
        step = data.draw(st.sampled_from(["put", "remove", "add"]))
        try:
            if step == "put":
                scene = scene_edit.put(scene, number, place)
            elif step == "remove":
                scene = scene_edit.remove(scene, number)
            else:
                scene = scene_edit.add(scene, screen, "history")
        except Refusal:
            continue
        text = write_scene(scene, text)
        assert parse_scene(text, "a", "a.toml").scene == scene
        assert text.startswith("# A remark.\n")
