"""The three families of earthquake messages, told apart by their shape.

- EMSC (seismicportal.eu, standing order): `{action, data: Feature}`. `properties.depth` is positive
  downwards; the geometry's third number is negative and is not used where the first is there.
- Wolfx (`all_eew` and lists): one object with `type`. All numbers may arrive as text; `Magunitude`
  of most, `Magnitude` of cenc and cq; a depth of null is unknown, not the 10 km that is often put
  in its place; `yyyy-MM-dd` is Beijing's time and `yyyy/MM/dd` Tokyo's.
- USGS GeoJSON summary: a FeatureCollection, times in ms, depth as the geometry's third number.

From messages of EMSC and USGS that were kept, and for Wolfx from the programs of those who use it;
its own description was not to be had.
"""

from collections.abc import Iterator
from typing import Any

from app.formats._quake_report import (
    BadReport,
    Report,
    depth_of,
    epoch,
    local,
    magnitude_of,
    name,
    place_of,
    utc,
    words,
)

WOLFX_EEW = ("cenc_eew", "sc_eew", "fj_eew", "cq_eew", "cwa_eew", "jma_eew")
WOLFX_LISTS = ("cenc_eqlist", "jma_eqlist")
_SIGNS = ("heartbeat", "pong")
MOST_LISTED = 20_000
_EMSC_EARTHQUAKES = ("ke", "se", "uk", "ki", "si", "")  # known, suspected, unknown, induced

Found = Report | BadReport
"""A report, or why one of them cannot be used."""


def reports(message: Any) -> Iterator[Found]:
    """The reports of one message; raises BadReport for what is of no family."""
    if not isinstance(message, dict):
        raise BadReport("quake_unknown", "")
    kind = message.get("type")
    if "action" in message and isinstance(message.get("data"), dict):
        yield from _each([message["data"]], _emsc)
    elif kind == "FeatureCollection" and isinstance(message.get("features"), list):
        yield from _each(message["features"][:MOST_LISTED], _usgs)
    elif kind in WOLFX_EEW:
        yield from _each([message], _eew)
    elif kind in WOLFX_LISTS:
        listed = [value for key, value in message.items() if key[:2] == "No" and key[2:].isdigit()]
        yield from _each([{**item, "type": kind, "state": item.get("type")} for item in listed
                          if isinstance(item, dict)], _listed)  # fmt: skip
    elif kind not in _SIGNS:
        raise BadReport("quake_unknown", "type")


def _each(items: list[Any], read: Any) -> Iterator[Found]:
    for item in items:
        try:
            found = read(item if isinstance(item, dict) else {})
        except BadReport as error:
            error.sample = item
            yield error
            continue
        if found is not None:
            yield found


def _emsc(feature: dict[str, Any]) -> Report | None:
    said = _properties(feature)
    kind = said.get("evtype")
    if isinstance(kind, str) and kind not in _EMSC_EARTHQUAKES:
        return None  # a blast, a landslide
    third = _third(feature)
    depth = said.get("depth", -third if third is not None else None)
    lon, lat = place_of(said.get("lon"), said.get("lat"))
    origin = utc(said.get("time"), "time")
    return Report(
        "emsc",
        name(said.get("unid"), "unid"),
        origin,
        lon,
        lat,
        magnitude_of(said.get("mag")),
        utc(said["lastupdate"], "lastupdate") if said.get("lastupdate") else origin,
        depth_of(depth),
        words(said.get("flynn_region")),
    )


def _usgs(feature: dict[str, Any]) -> Report | None:
    said = _properties(feature)
    if said.get("type", "earthquake") != "earthquake" or said.get("mag") is None:
        return None  # a blast; or nobody has measured it yet
    geometry = feature.get("geometry")
    place = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if not isinstance(place, list) or len(place) < 2:
        raise BadReport("missing", "coordinates")
    lon, lat = place_of(place[0], place[1])
    state = str(said.get("status") or "").lower()
    return Report(
        "usgs",
        name(feature.get("id"), "id"),
        epoch(said.get("time"), "time"),
        lon,
        lat,
        magnitude_of(said["mag"]),
        epoch(said.get("updated"), "updated"),
        depth_of(_third(feature)),
        words(said.get("place")),
        reviewed=state == "reviewed",
        cancelled=state == "deleted",
    )


def _eew(said: dict[str, Any]) -> Report:
    source = said["type"]
    origin = local(said.get("OriginTime"), "OriginTime")
    lon, lat = place_of(said.get("Longitude"), said.get("Latitude"))
    told = said.get("ReportTime", said.get("AnnouncedTime"))
    count = said.get("ReportNum", said.get("Serial"))
    event = said.get("EventID")
    return Report(
        source,
        name(event, "EventID").partition("_")[0] if event else str(origin),
        origin,
        lon,
        lat,
        magnitude_of(said.get("Magunitude", said.get("Magnitude"))),
        local(told, "ReportTime") if told else origin,
        depth_of(said.get("Depth")),
        words(said.get("HypoCenter", said.get("Hypocenter"))),
        number=int(str(count)) if str(count).isdecimal() and len(str(count)) < 6 else 0,
        early=True,
        training=_true(said.get("isTraining")),
        cancelled=_true(said.get("isCancel")),
    )


def _listed(said: dict[str, Any]) -> Report:
    origin = local(said.get("time_full") or said.get("time"), "time")
    lon, lat = place_of(said.get("longitude"), said.get("latitude"))
    return Report(
        said["type"],
        name(said["EventID"], "EventID") if said.get("EventID") else str(origin),
        origin,
        lon,
        lat,
        magnitude_of(said.get("magnitude")),
        local(said["ReportTime"], "ReportTime") if said.get("ReportTime") else origin,
        depth_of(said.get("depth")),
        words(said.get("location")),
        reviewed=said["state"] == "reviewed",
    )


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    said = feature.get("properties")
    if not isinstance(said, dict):
        raise BadReport("missing", "properties")
    return said


def _third(feature: dict[str, Any]) -> float | None:
    """The geometry's third number."""
    geometry = feature.get("geometry")
    place = geometry.get("coordinates") if isinstance(geometry, dict) else None
    value = place[2] if isinstance(place, list) and len(place) > 2 else None
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if plain and abs(value) < 1e6 else None  # type: ignore[arg-type]


def _true(value: Any) -> bool:
    return value is True or (isinstance(value, str) and value.lower() == "true")
