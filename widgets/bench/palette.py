"""`bench palette`: from a key to the list painted, in the real palette over 50,000 entries.

The entries are the city's own and as many more that are made of its names. What is typed: names,
pinyin, initials, parts, codes, words, letter by letter and with corrections.
"""

import asyncio
import random
import time
from statistics import quantiles

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from app.bench._base import Figure
from app.core.text import folded, initials, pinyin
from widgets.bench._desk import measure
from widgets.names import DATA, Entry, Names, entries_of
from widgets.palette import MOST, Palette
from widgets.session import Session

ENTRIES = 50_000
TYPED = 300
SHOWN_S = 1.0  # until the window stands and its first pictures are painted
SCANNED = 20
"""Texts of the baseline: a scan takes a hundred times as long."""

Key = tuple[str, ...]


def run() -> list[Figure]:
    """`palette_p99`, with a scan of every key of every entry as its baseline."""
    return measure(_figures, "huaian", feeds=False)


async def _figures(session: Session) -> list[Figure]:
    spine, shell = session.runtime, session.shell
    own = entries_of(spine, spine.commands.verbs(), shell.scenes, {})
    entries = own + _more(own, ENTRIES - len(own))
    window = shell.windows[0]
    assert window.theme is not None
    context, names = shell.context(window.theme), Names(entries)
    palette = Palette(context, window, names, context.commands.verbs())
    palette.show()
    await asyncio.sleep(SHOWN_S)
    texts = _texts(own, TYPED)
    taken = [spent for text in texts for spent in _typed(palette, text)]
    palette.close_overlay()
    keys = [_keys(entry) for entry in entries]
    scans = [spent for text in texts[:SCANNED] for spent in _scanned(keys, text)]
    fast, slow = quantiles(taken, n=100)[98], quantiles(scans, n=100)[98]
    return [Figure("palette_p99", fast, "ms", "scan of all keys, p99", slow)]


def _more(own: list[Entry], count: int) -> list[Entry]:
    """Further places, named as the city's data are."""
    data = [entry for entry in own if entry.kind in DATA]
    chance = random.Random(3)  # noqa: S311 - made names, no secrets
    found = []
    for number in range(count):
        first, second = chance.choice(data), chance.choice(data)
        name_zh = f"{first.name_zh[:6]}{second.name_zh[-4:]}{number}"
        name_en = f"{first.name_en} {number}"
        found.append(Entry("point", f"made:{number:06d}", name_zh, name_en))
    return found


def _texts(own: list[Entry], count: int) -> list[str]:
    """What people type for things: their names in every form, whole and in parts."""
    chance = random.Random(7)  # noqa: S311 - typed texts, no secrets
    found = []
    for number in range(count):
        entry = chance.choice(own)
        forms = (
            entry.name_zh,
            pinyin(entry.name_zh),
            initials(entry.name_zh),
            entry.name_en,
            entry.id,
            pinyin(entry.name_zh[2:]),
        )
        found.append(forms[number % len(forms)][:16])
    return [text for text in found if text]


def _typed(palette: Palette, text: str) -> list[float]:
    """The milliseconds from each key to its painted list; then the line is emptied."""
    spent = [_pressed(palette, Qt.Key.Key_unknown, letter) for letter in text]
    spent.append(_pressed(palette, Qt.Key.Key_Backspace, "\b"))
    palette.line.clear()
    return spent


def _pressed(palette: Palette, key: Qt.Key, text: str) -> float:
    press = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text)
    began = time.perf_counter()
    QApplication.sendEvent(palette.line, press)
    palette.list.viewport().repaint()
    return (time.perf_counter() - began) * 1000


def _keys(entry: Entry) -> Key:
    names = (folded(entry.name_zh), folded(entry.name_en), folded(entry.id))
    return (*names, initials(entry.name_zh), pinyin(entry.name_zh))


def _scanned(keys: list[Key], text: str) -> list[float]:
    """The milliseconds that looking into every key takes, for each letter."""
    spent = []
    for end in range(1, len(text) + 1):
        began, wanted = time.perf_counter(), folded(text[:end])
        ranked = [
            (min(key.index(wanted) for key in of if wanted in key), number)
            for number, of in enumerate(keys)
            if any(wanted in key for key in of)
        ]
        ranked.sort()
        ranked = ranked[:MOST]
        spent.append((time.perf_counter() - began) * 1000)
    return spent
