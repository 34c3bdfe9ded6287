"""What transports read themselves, beside their format: answers, pages, lists, frames, grants.

Each kind of feed either has a reader here or hands all it receives to a format, which is fuzzed in
test_formats_fuzz.py. The samples are spoilt in the same way; 10,000 of each with `--full`.
"""

import json
import random
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import zstandard

from app.feeds._base import Lost, Refused, feeds
from app.feeds._cap_index import allowed, entries, holds_alerts
from app.feeds._cot_talk import CotTalk
from app.feeds._frames import decoded
from app.feeds._http_call import Answer
from app.feeds._journal import BadJournal
from app.feeds._oauth import _granted
from app.feeds._paging import PageOptions, Pager
from app.feeds._push_check import Remembered
from app.feeds._quake_kept import KeptQuakes
from app.feeds._soap_client import Caller, Reply, Service
from app.formats._base import DECODE_ERRORS, Made
from app.formats._jmespath import searcher_of
from app.formats._xml import BadXml
from tests.helpers.soap_server import fault, levels, wsdl
from tests.property.test_formats_fuzz import ALL, CORPUS, FEW, mutated
from tests.unit.feeds import test_ngsi_ld as ngsi
from tests.unit.feeds import test_replay as replay
from tests.unit.feeds import test_sensorthings as things

Check = Callable[[bytes], None]
"""Reads one input; fails, or raises, where the reader did what it must not."""


def good(made: list[Made]) -> None:
    for one in made:
        assert (one.record is None) == bool(one.reason)


# ---- the readers, each with samples that are good


def ws_json(_folder: Any) -> tuple[list[bytes], Check]:
    reading = {"key": "reading/water.level/1/a", "value": 1.5, "observed": 1}
    frames: list[Any] = [
        {"t": "delta", "seq": 2, "prev": 1, "readings": [reading]},
        {"t": "snapshot", "seq": 1, "final": True, "source": "a", "readings": [reading] * 3},
        [{"t": "delta", "seq": 3, "prev": 2}, {"t": "gone", "first": 1, "last": 2}],
    ]

    def check(data: bytes) -> None:
        refused: list[str] = []
        frames = list(decoded((data,), lambda reason, _sample: refused.append(reason)))
        assert frames or refused or not data.strip() or json.loads(data) == []

    return [json.dumps(frame).encode() for frame in frames], check


def sensorthings(_folder: Any) -> tuple[list[bytes], Check]:
    made = things.streams()
    whole = things.page(things.datastream(Observations=[things.observed()]), link="next")
    good(things.read(made, whole))
    bound = made.bound["5"]
    rows = things.page({"components": ["phenomenonTime", "result"], "dataArray": [["x", 1.0]]})
    samples = [whole, rows, things.page(things.observed()), json.dumps(things.observed()).encode()]

    def check(data: bytes) -> None:
        good(things.read(made, data))
        good(things.read(made, data, "v1.1/Datastreams(5)/Observations"))
        good(list(made.history(bound, data)))

    return samples, check


def ngsi_ld(_folder: Any) -> tuple[list[bytes], Check]:
    entity = ngsi.weather(
        temperature={"type": "Property", "value": 20, "observedAt": ngsi.AT, "unitCode": "CEL"}
    )
    told = {"id": "urn:n", "type": "Notification", "data": [entity]}
    samples = [entity, [entity] * 2, told, {"metadata": {}, "body": told}]
    made = ngsi.entities()

    def check(data: bytes) -> None:
        good(ngsi.read(made, data))
        good(ngsi.read(made, data, retained=True, topic="a/b"))

    return [json.dumps(sample).encode() for sample in samples], check


def soap(_folder: Any) -> tuple[list[bytes], Check]:
    url = "http://127.0.0.1:9/river?wsdl"
    answers = [wsdl("http://127.0.0.1:9/river").encode()]
    service = Service(
        url=url, wsdl="", address="", service="", port="", operation="getLevels", user="",
        password="", token=False, digest=False, strict=True, copies={}, max_bytes=100_000,
        zone=None,
    )  # fmt: skip
    caller = Caller(service, lambda *_: Reply(200, answers[-1], {}))
    whole = levels(("jiangba", "12.345", "2026-11-18T12:00:00Z"), ("badun", "1.5", "2026-11-18"))

    def check(data: bytes) -> None:
        answers[:] = [data]
        try:
            assert isinstance(caller.call({"city": "320800"}), bytes)
        except (Lost, Refused) as error:
            assert error.reason.id.startswith(("soap.", "feed."))

    return [whole.encode(), levels().encode(), fault("s:Server", "no").encode()], check


def cap(_folder: Any) -> tuple[list[bytes], Check]:
    rss = (
        b"<rss><channel><item><link>http://h/1</link><pubDate>x</pubDate></item><item><enclosure "
        b'type="application/cap+xml" url="/2"/></item></channel></rss>'
    )

    def check(data: bytes) -> None:
        holds_alerts(data)
        try:
            for entry in entries(data, 100_000, "https://h/index"):
                assert entry is None or allowed(entry.url, "https://h/index", ()) in (True, False)
        except BadXml as error:
            assert error.reason

    return [(CORPUS / "cap" / "atom.xml").read_bytes(), rss], check


def cot(_folder: Any) -> tuple[list[bytes], Check]:
    offered = (
        '<event version="2.0" uid="p" type="t-x-takp-v" how="m-g"><detail><TakControl>'
        '<TakProtocolSupport version="1"/></TakControl></detail></event>'
    )
    agreed = offered.replace("takp-v", "takp-r").replace(
        '<TakProtocolSupport version="1"/>', '<TakResponse status="true"/>'
    )
    unit = (CORPUS / "cot" / "unit.cot").read_bytes()

    def check(data: bytes) -> None:
        talk = CotTalk("me", protobuf=True)
        ours, answer = talk.heard(data, 1_795_003_200_000)
        assert ours or not answer
        talk.heard(data, 1_795_003_201_000)

    return [offered.encode(), agreed.encode(), unit], check


def http_json(_folder: Any) -> tuple[list[bytes], Check]:
    grant = b'{"access_token":"abc","token_type":"Bearer","expires_in":3600}'
    page = b'{"next":"/p?2","total":3,"cursor":"c2","data":{"items":[1,2,3]}}'

    def check(data: bytes) -> None:
        try:
            token, life = _granted(data)
            assert token.isascii() and life > 0
        except Lost as error:
            assert error.reason.id == "feed.http_token"
        for way in ("next", "cursor", "number", "offset", "link"):
            options = PageOptions(way=way, next="next || cursor")  # type: ignore[arg-type]
            pages = Pager("f", options, "data.items").start()
            link = data[:200].decode("latin-1")
            try:
                while pages.more and not pages.cut:
                    pages.took(Answer(200, data, "", "http://h/p", {"link": link}))
            except Lost as error:
                assert error.reason.id
            assert pages.taken <= 100

    return [grant, page], check


def http_push(_folder: Any) -> tuple[list[bytes], Check]:
    known = Remembered(100)
    lines = b"".join(known.put(name, b"x") for name in "abc")
    id_of = searcher_of("f", "options.id", "ticket.id || id")
    assert id_of is not None

    def check(data: bytes) -> None:
        again = Remembered(100)
        again.recall(data.splitlines())
        assert len(again) <= 100
        try:
            value = msgspec.json.decode(data)
        except DECODE_ERRORS:
            return
        id_of(value)

    return [lines, b'{"ticket":{"id":"7"}}', b'{"id":8}'], check


def recorded(folder: Any) -> tuple[list[bytes], Check]:
    path = replay.journal(folder / "journal", count=3)
    whole = zstandard.ZstdDecompressor().stream_reader(path.read_bytes()).read()

    def check(data: bytes) -> None:  # one in eight is spoilt as a file, the others within it
        path.write_bytes(data if len(data) % 8 == 0 else zstandard.compress(data))
        try:
            found, _refused = replay.entries(path)
        except BadJournal as error:
            assert error.reason.id.startswith("journal.")
        else:
            assert len(found) <= 100

    return [whole], check


def quake(folder: Any) -> tuple[list[bytes], Check]:
    report = {"source": "emsc", "event": "a", "origin": 1_795_003_200_000, "lon": 118.9,
              "lat": 33.3, "magnitude": 4.4, "reported": 1_795_003_200_000}  # fmt: skip
    kept = {"id": "quake:emsc:a", "reports": {"emsc": report}, "names": [["emsc", "a"]]}
    path = folder / "f.quakes"

    def check(data: bytes) -> None:
        path.write_bytes(data)
        for found in KeptQuakes(path, "f").load():
            assert found.holds()

    return [json.dumps({"quakes": [kept]}).encode()], check


OWN = {
    "cap": cap,
    "cot": cot,
    "http-json": http_json,
    "http-push": http_push,
    "ngsi-ld": ngsi_ld,
    "quake": quake,
    "replay": recorded,
    "sensorthings": sensorthings,
    "soap": soap,
    "ws-json": ws_json,
}
SAYS = {"quake": "earthquakes shown before are not known"}  # of the log, at spoilt files
FORMATS_ONLY = {  # all that comes is a format's
    "file-drop",  # but for its archives: test_unpack.py
    "mqtt",
    "nats",
    "sql",  # but for its rows: test_sql_query.py
    "sse",
    "stream",
    "websocket",
}


def test_every_kind_of_feed_is_fuzzed_here_or_by_its_format() -> None:
    assert sorted([*OWN, *FORMATS_ONLY]) == list(feeds().names())


@pytest.mark.parametrize("name", sorted(OWN))
def test_spoilt_talk_is_read_or_refused(name: str, tmp_path: Any, expect_log: Any) -> None:
    _fuzz(name, tmp_path, FEW, expect_log)


@pytest.mark.full
@pytest.mark.parametrize("name", sorted(OWN))
def test_ten_thousand_spoilt_talks(name: str, tmp_path: Any, expect_log: Any) -> None:
    _fuzz(name, tmp_path, ALL, expect_log)


def _fuzz(name: str, folder: Any, count: int, expect_log: Any) -> None:
    if name in SAYS:
        expect_log(SAYS[name])
    samples, check = OWN[name](folder)
    for sample in samples:
        check(sample)
    spoilt = mutated(samples, random.Random(name))
    for _ in range(count):
        check(next(spoilt))
