"""What is wanted is made in its thread, as often as it may be, and a fault stays where it is.

The layers here are real kinds of the product's interface; picture and hub are the product's.
"""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import numpy as np
import pytest

from app.core.clock import ManualClock
from app.core.model import World
from app.gis.composer import Composer
from app.gis.content import Content, Marks, MarkStyle, Raster, Shapes, ShapeStyle
from app.gis.frames import Origin
from app.gis.layer import Ask, Ground, Layer, LayerConfig
from app.live.hub import Hub, Kind
from app.live.map_state import LayerChoice
from app.live.picture import Picture

NOW = 1_784_268_202_000


def marks(lon: list[float], names: list[str] | None = None, **more: Any) -> Marks:
    names = names or [f"a:{number}" for number in range(len(lon))]
    return Marks(
        np.array(names, object),
        np.array(lon),
        np.full(len(lon), 33.5),
        np.zeros(len(lon), np.uint8),
        (MarkStyle(),),
        **more,
    )


class Same:
    """A past in which all was as it is."""

    def __init__(self, picture: Picture) -> None:
        self.on_ready: list[Callable[[int], None]] = []
        self._picture = picture

    def picture(self, at: int) -> Picture:
        return self._picture


class Told(Layer, kind="told"):
    """Shows what the test says; an exception is raised instead."""

    needs = frozenset({Kind.POSITION})

    def __init__(self, id_: str) -> None:
        config = LayerConfig(id_, "told", id_, id_)
        super().__init__(config, Ground(msgspec.convert({}, dict), ManualClock(0)))  # type: ignore[arg-type]
        self.shows: Content | Exception = Content(marks=marks([119.0, 119.1]))
        self.asked: list[Ask] = []
        self.threads: set[str] = set()
        self.taken = 0

    def take(self, picture: Picture) -> Any:
        self.taken += 1
        return picture

    def make(self, taken: Any, ask: Ask) -> Content:
        self.asked.append(ask)
        self.threads.add(threading.current_thread().name)
        if isinstance(self.shows, Exception):
            raise self.shows
        return self.shows


class Book(dict[str, Told]):
    """Layers by id."""

    def layer(self, id_: str) -> Layer:
        return self[id_]


class Bench:
    """A composer with hands on its clocks."""

    def __init__(self, *ids: str) -> None:
        self.layers = Book({id_: Told(id_) for id_ in ids})
        self.hub, self.clock, self.seconds = Hub(), ManualClock(NOW), 100.0
        picture = Picture({}, World.DEMO)
        self.frames: list[tuple[str, dict[str, Any]]] = []
        self.made: list[str] = []
        self.composer = Composer(
            self.layers,
            picture,
            self.hub,
            self.clock,
            Origin(119.0, 33.5),
            monotonic=lambda: self.seconds,
            past=Same(picture),
        )
        self.composer.on_frame.append(lambda key, frame: self.frames.append((key, head(frame))))
        self.composer.on_content.append(self.made.append)

    def want(self, *ids: str, view: str = "v", **more: Any) -> tuple[str, ...]:
        return self.composer.want(view, tuple(map(LayerChoice, ids)), **more)

    async def pass_(self, seconds: float, *, changed: bool = False) -> None:
        """Time passes and a tick comes; all that it began is finished."""
        self.seconds += seconds
        self.clock.advance(round(seconds * 1000))
        if changed:
            self.hub.publish(Kind.POSITION, ("bus",))
        self.composer.tick()
        while self.composer.busy:  # noqa: ASYNC110  (a condition of the product's own)
            await asyncio.sleep(0)

    def kinds(self) -> list[str]:
        """What was sent since the last look."""
        found = [f"{key} {said['kind']}" for key, said in self.frames]
        self.frames.clear()
        return found


def head(frame: bytes) -> dict[str, Any]:
    length = int.from_bytes(frame[4:8], "little")
    found: dict[str, Any] = msgspec.json.decode(frame[8 : 8 + length])
    return found


def ran(work: Callable[[Bench], Awaitable[None]], *ids: str) -> None:
    async def whole() -> None:
        bench = Bench(*ids)
        bench.composer.start()
        try:
            await work(bench)
        finally:
            await bench.composer.stop()
        assert not [one for one in threading.enumerate() if one.name == "map"]

    asyncio.run(whole())


def test_only_what_a_view_wants_is_made_and_in_the_thread() -> None:
    async def work(bench: Bench) -> None:
        await bench.pass_(1)
        assert bench.made == []
        assert bench.want("a") == ("a",)
        await bench.pass_(1)
        assert bench.made == ["a"] and bench.layers["a"].threads == {"map"}
        assert bench.layers["b"].taken == 0
        bench.composer.forget("v")
        await bench.pass_(1, changed=True)
        assert bench.made == ["a"]

    ran(work, "a", "b")


def test_changes_between_two_makings_are_seen_once() -> None:
    async def work(bench: Bench) -> None:
        bench.want("a")
        await bench.pass_(1)
        for _ in range(5):
            await bench.pass_(0.04, changed=True)
        assert len(bench.made) == 1  # 200 ms of the 250 that a layer may ask for
        await bench.pass_(0.06)
        await bench.pass_(5)
        assert len(bench.made) == 2
        await bench.pass_(16)
        assert len(bench.made) == 3  # it ages

    ran(work, "a")


def test_one_layer_is_encoded_once_for_two_views_and_told_to_a_third() -> None:
    async def work(bench: Bench) -> None:
        bench.want("a", view="one")
        bench.want("a", view="two")
        await bench.pass_(1)
        assert bench.kinds() == ["a marks"]
        kinds = [head(frame)["kind"] for frame in bench.composer.frames("a")]
        assert kinds == ["clock", "marks"]
        assert bench.composer.frames("b") == ()

    ran(work, "a")


def test_only_what_changed_is_sent_again() -> None:
    square = np.array([119.0, 119.1, 119.1])
    shape = Shapes(
        np.array(["s"], object),
        square,
        square - 86,
        np.array([0, 3], np.uint32),
        np.array([0, 1], np.uint32),
        np.zeros(1, np.uint8),
        (ShapeStyle(),),
    )
    raster = Raster(np.ones((2, 2), np.uint8), 118, 33, 119, 34, ("heat.1", "heat.6"))
    names = np.array(["一", "二"], object)

    async def work(bench: Bench) -> None:
        layer = bench.layers["a"]
        layer.shows = Content(
            marks=marks([119.0, 119.1], labels=names), shapes=(shape,), raster=raster
        )
        bench.want("a")
        await bench.pass_(1)
        assert bench.kinds() == ["a labels", "a marks", "a shapes", "a raster"]
        await bench.pass_(1, changed=True)
        assert bench.kinds() == []
        layer.shows = msgspec.structs.replace(
            layer.shows, marks=marks([119.0, 119.2], labels=names.copy())
        )
        await bench.pass_(1, changed=True)
        _, moved = bench.frames[0]
        assert bench.kinds() == ["a marks"]
        assert moved["same"] and moved["set"] == 1 and moved["glide_ms"] == 1000
        layer.shows = msgspec.structs.replace(
            layer.shows, marks=marks([119.0, 119.2], labels=names[::-1].copy())
        )
        await bench.pass_(1, changed=True)
        assert bench.kinds() == ["a labels", "a marks"]
        layer.shows = Content(marks=marks([119.0]))
        await bench.pass_(1, changed=True)
        sent = {said["kind"]: said for _, said in bench.frames}
        assert sent["marks"]["set"] == 2 and not sent["marks"]["same"]
        assert sent["shapes"]["n"] == 0 and sent["raster"]["ramp"] == []

    ran(work, "a")


def test_a_layer_that_fails_says_so_keeps_what_it_showed_and_stops_no_other(
    caplog: pytest.LogCaptureFixture, expect_log: Callable[[str], None]
) -> None:
    expect_log("layer a failed")

    async def work(bench: Bench) -> None:
        bench.want("a", "b")
        await bench.pass_(1)
        bench.layers["a"].shows = ValueError("a column lacks")
        for _ in range(3):
            await bench.pass_(1, changed=True)
        content = bench.composer.contents["a"]
        assert [fault.id for fault in content.faults] == ["maplive.failed"]
        assert content.marks is not None and len(content.marks.ids) == 2
        assert bench.made.count("b") == 4
        bench.layers["a"].shows = Content(count=3)
        await bench.pass_(1, changed=True)
        assert bench.composer.contents["a"].faults == ()

    ran(work, "a", "b")
    failures = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert len(failures) == 1  # said once, not each quarter of a second


def test_a_layer_that_is_not_there_says_so(expect_log: Callable[[str], None]) -> None:
    expect_log("layer nowhere")

    async def work(bench: Bench) -> None:
        bench.want("nowhere", "a")
        await bench.pass_(1)
        await bench.pass_(1, changed=True)
        assert bench.composer.contents["nowhere"].faults[0].id == "maplive.unknown"
        assert bench.made.count("nowhere") == 1 and bench.made.count("a") == 2

    ran(work, "a")


def test_marks_without_a_place_are_counted() -> None:
    async def work(bench: Bench) -> None:
        bench.layers["a"].shows = Content(marks=marks([119.0, float("nan"), 400.0]))
        bench.want("a")
        await bench.pass_(1)
        (fault,) = bench.composer.contents["a"].faults
        assert (fault.id, fault.args) == ("maplive.unplaced", {"count": 2})

    ran(work, "a")


def test_a_filter_a_span_and_a_moment_have_keys_of_their_own() -> None:
    async def work(bench: Bench) -> None:
        plain = bench.want("a", view="left")
        past = bench.want("a", view="right", at=NOW - 60_000, since=1000)
        kept = bench.composer.want("third", (LayerChoice("a", filter="bus"),))
        assert len({*plain, *past, *kept}) == 3 and plain == ("a",)
        for _ in range(3):
            await bench.pass_(1, changed=True)
        asked = {(ask.at, ask.since, ask.filter) for ask in bench.layers["a"].asked}
        assert asked == {(0, 0, ""), (NOW - 60_000, NOW - 61_000, ""), (0, 0, "bus")}
        moments = [ask.at for ask in bench.layers["a"].asked]
        assert moments.count(NOW - 60_000) == 1  # the past stands
        sent = {key: said["live"] for key, said in bench.frames}
        assert sent[past[0]] is False and sent["a"] is True

    ran(work, "a")


def test_the_ask_holds_what_all_views_see() -> None:
    async def work(bench: Bench) -> None:
        bench.want("a", view="one", zoom=9.0, box=(118.0, 33.0, 119.0, 34.0))
        bench.want("a", view="two", zoom=14.0, box=(118.5, 32.0, 120.0, 33.5))
        await bench.pass_(1)
        (ask,) = bench.layers["a"].asked
        assert (ask.zoom, ask.box) == (14.0, (118.0, 32.0, 120.0, 34.0))
        assert ask.language == "zh_CN"

    ran(work, "a")


def test_a_pick_finds_its_thing_also_in_a_picture_that_is_a_little_older() -> None:
    async def work(bench: Bench) -> None:
        composer, layer = bench.composer, bench.layers["a"]
        bench.want("a")
        await bench.pass_(1)
        first = composer.sequences["a"]
        layer.shows = Content(marks=marks([119.0, 119.1], ["a:9", "a:8"]))
        await bench.pass_(1, changed=True)
        assert composer.thing("a", 1, first) == "a:1"
        assert composer.thing("a", 1, composer.sequences["a"]) == "a:8"
        assert composer.thing("a", 1) == "a:8"
        assert composer.thing("a", 2) is None and composer.thing("b", 0) is None
        assert composer.thing("a", 10_000_000) is None  # no shapes

    ran(work, "a")


@contextmanager
def held(lock: threading.Lock) -> Iterator[None]:
    lock.acquire()
    yield
    lock.release()


def test_the_loop_goes_on_while_a_layer_is_made() -> None:
    lock = threading.Lock()

    class Slow(Told, kind="slow"):
        def make(self, taken: Any, ask: Ask) -> Content:
            with lock:
                return super().make(taken, ask)

    async def work(bench: Bench) -> None:
        bench.layers["slow"] = Slow("slow")
        bench.want("slow")
        with held(lock):
            bench.composer.tick()
            bench.hub.publish(Kind.POSITION, ("bus",))
            bench.seconds += 1
            bench.composer.tick()  # neither waits nor asks twice
            assert bench.layers["slow"].taken == 1
        await bench.pass_(1)
        assert bench.made[0] == "slow"

    ran(work)
