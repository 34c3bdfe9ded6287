"""Geofences: who crosses, what is said of it, what a restart knows, what nobody is told twice."""

from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np
import pytest

from app.city import City, load_city
from app.core.clock import ManualClock
from app.core.i18n import translator
from app.core.map_decision import AreaForm, Fence, FenceRule
from app.core.model import AlarmKind, Level, Sourced, Warning, WarningState, World
from app.gis import geodesy
from app.gis.fence_alarms import MOST, QUIET_MS
from app.gis.fence_judge import Crossing, Judge
from app.gis.fence_words import mover, title
from app.gis.fence_zone import Zone
from app.gis.geofence import Geofences
from app.live.batch import PositionColumns
from app.live.hub import Hub, Kind
from app.live.picture import Picture

NOON = 1_784_289_600_000
SECOND, MINUTE = 1000, 60_000
LINE = ("gps", "truck")
HERE = (118.3, 33.95)
RADIUS = 500
CIRCLE = Fence(
    "f1", "化工园区", FenceRule.ENTER, Level.ORANGE, AreaForm.CIRCLE, "118.3,33.95", RADIUS
)


def columns(
    places: dict[str, tuple[float, float]],
    at: int = NOON,
    *,
    suspect: tuple[str, ...] = (),
    expires: int = 0,
    kinds: dict[str, str] | None = None,
) -> PositionColumns:
    """Positions by id: metres east and north of the middle."""
    n, east_north = len(places), np.array(list(places.values()), float).reshape(-1, 2)
    east, north = (float(one[0]) for one in geodesy.scales(np.array([HERE[1]])))
    ids = list(places)
    return PositionColumns(
        source=LINE[0],
        layer=LINE[1],
        received=at,
        ids=np.array(ids, object),
        lon=HERE[0] + east_north[:, 0] / east,
        lat=HERE[1] + east_north[:, 1] / north,
        observed=np.full(n, at, np.int64),
        heading=np.full(n, np.nan, np.float32),
        speed=np.full(n, np.nan, np.float32),
        expires=np.full(n, expires, np.int64),
        suspect=np.array([id_ in suspect for id_ in ids], np.bool_),
        names=np.array([f"苏N·{id_}" for id_ in ids], object),
        kinds=np.array([(kinds or {}).get(id_, "") for id_ in ids], object),
    )


@pytest.fixture(scope="module")
def suqian() -> City:
    return load_city("suqian")


@dataclass
class Post:
    """The geofences of one seat with a real picture, hub and history; `tell` gives positions."""

    city: City
    picture: Picture = field(default_factory=lambda: Picture({}, World.REAL))
    hub: Hub = field(default_factory=Hub)
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOON))
    kept: list[Sourced] = field(default_factory=list)
    fences: Geofences = field(init=False)

    def __post_init__(self) -> None:
        self.fences = Geofences(self.picture, self.hub, self.clock, self.city, self.kept.extend)

    async def tell(self, told: PositionColumns) -> list[Warning]:
        """What was raised, changed or ended by it."""
        before = len(self.kept)
        self.clock.advance(max(0, int(told.observed.max()) - self.clock.now()))
        self.picture.positions[told.source, told.layer] = told
        self.fences.heed({(told.source, told.layer): told})
        await self.fences.idle.wait()
        return [item.record for item in self.kept[before:] if isinstance(item.record, Warning)]

    def watch(self, *fences: Fence) -> None:
        self.picture.map.fences = {fence.id: fence for fence in fences}


@pytest.fixture
async def post(suqian: City) -> Any:
    made = Post(suqian)
    made.watch(CIRCLE)
    made.fences.start()
    yield made
    made.fences.stop()


async def test_who_enters_is_told_of_once_with_the_evidence_and_ended_when_gone(post: Post) -> None:
    assert await post.tell(columns({"a": (900, 0), "b": (0, 900)})) == []
    seen = post.hub.subscribe()
    (raised,) = await post.tell(columns({"a": (400, 0), "b": (0, 900)}, NOON + SECOND))
    assert (raised.kind, raised.level, raised.state) == (
        AlarmKind.LIMIT,
        Level.ORANGE,
        WarningState.ACTIVE,
    )
    assert raised.title == "营运车辆 苏N·a 进入围栏“化工园区”"
    assert raised.issued == NOON + SECOND and raised.world is World.REAL
    for word in ("20:00:01", "118.30433, 33.95000", "营运车辆 苏N·a", "gps", "化工园区"):
        assert word in raised.evidence
    assert post.picture.warnings[raised.id].source == "fence"
    assert seen.drain()[Kind.WARNING] == {raised.id}
    assert await post.tell(columns({"a": (300, 0), "b": (0, 900)}, NOON + 2 * SECOND)) == []
    (over,) = await post.tell(columns({"a": (600, 0), "b": (0, 900)}, NOON + MINUTE))
    assert over.id == raised.id and over.state is WarningState.CANCELLED
    assert over.revision > raised.revision and over.observed == NOON + MINUTE


async def test_who_was_there_when_first_seen_is_said_so(post: Post) -> None:
    (raised,) = await post.tell(columns({"a": (0, 0)}))
    assert "首次收到位置时已在" in raised.title


async def test_a_fix_that_wanders_on_the_line_is_one_warning(post: Post) -> None:
    await post.tell(columns({"a": (900, 0)}))
    ids = set()
    for step, metres in enumerate((490, 510, 495, 520, 499, 525) * 5):
        for warning in await post.tell(columns({"a": (metres, 0)}, NOON + step * SECOND)):
            ids.add((warning.id, warning.state))
    assert len(ids) == 1, "within 30 m of the line nobody is out"
    (over,) = await post.tell(columns({"a": (540, 0)}, NOON + 2 * MINUTE))
    (again,) = await post.tell(columns({"a": (480, 0)}, NOON + 2 * MINUTE + QUIET_MS - 1))
    assert again.id == over.id and again.state is WarningState.UPDATED
    await post.tell(columns({"a": (700, 0)}, NOON + 10 * MINUTE))
    (new,) = await post.tell(columns({"a": (0, 0)}, NOON + 20 * MINUTE))
    assert new.id != over.id, "an acknowledgement of the last time is not one of this time"


async def test_what_is_suspect_or_expired_moves_nobody(post: Post) -> None:
    await post.tell(columns({"a": (900, 0)}))
    assert await post.tell(columns({"a": (0, 0)}, suspect=("a",))) == []
    assert await post.tell(columns({"a": (0, 0)}, expires=NOON - 1)) == []
    (raised,) = await post.tell(columns({"a": (0, 0)}, NOON + 1, expires=NOON + MINUTE))
    assert await post.tell(columns({"a": (9000, 0)}, NOON + 2, suspect=("a",))) == []
    assert post.picture.warnings[raised.id].record == raised


async def test_leaving_is_told_only_of_those_who_were_in(post: Post) -> None:
    post.watch(msgspec.structs.replace(CIRCLE, rule=FenceRule.LEAVE))
    assert await post.tell(columns({"a": (0, 0), "b": (900, 0)})) == []
    (raised,) = await post.tell(columns({"a": (700, 0), "b": (800, 0)}, NOON + SECOND))
    assert raised.title == "营运车辆 苏N·a 离开围栏“化工园区”"
    (back,) = await post.tell(columns({"a": (0, 0), "b": (800, 0)}, NOON + MINUTE))
    assert back.id == raised.id and back.state is WarningState.CANCELLED


async def test_staying_is_told_after_its_time_and_not_again(post: Post) -> None:
    post.watch(msgspec.structs.replace(CIRCLE, rule=FenceRule.DWELL, dwell_s=300))
    for minute in range(5):
        assert await post.tell(columns({"a": (0, 0)}, NOON + minute * MINUTE)) == []
    (raised,) = await post.tell(columns({"a": (0, 0)}, NOON + 5 * MINUTE))
    assert raised.title == "营运车辆 苏N·a 在围栏“化工园区”内停留超过 5 分钟"
    assert await post.tell(columns({"a": (0, 0)}, NOON + 6 * MINUTE)) == []
    (over,) = await post.tell(columns({"a": (900, 0)}, NOON + 7 * MINUTE))
    assert over.state is WarningState.CANCELLED


async def test_only_the_layers_and_kinds_that_are_meant(post: Post) -> None:
    post.watch(msgspec.structs.replace(CIRCLE, layers="bus", kinds=""))
    assert await post.tell(columns({"a": (0, 0)})) == []
    post.watch(msgspec.structs.replace(CIRCLE, layers="bus truck", kinds="危化 tanker"))
    told = columns({"a": (0, 0), "b": (0, 0)}, NOON + 1, kinds={"a": "tanker", "b": "bus"})
    (raised,) = await post.tell(told)
    assert "苏N·a" in raised.title


async def test_a_restart_raises_nothing_that_is_known_and_ends_what_is_gone(
    post: Post, suqian: City
) -> None:
    first = await post.tell(columns({"a": (0, 0), "b": (10, 0)}))
    assert len(first) == 2
    after = Post(suqian)
    after.picture.apply_records(post.kept)  # as the store gives it back
    after.watch(CIRCLE)
    after.fences.start()
    told = await after.tell(columns({"a": (5, 0), "b": (900, 0), "c": (0, 5)}, NOON + MINUTE))
    after.fences.stop()
    names = {(warning.title.split()[1], warning.state) for warning in told}
    assert names == {("苏N·b", WarningState.CANCELLED), ("苏N·c", WarningState.ACTIVE)}


async def test_a_geofence_that_ends_takes_its_warnings_with_it(post: Post) -> None:
    (raised,) = await post.tell(columns({"a": (0, 0)}))
    post.watch(msgspec.structs.replace(CIRCLE, ended=True))
    post.clock.advance(SECOND)
    post.fences.look()
    await post.fences.idle.wait()
    record = post.picture.warnings[raised.id].record
    assert isinstance(record, Warning) and record.state is WarningState.CANCELLED


async def test_many_at_once_are_one_warning_more_and_not_a_storm(post: Post) -> None:
    crowd = {f"t{number}": (number * 2.0, 0.0) for number in range(100)}
    told = await post.tell(columns(crowd))
    assert len(told) == MOST + 1
    assert told[-1].title == f"围栏“化工园区”：另有 {100 - MOST} 个目标（超过 {MOST} 个后合并）"
    gone = {id_: (900.0 + east, north) for id_, (east, north) in crowd.items()}
    over = await post.tell(columns(gone, NOON + MINUTE))
    assert {warning.state for warning in over} == {WarningState.CANCELLED}
    assert {warning.id for warning in over} == {warning.id for warning in told}


async def test_a_district_is_a_geofence_and_an_unknown_one_is_said(
    post: Post, expect_log: Any
) -> None:
    expect_log("maptool.fence.no_place name=无此区")
    post.watch(
        Fence("r", "宿城", FenceRule.ENTER, Level.BLUE, region="321302"),
        Fence("x", "无此区", FenceRule.ENTER, Level.BLUE, region="999999"),
    )
    told = columns({"a": (0, 0)})
    inside = msgspec.structs.replace(told, lon=np.array([118.369]), lat=np.array([33.779]))
    (raised,) = await post.tell(inside)
    assert raised.region == "321302" and raised.place == "宿城"
    assert post.fences.faults["x"].args["name"] == "无此区"


def test_fifty_geofences_and_many_positions_agree_with_one_at_a_time() -> None:
    random = np.random.default_rng(3)
    zones = []
    for number in range(50):
        lon, lat = 118.0 + random.random() * 0.6, 33.6 + random.random() * 0.6
        turn = np.sort(random.random(9)) * 2 * np.pi
        ring = [(lon + 0.05 * np.cos(at), lat + 0.05 * np.sin(at)) for at in turn]
        corners = " ".join(f"{x:.6f},{y:.6f}" for x, y in ring)
        fence = Fence(f"f{number}", "x", FenceRule.ENTER, Level.BLUE, corners=corners)
        zones.append(Zone(fence, {}))
    judge = Judge()
    judge.use(zones)
    told = columns({f"t{number}": (0, 0) for number in range(2000)})
    held: dict[tuple[str, str], bool] = {}
    for _ in range(4):
        lon, lat = 118.0 + random.random(2000) * 0.6, 33.6 + random.random(2000) * 0.6
        moved = msgspec.structs.replace(told, lon=lon, lat=lat)
        crossed = {
            (item.fence.id, item.id): item.inside for item in judge.judge({LINE: moved}, NOON)
        }
        for zone in zones:
            inside = zone.covers(lon, lat)
            away = zone.away(lon, lat)
            for at, id_ in enumerate(told.ids):
                key = (zone.fence.id, id_)
                was = held.get(key, False)
                now = bool(inside[at]) or (was and away[at] <= 30.0)
                assert crossed.get(key) == (now if now != was else None)
                held[key] = now


def test_things_that_come_and_go_do_not_stay_for_ever() -> None:
    judge = Judge()
    judge.use([Zone(CIRCLE, {})])
    for day in range(12):
        ships = {f"{day}-{number}": (900.0, 0.0) for number in range(1500)} | {"stays": (0.0, 0.0)}
        crossed = judge.judge({LINE: columns(ships, NOON + day)}, NOON)
        assert [item.id for item in crossed] == (["stays"] if day == 0 else [])
    assert len(judge.ids(LINE)) < 16_200


def test_a_batch_of_fifty_thousand_is_judged_with_its_index_kept() -> None:
    """The same array of ids is not looked up again: that is what makes a batch quick."""
    judge = Judge()
    judge.use([Zone(CIRCLE, {})])
    told = columns({f"t{number}": (9000.0, 0.0) for number in range(50_000)})
    assert judge.judge({LINE: told}, NOON) == []
    closer = msgspec.structs.replace(told, lon=np.full(50_000, HERE[0]))
    assert len(judge.judge({LINE: closer}, NOON)) == 50_000


@pytest.mark.parametrize(
    ("layer", "id_", "name", "said"),
    [
        ("bus", "demo-bus:0018", "", "公交车 0018"),
        ("ais", "mmsi:413000001", "苏宿货 1288", "船舶 苏宿货 1288"),
        ("bus", "demo-bus:0018", "公交车 12 路", "公交车 12 路"),
        ("scooter", "x:7", "", "移动目标 7"),
    ],
    ids=["number", "name", "named-so", "unknown-sort"],
)
def test_what_moved_is_said_in_words(layer: str, id_: str, name: str, said: str) -> None:
    crossing = Crossing(
        CIRCLE, True, False, False, "gps", layer, id_, name, "", *HERE, NOON
    )  # fmt: skip
    say = translator("zh_CN").render
    assert mover(crossing, say) == said
    assert say(title(crossing, say)) == f"{said} 进入围栏“化工园区”"
