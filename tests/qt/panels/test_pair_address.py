"""`compare/A+B`: what two words of an address choose, and how what is chosen is written."""

import pytest

from app.core.keys import reading_key
from app.core.message import Refusal
from app.live.address import Address, parse_address
from tests.helpers.seat import REGION
from widgets.scene import LoadedScene, Scene
from widgets.scene_focus import choose, chosen, resolve
from widgets.selection import Selection, Subject

CALLS = "event.hotline_calls"


@pytest.fixture
def scene():
    return LoadedScene("compare", "compare.toml", "", Scene("对比", "Compare", focus=Subject.PAIR))


@pytest.mark.parametrize(
    ("focus", "keys"),
    [
        (f"{CALLS}+air.pm25", [reading_key(CALLS, REGION), reading_key("air.pm25", REGION)]),
        ("air.pm25/320812+air.pm25/320803", [f"reading/air.pm25/{r}" for r in (320812, 320803)]),
        (
            "pressure+vitality",
            [reading_key(f"index.{c}", REGION) for c in ("pressure", "vitality")],
        ),
        (f"{CALLS}+pressure/320812", [reading_key(CALLS, REGION), "reading/index.pressure/320812"]),
    ],
)
def test_an_address_of_two_reads_back_as_it_was_written(room, scene, focus, keys):
    address = parse_address(f"compare/{focus}#2")
    assert (address.focus, address.page) == (focus, 2)
    found = resolve(room, scene, address.focus)
    assert found.split() == keys
    selection = Selection(room.hub)
    choose(scene, selection, found)
    assert Address("compare", chosen(room, scene, selection), 2) == address


@pytest.mark.parametrize(
    "focus",
    [CALLS, f"{CALLS}+{CALLS}", f"{CALLS}+no.such", f"{CALLS}+air.pm25+air.pm10",
     f"{CALLS}+air.pm25/999999", f"{CALLS}+", "index.pressure+pressure"],
)  # fmt: skip
def test_one_alone_the_same_twice_three_or_an_unknown_one_is_refused(room, scene, focus):
    with pytest.raises(Refusal) as refused:
        resolve(room, scene, focus)
    assert refused.value.reason.id == "scene.unknown_focus"


def test_the_scene_of_the_product_is_about_a_pair(room, run):
    async def scenario():
        command = room.commands.parse(
            f"compare {reading_key(CALLS, REGION)} second=air.pm25/320812"
        )
        await room.commands.submit(command)
        assert room.seat.stage.shown["main"] == f"compare/{CALLS}/{REGION}+air.pm25/320812"

    run(scenario())
