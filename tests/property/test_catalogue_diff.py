"""Two catalogues and what changed between them: known cases, and laws that hold for any two."""

import math

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from app.core.directory import Camera
from app.video.catalogue_diff import By, CatalogueDiff, Changed, applied, difference, metres

NORTH_M = math.pi * 6_371_000 / 180  # a degree of latitude on a sphere


def camera(code: str, name: str = "测试路口1号机", lon: float = 118.3, lat: float = 33.9) -> Camera:
    return Camera(f"p:{code}", name, "", "321302", lon, lat)


def moved(one: Camera, **fields: object) -> Camera:
    return msgspec.structs.replace(one, **fields)


_PLACES = st.sampled_from([0.0, 33.9, 33.90004, 33.9001, 33.95, 34.5])
_CAMERAS = st.builds(
    camera,
    st.sampled_from(
        [f"{head}{tail:010d}" for head in (3213020000, 3213110000) for tail in range(6)]
    ),
    st.sampled_from(["东门", "东 门", "西门", "南门", ""]),
    st.just(118.3),
    _PLACES,
)
_LISTS = st.lists(_CAMERAS, max_size=10, unique_by=lambda one: one.id)


@given(_LISTS, _LISTS)
def test_the_difference_leads_from_one_list_to_the_other(
    old: list[Camera], new: list[Camera]
) -> None:
    diff = difference(old, new)
    assert applied(old, diff) == tuple(sorted(new, key=lambda one: one.id))
    assert applied(new, difference(new, old)) == tuple(sorted(old, key=lambda one: one.id))
    assert diff.is_empty == (sorted(old, key=lambda c: c.id) == sorted(new, key=lambda c: c.id))


@given(_LISTS, _LISTS)
def test_each_camera_is_told_once_and_a_pair_is_of_two_lists(
    old: list[Camera], new: list[Camera]
) -> None:
    diff = difference(old, new)
    olds, news = {one.id for one in old}, {one.id for one in new}
    gone = [one.id for one in diff.gone] + [pair.old.id for pair in diff.renumbered]
    came = [one.id for one in diff.added] + [pair.new.id for pair in diff.renumbered]
    assert sorted(gone) == sorted(olds - news)
    assert sorted(came) == sorted(news - olds)
    for pair in diff.renumbered:
        apart = metres(pair.old, pair.new)
        limit = {By.CODE: math.inf, By.NAME: 2000.0, By.PLACE: 15.0}[pair.by]
        assert apart is None or apart <= limit


@given(_LISTS, _LISTS)
def test_the_order_of_the_lists_does_not_matter(old: list[Camera], new: list[Camera]) -> None:
    assert difference(old, new) == difference(old[::-1], new[::-1])


def test_a_district_that_was_renumbered_is_bound_again_by_code() -> None:
    old = [camera(f"3213020000132000000{n}", f"{n}号机", 118.3 + n / 100) for n in range(5)]
    new = [camera(f"3213110000132000000{n}", f"{n}号机", 118.3 + n / 100) for n in range(5)]
    diff = difference(old, new)
    assert diff.rebound() == {a.id: b.id for a, b in zip(old, new, strict=True)}
    assert {pair.by for pair in diff.renumbered} == {By.CODE}
    assert not diff.added and not diff.gone


def test_the_same_end_of_a_code_elsewhere_is_another_camera() -> None:
    old, new = (
        camera("32130200001320000001", "东门"),
        camera("32131100001320000001", "西门", lat=33.8),
    )
    assert difference([old], [new]) == CatalogueDiff(added=(new,), gone=(old,))


def test_by_name_and_not_where_two_bear_it() -> None:
    old, new = (
        camera("a1", "市民广场 1号机"),
        camera("b7", "市民广场1号机", lat=33.9 + 300 / NORTH_M),
    )
    assert [pair.by for pair in difference([old], [new]).renumbered] == [By.NAME]
    twin = moved(new, id="p:b8")
    assert not difference([old], [new, twin]).renumbered
    far = moved(new, lat=33.9 + 2100 / NORTH_M)
    assert not difference([old], [far]).renumbered


def test_by_place_and_not_where_two_stand_there() -> None:
    old, new = camera("a1", "旧名"), camera("b7", "新名", lat=33.9 + 14 / NORTH_M)
    assert [pair.by for pair in difference([old], [new]).renumbered] == [By.PLACE]
    assert not difference([old], [moved(new, lat=33.9 + 16 / NORTH_M)]).renumbered
    assert not difference([old], [new, moved(new, id="p:b8", name_zh="又一")]).renumbered
    nowhere = [camera("a1", "旧名", 0.0, 0.0)], [camera("b7", "新名", 0.0, 0.0)]
    assert not difference(*nowhere).renumbered


def test_renamed_moved_and_altered() -> None:
    old = camera("a1")
    name, place = moved(old, name_zh="新名"), moved(old, lat=33.9 + 6 / NORTH_M)
    turned, rounded = moved(old, heading=90.0), moved(old, lat=33.9 + 4 / NORTH_M)
    assert difference([old], [name]) == CatalogueDiff(renamed=(Changed(old, name),))
    assert difference([old], [place]) == CatalogueDiff(moved=(Changed(old, place),))
    for same in (turned, rounded):
        assert difference([old], [same]) == CatalogueDiff(altered=(Changed(old, same),))
        assert difference([old], [same]).is_harmless
    assert not difference([old], [name]).is_harmless


def test_of_thousands_that_bear_one_name_in_one_place_nothing_is_said() -> None:
    old = [camera(f"a{n}", "摄像机") for n in range(5000)]
    new = [camera(f"b{n}", "摄像机") for n in range(5000)]
    assert not difference(old, new).renumbered
