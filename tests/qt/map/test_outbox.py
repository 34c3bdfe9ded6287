"""What waits for a page: the newest of each thing, in the order in which they came last."""

from app.gis.frames import bundle, encode, encode_drop, encode_json, encode_labels, unbundle
from widgets.map.outbox import Outbox


def marks(layer: str, seq: int) -> bytes:
    return encode({"kind": "marks", "layer": layer, "seq": seq})


def shapes(layer: str, slot: int, seq: int) -> bytes:
    return encode({"kind": "shapes", "layer": layer, "slot": slot, "seq": seq})


def raster(layer: str) -> bytes:
    return encode({"kind": "raster", "layer": layer})


def taken(box: Outbox) -> list[bytes]:
    data = box.take()
    return [] if data is None else unbundle(data)


def filled(*frames: bytes) -> Outbox:
    box = Outbox()
    for frame in frames:
        box.put(frame)
    return box


def test_nothing_waits_in_a_new_one() -> None:
    assert Outbox().take() is None


def test_what_is_newer_takes_the_place_of_what_waits() -> None:
    state = encode_json("state", {"zoom": 3})
    box = filled(marks("bus", 1), state, marks("bus", 2), marks("taxi", 1))
    assert taken(box) == [state, marks("bus", 2), marks("taxi", 1)]
    assert box.take() is None


def test_parts_of_a_layer_do_not_take_each_others_place() -> None:
    labels = encode_labels("bus", 7, ["a"])
    frames = [marks("bus", 1), labels, shapes("bus", 0, 1), shapes("bus", 1, 1), raster("bus")]
    assert taken(filled(*frames)) == frames


def test_a_bundle_is_its_frames() -> None:
    box = filled(marks("bus", 1), bundle([marks("bus", 2), marks("taxi", 1)]))
    assert taken(box) == [marks("bus", 2), marks("taxi", 1)]


def test_a_new_page_gets_the_newest_of_everything_that_still_stands() -> None:
    box = filled(marks("bus", 1), marks("taxi", 1))
    box.take()
    box.put(marks("bus", 2))
    box.put(encode_drop("taxi"))
    box.take()
    box.begin()
    assert taken(box) == [marks("bus", 2)]


def test_a_layer_that_leaves_takes_what_waits_with_it() -> None:
    box = filled(marks("bus", 1), shapes("bus", 0, 1), marks("taxi", 1), encode_drop("bus"))
    assert taken(box) == [marks("taxi", 1), encode_drop("bus")]


def test_a_layer_that_left_and_comes_back_comes_after_its_leaving() -> None:
    box = filled(marks("bus", 1), encode_drop("bus"), marks("bus", 2))
    assert taken(box) == [encode_drop("bus"), marks("bus", 2)]
    box.put(encode_drop("bus"))
    assert taken(box) == [encode_drop("bus")]


def test_one_part_of_a_layer_leaves() -> None:
    parts = [marks("a", 1), encode_labels("a", 1, []), shapes("a", 0, 1), shapes("a", 1, 1)]
    for slot, left in ((-1, parts[2:]), (-2, parts), (0, [*parts[:2], parts[3]])):
        box = filled(*parts, raster("a"))
        box.take()
        box.put(encode({"kind": "drop", "layer": "a", "slot": slot}))
        box.begin()
        assert taken(box) == (left if slot == -2 else [*left, raster("a")])


def test_names_that_begin_alike_are_not_the_same() -> None:
    box = filled(marks("bus", 1), marks("bus~2", 1), marks("bus_stop", 1))
    box.put(encode_drop("bus"))
    assert taken(box) == [marks("bus~2", 1), marks("bus_stop", 1), encode_drop("bus")]
