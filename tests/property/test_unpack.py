"""Packed files of any bytes: contents within the limit, or a reason."""

import gzip
import io
import zipfile
import zlib

from hypothesis import given
from hypothesis import strategies as st

from app.feeds._files_unpack import BadArchive, unpacked

LIMIT = 2_000


def packed(name: str, contents: list[bytes]) -> bytes:
    if name.endswith(".gz"):
        return b"".join(map(gzip.compress, contents))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, content in enumerate(contents):
            archive.writestr(f"{number}.csv", content)
    return file.getvalue()


def checked(name: str, data: bytes) -> list[bytes]:
    try:
        found = unpacked(name, data, LIMIT, lambda _: True)
    except BadArchive as error:
        assert error.reason in ("bad_archive", "oversized")
        return []
    assert sum(len(content) for _, content in found) <= LIMIT
    return [content for _, content in found]


@given(st.sampled_from(["a.gz", "a.zip"]), st.lists(st.binary(max_size=300), max_size=4))
def test_what_was_packed_comes_out(name: str, contents: list[bytes]) -> None:
    found = checked(name, packed(name, contents))
    assert b"".join(found) == b"".join(contents)


@given(
    st.sampled_from(["a.gz", "a.zip"]),
    st.lists(st.binary(max_size=80), min_size=1, max_size=3),
    st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 255)), max_size=6),
    st.integers(0, 1000),
)
def test_damaged_archives_are_refused_or_read(
    name: str, contents: list[bytes], changes: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(packed(name, contents))
    for place, value in changes:
        data[place % len(data)] = value
    checked(name, bytes(data))
    checked(name, bytes(data[: cut % len(data)]))


@given(st.sampled_from(["a.gz", "a.zip"]), st.binary(max_size=200))
def test_any_bytes(name: str, data: bytes) -> None:
    checked(name, data)


def test_bombs_are_left_at_the_limit() -> None:
    for name in ("a.gz", "a.zip"):
        assert checked(name, packed(name, [bytes(50_000_000)])) == []
    lying = bytearray(packed("a.zip", [bytes(1_000_000)]))
    at = lying.index(b"PK\1\2")
    lying[at + 24 : at + 28] = (10).to_bytes(4, "little")  # says that it unpacks to ten bytes
    assert all(len(content) <= 10 for content in checked("a.zip", bytes(lying)))
    assert zlib.compress(b"") and checked("a.txt", b"plain") == [b"plain"]
