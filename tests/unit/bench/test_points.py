"""The points that the map is measured with: what stands on the wire is what any feed may say."""

from app.bench._points import LAT, LAYER, LON, PER_FRAME, SPREAD, Points, id_of
from app.core.model import Position
from app.feeds._frames import decoded

NOW = 1_784_268_202_000


def positions(frames: list[bytes]) -> list[Position]:
    refused: list[str] = []
    found = [
        position
        for frame in decoded(frames, lambda reason, _: refused.append(reason))
        for position in frame.positions  # type: ignore[union-attr]
    ]
    assert refused == []
    return found


def test_every_point_is_a_position_near_the_town() -> None:
    points = Points(PER_FRAME + 3)
    frames = points.frames(NOW, 1)
    found = positions(frames)
    assert len(frames) == 2 and len(found) == PER_FRAME + 3
    assert [one.id for one in found] == [id_of(number) for number in range(len(found))]
    assert {(one.layer, one.observed) for one in found} == {(LAYER, NOW)}
    assert all(abs(one.lon - LON) <= SPREAD and abs(one.lat - LAT) <= SPREAD for one in found)


def test_they_move_and_come_back() -> None:
    points = Points(100)
    first = positions(points.frames(NOW, 1))
    later = positions(points.frames(NOW + 60_000, 2))
    again = positions(points.frames(NOW + 120_000, 3))
    moved = sum(a.lon != b.lon for a, b in zip(first, later, strict=True))
    assert moved == 100
    assert [(one.lon, one.lat) for one in again] == [(one.lon, one.lat) for one in first]


def test_their_messages_follow_each_other() -> None:
    (frame,) = decoded(Points(5).frames(NOW, 7), lambda *_: None)
    assert (frame.seq, frame.prev) == (7, 6)  # type: ignore[union-attr]
