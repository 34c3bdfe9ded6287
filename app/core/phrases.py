"""pypinyin, with its dictionary of phrases read in parts.

By itself it reads 47,000 phrases with one call that holds Python's lock for 70 ms and more: though
read in a thread, they let the windows stand still.
"""

import importlib
import os
from importlib import resources
from typing import Any

import msgspec

PART = 1_000
"""Phrases between which others may have the lock."""
_NO_PHRASES = "PYPINYIN_NO_PHRASES"
_readings = msgspec.json.Decoder(list[list[list[str]]])
_words = msgspec.json.Decoder(dict[str, msgspec.Raw])


def _library() -> Any:
    """pypinyin without its phrases: its own switch, which is a variable of the environment."""
    before = os.environ.get(_NO_PHRASES)
    os.environ[_NO_PHRASES] = "1"
    try:
        return importlib.import_module("pypinyin")
    finally:
        if before is None:
            del os.environ[_NO_PHRASES]
        else:
            os.environ[_NO_PHRASES] = before


def _read_phrases() -> None:
    """Give pypinyin its phrases, as its own `load_phrases_dict` would."""
    held: dict[str, list[list[str]]] = importlib.import_module("pypinyin.constants").PHRASES_DICT
    if held:
        return  # somebody imported it with them
    parts: Any = importlib.import_module("pypinyin.contrib.mmseg").seg
    phrases = _words.decode((resources.files("pypinyin") / "phrases_dict.json").read_bytes())
    words = list(phrases)
    for start in range(0, len(words), PART):
        some = words[start : start + PART]
        found = _readings.decode(b"[" + b",".join([phrases[word] for word in some]) + b"]")
        held.update(zip(some, found, strict=True))
        parts.train(some)


pypinyin = _library()
_read_phrases()
