"""Which cameras visitors must not see, of the city's own and of those that platforms list."""

from pathlib import Path

import msgspec
import pytest

from app.catalogue.faults import CityFaults
from app.city import load_city
from app.core.directory import Camera
from app.core.visit import VisitRules, hidden_among
from app.live.video_wall import Look, Round, VideoWall
from tests.helpers.small_city import write_small_city


def camera(id_: str, name: str, lon: float = 119.0, point: str = "") -> Camera:
    return Camera(id_, name, name, "320812", lon, 33.5, point=point)


OWN = (camera("v:1", "一号学校", 119.1), camera("v:2", "淮海路", 119.2))
RULES = VisitRules(hidden_cameras=("v:1",), hidden_listed=("v:77", "*学校*", "*school*"))


@pytest.mark.parametrize(
    ("listed", "hidden"),
    [
        (camera("v:9", "二号学校门口"), True),
        (camera("v:school-3", "东门"), True),
        (camera("v:77", "东门"), True),
        (camera("v:9", "一号学校", 119.9), True),
        (camera("v:9", "改名了", 119.10001), True),  # numbered and named anew, in the same place
        (camera("v:9", "淮海路", 119.2), False),
        (camera("v:9", "东门"), False),
    ],
)
def test_what_a_platform_lists_is_hidden_by_pattern_name_and_place(
    listed: Camera, hidden: bool
) -> None:
    assert hidden_among(RULES, OWN, [listed]) == ({"v:1", listed.id} if hidden else {"v:1"})


def test_forty_thousand_are_looked_through_in_a_thread_without_a_pattern_for_each() -> None:
    ids = tuple(f"v:{number}" for number in range(500))
    rules = VisitRules(hidden_cameras=ids, hidden_listed=(*ids, "*学校*"))
    more = [camera(f"w:{number}", f"{number}号机", 100 + number / 1000) for number in range(5000)]
    assert hidden_among(rules, OWN, more) == frozenset(ids)


def test_the_demonstration_hides_schools_of_its_platform_too() -> None:
    visit = load_city("huaian").catalog.visit
    found = hidden_among(
        visit, load_city("huaian").cameras, [camera("demo-video:9", "新学校2号机")]
    )
    assert "demo-video:9" in found and len(found) == 99


def test_a_pattern_of_a_platform_may_fit_what_is_not_listed_yet(tmp_path: Path) -> None:
    folder = write_small_city(tmp_path / "city")
    (folder / "cameras.csv").write_text(
        "id,name_zh,name_en,region,lon,lat\np:1,北门,North,999901,116.4,39.9\n", encoding="utf-8"
    )
    (folder / "visit.toml").write_text('hidden_cameras = ["p:*"]\n')
    assert load_city(folder).catalog.visit.hidden_cameras == ("p:1",)
    (folder / "visit.toml").write_text('hidden_cameras = ["q:*"]\n')
    with pytest.raises(CityFaults):
        load_city(folder)
    with (folder / "city.toml").open("a") as file:
        file.write('\n[[platform]]\nid = "q"\nkind = "static"\nname_zh = "平台"\n')
    assert load_city(folder).catalog.visit.hidden_listed == ("q:*",)
    assert not msgspec.structs.asdict(load_city(folder).catalog.visit)["hidden_cameras"]


def test_a_round_leaves_out_what_visitors_must_not_see() -> None:
    wall = VideoWall(Look(2, round=Round("all", ("v:1", "v:2", "v:3", "v:4"), dwell_ms=1000)))
    assert wall.turn(1000, without={"v:2", "v:3"})
    assert wall.look.cameras == {0: "v:1", 1: "v:4"}
    wall.turn(2000, ["v:2"], without={"v:2", "v:3"})  # neither when it is in trouble
    assert set(wall.look.cameras.values()) == {"v:1", "v:4"}
    wall.turn(3000)
    assert len(set(wall.look.cameras.values()) & {"v:2", "v:3"}) > 0
    # Where none is left, the cells say that nobody may see them.
    wall.turn(4000, without={"v:1", "v:2", "v:3", "v:4"})
    assert len(wall.look.cameras) == 2
