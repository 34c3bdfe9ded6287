"""pypinyin, with its dictionary of phrases read in parts.

By itself it reads 47,000 phrases with one call that holds Python's lock for 70 ms and more: though
read in a thread, they let the windows stand still.
"""

import os
from importlib import resources

import msgspec

_NO_PHRASES = "PYPINYIN_NO_PHRASES"  # its own switch, which it reads while it is imported
_before = os.environ.get(_NO_PHRASES)
os.environ[_NO_PHRASES] = "1"

import pypinyin  # noqa: E402
from pypinyin.constants import PHRASES_DICT  # noqa: E402
from pypinyin.contrib.mmseg import seg  # noqa: E402

if _before is None:
    del os.environ[_NO_PHRASES]
else:
    os.environ[_NO_PHRASES] = _before

__all__ = ["pypinyin"]

PART = 1_000
"""Phrases between which others may have the lock."""
_readings = msgspec.json.Decoder(list[list[list[str]]])
_words = msgspec.json.Decoder(dict[str, msgspec.Raw])


def _read_phrases() -> None:
    """Give pypinyin its phrases, as its own `load_phrases_dict` would."""
    if PHRASES_DICT:
        return  # somebody imported it with them
    phrases = _words.decode((resources.files("pypinyin") / "phrases_dict.json").read_bytes())
    words = list(phrases)
    for start in range(0, len(words), PART):
        some = words[start : start + PART]
        found = _readings.decode(b"[" + b",".join([phrases[word] for word in some]) + b"]")
        PHRASES_DICT.update(zip(some, found, strict=True))
        seg.train(iter(some))


_read_phrases()
