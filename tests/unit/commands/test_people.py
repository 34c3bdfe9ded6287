"""Sign on: a number, a PIN, a change of person; wrong ones wait longer and longer."""

from pathlib import Path

import pytest

from app.core.message import Refusal
from app.core.model import World
from app.live import pin
from app.live.commands import Outcome, State
from app.secrets import Secret
from tests.unit.commands.desk import PIN, Desk


def id_of(outcome: Outcome) -> str:
    assert outcome.reason is not None
    return outcome.reason.id


async def test_sign_on_changes_the_person_without_a_restart(desk: Desk) -> None:
    desk.commands.people.add("0011", "shift_head", Secret(PIN))
    desk.commands.people.add("0012", "duty_officer", Secret("840215"))
    assert (await desk.do("sign-on 0011", PIN)).done
    assert desk.seat.person is not None
    assert (desk.seat.person.number, desk.seat.person.role) == ("0011", "shift_head")
    await desk.do("mute 5")
    assert (await desk.do("sign-on 0012", "840215")).done
    assert desk.seat.person.number == "0012"
    assert desk.seat.mute is None
    assert (await desk.do("sign-off")).done
    assert desk.seat.person is None
    assert desk.rows("SELECT person, role FROM presence") == [
        ("0011", "shift_head"),
        ("0012", "duty_officer"),
        ("", ""),
    ]


async def test_the_pin_stands_nowhere(desk: Desk) -> None:
    desk.commands.people.add("0011", "shift_head", Secret(PIN))
    await desk.do("sign-on 0011", PIN)
    await desk.do("sign-on 0011", "556677")
    folder = desk.folder
    desk.close()
    for file in folder.iterdir():
        content = file.read_bytes()
        assert PIN.encode() not in content and b"556677" not in content
    desk.store = Desk(folder).store


async def test_wrong_ones_read_alike_and_wait_longer(desk: Desk) -> None:
    desk.commands.people.add("0011", "shift_head", Secret(PIN))
    for number in ("0011", "9999"):
        for _ in range(3):
            assert id_of(await desk.do(f"sign-on {number}", "000001")) == "people.wrong"
        assert id_of(await desk.do(f"sign-on {number}", PIN)) == "people.wait"
    later = desk.again()
    desk.store = later.store
    waiting = await later.do("sign-on 0011", PIN)
    assert waiting.reason is not None and waiting.reason.args == {"seconds": 5}
    later.clock.advance(5_000)
    assert (await later.do("sign-on 0011", PIN)).done
    assert id_of(await later.do("sign-on 0011", "000001")) == "people.wrong"
    assert (await later.do("sign-on 0011", PIN)).done


def test_the_wait_doubles_up_to_a_quarter_of_an_hour() -> None:
    waits = [pin.wait_after(failed) // 1000 for failed in range(1, 13)]
    assert waits == [0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert pin.wait_after(10_000) == 900_000


def test_scrypt_known_answer() -> None:
    """RFC 7914, section 12, third vector shortened to our length: N 16384, r 8, p 1."""
    expected = "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
    assert pin.stretch("pleaseletmein", b"SodiumChloride", 16384).hex() == expected


@pytest.mark.parametrize("weak", ["12345", "111111", "123456", "987654", "x" * 65])
def test_weak_pins_are_refused(weak: str) -> None:
    with pytest.raises(Refusal):
        pin.require_good(weak)


async def test_who_was_removed_or_has_no_post_cannot_sign_on(desk: Desk) -> None:
    people = desk.commands.people
    people.add("0011", "shift_head", Secret(PIN))
    people.remove("0011")
    assert id_of(await desk.do("sign-on 0011", PIN)) == "people.wrong"
    assert id_of(await desk.do("sign-on 0011")) == "people.pin_needed"
    with pytest.raises(Refusal):
        people.add("0013", "king", Secret(PIN))
    with pytest.raises(Refusal):
        people.remove("7777")


async def test_demonstration_people_exist_in_the_demonstration_only(tmp_path: Path) -> None:
    demo = Desk(tmp_path, world=World.DEMO)
    person = demo.commands.demo_people[0]
    assert (await demo.do(f"sign-on {person.number}", person.pin)).state is State.ACCEPTED
    real = demo.again(World.REAL)
    try:
        assert real.commands.demo_people == ()
        assert id_of(await real.do(f"sign-on {person.number}", person.pin)) == "people.wrong"
    finally:
        real.close()


def test_a_real_city_starts_with_nobody(desk: Desk) -> None:
    assert desk.commands.people.everybody() == []


def test_only_demonstration_people_that_are_there_are_offered(tmp_path: Path) -> None:
    demo = Desk(tmp_path, world=World.DEMO)
    assert [person.number for person in demo.commands.demo_people] == ["0001", "0002"]
    demo.commands.people.add("0001", "shift_head", Secret(PIN))
    later = demo.again()
    assert [person.number for person in later.commands.demo_people] == ["0002"]
    later.close()
