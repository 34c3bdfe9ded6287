"""The ways to type a character, as one automaton for all of them.

A state is what was typed of one unit so far: `zh` of 中. Units are characters; those that are
spoken alike share their states. Tables are numpy arrays, so that many places of many names take
the next letter at once (`app.core.search`).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.text import Sounds

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SYMBOLS = LETTERS + "0123456789"
NEVER = 0xFFFF
WHOLE = 0
"""The state of a unit that was typed as itself: nothing can follow within it."""


SHORT, WEAK = 1, 2
"""What a spelling lacks: a unit was cut short, or typed as another reading or a similar sound."""


class Tables(NamedTuple):
    """`start[unit type, symbol]` and `onward[state, letter]` give a state or NEVER.

    `left` is what a unit lacks that is left in a state for the next one, `last` what it lacks where
    the typed text ends in it; `whole` says that the unit's own reading is complete.
    """

    start: NDArray[np.uint16]
    onward: NDArray[np.uint16]
    left: NDArray[np.uint8]
    last: NDArray[np.uint8]
    whole: NDArray[np.bool_]


class Speller:
    """Collects unit types, then gives their tables."""

    def __init__(self) -> None:
        self._starts: list[dict[str, int]] = []
        self._onward: list[dict[str, int]] = [{}]
        self._left = [0]
        self._last = [0]
        self._whole = [True]
        self._shared: dict[Sounds, dict[str, int]] = {}

    def plain(self, symbol: str) -> int:
        """A unit type that is only typed as itself; a letter or digit is also a symbol."""
        self._starts.append({symbol: WHOLE} if symbol in SYMBOLS else {})
        return len(self._starts) - 1

    def spoken(self, sounds: Sounds) -> int:
        """A unit type that is typed as it sounds."""
        if sounds not in self._shared:
            self._shared[sounds] = self._tree(sounds)
        self._starts.append(self._shared[sounds])
        return len(self._starts) - 1

    def tables(self) -> Tables:
        """The arrays of all that was collected."""
        start = np.full((len(self._starts), len(SYMBOLS)), NEVER, np.uint16)
        for kind, first in enumerate(self._starts):
            for symbol, state in first.items():
                start[kind, SYMBOLS.index(symbol)] = state
        onward = np.full((len(self._onward), len(LETTERS)), NEVER, np.uint16)
        for state, after in enumerate(self._onward):
            for letter, next_state in after.items():
                onward[state, LETTERS.index(letter)] = next_state
        left, last = np.array(self._left, np.uint8), np.array(self._last, np.uint8)
        return Tables(start, onward, left, last, np.array(self._whole))

    def _tree(self, sounds: Sounds) -> dict[str, int]:
        root: dict[str, int] = {}
        for reading in (sounds.spoken, *sounds.weak):
            lacks = 0 if reading == sounds.spoken else WEAK
            branch, state = root, NEVER
            for letter in reading:
                if letter not in branch:
                    branch[letter] = self._state(lacks)
                state = branch[letter]
                branch = self._onward[state]
            if state != NEVER and self._left[state] & SHORT:
                # `lin` is whole as a sound for ling, and only a part of ling itself.
                self._left[state] = lacks
                self._whole[state] = not lacks
        return root

    def _state(self, lacks: int) -> int:
        self._onward.append({})
        self._left.append(SHORT | lacks)
        self._last.append(lacks)
        self._whole.append(False)
        return len(self._onward) - 1
