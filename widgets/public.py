"""What a wall may know: the running program as its windows are given it.

Indicators whose `secrecy` is not public are not there: no value, no name, no history, no finding,
in no list and no target. They count in the indices all the same; what they did to one is told as
内部指标, and so is a warning that rests on one. A city without such indicators is given as it is.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, cast

import msgspec

from app.core import keys
from app.core.catalog import Catalog, Quantity
from app.core.finding import Finding
from app.core.i18n import translator
from app.core.index import Contribution, IndexMove, Part
from app.core.model import Held, Sourced, Warning
from app.core.privacy import Privacy
from app.live.index_book import IndexBook
from app.live.picture import Picture
from widgets.context import Spine

INTERNAL = "internal"
"""The code that stands for all of them."""
T = TypeVar("T")
Named = TypeVar("Named", Contribution, Part)


def public_spine(spine: Spine) -> Spine:
    """The program as a wall's windows may know it."""
    return cast(Spine, _PublicSpine(spine))


class _PublicSpine:
    """Follows the city's files: another catalogue may hide others."""

    def __init__(self, spine: Spine) -> None:
        self._spine = spine
        self._real: Catalog | None = None
        self._catalog = Catalog()
        self._picture: _PublicPicture | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._spine, name)

    @property
    def catalog(self) -> Catalog:
        """Without what is not public."""
        real = self._spine.catalog
        if real is not self._real:
            self._real = real
            hidden = frozenset(
                code for code, item in real.quantities.items() if item.secrecy is not Privacy.PUBLIC
            )
            self._catalog = _without(real, hidden) if hidden else real
            self._picture = _PublicPicture(hidden) if hidden else None
        return self._catalog

    @property
    def picture(self) -> Picture:
        """The same of its values."""
        real, _ = self._spine.picture, self.catalog
        return self._picture.of(real) if self._picture is not None else real

    @property
    def store(self) -> Any:
        """History without theirs."""
        real, _ = self._spine.store, self.catalog
        return _PublicStore(real, self._picture) if self._picture is not None else real


def _without(catalog: Catalog, hidden: frozenset[str]) -> Catalog:
    """Each of them is a value without name, unit, limits or owner."""
    quantities = dict(catalog.quantities)
    for code in (*hidden, INTERNAL):
        quantities[code] = Quantity(
            code=INTERNAL,
            name_zh=translator("zh_CN").text("secrecy.indicator"),
            name_en=translator("en").text("secrecy.indicator"),
            unit="",
            period_ms=quantities[code].period_ms if code in hidden else 0,
            is_indicator=False,
            secrecy=Privacy.INTERNAL,
        )
    targets = tuple(item for item in catalog.targets if item.indicator not in hidden)
    return msgspec.structs.replace(catalog, quantities=quantities, targets=targets)


class _PublicPicture:
    """The picture without some codes; what is not named here comes from the picture itself."""

    def __init__(self, hidden: frozenset[str]) -> None:
        self._hidden = hidden
        self._picture: Any = None
        self._readings: Mapping[str, Held] = {}
        self.indices: Any = None

    def of(self, picture: Picture) -> Picture:
        """The same for a picture; another one comes with a replay."""
        if picture is not self._picture:
            self._picture = picture
            self._readings = _Readings(picture.readings, self.hides)
            self.indices = _PublicBook(picture.indices, self._hidden)
        return cast(Picture, self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._picture, name)

    def hides(self, key: str) -> bool:
        """Whether a key is of one of them."""
        return key.startswith("reading/") and key.split("/", 2)[1] in self._hidden

    @property
    def readings(self) -> Mapping[str, Held]:
        """Without theirs."""
        return self._readings

    @property
    def findings(self) -> Mapping[str, tuple[Finding, ...]]:
        """Without theirs; there are few."""
        held = self._picture.findings
        return {key: found for key, found in held.items() if not self.hides(key)}

    @property
    def past_findings(self) -> tuple[Finding, ...]:
        """Without theirs."""
        return tuple(item for item in self._picture.past_findings if not self.hides(item.key))

    @property
    def warnings(self) -> Mapping[str, Sourced]:
        """All of them: of one that rests on such a value only that it is there."""
        return {id_: self._told(item) for id_, item in self._picture.warnings.items()}

    def _told(self, item: Sourced) -> Sourced:
        warning = item.record
        if not isinstance(warning, Warning) or not self.hides(warning.key):
            return item
        title = translator("zh_CN").text("secrecy.indicator")
        bare = msgspec.structs.replace(warning, title=title, key="", text="", evidence="", place="")
        return msgspec.structs.replace(item, record=bare)


class _Readings(Mapping[str, Held]):
    """A table without some of its keys; those are looked for again when it grew."""

    def __init__(self, table: Mapping[str, Held], hides: Callable[[str], bool]) -> None:
        self._table = table
        self._hides = hides
        self._gone: frozenset[str] = frozenset()
        self._known = -1

    def _look(self) -> frozenset[str]:
        if self._known != len(self._table):
            self._known = len(self._table)
            self._gone = frozenset(filter(self._hides, self._table))
        return self._gone

    def __getitem__(self, key: str) -> Held:
        if key in self._look():
            raise KeyError(key)
        return self._table[key]

    def __iter__(self) -> Iterator[str]:
        gone = self._look()
        return (key for key in self._table if key not in gone)

    def __len__(self) -> int:
        return len(self._table) - len(self._look())


class _PublicBook:
    """The indices: their numbers are public, which of their members did what is told without the
    names and values of some."""

    def __init__(self, book: IndexBook, hidden: frozenset[str]) -> None:
        self._book = book
        self._hidden = hidden
        self._told: dict[str, tuple[IndexMove, IndexMove]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._book, name)

    @property
    def moves(self) -> Mapping[str, IndexMove]:
        """Against the same moment of the day before."""
        return {key: self._of(move) for key, move in self._book.moves.items()}

    def _of(self, move: IndexMove) -> IndexMove:
        known = self._told.get(move.key)
        if known is not None and known[0] is move:
            return known[1]
        told = tuple(
            self._bare(item, before=None, after=None) if item.code in self._hidden else item
            for item in move.contributions
        )
        made = msgspec.structs.replace(move, contributions=told)
        self._told[move.key] = (move, made)
        return made

    def parts(self, key: str) -> tuple[Part, ...]:
        """What an index is made of now."""
        return tuple(
            self._bare(part, value=None, score=None) if part.code in self._hidden else part
            for part in self._book.parts(key)
        )

    @staticmethod
    def _bare(item: Named, **gone: None) -> Named:
        region = item.key.rpartition("/")[2]
        key = keys.reading_key(INTERNAL, region)
        return msgspec.structs.replace(item, code=INTERNAL, key=key, **gone)


class _PublicStore:
    """The store whose queries know nothing of some keys."""

    def __init__(self, store: Any, picture: _PublicPicture) -> None:
        self._store = store
        self._picture = picture

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @property
    def queries(self) -> Any:
        """The named queries."""
        return _PublicQueries(self._store.queries, self._picture)


class _PublicQueries:
    """Of a list of keys theirs are left out; one that is asked for alone is another, of which
    nothing is kept."""

    def __init__(self, queries: Any, picture: _PublicPicture) -> None:
        self._queries = queries
        self._picture = picture

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._queries, name)

        def ask(*args: Any, **named: Any) -> Any:
            told = {key: self._open(value) for key, value in named.items()}
            return asked(*map(self._open, args), **told)

        return ask if callable(asked) else asked

    def _open(self, value: T) -> T:
        hides = self._picture.hides
        if isinstance(value, str):
            found: Any = keys.reading_key(INTERNAL, INTERNAL) if hides(value) else value
        elif isinstance(value, list | tuple | set | frozenset):
            found = type(value)(v for v in value if not (isinstance(v, str) and hides(v)))
        else:
            found = value
        return cast(T, found)
