"""Features from an OGC API (17-069r4) or a WFS 2.0 (09-025r2), page after page, within bounds.

What a server says of itself is not believed: its links lead to itself or nowhere, its counts do not
end or lengthen anything, and a page that comes twice is the end.
"""

import asyncio
import hashlib
from typing import Any, ClassVar
from urllib.parse import urlencode, urljoin

import msgspec

from app.config import FeedConfig, Limits
from app.core.catalog import Catalog
from app.core.clock import Clock
from app.core.message import Message, message
from app.core.privacy import Privacy
from app.feeds._base import Lost, Surroundings
from app.feeds._http import HttpLine
from app.feeds._http_auth import AuthOptions
from app.feeds._http_call import address, origin
from app.gis._read_geojson import read_geojson
from app.gis.features import Features
from app.gis.ogc_config import Service
from app.gis.ogc_gml import ServiceFault, read_gml
from app.gis.settle import settled
from app.secrets import Secrets

PAGE_BYTES = 32 << 20
ALL_BYTES = 128 << 20
MAX_PAGES = 500
_GML = "application/gml+xml; version=3.2"
_URN = "urn:ogc:def:crs:EPSG::"


class _Link(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    rel: str = ""
    href: str = ""


class _Page(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    type: str = ""
    features: list[msgspec.Raw] = []
    links: list[_Link] = []
    crs: Any = None


async def take(service: Service, clock: Clock, secrets: Secrets) -> Features:
    """All features that are wanted, in WGS-84 degrees. Raises Refusal (ServiceFault, BadFile,
    UnknownCrs, Refused) and Lost."""
    around = Surroundings(catalog=Catalog(), clock=clock, secrets=secrets)
    try:
        async with asyncio.timeout(service.seconds):
            taker = _Taker(service, _line(service, around))
            found = await (taker.pages() if service.format == "json" else taker.gml())
        return settled(found, service.crs)
    except TimeoutError as error:
        raise Lost(message("feed.timeout")) from error
    finally:
        await around.shared.close()


class _Taker:
    """One taking: pages until there are no more, or enough."""

    def __init__(self, service: Service, line: HttpLine) -> None:
        self._service = service
        self._line = line
        self._bytes = 0
        self._seen: set[bytes] = set()

    async def pages(self) -> Features:
        """GeoJSON, put together into one collection."""
        service = self._service
        raw: list[msgspec.Raw] = []
        crs: Any = None
        url: str | None = self._first()
        start, faults = 0, list[Message]()
        for _ in range(MAX_PAGES):
            data = await self._get(url, "json")
            if data is None:
                break
            page = _decoded(data)
            raw += page.features
            crs = crs or page.crs
            if len(raw) >= service.most:
                faults.append(message("mapogc.most", n=service.most))
                break
            start += len(page.features)
            url = self._next(page, url) if service.protocol == "ogcapi" else self._first(start)
            if (
                url is None
                or not page.features
                or (service.protocol == "wfs" and len(page.features) < service.page)
            ):
                break
        whole = {"type": "FeatureCollection", "features": raw[: service.most], "crs": crs}
        found = await asyncio.to_thread(read_geojson, msgspec.json.encode(whole))
        if service.swap:
            found = msgspec.structs.replace(found, x=found.y, y=found.x)
        return msgspec.structs.replace(found, faults=(*found.faults, *faults))

    async def gml(self) -> Features:
        """GML of a WFS: one answer of as many as are wanted, because the pages of GML cannot be
        put together without reading each."""
        data = await self._get(self._first(count=self._service.most), "xml")
        if data is None:
            raise ServiceFault(message("mapogc.nothing"))
        service = self._service
        found = await asyncio.to_thread(read_gml, data, service.crs, swap=service.swap)
        if found.count >= service.most:
            faults = (*found.faults, message("mapogc.most", n=service.most))
            return msgspec.structs.replace(found, faults=faults)
        return found

    # ---- one page

    async def _get(self, url: str | None, expect: Any) -> bytes | None:
        """A page; None for one that came before, which is the end."""
        if url is None:
            return None
        answer = await self._line.fetch(url, expect=expect, conditional=False)
        if answer is None:
            return None
        self._bytes += len(answer.data)
        if self._bytes > ALL_BYTES:
            raise ServiceFault(message("mapogc.too_large", mb=ALL_BYTES >> 20))
        mark = hashlib.sha256(answer.data).digest()
        if mark in self._seen:
            return None
        self._seen.add(mark)
        return answer.data

    def _first(self, start: int = 0, count: int = 0) -> str:
        service = self._service
        query = _of_api(service) if service.protocol == "ogcapi" else _of_wfs(service, start, count)
        joint = "&" if "?" in service.url else "?"
        return f"{service.url.rstrip('?&')}{joint}{urlencode(query)}"

    def _next(self, page: _Page, url: str | None) -> str | None:
        link = next((link.href for link in page.links if link.rel == "next"), "")
        if not link or url is None:
            return None
        whole = urljoin(url, link)
        if origin(address(whole)) != origin(address(self._service.url)):
            raise ServiceFault(message("mapogc.elsewhere", host=address(whole).host[:80]))
        return whole


def _of_api(service: Service) -> dict[str, str]:
    query = {"f": "json", "limit": str(min(service.page, service.most))}
    if service.box is not None:
        query["bbox"] = ",".join(f"{value:.6f}" for value in service.box)
    return query


def _of_wfs(service: Service, start: int, count: int) -> dict[str, str]:
    """GetFeature by parameters; the box in the order of EPSG:4326, latitude first."""
    code = service.crs.removeprefix("EPSG:") if service.crs.startswith("EPSG:") else ""
    query = {
        "SERVICE": "WFS",
        "VERSION": "2.0.0",
        "REQUEST": "GetFeature",
        "TYPENAMES": service.types,
        "SRSNAME": _URN + (code or ("4490" if service.crs == "cgcs2000" else "4326")),
        "COUNT": str(count or min(service.page, service.most)),
        "OUTPUTFORMAT": "application/json" if service.format == "json" else _GML,
    }
    if start:
        query["STARTINDEX"] = str(start)
    if service.box is not None:
        west, south, east, north = service.box
        query["BBOX"] = f"{south:.6f},{west:.6f},{north:.6f},{east:.6f},{_URN}4326"
    return query


def _decoded(data: bytes) -> _Page:
    try:
        page = msgspec.json.decode(data, type=_Page)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ServiceFault(message("mapogc.no_features")) from error
    if page.type != "FeatureCollection":
        raise ServiceFault(message("mapogc.no_features"))
    return page


def _line(service: Service, around: Surroundings) -> HttpLine:
    feed = FeedConfig(
        id=service.id.replace("_", "-"),
        kind="features",
        name_zh=service.id,
        url=service.url,
        credential=service.credential,
        limits=Limits(max_bytes=PAGE_BYTES),
        options={"allow_plain": service.allow_plain},
    )
    auth = AuthOptions(way="query", name=service.key_name) if service.key_name else AuthOptions()
    return HttpLine(feed, around, auth=auth, answer_s=min(60.0, service.seconds))
