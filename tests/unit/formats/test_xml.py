"""XML from outside: what hurts is refused by name, what is large is read piece by piece."""

import random

import pytest

from app.formats._xml import PIECE_BYTES, BadXml, child, children, elements, local, parse, text_of
from app.formats._xml import xpath as path

BOMB = b"""<?xml version="1.0"?>
<!-- <r/> --><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<lolz x="&b;">&b;</lolz>"""
OUTSIDE = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><r>&x;</r>'
MOST = 20_000_000


def reason(data: bytes, most: int = MOST) -> str:
    """The reason of both ways of reading, which are the same."""
    with pytest.raises(BadXml) as whole:
        parse(data, most)
    with pytest.raises(BadXml) as pieces:
        list(elements(data, most, "{*}s"))
    assert whole.value.reason == pieces.value.reason
    return whole.value.reason


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (BOMB, "xml_doctype"),
        (OUTSIDE, "xml_doctype"),
        (b'<!DOCTYPE r SYSTEM "http://example.invalid/x.dtd"><r/>', "xml_doctype"),
        (b"<!doctype html><html><body>no</body></html>", "xml_doctype"),
        ('<!DOCTYPE r [<!ENTITY a "x">]><r>&a;</r>'.encode("utf-16"), "xml_doctype"),
        ("<!DOCTYPE r []><r/>".encode("utf-16-le"), "encoding"),
        (b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQBEAE8-<r/>', "encoding"),
        ("<r/>".encode("utf-32"), "encoding"),
        (b'<?xml version="1.0" encoding="nonsense"?><r/>', "encoding"),
        (b"<s>" * 300 + b"</s>" * 300, "xml_limit"),
        (b"<r>" + b"x" * 10_500_000 + b"</r>", "xml_limit"),
        (b"<r>" + b"<a/>" * 3_000_001 + b"</r>", "xml_limit"),
        (b"<r>&nothing;</r>", "not_xml"),
        (b"<r><s></r>", "not_xml"),
        (b"<r>\xff</r>", "not_xml"),
        (b"<r/><r/>", "not_xml"),
        (b"", "not_xml"),
        (b"{}", "not_xml"),
        (b"<html><body>Service unavailable", "not_xml"),
        (b"<!--" + b"-" * 70_000, "not_xml"),
    ],
)
def test_what_hurts_is_refused_by_name(data: bytes, why: str) -> None:
    assert reason(data) == why


def test_too_many_bytes_are_not_looked_into() -> None:
    assert reason(b"<r/>", 3) == "oversized"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "gbk"])
def test_chinese_encodings(encoding: str) -> None:
    data = f'<?xml version="1.0" encoding="{encoding}"?><r><s>蒋坝</s></r>'.encode(encoding)
    assert text_of(parse(data, MOST), "s") == "蒋坝"
    assert [item.text for item in elements(data, MOST, "s") if item is not None] == ["蒋坝"]


def test_words_in_a_comment_or_cdata_are_no_document_type() -> None:
    data = b"<?x <!DOCTYPE a>?><!-- <!DOCTYPE a> --><r><![CDATA[<!DOCTYPE a>]]></r>"
    assert parse(data, MOST).text == "<!DOCTYPE a>"


def test_names_without_their_namespaces() -> None:
    root = parse(b'<a:r xmlns:a="urn:1"><a:s> x </a:s><s xmlns="urn:2">y</s></a:r>', MOST)
    assert local(root) == "r"
    assert [item.text for item in children(root, "s")] == [" x ", "y"]
    assert text_of(root, "s") == "x"
    assert text_of(root, "t", "none") == "none"
    assert child(root, "t") is None
    assert path("string(a:s)", {"a": "urn:1"})(root) == " x "


@pytest.mark.parametrize("bad", ["a[", "p:x", "$x", "nonsense(x)"])
def test_a_wrong_xpath_is_refused_at_once(bad: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        path(bad)


def rows(count: int, rng: random.Random) -> tuple[bytes, list[str]]:
    """A document of rows with blanks, comments and long texts in between, and their texts."""
    texts = [f"{number}-" + "水" * rng.randrange(60) for number in range(count)]
    between = (" ", "\n  ", "<!-- s -->", "", "text" * 30)
    body = "".join(f"<s n='{text}'><v>{text}</v></s>{rng.choice(between)}" for text in texts)
    return f"<r><head>7</head>{body}</r>".encode(), texts


def test_ten_megabytes_come_in_pieces_and_the_rows_before_are_gone() -> None:
    data, texts = rows(50_000, random.Random(4))
    found, breaths, most_kept = [], 0, 0
    for item in elements(data, MOST, "s"):
        if item is None:
            breaths += 1
            continue
        found.append(item.findtext("v"))
        assert item.getroottree().getroot().findtext("head") == "7"
        if not len(found) % 5_000:
            most_kept = max(most_kept, len(item.getparent()))
    assert found == texts
    assert breaths == -(-len(data) // PIECE_BYTES)
    assert most_kept < 6_000, "rows that were used are kept"


def test_rows_within_rows_are_whole() -> None:
    data = b"<r>" + b"<s><s>a</s><s>b</s></s>" * 3 + b"</r>"
    found = [len(item) for item in elements(data, MOST, "s") if item is not None]
    assert found == [0, 0, 2] * 3


def test_what_came_before_a_fault_is_given() -> None:
    given = []
    with pytest.raises(BadXml):
        for item in elements(b"<r><s>1</s><s>2</s><t></r>", MOST, "s"):
            if item is not None:
                given.append(item.text)
    assert given == ["1", "2"]
