"""What a video platform lists otherwise than the seat has it, before anybody takes it.

A change is published as `Kind.SEAT` with the key `cameras/<platform>`, and `cameras/` where the
seat knows other cameras than before.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import ClassVar

import msgspec

from app.core.message import Refusal, message
from app.core.model import Ms
from app.core.privacy import Privacy

PREFIX = "cameras/"


class CameraOffer(msgspec.Struct, frozen=True):
    """A platform's list beside the one that holds; `digest` names it. `rebound` gives the id that a
    camera is proposed to go on under, `gone` are those without one; the rest are counts."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    platform: str
    digest: str
    at: Ms
    cameras: int
    added: int = 0
    renamed: int = 0
    moved: int = 0
    gone: frozenset[str] = frozenset()
    rebound: Mapping[str, str] = {}


class Loss(msgspec.Struct, frozen=True):
    """Something that shows a camera which goes: a `wall`, a `round`, a `favourite`, or the city's
    own list of `key` cameras. `to` is what it is bound to instead, empty for nothing."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    sort: str
    name: str
    camera: str
    to: str = ""


class CameraOffers:
    """Of one seat, by platform. `taken` is what can be undone; `orders` are a verb (`take`, `undo`,
    `list`) and a platform, done by `app.video.listed` in their order."""

    def __init__(self) -> None:
        self.platforms: frozenset[str] = frozenset()  # that list their cameras
        self.offers: dict[str, CameraOffer] = {}
        self.taken: dict[str, CameraOffer] = {}
        self.orders: list[tuple[str, str]] = []

    def require(self, platform: str) -> str:
        """A platform that lists cameras; raises Refusal."""
        if platform not in self.platforms:
            known = " ".join(sorted(self.platforms)) or "-"
            raise Refusal(message("videolist.no_platform", name=platform[:60], known=known))
        return platform

    def offer(self, platform: str, digest: str = "") -> CameraOffer:
        """What stands to be taken, with the digest that was read; raises Refusal."""
        found = self.offers.get(self.require(platform))
        if found is None:
            raise Refusal(message("videolist.nothing", platform=platform))
        if digest and digest != found.digest:
            raise Refusal(message("videolist.another", platform=platform, digest=found.digest))
        return found


def losses(
    offer: CameraOffer,
    shown: Mapping[str, Collection[str]],
    rounds: Mapping[str, Collection[str]],
    favourites: Collection[str],
    key: Collection[str],
) -> Iterator[Loss]:
    """Everything that an offer would take a camera from. `shown` and `rounds` are cameras by the
    name of a wall."""
    places = [("wall", name, ids) for name, ids in shown.items()]
    places += [("round", name, ids) for name, ids in rounds.items()]
    places += [("favourite", "", favourites), ("key", "", key)]
    for sort, name, ids in places:
        for id_ in sorted(ids):
            if id_ in offer.gone or id_ in offer.rebound:
                yield Loss(sort, name, id_, offer.rebound.get(id_, ""))
