"""Packed files of a drop folder: gzip and zip, within bounds.

`limits.max_bytes` bounds what all of an archive becomes: a bomb is left after so many bytes. Only
stored and deflated members are read (other methods may take any memory), none that is encrypted,
and an archive in an archive stays what it is. A member's name is a label and never a path.
"""

import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath

MOST_MEMBERS = 1_000
_PIECE = 1_048_576


class BadArchive(ValueError):
    """An archive that is not used; `reason` is the word of which `feed.reason.<word>` says the
    sentence: bad_archive, oversized."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def unpacked(
    name: str, data: bytes, limit: int, wanted: Callable[[str], bool]
) -> list[tuple[str, bytes]]:
    """The contents of a file with their names: itself, or what is packed in it as far as `wanted`
    says of a member's name. Raises BadArchive."""
    last = name.lower()
    if last.endswith(".gz"):
        return [(name, _gunzip(data, limit))]
    if not last.endswith(".zip"):
        return [(name, data)]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _members(name, archive, limit, wanted)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        if isinstance(error, BadArchive):
            raise
        raise BadArchive("bad_archive") from error


def _members(
    name: str, archive: zipfile.ZipFile, limit: int, wanted: Callable[[str], bool]
) -> list[tuple[str, bytes]]:
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MOST_MEMBERS:
        raise BadArchive("oversized")
    found: list[tuple[str, bytes]] = []
    for info in infos:
        label = PurePosixPath(info.filename.replace("\\", "/")).name[:200]
        if not wanted(label):
            continue
        if info.flag_bits & 1 or info.compress_type not in (
            zipfile.ZIP_STORED,
            zipfile.ZIP_DEFLATED,
        ):
            raise BadArchive("bad_archive")
        with archive.open(info) as member:
            content = member.read(limit + 1)  # never more, whatever the archive says of itself
        limit -= len(content)
        if limit < 0:
            raise BadArchive("oversized")
        found.append((f"{name}/{label}", content))
    return found


def _gunzip(data: bytes, limit: int) -> bytes:
    parts: list[bytes] = []
    while data:
        inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
        while not inflate.eof:
            try:
                part = inflate.decompress(data, _PIECE)
            except zlib.error as error:
                raise BadArchive("bad_archive") from error
            data = inflate.unconsumed_tail
            limit -= len(part)
            if limit < 0:
                raise BadArchive("oversized")
            parts.append(part)
            if not part and not inflate.eof:
                raise BadArchive("bad_archive")  # cut off
        data = inflate.unused_data.lstrip(b"\0")  # a further member, or padding
    return b"".join(parts)
