"""What a wall would cost beside the others, asked of a real service that decodes nothing yet."""

from pathlib import Path

import pytest

from app.core.clock import ManualClock
from app.live.video_wall import Look, Round
from app.secrets import Secrets
from app.video.budget import SHARE
from app.video.service import VideoService
from app.video.tile import Demand
from widgets.video.pricing import Pricing


@pytest.fixture
def pricing(tmp_path: Path) -> Pricing:
    """On a machine of two cores."""
    made = VideoService((), (), tmp_path, ManualClock(0), Secrets(tmp_path), {}, "UTC", cores=2)
    return Pricing(lambda: made)


def demands(look: Look) -> list[Demand]:
    """A substream for each of its cameras."""
    return [Demand(camera, 480, 270) for camera in look.cameras.values()]


def look_of(count: int, name: str = "p") -> Look:
    return Look(count, cameras={n: f"{name}:{n}" for n in range(count)})


def test_nothing_is_known_of_a_wall_that_nobody_sees(pricing: Pricing) -> None:
    assert pricing.cost("main", look_of(9)) is None
    pricing.see(1, "main", demands)
    found = pricing.cost("main", look_of(9))
    assert found is not None
    assert (found.streams, found.allowed, found.keys) == (9, 2 * SHARE, 0)
    pricing.leave(1)
    assert pricing.cost("main", look_of(9)) is None
    assert Pricing(lambda: None).cost("main", look_of(9)) is None


def test_what_other_walls_show_is_counted_and_what_this_one_shows_is_not_twice(
    pricing: Pricing,
) -> None:
    pricing.see(1, "main", demands)
    for number in range(20):
        pricing.want(f"1/{number}", Demand(f"p:{number}", 480, 270))
        pricing.want(f"12/{number}", Demand(f"q:{number}", 480, 270))
    found = pricing.cost("main", look_of(9))
    assert found is not None and found.streams == 29
    pricing.want("12/0", None)
    assert pricing.cost("main", look_of(9)).streams == 28  # type: ignore[union-attr]


def test_what_does_not_move_anyway_is_not_counted_to_this_wall(pricing: Pricing) -> None:
    pricing.see(1, "main", demands)
    for number in range(300):
        pricing.want(f"2/{number}", Demand(f"q:{number}", 480, 270))
    alone = pricing.cost("main", Look(1))
    more = pricing.cost("main", look_of(9))
    assert alone is not None and alone.keys == 0
    assert more is not None and 0 < more.keys < 30


def in_turn(look: Look) -> list[Demand]:
    """What a panel asks for: what stands there, and a round in the cells that are free."""
    cameras = dict(look.cameras)
    if look.round is not None:
        free = [cell for cell in range(look.size) if cell not in look.cameras]
        cameras |= dict(zip(free, look.round.cameras, strict=False))
    return [Demand(camera, 480, 270) for camera in cameras.values()]


def test_a_round_costs_what_its_heaviest_step_does(pricing: Pricing) -> None:
    pricing.see(1, "main", in_turn)
    members = tuple(f"p:{n}" for n in range(40))
    tour = Look(9, cameras={n: f"old:{n}" for n in range(9)}, round=Round("all", members))
    whole = pricing.cost("main", tour)
    assert whole is not None and whole.streams == 9
    for number in range(9):  # its first step stands on another wall already
        pricing.want(f"12/{number}", Demand(f"p:{number}", 480, 270))
    found = pricing.cost("main", tour)
    assert found is not None and found.streams == 18  # and not 9
    for number in range(40):
        pricing.want(f"12/{number}", Demand(f"p:{number}", 480, 270))
    found = pricing.cost("main", tour)
    assert found is not None and found.streams == 40  # all of them stand there whatever it does
    few = Look(9, cameras=tour.cameras, round=Round("few", members[:3]))
    pricing_alone = pricing.cost("main", few)
    assert pricing_alone is not None and pricing_alone.streams == 40
