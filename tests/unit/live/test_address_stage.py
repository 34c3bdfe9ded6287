"""Addresses and the stage: round trips, what stood before, rotations by a clock moved by hand."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.message import Refusal
from app.live.address import Address, parse_address
from app.live.stage import MAIN, Rotation, Stage, step

NAMES = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,60}", fullmatch=True)
FOCUSES = st.text(st.characters(exclude_categories=["Z", "C"], exclude_characters="#"), max_size=40)


@given(NAMES, FOCUSES, st.integers(1, 99))
def test_an_address_reads_back_as_it_was_written(scene, focus, page):
    address = Address(scene, focus, page)
    assert parse_address(address.text()) == address


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("overview", ("overview", "", 1)),
        ("theme/flood", ("theme", "flood", 1)),
        ("index/pressure/320812#2", ("index", "pressure/320812", 2)),
    ],
)
def test_addresses_as_people_write_them(text, parts):
    assert msgspec.structs.astuple(parse_address(text)) == parts


@pytest.mark.parametrize("text", ["", "Theme", "theme/", "theme#0", "theme/a b", "a#1#2", "/x"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(Refusal):
        parse_address(text)


def test_back_to_what_stood_before_and_a_monitor_back_among_the_others():
    stage = Stage()
    for address in ("overview", "war", "theme/flood"):
        stage.show(MAIN, address)
    stage.show("HDMI-2", "targets")
    stage.undo(MAIN)
    assert stage.shown == {MAIN: "war", "HDMI-2": "targets"}
    stage.undo(MAIN)
    assert stage.before(MAIN) is None
    stage.undo("HDMI-2")
    assert stage.shown == {MAIN: "overview"}


def test_a_rotation_waits_for_its_time_and_for_whoever_acknowledges_red():
    rotation = Rotation("round", ("a", "b"), dwell_ms=30_000, since=1000)
    assert step(rotation, 30_999, red=False) is rotation
    second = step(rotation, 31_000, red=False)
    assert (second.address, second.since) == ("b", 31_000)
    held = step(second, 90_000, red=True)
    assert held.held and held.address == "b"
    assert step(held, 900_000, red=True) is held
    resumed = step(held, 901_000, red=False)
    assert (resumed.held, resumed.address) == (False, "b")
    assert step(resumed, 930_999, red=False) is resumed, "the whole time again"
    assert step(resumed, 931_000, red=False).address == "a"
