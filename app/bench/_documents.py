"""Ten megabytes of one bureau's records, as XML and as GeoJSON, all of them newer than the last."""

import time

from app.bench._city import REGION

SIZE = 10_000_000
_ITEMS = 2000


def xml() -> bytes:
    """`<data><row>...`: the item, its value and when."""
    now = time.time_ns() // 1_000_000
    rows = ["<data>"]
    size = 0
    while size < SIZE:
        number = len(rows)
        row = (
            f"<row><adcode>{REGION}</adcode><item>bench.i{number % _ITEMS}</item>"
            f"<val>{number % 90}</val><tm>{now - number}</tm><remark>正常</remark></row>\n"
        )
        rows.append(row)
        size += len(row)
    return "".join([*rows, "</data>"]).encode()


def geojson() -> bytes:
    """A FeatureCollection of points with the same properties."""
    now = time.time_ns() // 1_000_000
    features: list[str] = []
    size = 0
    while size < SIZE:
        number = len(features)
        feature = (
            '{"type":"Feature","geometry":{"type":"Point","coordinates":'
            f"[{119 + number % 997 / 10_000:.4f},{33 + number % 991 / 10_000:.4f}]}},"
            f'"properties":{{"adcode":"{REGION}","item":"bench.i{number % _ITEMS}",'
            f'"val":{number % 90},"tm":{now - number},"remark":"正常"}}}}'
        )
        features.append(feature)
        size += len(feature)
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'.encode()
