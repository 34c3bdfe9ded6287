"""Indices put into a picture by hand: results, moves and parts as the engine would leave them."""

from collections.abc import Mapping, Sequence

from app.core.index import (
    Contribution,
    IndexKind,
    IndexMove,
    IndexPlan,
    IndexResult,
    IndexSpec,
    Member,
    Part,
)
from app.core.keys import reading_key
from app.core.model import Freshness, Ms
from app.live.index_book import IndexBook

DAY = 86_400_000
NAMES = {
    "attribute": ("属性", "Attributes"),
    "drive": ("动力", "Drive"),
    "pressure": ("压力", "Pressure"),
    "vitality": ("活力", "Vitality"),
}


def plan(members: Mapping[str, Sequence[str]], version: str = "v1") -> IndexPlan:
    """The four dimensions with these indicators in equal shares, and the city of them."""
    specs = {}
    for name, codes in members.items():
        zh, en = NAMES[name]
        parts = tuple(Member(code, 1 / len(codes)) for code in codes)
        code = f"index.{name}"
        specs[code] = IndexSpec(
            code, IndexKind.DIMENSION, zh, en, parts, higher_is_worse=name == "pressure"
        )
    each = tuple(Member(code, 1 / len(specs)) for code in specs)
    specs["index.city"] = IndexSpec("index.city", IndexKind.CITY, "综合", "City", each)
    return IndexPlan(specs, version)


class Indices:
    """Writes into a book what an engine would have; one city, one moment."""

    def __init__(self, book: IndexBook, plan_: IndexPlan, region: str, now: Ms) -> None:
        self.book, self.region, self.now = book, region, now
        self.parts: dict[str, tuple[Part, ...]] = {}
        book.plan = plan_
        book.parts_of = lambda key: self.parts.get(key, ())

    def key(self, name: str) -> str:
        """`pressure` to the key of the city's."""
        return reading_key(f"index.{name}", self.region)

    def put(
        self,
        name: str,
        value: float | None,
        *,
        effective: float = 1.0,
        age_ms: int = 48_000,
        served: bool = False,
    ) -> str:
        """What an index came to now; gives its key."""
        key, spec = self.key(name), self.book.plan.specs[f"index.{name}"]
        score = None if value is None else 100 - value if spec.higher_is_worse else value
        self.book.results[key] = IndexResult(
            code=spec.code,
            key=key,
            at=self.now,
            value=value,
            score=score,
            effective=effective,
            fresh=effective,
            evidence=self.now - age_ms,
            version=self.book.plan.version,
            members=len(spec.members),
            served=served,
        )
        return key

    def moved(
        self,
        name: str,
        before: float,
        after: float,
        parts: Sequence[tuple[str, float, float, float]],
    ) -> str:
        """What moved it since yesterday: (code, amount, value before, value after)."""
        key, spec = self.key(name), self.book.plan.specs[f"index.{name}"]
        contributions = tuple(
            Contribution(code, reading_key(code, self.region), amount, amount, old, new)
            for code, amount, old, new in sorted(parts, key=lambda part: -abs(part[1]))
        )
        self.book.moves[key] = IndexMove(
            code=spec.code,
            key=key,
            since=self.now - DAY,
            until=self.now,
            before=before,
            after=after,
            effective_before=1.0,
            version=self.book.plan.version,
            contributions=contributions,
        )
        return key

    def crowd(self, name: str, over: int, live: int) -> None:
        """Of `live` live parts so many stand over yellow (score 50), the others at 90."""
        self.parts[self.key(name)] = tuple(
            Part(
                code=f"x.{place}",
                key=reading_key(f"x.{place}", self.region),
                weight=1 / live,
                share=1 / live,
                value=1.0,
                score=50.0 if place < over else 90.0,
                confidence=1.0,
                freshness=Freshness.LIVE,
                as_of=self.now,
                source="f",
            )
            for place in range(live)
        )

    def calm(self) -> None:
        """Four steady dimensions and the city, as in a normal hour."""
        for name, value in (
            ("attribute", 84.2),
            ("drive", 86.5),
            ("pressure", 8.3),
            ("vitality", 89.9),
        ):
            self.put(name, value)
            self.moved(name, value, value, [])
        self.put("city", 88.1)
