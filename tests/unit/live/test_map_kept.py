"""A map comes back as it was: what its row says, and what of it is still there."""

from hypothesis import given
from hypothesis import strategies as st

from app.core.map_decision import KeptMap
from app.live.map_kept import restore, row_of
from app.live.map_names import BaseName, LayerName, MapNames, PlateName, RegionPlace
from app.live.map_state import LayerChoice, MapArea, MapPlace, MapState
from app.store.driver import Connection
from app.store.map_rows import keep_maps, load_maps
from tests.unit.commands.desk import Desk

HOME = MapPlace(119.0, 33.5, 9.0)


def names() -> MapNames:
    found = MapNames()
    found.layers = {
        "bus": LayerName("bus", "公交", "Buses"),
        "cones": LayerName("cones", "视域", "Views", audience=("desk",)),
    }
    found.plates = {"flood": PlateName("flood", "防汛", "Flood")}
    found.bases = {"img": BaseName("img", "影像", "Imagery")}
    found.regions = {"320803": RegionPlace("320803", "淮安区", "Huai'an District")}
    return found


def shown() -> MapState:
    state = MapState(MapPlace(119.1234567, 33.7654321, 13.25))
    state.moved_by = "desk/1"
    state.layers = (LayerChoice("bus", 0.5, "12 路"), LayerChoice("cones"))
    state.plate, state.base, state.region, state.span_ms = "flood", "img", "320803", 3_600_000
    state.area = MapArea("circle", ((119.1, 33.5),), 800.0)
    state.tool, state.at = "lasso", 1_784_000_000_000
    return state


def test_what_a_person_set_comes_back_and_what_should_end_does_not() -> None:
    row = row_of("desk", "", shown(), 5, apart=False)
    state = MapState(HOME)
    restore(state, row, names(), "desk")
    assert (state.place.lon, state.place.lat, state.place.zoom) == (119.123457, 33.765432, 13.25)
    assert state.layers == (LayerChoice("bus", 0.5, "12 路"), LayerChoice("cones"))
    assert (state.plate, state.base, state.region) == ("flood", "img", "320803")
    assert state.span_ms == 3_600_000
    assert state.area == MapArea("circle", ((119.1, 33.5),), 800.0)
    assert (state.tool, state.at, state.picked, state.comparison) == ("", 0, None, None)
    assert state.moved_by, "the whole city is not fitted over it"


def test_what_is_gone_or_not_for_the_seat_is_left_out() -> None:
    row = row_of("hall", "", shown(), 5, apart=False)
    state = MapState(HOME)
    restore(state, row, names(), "hall")
    assert [choice.id for choice in state.layers] == ["bus"], "the views of cameras are a desk's"
    bare = MapState(HOME)
    restore(bare, row, MapNames(), "hall")
    assert (bare.layers, bare.plate, bare.base, bare.region) == ((), "", "", "")


def test_a_map_that_nobody_moved_is_fitted_anew() -> None:
    state = shown()
    state.moved_by = ""
    other = MapState(HOME)
    restore(other, row_of("desk", "", state, 5, apart=False), names(), "desk")
    assert other.place == HOME and other.moved_by == ""


@given(
    text=st.text(max_size=80),
    area=st.text(max_size=80),
    place=st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.floats(-99, 99)),
)
def test_a_row_spoilt_by_hand_still_gives_a_map(
    text: str, area: str, place: tuple[float, float, float]
) -> None:
    lon, lat, zoom = place
    row = KeptMap(
        "desk", "", lon, lat, zoom, True, text, text, text, text, -1, area, False, 0
    )  # fmt: skip
    state = MapState(HOME)
    restore(state, row, names(), "desk")
    assert abs(state.place.lon) <= 180 and 3 <= state.place.zoom <= 20 and state.span_ms == 0


def test_rows_are_kept_by_seat_and_name_and_replaced(tmp_path) -> None:  # type: ignore[no-untyped-def]
    desk = Desk(tmp_path)
    state = shown()
    first = [row_of("desk", name, state, 1, apart=name == "wall1") for name in ("", "wall1")]
    state.base = ""
    later = [
        row_of("desk", "", state, 2, apart=False),
        row_of("other", "", shown(), 2, apart=False),
    ]

    def write(rows: list[KeptMap]):  # type: ignore[no-untyped-def]
        return lambda connection: keep_maps(connection, rows)

    def read(connection: Connection) -> dict[str, KeptMap]:
        return load_maps(connection, "desk")

    desk.ops.run_blocking(write(first))
    desk.ops.run_blocking(write(later))
    assert desk.ops.run_blocking(read) == {"": later[0], "wall1": first[1]}
    again = desk.again()
    try:
        assert again.seat.maps.kept == {"": later[0], "wall1": first[1]}
    finally:
        again.close()
