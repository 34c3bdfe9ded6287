"""What is picked on the map is chosen on the seat, what is chosen elsewhere is gone to, and the
ring stays with what moves."""

import numpy as np
import pytest

from app.core.model import Event, EventStatus, Sourced
from app.live.batch import PositionColumns
from app.live.hub import Kind
from tests.qt.map.test_tools_on_the_panel import Workplace
from widgets.map.said import Clicked
from widgets.selection import Subject


def buses(now, places):
    """Vehicles by id at their places."""
    count = len(places)
    return PositionColumns(
        source="bus",
        layer="bus",
        received=now,
        ids=np.array(list(places), object),
        lon=np.array([place[0] for place in places.values()], np.float64),
        lat=np.array([place[1] for place in places.values()], np.float64),
        observed=np.full(count, now, np.int64),
        heading=np.full(count, np.nan, np.float32),
        speed=np.full(count, 12.0, np.float32),
        expires=np.zeros(count, np.int64),
        suspect=np.zeros(count, np.bool_),
        names=np.array(list(places), object),
        kinds=np.full(count, "", object),
    )


@pytest.fixture
def workplace(run, application, tmp_path):
    made = Workplace(tmp_path)
    yield made
    run(made.close())


def test_a_click_on_an_event_is_what_the_seat_is_about_and_the_map_stays(run, workplace):
    now = workplace.desk.clock.now()
    event = Event(
        "e:1", "UE01", now, now, EventStatus.HANDLING, title="积水", lon=118.37, lat=33.78
    )
    other = Event(
        "e:2", "UE01", now, now, EventStatus.HANDLING, title="断枝", lon=118.20, lat=33.90
    )
    workplace.desk.picture.apply_records([Sourced("x", now, one) for one in (event, other)])
    state, chosen = workplace.maps[""], workplace.context.selection

    async def work():
        page = await workplace.open()
        assert (await workplace.desk.do("show-layer event_point")).done
        assert (await workplace.desk.do("fly-to 118.36,33.78 zoom=13")).done
        await page.wait_for("chengmai.layers.held.get('event_point')?.marks?.n === 2")
        await page.wait_for("chengmai.page.map.getZoom() === 13 && !chengmai.page.map._flyToFrame")
        await page.painted()  # nobody clicks what is not drawn yet
        x, y = await page.place_of(118.37, 33.78)
        moves = state.moves
        await page.click(x, y)
        await page.wait_said(Clicked)
        await page.until(lambda: chosen[Subject.EVENT] == "e:1", "it is chosen on the seat")
        workplace.bridge.tick.emit()
        assert state.picked.id == "e:1" and state.moves == moves, "nothing flies from a click"
        chosen.choose(Subject.EVENT, "e:2")  # as a list does
        await page.until(lambda: state.moves == moves + 1, "what is chosen elsewhere is gone to")
        assert (state.place.lon, state.place.lat) == (118.20, 33.90)
        assert state.picked.id == "event:e:2"
        chosen.choose(Subject.REGION, "321322")
        await page.until(lambda: state.moves == moves + 2, "a district too")
        box = workplace.maps.names.regions["321322"].box
        assert box[0] < state.place.lon < box[2] and box[1] < state.place.lat < box[3]
        assert (await workplace.desk.do("drill-region 321302")).done
        await page.until(lambda: chosen[Subject.REGION] == "321302", "and the way down is told")
        workplace.bridge.tick.emit()
        assert state.moves == moves + 3, "once, not again for what it told itself"

    run(work())


def test_a_ring_stays_with_what_moves_whatever_comes_beside_it(run, workplace):
    clock, picture = workplace.desk.clock, workplace.desk.picture

    def put(places):
        clock.advance(1000)
        picture.positions["bus", "bus"] = buses(clock.now(), places)
        workplace.desk.hub.publish(Kind.POSITION, ["bus"])

    async def work():
        page = await workplace.open()
        put({"b:1": (118.30, 33.90), "b:2": (118.36, 33.78)})
        assert (await workplace.desk.do("show-layer bus_vehicle")).done
        assert (await workplace.desk.do("fly-to 118.36,33.78 zoom=12")).done
        await page.wait_for("chengmai.layers.held.get('bus_vehicle')?.marks?.n === 2")
        await workplace.desk.do("pick b:2 layer=bus_vehicle place=118.36,33.78")
        await page.wait_for("chengmai.picking.selected()?.index === 1")
        put({"b:0": (118.1, 33.7), "b:1": (118.30, 33.90), "b:2": (118.40, 33.80)})
        await page.wait_for("chengmai.layers.held.get('bus_vehicle').marks.n === 3")
        await page.wait_for("chengmai.picking.selected()?.index === 2")
        x, y = await page.place_of(118.40, 33.80)
        shown = await page.wait_for(
            "(({selected, held, at}) => { const m = held.get('bus_vehicle').marks; const i = 2;"
            " const s = selected(); return s.set === m.set && ["
            " (m.shown[2 * i] * at.k + at.dx) / at.dpr,"
            " (m.shown[2 * i + 1] * at.k + at.dy) / at.dpr];"
            "})({selected: chengmai.picking.selected, held: chengmai.layers.held,"
            " at: chengmai.view(chengmai.page.map)})"
        )
        assert shown == pytest.approx([x, y], abs=2.0)
        put({"b:0": (118.1, 33.7)})
        await page.wait_for("chengmai.layers.held.get('bus_vehicle').marks.n === 1")
        assert await page.script("chengmai.picking.selected() !== null"), "its last place is told"

    run(work())
