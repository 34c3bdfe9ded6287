"""Demands become streams: one per camera, profile and recording."""

from app.video.platform import Profile
from app.video.streams import KEEP_S, STAND_S, Size, Streams
from app.video.tile import Demand, Playback, Weight
from app.video.wire import PixelFormat

SMALL = (480, 270)
LARGE = (1920, 1080)


def demand(
    camera: str,
    size: tuple[int, int] = SMALL,
    weight: Weight = Weight.NORMAL,
    playback: Playback | None = None,
    pixels: PixelFormat = PixelFormat.BGRA,
) -> Demand:
    return Demand(camera, *size, weight, pixels, playback)


def names(held: list) -> list[tuple[str, str]]:  # type: ignore[type-arg]
    return [(one.camera, one.profile.value) for one in held]


def test_a_camera_in_three_places_is_one_stream_with_a_row_per_size() -> None:
    streams = Streams()
    streams.want("wall/0", demand("p:1"))
    streams.want("desk/3", demand("p:1", weight=Weight.SMALL))
    streams.want("map/1", demand("p:1", (320, 180), Weight.ALARM))
    changes = streams.settle(0.0)
    assert names(changes.opened) == [("p:1", "sub")]
    (held,) = streams.held
    assert held.views == {"wall/0", "desk/3", "map/1"}
    assert held.sizes == {
        Size(480, 270, PixelFormat.BGRA),
        Size(320, 180, PixelFormat.BGRA),
    }
    assert (held.weight, held.area) == (Weight.ALARM, 480 * 270)
    assert streams.of("desk/3") is held and streams.of("nowhere") is None


def test_the_largest_size_decides_the_profile_for_all_of_its_views() -> None:
    streams = Streams()
    streams.want("a", demand("p:1"))
    streams.settle(0.0)
    streams.want("b", demand("p:1", LARGE))
    changes = streams.settle(1.0)
    assert names(changes.opened) == [("p:1", "main")] and not changes.closed
    main = streams.of("a")
    assert main is not None and main.profile is Profile.MAIN and main.views == {"a", "b"}
    # the substream goes after its time, or when nobody stands on it any more
    (sub,) = [held for held in streams.held if held.profile is Profile.SUB]
    assert not streams.settle(1.0 + KEEP_S, standing=[sub.id]).closed
    assert streams.settle(1.1 + KEEP_S).closed == [sub]


def test_nobody_stands_on_a_stream_for_ever() -> None:
    streams = Streams()
    streams.want("a", demand("p:1"))
    streams.settle(0.0)
    (held,) = streams.held
    streams.want("a", None)
    assert not streams.settle(1.0, standing=[held.id]).closed
    assert streams.settle(1.0 + STAND_S, standing=[held.id]).closed == [held]


def test_what_comes_back_in_time_was_never_closed() -> None:
    streams = Streams()
    streams.want("a", demand("p:1"))
    first = streams.settle(0.0).opened
    streams.want("a", demand("p:2"))
    streams.settle(1.0)
    streams.want("a", demand("p:1"))
    changes = streams.settle(1.0 + KEEP_S - 0.1)
    assert not changes.opened and not changes.closed
    assert streams.of("a") is first[0]
    assert [held.camera for held in streams.settle(3.9 + KEEP_S).closed] == ["p:2"]


def test_a_camera_with_one_stream_is_asked_for_that() -> None:
    streams = Streams()
    streams.want("a", demand("p:1"))
    streams.settle(0.0)
    (held,) = streams.held
    streams.be_single("p:1")
    changes = streams.settle(0.1)
    assert not changes.opened and not changes.closed and held.profile is Profile.MAIN
    streams.want("b", demand("p:1", LARGE))
    assert not streams.settle(0.2).opened and held.views == {"a", "b"}


def test_economy_takes_the_substream_but_not_from_what_matters() -> None:
    streams = Streams()
    streams.want("a", demand("p:1", LARGE))
    streams.want("b", demand("p:2", LARGE, Weight.FOCUS))
    opened = streams.settle(0.0, economy={"p:1", "p:2"}).opened
    assert names(opened) == [("p:1", "sub"), ("p:2", "main")]


def test_what_visitors_may_not_see_ends_at_once() -> None:
    streams = Streams()
    streams.want("a", demand("p:1"))
    streams.settle(0.0)
    (held,) = streams.held
    assert streams.settle(0.1, barred={"p:1"}).closed == [held]
    assert streams.of("a") is None
    assert names(streams.settle(0.2).opened) == [("p:1", "sub")]


def test_a_recording_is_a_stream_of_its_own_and_seeks_where_it_is_the_same() -> None:
    streams = Streams()
    streams.want("live", demand("p:1"))
    streams.want("past", demand("p:1", playback=Playback(1000, 9000)))
    assert names(streams.settle(0.0).opened) == [("p:1", "sub"), ("p:1", "main")]
    held = streams.of("past")
    streams.want("past", demand("p:1", playback=Playback(5000, 9000, 4.0)))
    changes = streams.settle(1.0)
    assert changes.sought == [held] and not changes.opened and not changes.closed
    assert held is not None and held.playback == Playback(5000, 9000, 4.0)
    streams.want("past", demand("p:1", playback=Playback(0, 500)))
    assert len(streams.settle(2.0).opened) == 1


def test_two_views_of_two_moments_do_not_pull_at_one_recording() -> None:
    streams = Streams()
    streams.want("a", demand("p:1", playback=Playback(1000, 9000)))
    streams.want("b", demand("p:1", playback=Playback(1000, 9000)))
    assert len(streams.settle(0.0).opened) == 1
    streams.want("a", demand("p:1", playback=Playback(4000, 9000)))
    changes = streams.settle(1.0)
    assert len(changes.opened) == 1 and not changes.sought
    streams.want("b", demand("p:1", playback=Playback(4000, 9000)))
    streams.settle(2.0)
    held = streams.of("b")
    assert held is streams.of("a") and held is not None and held.views == {"a", "b"}


def test_a_new_size_is_told_and_yuv_has_the_streams_own() -> None:
    streams = Streams()
    streams.want("a", demand("p:1", pixels=PixelFormat.I420))
    streams.settle(0.0)
    (held,) = streams.held
    assert held.sizes == {Size(0, 0, PixelFormat.I420)}
    streams.want("a", demand("p:1", (490, 270), pixels=PixelFormat.I420))
    assert not streams.settle(1.0).resized
    streams.want("a", demand("p:1", (490, 270)))
    assert streams.settle(2.0).resized == [held]


def test_what_a_look_decides_is_the_same_where_nobody_wanted_anything_since() -> None:
    """Streams that are in line with the demands are not gone through again; what changes beside
    the demands still counts at once."""
    streams = Streams()
    streams.want("wall/0", demand("p:1", LARGE))
    streams.want("wall/1", demand("p:2", LARGE))
    assert len(streams.settle(0.0).opened) == 2
    again = streams.settle(1.0)
    assert (again.opened, again.closed, again.sought, again.resized) == ([], [], [], [])
    assert names(streams.settle(2.0, economy={"p:1"}).opened) == [("p:1", "sub")]
    assert streams.settle(3.0, economy=["p:1"]).closed == []
    assert names(streams.settle(2.0 + KEEP_S, economy=["p:1"]).closed) == [("p:1", "main")]
    assert names(streams.settle(6.0, economy=["p:1"], barred=["p:2"]).closed) == [("p:2", "main")]
    streams.be_single("p:1")
    streams.settle(7.0, economy=["p:1"])
    found = names(list(streams.held))  # p:2 may be shown again
    assert sorted(found) == [("p:1", "main"), ("p:2", "main")]
    streams.want("wall/0", None)
    assert streams.settle(8.0).closed == [] and len(streams.settle(8.0 + KEEP_S).closed) == 1
