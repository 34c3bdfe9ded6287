"""What crossings of geofences say to an officer: warnings of kind LIMIT, raised and ended.

One warning per geofence and thing, whose id is the same on every seat that saw it. Who comes back
within QUIET_MS reopens the warning that was, so that a ship that wanders on a line is one warning
and not fifty. From MOST on, a geofence says how many there are in one warning.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar

import msgspec

from app.core.map_decision import Fence, FenceRule
from app.core.message import Message, message
from app.core.model import AlarmKind, Ms, Warning, WarningState, World
from app.core.privacy import Privacy
from app.gis.fence_judge import Crossing
from app.gis.fence_words import evidence, title

SOURCE = "fence"
QUIET_MS = 120_000
MOST = 20
EXPIRES_MS = 24 * 3_600_000
"""A warning ends by itself after a day; who is still there then is told of anew."""
MANY = "many"
Say = Callable[[Message], str]
Clock = Callable[[Ms], str]


class _Past(msgspec.Struct):
    """The last warning of one thing that is over."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    warning: Warning
    ended: Ms


class FenceAlarms:
    """The open warnings of all geofences, by geofence and thing."""

    def __init__(self, world: World, say: Say, at: Clock) -> None:
        """`say` renders a message, `at` a moment in the city's time."""
        self._world = world
        self._say = say
        self._at = at
        self._open: dict[str, dict[str, Warning]] = {}
        self._past: dict[tuple[str, str], _Past] = {}
        self._many: dict[str, dict[str, Crossing]] = {}
        self._many_warning: dict[str, Warning] = {}
        self._unsettled: set[tuple[str, str]] = set()

    def remember(self, warnings: Iterable[Warning]) -> None:
        """What was open when the program ended: not raised again."""
        for warning in warnings:
            fence, who, _ = warning.id.removeprefix("fence:").split("/")
            if who == MANY:
                self._many_warning[fence] = warning
                continue
            self._open.setdefault(fence, {})[who] = warning
            self._unsettled.add((fence, who))

    def unsettled(self, fence: str) -> set[str]:
        """Things with a warning from before the start that nobody has seen since."""
        return {who for held, who in self._unsettled if held == fence}

    def settle(self, fence: str, who: str) -> None:
        """It was seen."""
        self._unsettled.discard((fence, who))

    def heed(self, crossings: Iterable[Crossing], now: Ms) -> list[Warning]:
        """The warnings that follow, new and changed."""
        changed: list[Warning] = []
        touched: set[str] = set()
        for crossing in crossings:
            fence, who = crossing.fence, thing(crossing.layer, crossing.id)
            self._unsettled.discard((fence.id, who))
            if _raises(crossing):
                changed += self._raise(crossing, who, now, touched)
            elif _ends(crossing):
                changed += self.end(fence, who, crossing.at, touched)
        for fence_id in touched:
            changed += self._tell_many(fence_id, now)
        return changed

    def _raise(self, crossing: Crossing, who: str, now: Ms, touched: set[str]) -> list[Warning]:
        fence = crossing.fence
        held = self._open.setdefault(fence.id, {})
        old = held.get(who)
        if old is not None and old.expires > now:
            return []
        if len(held) >= MOST and old is None:
            self._many.setdefault(fence.id, {})[who] = crossing
            touched.add(fence.id)
            return []
        past = self._past.pop((fence.id, who), None)
        if past is not None and crossing.at - past.ended < QUIET_MS:
            made = msgspec.structs.replace(
                past.warning,
                state=WarningState.UPDATED,
                observed=max(crossing.at, past.warning.observed),
                revision=past.warning.revision + 1,
                evidence=self._evidence(crossing),
                lon=crossing.lon,
                lat=crossing.lat,
                expires=crossing.at + EXPIRES_MS,
            )
        else:
            made = self._made(crossing, who)
        held[who] = made
        return [made]

    def _made(self, crossing: Crossing, who: str) -> Warning:
        fence, at = crossing.fence, crossing.at
        return Warning(
            id=f"fence:{fence.id}/{who}/{at:x}",
            kind=AlarmKind.LIMIT,
            level=fence.level,
            title=self._say(title(crossing, self._say))[:200],
            issued=at,
            observed=at,
            region=fence.region,
            place=fence.name,
            evidence=self._evidence(crossing),
            lon=crossing.lon,
            lat=crossing.lat,
            expires=at + EXPIRES_MS,
            world=self._world,
            hazard="geofence",
        )

    def _evidence(self, crossing: Crossing) -> str:
        what = evidence(crossing, self._at(crossing.at), self._say)
        return self._say(what)[:1000]

    def end(self, fence: Fence, who: str, at: Ms, touched: set[str]) -> list[Warning]:
        """A thing is where it may be: its warning is over."""
        if self._many.get(fence.id, {}).pop(who, None) is not None:
            touched.add(fence.id)
        warning = self._open.get(fence.id, {}).pop(who, None)
        if warning is None:
            return []
        over = _over(warning, at)
        self._past[fence.id, who] = _Past(over, at)
        if len(self._past) > 10_000:
            self._past = {
                key: past for key, past in self._past.items() if at - past.ended < QUIET_MS
            }
        return [over]

    def drop(self, fences: Iterable[str], now: Ms) -> list[Warning]:
        """These geofences are not watched any more: all that they said is over."""
        over: list[Warning] = []
        for fence in fences:
            over += [_over(warning, now) for warning in self._open.pop(fence, {}).values()]
            many = self._many_warning.pop(fence, None)
            self._many.pop(fence, None)
            over += [_over(many, now)] if many is not None else []
            self._unsettled = {item for item in self._unsettled if item[0] != fence}
        return over

    def held(self) -> Mapping[str, Mapping[str, Warning]]:
        """The open warnings, by geofence and thing."""
        return self._open

    def fences(self) -> set[str]:
        """The geofences of which something is said."""
        return {id_ for id_, held in self._open.items() if held} | set(self._many_warning)

    def _tell_many(self, fence_id: str, now: Ms) -> list[Warning]:
        """One warning for all beyond MOST; it changes with their number."""
        crossings = self._many.get(fence_id, {})
        old = self._many_warning.get(fence_id)
        if not crossings:
            if old is None:
                return []
            del self._many_warning[fence_id]
            return [_over(old, now)]
        last = max(crossings.values(), key=lambda crossing: crossing.at)
        many = message("maptool.fence.many", fence=last.fence.name, n=len(crossings), most=MOST)
        base = old if old is not None else self._made(last, MANY)
        made = msgspec.structs.replace(
            base,
            title=self._say(many)[:200],
            state=WarningState.ACTIVE if old is None else WarningState.UPDATED,
            observed=max(base.observed, last.at),
            revision=base.revision + (old is not None),
            evidence=self._evidence(last),
            expires=last.at + EXPIRES_MS,
        )
        self._many_warning[fence_id] = made
        return [made]


def thing(layer: str, id_: str) -> str:
    """A short name of a thing of a layer, for the id of its warning."""
    return hashlib.sha256(f"{layer}\0{id_}".encode()).hexdigest()[:16]


def _raises(crossing: Crossing) -> bool:
    match crossing.fence.rule:
        case FenceRule.ENTER:
            return crossing.inside and not crossing.stayed
        case FenceRule.LEAVE:
            return not crossing.inside
        case _:
            return crossing.stayed


def _ends(crossing: Crossing) -> bool:
    return crossing.inside is (crossing.fence.rule is FenceRule.LEAVE) and not crossing.stayed


def _over(warning: Warning, at: Ms) -> Warning:
    return msgspec.structs.replace(
        warning,
        state=WarningState.CANCELLED,
        observed=max(at, warning.observed),
        revision=warning.revision + 1,
    )
