"""A map as one file: nothing in it asks for anything, and text from outside stays text."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from app.gis.content import Marks, MarkStyle
from app.gis.frames import (
    Origin,
    Timing,
    encode_json,
    encode_labels,
    encode_marks,
    unbundle,
)
from app.gis.standalone import Sign, Situation, cleaned, standalone

HOSTILE = "</script><script>alert(1)</script><img src=https://evil.example/x onerror=alert(2)>"
PIXEL = b"\x89PNG\r\n\x1a\n"
PLACE = Origin(119.0, 33.4)


class Read(HTMLParser):
    """The elements of a document with their attributes, and the text of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.held: list[tuple[str, dict[str, str | None], str]] = []
        self.words: list[str] = []
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open = tag
        if tag in ("script", "style"):
            self.held.append((tag, dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open in ("script", "style"):
            tag, attributes, text = self.held[-1]
            self.held[-1] = (tag, attributes, text + data)
        else:
            self.words.append(data)


def marks(labels: list[str]) -> tuple[bytes, ...]:
    count = len(labels)
    content = Marks(
        np.array([f"a:{number}" for number in range(count)], object),
        np.full(count, 119.0),
        np.full(count, 33.4),
        np.zeros(count, np.uint8),
        (MarkStyle(name_zh="点"),),
    )
    frame = encode_marks("events", 1, content, PLACE, Timing(at=1, set=1))
    return encode_labels("events", 1, labels), frame


def situation(**more: object) -> Situation:
    given: dict[str, object] = {
        "title": f"宿迁市 {HOSTILE}",
        "world": "演示数据",
        "facts": ("导出时间 2026-07-17 14:03:22", HOSTILE),
        "foot": ("CGCS2000", "审图号 GS(2024)0650号", HOSTILE),
        "legend": (
            Sign(HOSTILE, note="1,500，19 秒前", head=True),
            Sign("点", mark={"form": "dot", "colour": '"><script>'}),
        ),
        "names": {"events": HOSTILE},
        "origin": (119.0, 33.4),
        "box": (118.5, 33.0, 119.5, 33.8),
        "frames": (encode_json("state", {"layers": []}), *marks([HOSTILE, "张三 13812345678"])),
        "tiles": {"10/850/410": ("image/png", PIXEL)},
        "tile_zoom": 10,
    }
    return Situation(**{**given, **more})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def page() -> Read:
    return Read(standalone(situation()).decode())


def test_only_our_own_scripts_stand_in_it_and_the_rules_know_each(page: Read) -> None:
    (rules,) = (
        attributes["content"] or ""
        for tag, attributes in page.elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    parts = dict(part.split(" ", 1) for part in rules.split("; "))
    assert parts["default-src"] == "'none'" and "connect-src" not in parts
    assert parts["img-src"] == "data:"
    for kind in ("script", "style"):
        allowed = set(parts[f"{kind}-src"].split())
        texts = [text for tag, attributes, text in page.held if tag == kind and not attributes]
        hashes = {
            f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
            for text in texts
        }
        assert texts and allowed == hashes


def test_no_element_asks_for_anything_or_holds_a_script_in_an_attribute(page: Read) -> None:
    for tag, attributes in page.elements:
        assert tag not in ("img", "link", "iframe", "object", "embed", "base", "form", "a"), tag
        for name in attributes:
            assert name not in ("src", "href", "style", "srcset"), (tag, name)
            assert not name.startswith("on"), (tag, name)
    for tag, _, text in page.held:
        if tag == "style":
            assert not re.search(r"url\(|@import|expression", text)


def test_text_from_outside_is_there_as_text(page: Read) -> None:
    assert sum(HOSTILE in word for word in page.words) >= 4
    scripts = [held for held in page.held if held[0] == "script"]
    assert sum("alert(1)" in text and not attributes for _, attributes, text in scripts) == 0


def brought(page: Read) -> dict[str, object]:
    (text,) = (text for _, attributes, text in page.held if attributes.get("id") == "brought")
    found: dict[str, object] = json.loads(text)
    return found


def test_what_it_brings_is_what_was_given(page: Read) -> None:
    told = brought(page)
    assert told["box"] == [118.5, 33.0, 119.5, 33.8] and told["tile_zoom"] == 10
    address = f"data:image/png;base64,{base64.b64encode(PIXEL).decode()}"
    assert told["tiles"] == {"10/850/410": address}
    frames = unbundle(base64.b64decode(str(told["frames"])))
    assert frames[2] == marks([HOSTILE, ""])[1]  # the marks as the page of the program gets them
    assert json.loads(frames[1][8:].split(b"\0")[0])["labels"] == [HOSTILE, "张三 ＊＊＊"]


def test_numbers_of_persons_are_in_no_word_of_it() -> None:
    text = standalone(
        situation(
            title="13812345678",
            facts=("320102199001011234",),
            legend=(Sign("13812345678", note="13812345678", head=True),),
            names={"events": "13812345678"},
        )
    ).decode()
    assert "13812345678" not in text and "320102199001011234" not in text


def test_a_frame_is_cleaned_without_moving_its_sections() -> None:
    frame = encode_labels("events", 1, ["张三 13812345678", "无"])
    head = json.loads(cleaned(frame)[8:].split(b"\0")[0])
    assert head["labels"] == ["张三 ＊＊＊", "无"] and len(cleaned(frame)) % 8 == 0
    plain = marks(["无"])[1]
    assert cleaned(plain) == plain


def test_a_tile_of_another_type_cannot_name_itself_a_page() -> None:
    made = standalone(situation(tiles={"1/0/0": ("text/html", b"<script>")}))
    assert brought(Read(made.decode()))["tiles"] == {
        "1/0/0": f"data:image/png;base64,{base64.b64encode(b'<script>').decode()}"
    }
