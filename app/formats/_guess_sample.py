"""What a sample of foreign data is made of, as far as its bytes tell: for `feed infer`.

Nothing of this runs while a feed is live.
"""

import csv
import io
import json
import re
from collections import Counter
from typing import Any, ClassVar

import msgspec

from app.core.privacy import Privacy
from app.formats._guess_field import is_time
from app.formats._map_geometry import feature_record
from app.formats._xml import BadXml, Element, parse

MAX_SAMPLE = 16 * 1024 * 1024
_ROWS = 500
_DEPTH = 6
_NAME = re.compile(r"[^\W\d]\w*")
_DELIMITERS = ",;\t|"


class NoRecords(ValueError):
    """Nothing in the sample repeats, or it is none of the formats."""


class Guessed(msgspec.Struct):
    """A sample taken apart: `rows` are flat, by the path that a mapping would write."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    format: str
    rows: list[dict[str, Any]]
    each: str = ""
    zip: tuple[str, ...] = ()
    explode: str = ""
    encoding: str = "utf-8"
    delimiter: str = ","
    columns: tuple[str, ...] = ()
    namespaces: dict[str, str] = {}

    def name_of(self, path: str) -> str:
        """What a path ends in: a column is its own name, an element's own text bears its tag."""
        if self.format == "csv":
            return path
        if self.format == "xml":
            last = re.split(r"[/:@]", path)[-1]
            return re.split(r"[/:]", self.each)[-1] if last == "." else last
        quoted = re.search(r'"(?:[^"\\]|\\.)*"$', path)
        if quoted:
            return re.split(r"[:@]", json.loads(quoted[0]))[-1]
        return path.rsplit(".", 1)[-1]


def guess_sample(data: bytes) -> Guessed:
    """The format of a sample and its records; raises NoRecords."""
    encoding, text = _text(data[:MAX_SAMPLE])
    start = text.lstrip()[:1]
    if start == "<":
        return _xml(data)
    guessed = _json(text) if start in ("{", "[") else _csv(text)
    guessed.encoding = encoding
    if not any(guessed.rows):
        raise NoRecords
    return guessed


def _text(data: bytes) -> tuple[str, str]:
    for encoding, codec in (("utf-8", "utf-8-sig"), ("gb18030", "gb18030")):
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return "utf-16", data.decode("utf-16", "replace")
        try:
            return encoding, data.decode(codec)
        except UnicodeDecodeError:
            continue
    raise NoRecords


# ---- JSON


def _json(text: str) -> Guessed:
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return _lines(text)
    if isinstance(value, dict) and value.get("type") in ("FeatureCollection", "Feature"):
        features = value.get("features", [value])
        return _features(features if isinstance(features, list) else [])
    arrays = list(_arrays(value, "", 0))
    if not arrays:
        zipped = _columns(value)
        if zipped is not None:
            return zipped
        return Guessed("json", [_flat(value)] if isinstance(value, dict) else [])
    each, found = max(arrays, key=lambda item: (len(item[1]), -len(item[0])))
    inner = _inner(found)
    if inner:
        return Guessed("json", _exploded(found, inner)[:_ROWS], each=each, explode=inner)
    return Guessed("json", [_flat(row) for row in found[:_ROWS]], each=each)


def _inner(found: list[dict[str, Any]]) -> str:
    """The array inside each record that has the times, where the record around it has none."""
    if any(is_time(name) for row in found[:_ROWS] for name in row):
        return ""
    for row in found[:_ROWS]:
        for name, items in row.items():
            objects = items if isinstance(items, list) else []
            if any(is_time(key) for item in objects if isinstance(item, dict) for key in item):
                return _join("", name)
    return ""


def _exploded(found: list[dict[str, Any]], inner: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for row in found[:_ROWS]:
        around = {f"_parent.{path}": value for path, value in _flat(row).items()}
        items = next((items for name, items in row.items() if _join("", name) == inner), None)
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict):
                rows.append({**_flat(item), **around})
    return rows


def _lines(text: str) -> Guessed:
    rows: list[Any] = []
    for line in text.splitlines()[:_ROWS]:
        try:
            rows.append(msgspec.json.decode(line.strip("\x1e \t")))
        except (msgspec.DecodeError, RecursionError):
            continue
    objects = [row for row in rows if isinstance(row, dict)]
    if objects and objects[0].get("type") == "Feature":
        return _features(objects)
    return Guessed("ndjson", [_flat(row) for row in objects])


def _features(features: list[Any]) -> Guessed:
    records = [feature_record(feature) for feature in features[:_ROWS]]
    rows = [
        {name: value for name, value in _flat(record).items() if not name.startswith("_geometry")}
        for record in records
        if record is not None
    ]
    return Guessed("geojson", rows)


def _arrays(value: Any, path: str, depth: int) -> "list[tuple[str, list[dict[str, Any]]]]":
    """Every array of objects with its path, the outer ones only."""
    if isinstance(value, list):
        objects = [item for item in value if isinstance(item, dict)]
        return [(path, objects)] if objects else []
    if not isinstance(value, dict) or depth > _DEPTH:
        return []
    found = []
    for name, item in value.items():
        found += _arrays(item, _join(path, name), depth + 1)
    return found


def _columns(value: Any) -> Guessed | None:
    """Arrays of one length that stand side by side in one object."""
    for path, table in _tables(value, "", 0):
        arrays = {name: item for name, item in table.items() if isinstance(item, list)}
        lengths = Counter(len(item) for item in arrays.values())
        if not lengths:
            continue
        length, count = lengths.most_common(1)[0]
        if count < 2 or not length:
            continue
        names = [name for name, item in arrays.items() if len(item) == length]
        rows = [
            {_join("", name): arrays[name][row] for name in names}
            for row in range(min(length, _ROWS))
        ]
        return Guessed("json", rows, zip=tuple(_join(path, name) for name in names))
    return None


def _tables(value: Any, path: str, depth: int) -> list[tuple[str, dict[str, Any]]]:
    if not isinstance(value, dict) or depth > _DEPTH:
        return []
    found = [(path, value)]
    for name, item in value.items():
        found += _tables(item, _join(path, name), depth + 1)
    return found


def _flat(record: Any, path: str = "", depth: int = 0) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in record.items():
        where = _join(path, str(name))
        if isinstance(value, dict) and depth < _DEPTH:
            flat.update(_flat(value, where, depth + 1))
        elif not isinstance(value, dict | list):
            flat[where] = value
    return flat


def _join(path: str, name: str) -> str:
    step = name if _NAME.fullmatch(name) else json.dumps(name, ensure_ascii=False)
    return f"{path}.{step}" if path else step


# ---- CSV


def _csv(text: str) -> Guessed:
    head = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        rows = [
            row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row
        ]
    except csv.Error as error:
        raise NoRecords from error
    if len(rows) < 2 or len(rows[0]) < 2:
        raise NoRecords
    first = [cell.strip() for cell in rows[0]]
    named = len(set(first)) == len(first) and not any(_numeric(cell) for cell in first)
    heads = first if named else [f"c{number}" for number in range(1, len(first) + 1)]
    body = rows[1:] if named else rows
    return Guessed(
        "csv",
        [dict(zip(heads, row, strict=False)) for row in body[:_ROWS]],
        delimiter=delimiter,
        columns=() if named else tuple(heads),
    )


def _numeric(cell: str) -> bool:
    return re.fullmatch(r"[-+]?\d+(\.\d+)?", cell) is not None


# ---- XML


def _xml(data: bytes) -> Guessed:
    try:
        root = parse(data, MAX_SAMPLE)
    except BadXml as error:
        raise NoRecords from error
    ways: Counter[tuple[str, ...]] = Counter()
    first: dict[tuple[str, ...], list[Element]] = {}
    for element in root.iter("{*}*"):
        if not len(element) and len(element.attrib) < 2 and not _timed(element):
            continue
        way = tuple(reversed([element.tag, *(above.tag for above in element.iterancestors())]))
        ways[way] += 1
        first.setdefault(way, []).append(element)
    if not ways:
        raise NoRecords
    way = max(ways, key=lambda item: (ways[item], len(item) > 1, -len(item)))
    prefixes: dict[str, str] = {}
    each = "/" + "/".join(_prefixed(tag, prefixes) for tag in way)
    rows = [
        {**_leaves(element, prefixes), **_around(element, prefixes)}
        for element in first[way][:_ROWS]
    ]
    return Guessed("xml", rows, each=each, namespaces={v: k for k, v in prefixes.items()})


def _timed(element: Element) -> bool:
    """A value with its time as an attribute: `<v t="13:00">3.5</v>`."""
    return bool((element.text or "").strip()) and any(map(is_time, element.attrib))


def _around(element: Element, prefixes: dict[str, str]) -> dict[str, Any]:
    """The attributes and leaves of what stands around a record; nothing of the root, which is of
    the message and no station."""
    found: dict[str, Any] = {}
    way = "../"
    for above in element.iterancestors():
        if above.getparent() is None:
            break
        found |= {f"{way}@{name}": text for name, text in above.attrib.items() if name[:1] != "{"}
        for child in above:
            if not len(child) and child.tag != element.tag:
                found.setdefault(way + _prefixed(child.tag, prefixes), child.text)
        way += "../"
    return found


def _prefixed(tag: str, prefixes: dict[str, str]) -> str:
    if not tag.startswith("{"):
        return tag
    uri, _, name = tag[1:].partition("}")
    prefix = prefixes.setdefault(uri, "n" if not prefixes else f"n{len(prefixes) + 1}")
    return f"{prefix}:{name}"


def _leaves(element: Element, prefixes: dict[str, str], path: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {
        f"{path}@{name}": value
        for name, value in element.attrib.items()
        if not name.startswith("{")
    }
    if not path and not len(element) and (element.text or "").strip():
        found["."] = element.text
    for child in element:
        where = path + _prefixed(child.tag, prefixes)
        if len(child):
            if path.count("/") < _DEPTH:
                found.update(_leaves(child, prefixes, f"{where}/"))
            continue
        found.setdefault(where, child.text)
        found.update({f"{where}/@{name}": text for name, text in child.attrib.items()})
    return found
