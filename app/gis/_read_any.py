"""Which format a file has, by its first bytes and its name, and the reader of it."""

import re
import zlib
from collections.abc import Callable
from pathlib import Path

from app.feeds._files_unpack import BadArchive, unpacked
from app.gis._collect import BadFile
from app.gis._mend import mended
from app.gis._read_csv import read_csv
from app.gis._read_geojson import read_geojson
from app.gis._read_shapefile import SIBLINGS, only_this_driver, read_shapefile
from app.gis._read_topojson import read_topojson
from app.gis._read_xml import read_gpx, read_kml
from app.gis.features import Features

MAX_BYTES = 512 * 1024 * 1024
_TEXTS = (".geojson", ".json", ".topojson", ".geojsonl", ".kml", ".gpx", ".csv", ".txt", ".tsv")
_WANTED = (*_TEXTS, *SIBLINGS)
_TOPOLOGY = re.compile(rb'"type"\s*:\s*"Topology"')


def read_any(path: Path, scratch: Path, lon: str = "", lat: str = "", layer: str = "") -> Features:
    """What a file holds, mended; `scratch` is an empty folder of ours. `lon`, `lat` name columns of
    a CSV file, `layer` a file inside an archive. Raises BadFile."""
    if path.suffix.lower() in SIBLINGS[1:]:
        path = path.with_suffix(".shp")  # who drops a .dbf means the shapefile
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise BadFile("oversized", limit=MAX_BYTES // 1_048_576)
        if path.suffix.lower() == ".shp":
            only_this_driver()
            _siblings(path, scratch)
            return mended(read_shapefile(scratch))
        data = path.read_bytes()
    except OSError as error:
        raise BadFile("no_file", error=error.strerror or "") from error
    if data[:4] == b"PK\x03\x04" or data[:2] == b"\x1f\x8b":
        return mended(_archive(path.name, data, scratch, (lon, lat), layer))
    return mended(_text(path.name, data, lon, lat))


def _text(name: str, data: bytes, lon: str, lat: str) -> Features:
    low = name.lower()
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff") and not low.endswith((".csv", ".txt", ".tsv"))
    head = data[:4_000].lstrip(b"\xef\xbb\xbf \t\r\n\x1e")
    if head[:1] in (b"{", b"["):
        utf8 = _utf8(data)
        reader: Callable[[bytes], Features] = read_geojson
        if low.endswith(".topojson") or _TOPOLOGY.search(utf8[:200_000]):
            reader = read_topojson
        return reader(utf8)
    if head[:1] == b"<" or wide:
        sample = data[:200_000].replace(b"\0", b"").lower()
        if low.endswith(".gpx") or b"<gpx" in sample:
            return read_gpx(data)
        if low.endswith(".kml") or b"<kml" in sample or b"<placemark" in sample:
            return read_kml(data)
        raise BadFile("format", name=name[:80])
    if low.endswith((".csv", ".txt", ".tsv")):
        return read_csv(data, lon, lat)
    raise BadFile("format", name=name[:80])


def _utf8(data: bytes) -> bytes:
    """JSON is UTF-8; what a bureau writes as GB18030 or UTF-16 is made so."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace").encode()
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace").encode()
    return data


def _archive(
    name: str, data: bytes, scratch: Path, columns: tuple[str, str], layer: str
) -> Features:
    """KMZ, a zipped shapefile, or any other of our formats in gzip or zip."""
    packed = name if data[:2] == b"\x1f\x8b" else f"{name}.zip"
    packed = packed if packed.lower().endswith((".gz", ".zip")) else f"{packed}.gz"
    try:
        found = unpacked(packed, data, MAX_BYTES, lambda label: label.lower().endswith(_WANTED))
    except (BadArchive, zlib.error) as error:
        reason = error.reason if isinstance(error, BadArchive) else "bad_archive"
        raise BadFile(reason, limit=MAX_BYTES // 1_048_576) from error
    if data[:2] == b"\x1f\x8b":
        inner = packed[:-3]
        return _text(Path(inner).name, found[0][1], *columns)
    members = {label.rpartition("/")[2]: content for label, content in found}
    main = [label for label in members if not label.lower().endswith(SIBLINGS[1:])]
    main.sort(key=lambda label: label.lower() != "doc.kml")
    if layer:
        main = [label for label in main if label == layer]
    if not main:
        raise BadFile("empty_archive")
    if len(main) > 1 and not main[0].lower() == "doc.kml":
        raise BadFile("many", names=", ".join(main)[:300])
    if not main[0].lower().endswith(".shp"):
        return _text(main[0], members[main[0]], *columns)
    only_this_driver()
    stem = main[0][:-4].lower()
    for label, content in members.items():
        if label[:-4].lower() == stem and label[-4:].lower() in SIBLINGS:
            (scratch / f"data{label[-4:].lower()}").write_bytes(content)
    return read_shapefile(scratch)


def _siblings(path: Path, scratch: Path) -> None:
    """Links under fixed names, whatever letters the files are named with."""
    stem = path.stem.lower()
    for other in sorted(path.parent.iterdir()):
        suffix = other.suffix.lower()
        if suffix in SIBLINGS and other.stem.lower() == stem and other.is_file():
            if other.stat().st_size > MAX_BYTES:
                raise BadFile("oversized", limit=MAX_BYTES // 1_048_576)
            link = scratch / f"data{suffix}"
            if not link.is_symlink():
                link.symlink_to(other.resolve())
