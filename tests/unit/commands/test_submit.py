"""A command from the officer to the disk and back to the picture."""

import asyncio
from functools import partial

import pytest

from app.core.i18n import LANGUAGES, translator
from app.core.ident import ulid
from app.core.message import Refusal
from app.core.model import Level, WarningState, World
from app.live.commands import State
from app.live.hub import Kind
from app.live.seat import SHIFT_MS
from app.store import decisions, journal
from tests.unit.commands.desk import NOON, Desk


async def test_acknowledging_writes_all_three_rows_and_then_shows(desk: Desk) -> None:
    desk.sit()
    desk.warn()
    seen = desk.hub.subscribe()
    outcome = await desk.do("ack-warning wx:1")
    assert outcome.state is State.ACCEPTED
    assert outcome.reason is not None and outcome.reason.args == {"n": 1}
    ack = desk.picture.acknowledged["wx:1"]
    assert (ack.person, ack.role, ack.at, ack.level) == ("0001", "shift_head", NOON, Level.RED)
    assert seen.drain()[Kind.WARNING] == {"wx:1"}
    assert desk.rows("SELECT id, text FROM command") == [(outcome.id, "ack-warning wx:1")]
    assert desk.rows("SELECT command, outcome FROM audit") == [(outcome.id, "accepted")]
    assert desk.rows("SELECT operation, state FROM outbox") == [(outcome.id, "waiting")]


async def test_a_repeated_operation_does_nothing(desk: Desk) -> None:
    desk.sit()
    operation = ulid(NOON)
    first = await desk.do("note 一", operation=operation)
    again = await desk.do("note 一", operation=operation)
    assert (first.state, again.state) == (State.ACCEPTED, State.REPEATED)
    assert again.done
    assert desk.rows("SELECT count(*) FROM note") == [(1,)]
    assert desk.rows("SELECT count(*) FROM audit") == [(1,)]


async def test_what_may_not_be_is_refused_and_audited(desk: Desk) -> None:
    desk.warn()
    nobody = await desk.do("ack-warning wx:1")
    desk.sit("0002", "duty_officer")
    without_right = await desk.do("ack-warning wx:1")
    assert nobody.reason is not None and nobody.reason.id == "commands.sign_on_first"
    assert without_right.reason is not None
    assert without_right.reason.args["who_zh"] == "值班长"
    assert desk.picture.acknowledged == {}
    assert desk.rows("SELECT count(*) FROM command") == [(0,)]
    assert desk.rows("SELECT person, role, outcome, text FROM audit ORDER BY seq") == [
        ("", "", "refused", "ack-warning wx:1"),
        ("0002", "duty_officer", "refused", "ack-warning wx:1"),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ack-warning wx:9", "warning.unknown"),
        ("ack-warning gone:1", "warning.over"),
        ("ack-warning old:1", "warning.over"),
        ("mark-false wx:1 reason='  '", "warning.no_reason"),
        ("note ' '", "note.empty"),
    ],
)
async def test_what_makes_no_sense_now_is_refused(desk: Desk, text: str, reason: str) -> None:
    desk.sit()
    desk.warn("wx:1")
    desk.warn("gone:1", state=WarningState.CANCELLED)
    desk.warn("old:1", expires=NOON)
    outcome = await desk.do(text)
    assert outcome.state is State.REFUSED
    assert outcome.reason is not None and outcome.reason.id == reason
    assert desk.rows("SELECT outcome FROM audit") == [("refused",)]


async def test_acknowledging_twice_is_refused_until_it_becomes_graver(desk: Desk) -> None:
    desk.sit()
    desk.warn(level=Level.ORANGE)
    assert (await desk.do("ack-warning wx:1")).done
    assert (await desk.do("ack-warning wx:1")).state is State.REFUSED
    desk.warn(level=Level.RED, revision=1)
    assert (await desk.do("ack-warning wx:1")).done
    assert (await desk.do("mark-false wx:1 reason=测试")).done
    assert desk.picture.acknowledged["wx:1"].false_alarm


async def test_text_is_masked_before_it_is_written(desk: Desk) -> None:
    desk.sit()
    await desk.do("note '报警人 13812345678，证件 320811199001011234'")
    assert desk.rows("SELECT text FROM note") == [("报警人 ＊＊＊，证件 ＊＊＊",)]
    for table in ("command", "audit"):
        assert "1381234" not in str(desk.rows(f"SELECT * FROM {table}"))


async def test_a_wall_changes_scenes_and_nothing_else(desk: Desk) -> None:
    desk.close()
    hall = Desk(desk.folder, "hall")
    hall.sit()
    hall.seat.scenes = ("city", "flood")
    refused = await hall.do("note 一")
    assert refused.reason is not None and refused.reason.id == "commands.hall"
    assert (await hall.do("switch-scene flood")).done
    assert hall.seat.scene == "flood"
    assert (await hall.do("switch-scene war")).state is State.REFUSED
    assert hall.rows("SELECT verb FROM audit") == [("note",)]
    hall.close()
    desk.store = Desk(desk.folder).store


async def test_acknowledgements_outlive_the_program(desk: Desk) -> None:
    desk.sit()
    desk.warn("wx:1")
    desk.warn("wx:2")
    await desk.do("ack-warning wx:1")
    await desk.do("mark-false wx:2 reason=检修")
    later = desk.again()
    try:
        assert later.picture.acknowledged == desk.picture.acknowledged
        assert later.commands.waiting == 2
        assert later.seat.person is None
    finally:
        desk.store = later.store


async def test_pending_can_be_seen_while_it_is_pending(desk: Desk) -> None:
    desk.sit()
    desk.warn()
    assert not desk.commands.is_pending("wx:1")
    task = asyncio.create_task(desk.do("ack-warning wx:1"))
    await asyncio.sleep(0)
    assert desk.commands.is_pending("wx:1")
    assert desk.picture.acknowledged == {}
    await task
    assert desk.commands.pending == {}


async def test_what_cannot_be_saved_is_not_done(desk: Desk, expect_log: object) -> None:
    assert callable(expect_log)
    expect_log("not saved: ack-warning")
    desk.sit()
    desk.warn()
    desk.rows("DROP TABLE outbox")
    outcome = await desk.do("ack-warning wx:1")
    assert outcome.state is State.FAILED
    assert desk.picture.acknowledged == {}
    assert desk.rows("SELECT count(*) FROM command") == [(0,)]
    assert desk.rows("SELECT count(*) FROM audit") == [(0,)]


async def test_mute_is_for_stated_minutes_and_the_sound_is_tested_each_shift(desk: Desk) -> None:
    assert not desk.seat.sound_test_due(NOON)
    desk.sit()
    assert desk.seat.sound_test_due(NOON)
    await desk.do("test-sound")
    assert not desk.seat.sound_test_due(NOON + SHIFT_MS - 1)
    assert desk.seat.sound_test_due(NOON + SHIFT_MS)
    await desk.do("mute 10")
    assert desk.seat.muted_until(NOON + 599_999) == NOON + 600_000
    assert desk.seat.muted_until(NOON + 600_000) is None
    await desk.do("mute 0")
    assert desk.seat.muted_until(NOON) is None
    with pytest.raises(Refusal):
        desk.commands.parse("mute 11")
    desk.sit("0002", "duty_officer")
    assert desk.seat.sound_test_due(NOON)
    later = desk.again()
    desk.store = later.store
    later.sit("0001")
    assert not later.seat.sound_test_due(NOON)


async def test_a_drill_replays_what_was_done_and_tells_nobody(desk: Desk) -> None:
    desk.sit()
    desk.warn()
    await desk.do("note 一")
    await desk.do("ack-warning wx:1")
    recorded = desk.ops.run_blocking(decisions.recorded)
    with pytest.raises(Refusal):
        await desk.commands.replay(recorded[0])
    desk.close()
    drill = Desk(desk.folder / "drill", world=World.DRILL)
    drill.warn()
    outcomes = [await drill.commands.replay(decision) for decision in recorded * 2]
    states = [outcome.state for outcome in outcomes]
    assert states == [State.ACCEPTED] * 2 + [State.REPEATED] * 2
    assert drill.picture.acknowledged["wx:1"].person == "0001"
    assert drill.commands.waiting == 0
    notes = drill.ops.run_blocking(partial(journal.newest, limit=5))
    assert [note.text for note in notes] == ["一"]
    desk.store = drill.store


def test_everything_commands_say_is_in_both_languages(desk: Desk) -> None:
    desk.sit()
    for language in LANGUAGES:
        words = translator(language)
        for verb in desk.commands.verbs():
            assert verb.name.id in words and verb.help.id in words
            assert f"command.{verb.verb}.not_allowed" in words
    may = {verb.verb: verb.allowed for verb in desk.commands.verbs()}
    assert all(may.values())
