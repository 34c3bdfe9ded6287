"""What is kept of a stream: groups that begin with a key frame, so many seconds, so many bytes."""

from collections.abc import Iterator
from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.video.worker.reader import spell_of
from app.video.worker.ring import Kept, Ring, Spell


@pytest.fixture(scope="module")
def spell(clips: dict[str, Path]) -> Iterator[Spell]:
    with av.open(str(clips["h264"])) as file:
        yield spell_of(file.streams.video[0])


def kept(spell: Spell, at: float, *, key: bool, size: int = 10) -> Kept:
    packet = av.Packet(bytes(size))
    packet.is_keyframe = key
    return Kept(at, packet, spell)  # type: ignore[arg-type]


def filled(spell: Spell, seconds: float, keys: list[bool], *, max_bytes: int = 1 << 20) -> Ring:
    ring = Ring(seconds, max_bytes)
    for number, key in enumerate(keys):
        ring.add(kept(spell, float(number), key=key))
    return ring


def moments(found: list[Kept]) -> list[float]:
    return [one.arrived for one in found]


def test_what_comes_before_the_first_key_frame_is_of_no_use(spell: Spell) -> None:
    assert moments(filled(spell, 9, [False, False, True, False]).since(0)) == [2, 3]


def test_a_group_goes_as_a_whole(spell: Spell) -> None:
    """Of 0..9 with a key each third, the last four seconds begin with the key at 3: at 5 nothing
    could be decoded."""
    ring = filled(spell, 4, [number % 3 == 0 for number in range(10)])
    assert moments(ring.since(0)) == [3, 4, 5, 6, 7, 8, 9]
    assert moments(ring.since(7)) == [6, 7, 8, 9]
    assert moments(ring.since(8.5)) == [6, 7, 8, 9]
    assert moments(ring.since(99)) == [9]
    assert moments(ring.group()) == [9]


@given(st.lists(st.booleans(), max_size=60), st.integers(1, 20))
def test_the_time_asked_for_is_always_there(spell: Spell, keys: list[bool], seconds: int) -> None:
    ring = filled(spell, seconds, keys)
    found = ring.since(-1)
    assert ring.bytes == 10 * len(found)
    if True not in keys:
        assert found == []
        return
    assert found[0].packet.is_keyframe and moments(found)[-1] == len(keys) - 1
    oldest = max(keys.index(True), len(keys) - 1 - seconds)
    assert found[0].arrived <= oldest
    later = [one.arrived for one in found[1:] if one.packet.is_keyframe]
    assert not later or later[0] > len(keys) - 1 - seconds  # and no group more than that needs


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 50)), max_size=60))
def test_memory_has_a_limit(spell: Spell, packets: list[tuple[bool, int]]) -> None:
    ring = Ring(1e9, max_bytes=100)
    for number, (key, size) in enumerate(packets):
        ring.add(kept(spell, float(number), key=key, size=size))
        assert ring.bytes <= 100
        assert ring.bytes == sum(one.packet.size for one in ring.since(-1))


def test_a_clip_holds_one_size_only(spell: Spell) -> None:
    ring = Ring(60)
    for number in range(4):
        ring.add(kept(spell, float(number), key=number % 2 == 0))
    ring.renew(spell._replace(width=1920))  # the group from 2 on turned out larger
    ring.add(kept(spell._replace(width=1920), 4.0, key=False))
    assert moments(ring.since(0)) == [2, 3, 4]
    ring.clear()
    assert ring.since(0) == [] and ring.bytes == 0
