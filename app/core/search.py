"""Finding among tens of thousands of names while one types: exact, prefix, word, initials, parts,
similar sounds, in that order.

All names are one row of units (characters) with a break between two. A typed letter moves every
place where the text still fits by one step, in numpy; the next letter goes on from there, so a
longer text costs less, not more. Build an `Index` off the GUI thread: half a second for 50,000
names, and about 600 bytes each while it lives.
"""

import re
from collections import OrderedDict
from collections.abc import Collection, Hashable, Iterable, Sequence
from enum import IntEnum
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.core.spelling import LETTERS, NEVER, SHORT, SYMBOLS, WEAK, WHOLE, Speller, Tables
from app.core.text import Found, Name, folded, sounds, spoken_alone, syllables

_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]+")
_BREAK = 0  # the unit type between two keys
_KEY, _WORD, _INSIDE = 0, 4, 8  # marks: where a match begins; SHORT and WEAK are 1 and 2
_AT_END, _WHOLE = 16, 32  # marks: the last unit of its key, a unit that is whole
_NOWHERE = 255
_MANY = 40_000  # places of two symbols, from which on their ranks are worked out beforehand
_KEPT_PLACES = 2_000_000  # of the texts typed last: a dozen that are in every name, many others
_KEPT_BESTS = 4_000_000  # ranks of the texts typed last: a hundred texts over 40,000 names

Places = NDArray[np.int32]


class Rank(IntEnum):
    """How well a name fits, the best first."""

    EXACT = 0
    PREFIX = 1
    WORD = 2
    INITIALS = 3  # all of them: `hhgc` for 淮海广场
    INITIALS_PREFIX = 4
    PART = 5
    INITIALS_INSIDE = 6
    SIMILAR = 7  # another reading, or a sound taken for it, from the beginning
    SIMILAR_INSIDE = 8


class _Fits(NamedTuple):
    """Every place where the text typed so far fits: its last unit, the state of that unit, and
    marks: where the match began, times four, and what it lacks (SHORT, WEAK)."""

    places: Places
    states: NDArray[np.uint16]
    marks: NDArray[np.uint8]


class Index:
    """Names, ready to be found. Names come in the order in which equal ones are to stand."""

    def __init__(self, names: Iterable[Name]) -> None:
        self.names = tuple(names)
        self._at = {(item.kind, item.id): number for number, item in enumerate(self.names)}
        kinds = sorted({item.kind for item in self.names})
        self._kind_codes = {kind: code for code, kind in enumerate(kinds)}
        self._kinds = np.array([self._kind_codes[item.kind] for item in self.names], np.uint8)
        row = _Row(self.names)
        self._tables: Tables = row.tables
        self._onward = np.ascontiguousarray(row.tables.onward.T)
        self._starts = np.ascontiguousarray(row.tables.start.T)
        self._units, self._owners, self._begins = row.units, row.owners, row.begins
        # With the marks of a place these choose its rank: the last unit of a key, a whole unit.
        self._ends = np.append(row.units[1:] == _BREAK, True).astype(np.uint8) * np.uint8(_AT_END)
        self._ending = row.tables.last | row.tables.whole.astype(np.uint8) * np.uint8(_WHOLE)
        self._characters, self._character_of = row.characters, row.character_of
        self._others = row.others()
        self._pairs, self._pair_ends = row.pairs()
        self._fits = _Kept[_Fits](_KEPT_PLACES)
        self._bests = _Kept[NDArray[np.uint8]](_KEPT_BESTS)
        self._single: dict[str, NDArray[np.uint8]] = {}
        self._mixed: dict[str, _Fits] = {}
        for symbol in SYMBOLS:
            places = row.postings(symbol)
            self._single[symbol] = self._best(self._begun(symbol, places))
            self._mixed[symbol] = self._begun(symbol, places[row.is_mixed[places]])
        self._single |= {run: self._of_run(run) for run in self._crowded()}

    def find(
        self,
        text: str,
        limit: int,
        *,
        kinds: Collection[str] = (),
        recent: Sequence[tuple[str, str]] = (),
    ) -> Found:
        """The best names for a text, all for an empty one.

        Of equal rank those in `recent` (kind and id, newest first) stand before the others.
        `kinds` leaves out every other kind.
        """
        ranked, total = self.ranked(text, limit, kinds=kinds, recent=recent)
        return Found(tuple(name for _, name in ranked), total)

    def ranked(
        self,
        text: str,
        limit: int,
        *,
        kinds: Collection[str] = (),
        recent: Sequence[tuple[str, str]] = (),
    ) -> tuple[list[tuple[Rank, Name]], int]:
        """What `find` gives, each with how well it fits; and how many there are in all."""
        words = [_typed(word) for word in folded(text).split()]
        best = self._ranks([word for word in words if word], bool(words))
        if kinds and not self._kind_codes.keys() <= set(kinds):
            best = best | self._without(kinds).take(self._kinds)
        total = int(np.count_nonzero(best != _NOWHERE))
        known = (self._at.get(key) for key in recent)
        shown = self._top(best, limit, [number for number in known if number is not None])
        return [(Rank(int(best[number])), self.names[number]) for number in shown], total

    def rank(self, text: str, kind: str, id_: str) -> Rank | None:
        """How well a text fits one name; None where it does not."""
        words = [_typed(word) for word in folded(text).split()]
        found = int(self._ranks([word for word in words if word], bool(words))[self._at[kind, id_]])
        return None if found == _NOWHERE else Rank(found)

    # ---- ranks of all names

    def _ranks(self, words: list[str], asked: bool) -> NDArray[np.uint8]:
        """The rank of each name: of the text in one piece, or of the worst of its words."""
        if not words:
            return np.full(len(self.names), _NOWHERE if asked else 0, np.uint8)
        best = self._of_run("".join(words))
        if len(words) > 1:
            parts = np.maximum.reduce([self._of_run(word) for word in words])
            best = np.minimum(best, np.maximum(parts, np.uint8(Rank.WORD)))
        return best

    def _of_run(self, run: str) -> NDArray[np.uint8]:
        if run in self._single:
            return self._single[run]
        best = self._bests.get(run)
        if best is None:
            best = self._best(self._follow(run))
            self._bests.keep(run, best, len(best))
        return best

    def _without(self, kinds: Collection[str]) -> NDArray[np.uint8]:
        """By the code of a kind: all bits, which make any rank `_NOWHERE`, for those left out."""
        masks = [0 if kind in kinds else _NOWHERE for kind in self._kind_codes]
        return np.array(masks, np.uint8)

    def _best(self, fits: _Fits) -> NDArray[np.uint8]:
        marks = fits.marks | self._ending.take(fits.states)
        ranks = _RANKS.take(marks | self._ends.take(fits.places))
        best = np.full(len(self.names), _NOWHERE, np.uint8)
        np.minimum.at(best, self._owners.take(fits.places), ranks)
        return best

    def _top(self, best: NDArray[np.uint8], limit: int, recent: list[int]) -> list[int]:
        shown: list[int] = []
        for rank in range(len(Rank)):
            if len(shown) >= limit:
                break
            first = [number for number in recent if best[number] == rank]
            more = np.flatnonzero(best == rank)[: limit + len(first)].tolist()
            shown += first + [number for number in more if number not in first]
        return shown[:limit]

    # ---- following a text through all names

    def _follow(self, run: str) -> _Fits:
        """The places after the last symbol, from the longest beginning that is kept."""
        at = next((n for n in range(len(run), 0, -1) if run[:n] in self._fits), 0)
        fits = self._fits.get(run[:at]) or self._first(run[0])
        for number in range(max(1, at), len(run)):
            fits = self._step(fits, run[number])
            if number == 1:
                fits = self._with_pair(fits, run[:2])
            self._fits.keep(run[: number + 1], fits, len(fits.places))
        return fits

    def _first(self, symbol: str) -> _Fits:
        """Where a symbol begins a match; of letters and digits that stand together, see `pairs`."""
        if symbol in SYMBOLS:
            return self._mixed[symbol]
        places = self._others.get(symbol, np.empty(0, np.int32))
        return _Fits(places, np.full(len(places), WHOLE, np.uint16), self._begins.take(places))

    def _crowded(self) -> list[str]:
        """Two symbols that go on from each other at many places: the slowest to be typed."""
        types = len(self._starts[0])
        found = []
        for symbol in SYMBOLS:
            fits = self._mixed[symbol]
            after = np.bincount(self._units.take(fits.places + 1), minlength=types)
            spoken = np.bincount(fits.states, minlength=self._onward.shape[1])
            for number, second in enumerate(SYMBOLS):
                many = int(after[self._starts[number] != NEVER].sum())
                if second in LETTERS:
                    onward = self._onward[LETTERS.index(second)]
                    many += int(spoken[onward != NEVER].sum())
                if many > _MANY:
                    found.append(symbol + second)
        return found

    def _begun(self, symbol: str, places: Places) -> _Fits:
        states = self._starts[SYMBOLS.index(symbol)].take(self._units.take(places))
        return _Fits(places, states, self._begins.take(places))

    def _with_pair(self, fits: _Fits, pair: str) -> _Fits:
        """Also the places where these two letters or digits stand as they are."""
        if pair[0] not in SYMBOLS or pair[1] not in SYMBOLS:
            return fits
        code = SYMBOLS.index(pair[0]) * len(SYMBOLS) + SYMBOLS.index(pair[1])
        begins = self._pairs[self._pair_ends[code] : self._pair_ends[code + 1]]
        whole = np.full(len(begins), WHOLE, np.uint16)
        return _joined(fits, _Fits(begins + 1, whole, self._begins.take(begins)))

    def _step(self, fits: _Fits, symbol: str) -> _Fits:
        """Each place takes the symbol within its unit, or goes on to the next unit with it."""
        tables, after = self._tables, fits.places + 1
        units = self._units.take(after)
        if symbol in SYMBOLS:
            states = self._starts[SYMBOLS.index(symbol)].take(units)
        else:
            same = self._character_of.take(units) == self._characters.get(symbol, NEVER)
            states = np.where(same, np.uint16(WHOLE), np.uint16(NEVER))
        on = np.flatnonzero(states != NEVER)
        marks = fits.marks.take(on) | tables.left.take(fits.states.take(on))
        gone = _Fits(after.take(on), states.take(on), marks)
        spoken = np.flatnonzero(fits.states) if symbol in LETTERS else on[:0]
        if not len(spoken):
            return gone
        within = self._onward[LETTERS.index(symbol)].take(fits.states.take(spoken))
        here = within != NEVER
        still = spoken[here]
        stay = _Fits(fits.places.take(still), within[here], fits.marks.take(still))
        return _joined(gone, stay)


T = TypeVar("T")


class _Kept(Generic[T]):
    """What was worked out last, up to a size in all; what was not asked for longest goes first."""

    def __init__(self, most: int) -> None:
        self._most, self._held = most, 0
        self._kept: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()

    def __contains__(self, key: Hashable) -> bool:
        return key in self._kept

    def get(self, key: Hashable) -> T | None:
        """What is kept, and was asked for just now."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key][0]

    def keep(self, key: Hashable, what: T, size: int) -> None:
        """Keep it, whatever has to go for it; the newest always stays."""
        self._kept[key] = what, size
        self._held += size
        while self._held > self._most and len(self._kept) > 1:
            _, (_, gone) = self._kept.popitem(last=False)
            self._held -= gone


def _joined(one: _Fits, other: _Fits) -> _Fits:
    return _Fits(
        np.concatenate((one.places, other.places)),
        np.concatenate((one.states, other.states)),
        np.concatenate((one.marks, other.marks)),
    )


class _Row:
    """All keys of all names as units, and the tables to follow them."""

    def __init__(self, names: Sequence[Name]) -> None:
        keys, owners = _keys(names)
        text = folded("\n".join(keys)) + "\n"
        codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
        present = np.zeros(0x110000, np.bool_)
        present[codes] = True
        known = np.flatnonzero(present)
        self.speller = Speller()
        letters = [chr(code) for code in known.tolist()]
        lookup = np.zeros(int(known[-1]) + 1, np.uint16)
        lookup[known] = np.arange(len(known), dtype=np.uint16)
        numbers = lookup[codes]
        classes = np.array([_class(letter) for letter in letters], np.uint8)[numbers]
        self.characters = {letter: number for number, letter in enumerate(letters)}
        self.character_of = np.empty(0, np.uint16)
        self.is_mixed = np.empty(0, np.bool_)  # not followed by a letter or digit as it is one
        units = self._types(text, letters, numbers)
        self.tables = self.speller.tables()
        kept = np.flatnonzero(classes != _BLANK)
        breaks = classes == _END
        self.units = units[kept]
        self.owners = np.array(owners or [0], np.int32)[
            np.cumsum(breaks, dtype=np.int32)[kept] - breaks[kept]
        ]
        begins = np.full(len(classes), _WORD, np.uint8)
        begins[1:][classes[1:] == classes[:-1]] = _INSIDE
        self.begins = begins[kept]
        # What stands before the first character of a key does not make it a word within the key.
        self.begins[np.append(True, self.units[:-1] == _BREAK)] = _KEY

    def _types(
        self, text: str, letters: list[str], numbers: NDArray[np.uint16]
    ) -> NDArray[np.uint16]:
        """The unit type of each character: what it is, and how it is spoken where it stands."""
        self.speller.plain("\n")
        types: list[int] = [_BREAK] * len(letters)
        owner = [NEVER]
        spoken: dict[tuple[str, str], int] = {}
        for number, letter in enumerate(letters):
            if letter == "\n" or not letter.isalnum():
                continue
            reading = spoken_alone(letter) if _CHINESE.match(letter) else ""
            known = self.speller.spoken(sounds(letter, reading)) if reading else NEVER
            types[number] = self.speller.plain(letter) if known == NEVER else known
            spoken[letter, reading] = types[number]
            owner.append(number)
        units = np.array(types, np.uint16)[numbers]
        for at, letter, reading in _in_context(text):
            if (letter, reading) not in spoken:
                spoken[letter, reading] = self.speller.spoken(sounds(letter, reading))
                owner.append(self.characters[letter])
            units[at] = spoken[letter, reading]
        self.character_of = np.array(owner, np.uint16)
        return units

    def postings(self, symbol: str) -> Places:
        """The places whose unit may begin with a symbol."""
        starts = self.tables.start[:, SYMBOLS.index(symbol)] != NEVER
        return np.flatnonzero(starts[self.units]).astype(np.int32)

    def pairs(self) -> tuple[Places, NDArray[np.int64]]:
        """The places of each two letters or digits side by side, and where each pair's begin.

        Most of what is written in Latin lies here, sorted, so that a second letter looks at
        nothing that does not fit.
        """
        symbols = np.full(len(self.tables.start), -1, np.int16)
        for number, symbol in enumerate(SYMBOLS):
            if symbol in self.characters:
                same = self.character_of == self.characters[symbol]
                symbols[np.flatnonzero(same)] = number
        here = symbols[self.units]
        after = np.append(here[1:], np.int16(-1))
        paired = (here >= 0) & (after >= 0)
        self.is_mixed = ~paired
        places = np.flatnonzero(paired).astype(np.int32)
        codes = here[places] * np.int16(len(SYMBOLS)) + after[places]
        order = np.argsort(codes, kind="stable")
        counts = np.bincount(codes, minlength=len(SYMBOLS) ** 2)
        return places[order], np.append(0, np.cumsum(counts))

    def others(self) -> dict[str, Places]:
        """The places of each character that is no symbol."""
        characters = self.character_of[self.units]
        order = np.argsort(characters, kind="stable").astype(np.int32)
        counts = np.bincount(characters, minlength=NEVER + 1)
        ends = np.cumsum(counts)
        return {
            letter: order[ends[number] - counts[number] : ends[number]]
            for letter, number in self.characters.items()
            if letter not in SYMBOLS and letter.isalnum()
        }


def _keys(names: Sequence[Name]) -> tuple[list[str], list[int]]:
    """Every text that a name is found by, in one line each, and whose it is."""
    keys, owners = [], []
    for number, item in enumerate(names):
        for key in dict.fromkeys((item.name_zh, item.name_en, item.id, *item.aliases)):
            keys.append(" ".join(key.split()) or "-")
            owners.append(number)
    return keys, owners


def _in_context(text: str) -> list[tuple[int, str, str]]:
    """Where a character is spoken otherwise than alone: place, character, reading."""
    known: dict[str, list[tuple[int, str, str]]] = {}
    found = []
    for match in _CHINESE.finditer(text):
        run = match[0]
        if run not in known:
            readings = enumerate(zip(run, syllables(run), strict=True))
            known[run] = [
                (at, letter, said)
                for at, (letter, said) in readings
                if said and said.isascii() and said != spoken_alone(letter)
            ]
        found += [(match.start() + at, letter, said) for at, letter, said in known[run]]
    return found


_END, _BLANK, _LETTER, _DIGIT, _OTHER = range(5)


def _class(letter: str) -> int:
    if letter == "\n":
        return _END
    if not letter.isalnum():
        return _BLANK
    if letter.isdigit():
        return _DIGIT
    return _LETTER if letter.isascii() else _OTHER


def _typed(word: str) -> str:
    """What of a typed word is compared: letters and digits of every script."""
    return "".join(letter for letter in word if letter.isalnum())


def _ranked(marks: int) -> Rank:
    """The rank of a match with these marks."""
    begun, ended = marks & 12, marks & _AT_END
    if marks & WEAK:
        return Rank.SIMILAR if begun == _KEY else Rank.SIMILAR_INSIDE
    if marks & SHORT:
        if begun == _KEY:
            return Rank.INITIALS if ended else Rank.INITIALS_PREFIX
        return Rank.INITIALS_INSIDE
    if begun == _KEY:
        return Rank.EXACT if ended and marks & _WHOLE else Rank.PREFIX
    return Rank.WORD if begun == _WORD else Rank.PART


_RANKS = np.array([_ranked(marks) for marks in range(64)], np.uint8)
