"""The one text catalogue: gettext `.po` files under `assets/i18n`, one pair per area.

`<area>.zh_CN.po` and `<area>.en.po`. The msgid is the message's id (`feed.lost`), gaps are
`{name}`; a plural entry chooses by the argument `n`.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from string import Formatter

import polib

from app.core.message import Arg, Message

LANGUAGES = ("zh_CN", "en")


_Piece = tuple[str, str, str]
"""Text, the name of the gap after it (empty for none), how what fills it is written."""


def _taken_apart(form: str) -> tuple[_Piece, ...]:
    """The pieces of a form. Gaps are plain names: no attribute or index reaches into an argument,
    and nothing converts it; else a ValueError."""
    pieces: list[_Piece] = []
    for text, name, spec, conversion in Formatter().parse(form):
        if name is None:
            pieces.append((text, "", ""))
            continue
        if not name.isidentifier() or conversion or "{" in (spec or ""):
            raise ValueError(f"a gap is a plain name, not {name!r}")
        pieces.append((text, name, spec or ""))
    return tuple(pieces)


class Translator:
    """Renders messages in one language."""

    def __init__(self, language: str, entries: dict[str, tuple[str, ...]]) -> None:
        self.language = language
        self._entries = entries
        self._pieces: dict[str, tuple[_Piece, ...]] = {}  # of forms that were used

    def __contains__(self, id_: str) -> bool:
        return id_ in self._entries

    @property
    def ids(self) -> frozenset[str]:
        """Every message id of the catalogue."""
        return frozenset(self._entries)

    def text(self, id_: str, /, **args: object) -> str:
        """The sentence of an id. An id that is in no catalogue is shown as itself, in ⟦⟧."""
        forms = self._entries.get(id_)
        if forms is None:
            return f"⟦{id_}⟧"
        form = forms[0] if len(forms) == 1 or args.get("n") == 1 else forms[1]
        return self._filled(form, args) if args else form

    def _filled(self, form: str, args: Mapping[str, object]) -> str:
        """A form with its gaps filled: a screen says some hundred of them a second, so each is
        taken apart once."""
        pieces = self._pieces.get(form)
        if pieces is None:
            pieces = self._pieces[form] = _taken_apart(form)
        said = [text + format(args[name], spec) if name else text for text, name, spec in pieces]
        return "".join(said)

    def render(self, message: Message) -> str:
        """A message in this language."""
        return self.text(message.id, **self._named(message.args))

    def _named(self, args: Mapping[str, Arg]) -> dict[str, Arg]:
        """Of `who_zh` and `who_en` (names that data carries) the one of this language is `who`."""
        stems = {name[:-3] for name in args if name.endswith("_zh") and f"{name[:-3]}_en" in args}
        return {
            **args,
            **{stem: self.pick(str(args[f"{stem}_zh"]), str(args[f"{stem}_en"])) for stem in stems},
        }

    def pick(self, name_zh: str, name_en: str) -> str:
        """Of two names carried by data, the one of this language; the other where it lacks."""
        first, second = (name_zh, name_en) if self.language == "zh_CN" else (name_en, name_zh)
        return first or second


@cache
def translator(language: str) -> Translator:
    """The translator of a language of LANGUAGES."""
    if language not in LANGUAGES:
        raise ValueError(f"no catalogue for {language!r}; there are {', '.join(LANGUAGES)}")
    entries: dict[str, tuple[str, ...]] = {}
    folder = resources.files("assets") / "i18n"
    for path in sorted(folder.iterdir(), key=lambda item: item.name):
        if path.name.endswith(f".{language}.po"):
            for entry in polib.pofile(path.read_text(encoding="utf-8")):
                forms = tuple(entry.msgstr_plural.values()) or (entry.msgstr,)
                if all(forms):
                    entries[entry.msgid] = forms
    return Translator(language, entries)
