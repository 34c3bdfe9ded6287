"""Planned work on feeds, and feeds on trial: decided by who leads the shift, kept over restarts."""

from app.config import Link
from app.core.health import FeedHealth, FeedState
from app.core.model import Reading
from app.live.batch import Batch
from app.live.commands import State
from app.live.hub import Kind
from tests.unit.commands.desk import NOON, Desk

KEY = "reading/rain.depth/320812"
HOUR = 3_600_000


def known(desk: Desk) -> Desk:
    row = FeedHealth("rain", "雨量", "Rain", FeedState.LIVE, NOON)
    desk.picture.feeds["rain"] = row
    desk.picture.links["net"] = Link("net", "政务外网")
    return desk


async def test_a_window_is_planned_and_ended_and_kept(desk: Desk) -> None:
    known(desk).sit()
    done = await desk.do("plan-maintenance net minutes=60 since=2026-07-17T22:00+08:00 reason=割接")
    assert done.state is State.ACCEPTED
    picture = desk.picture
    assert not picture.maintained("net", NOON)
    assert picture.maintained("net", NOON + 2 * HOUR), "22:00 in Beijing is 14:00 UTC"
    assert not picture.maintained("net", NOON + 3 * HOUR)
    await desk.do("plan-maintenance rain minutes=30")
    assert picture.maintained("rain", NOON)
    await desk.do("end-maintenance rain")
    assert not picture.maintained("rain", NOON)
    after = desk.again()
    desk.store = after.store
    assert after.picture.maintained("net", NOON + 2 * HOUR)
    assert not after.picture.maintained("rain", NOON)


async def test_what_makes_no_sense_is_refused(desk: Desk) -> None:
    known(desk).sit()
    for text, reason in (
        ("plan-maintenance nothing minutes=5", "causes.no_target"),
        ("plan-maintenance net minutes=5 since=gestern", "causes.since"),
        ("plan-maintenance net minutes=5 since=2026-07-18T00:00", "causes.since"),
        ("plan-maintenance net minutes=5 since=2026-07-17T11:00+00:00", "causes.window"),
        ("plan-maintenance net minutes=5 since=2027-07-17T11:00+00:00", "causes.window"),
        ("end-maintenance net", "causes.no_window"),
        ("admit-feed rain", "causes.not_on_trial"),
        ("hold-feed nothing", "causes.no_target"),
    ):
        outcome = await desk.do(text)
        assert outcome.reason is not None and outcome.reason.id == reason, text


async def test_a_feed_goes_on_trial_and_what_it_brought_meanwhile_comes_with_it(desk: Desk) -> None:
    known(desk).sit()
    picture = desk.picture
    await desk.do("hold-feed rain")
    assert picture.trial.feeds == {"rain"}
    picture.trial.take(
        Batch(latest={"rain": {KEY: Reading(KEY, 7.0, NOON)}}, received={"rain": NOON})
    )
    assert KEY not in picture.readings
    seen = desk.hub.subscribe()
    outcome = await desk.do("admit-feed rain reason=核对一周无误")
    assert outcome.state is State.ACCEPTED
    assert picture.readings[KEY].reading.value == 7.0 and picture.readings[KEY].source == "rain"
    assert seen.drain()[Kind.READING] == {KEY}
    await desk.do("hold-feed rain")
    after = desk.again()
    desk.store = after.store
    assert after.picture.trial.feeds == {"rain"}


async def test_only_who_leads_the_shift_may(desk: Desk) -> None:
    known(desk).sit(role="duty_officer")
    for text in ("hold-feed rain", "plan-maintenance rain minutes=5"):
        outcome = await desk.do(text)
        assert outcome.state is State.REFUSED and outcome.reason is not None
