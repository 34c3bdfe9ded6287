"""A fact is released word for word, by whoever leads the shift, and for good."""

from app.core.model import Level
from app.live.briefer import Briefer
from app.live.commands import State
from app.live.hub import Kind
from tests.helpers.index_book import Indices, plan
from tests.unit.commands.desk import Desk

MEMBERS = {name: (name,) for name in ("attribute", "drive", "pressure", "vitality")}


def briefed(desk: Desk) -> Briefer:
    """A city with indices and one red warning, and what is said of it."""
    now = desk.clock.now()
    Indices(desk.picture.indices, plan(MEMBERS), "320800", now).calm()
    desk.warn()
    briefer = Briefer(desk.picture, "320800", desk.hub, desk.clock)
    briefer.renew()
    return briefer


async def test_a_released_fact_is_kept_over_a_restart(desk: Desk) -> None:
    briefed(desk)
    (fact,) = desk.picture.briefing.facts
    assert desk.picture.briefing.release_of(fact) is None
    desk.sit()
    seen = desk.hub.subscribe()
    outcome = await desk.do(f"release-fact {fact.id} digest={fact.digest} said='暴雨 橙色'")
    assert outcome.state is State.ACCEPTED
    found = desk.picture.briefing.release_of(fact)
    assert found is not None and (found.person, found.said) == ("0001", "暴雨 橙色")
    assert seen.drain()[Kind.BRIEFING] == {fact.id}
    again = await desk.do(f"release-fact {fact.id} digest={fact.digest}")
    assert again.reason is not None and again.reason.id == "dash.release.before"
    after = desk.again()
    try:
        briefed(after)
        assert after.picture.briefing.release_of(after.picture.briefing.facts[0]) == found
    finally:
        desk.store = after.store


async def test_a_sentence_that_changed_waits_again(desk: Desk) -> None:
    briefer = briefed(desk)
    (fact,) = desk.picture.briefing.facts
    desk.sit()
    await desk.do(f"release-fact {fact.id} digest={fact.digest}")
    desk.warn(level=Level.ORANGE, revision=1)
    briefer.renew()
    (changed,) = desk.picture.briefing.facts
    assert desk.picture.briefing.release_of(changed) is None
    late = await desk.do(f"release-fact {fact.id} digest={fact.digest}")
    assert late.reason is not None and late.reason.id == "dash.release.changed"
    gone = await desk.do("release-fact warning:no digest=x")
    assert gone.reason is not None and gone.reason.id == "dash.release.gone"


async def test_only_who_leads_the_shift_may(desk: Desk) -> None:
    briefed(desk)
    (fact,) = desk.picture.briefing.facts
    desk.sit("0002", "duty_officer")
    outcome = await desk.do(f"release-fact {fact.id} digest={fact.digest}")
    assert outcome.state is State.REFUSED
    assert outcome.reason is not None and outcome.reason.args["who_zh"] == "值班长"
