"""Parts of the HTTP family by themselves: schedules, codings, gaps, links."""

import gzip
import zlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.feeds._base import Lost
from app.feeds._gaps import fill, fill_bytes, unknown
from app.feeds._http_body import STEP, Unpacker
from app.feeds._http_call import Answer, shown
from app.feeds._outline import outline
from app.feeds._paging import PageOptions, Pager
from app.feeds._schedule import JITTER, Schedule


@given(st.floats(0.01, 3600), st.floats(0, 1e6), st.text(max_size=20))
def test_a_schedule_does_not_drift(period: float, now: float, name: str) -> None:
    schedule = Schedule(name, period)
    start = now
    for _ in range(20):
        wait = schedule.wait(now)
        assert period / 4 <= wait + 1e-6 and wait <= period * (1.26 + JITTER) + 1e-6
        now += wait
    assert abs((now - start) / 20 - period) <= period * 0.07


def test_feeds_of_one_period_are_spread_over_it() -> None:
    tenths = {int(Schedule(f"feed-{number}", 60).wait(0) % 60 // 6) for number in range(500)}
    assert tenths == set(range(10))


@given(st.binary(max_size=2000), st.lists(st.integers(1, 300), max_size=20))
def test_any_bytes_in_any_pieces_are_undone_or_refused(data: bytes, cuts: list[int]) -> None:
    whole = gzip.compress(data)
    for coded, good in ((whole, True), (data, None)):
        unpacker, made, rest = Unpacker("gzip"), b"", coded
        try:
            for cut in [*cuts, len(coded) + 1]:
                made += b"".join(unpacker.steps(rest[:cut]))
                rest = rest[cut:]
        except Lost:
            assert not good
            continue
        if good:
            assert made == data and unpacker.whole


def test_a_bomb_comes_out_in_steps() -> None:
    bomb = zlib.compress(b" " * 5_000_000)
    sizes = [len(step) for step in Unpacker("deflate").steps(bomb)]
    assert max(sizes) <= STEP and sum(sizes) == 5_000_000


@given(st.binary(max_size=300), st.text(max_size=100))
def test_any_page_is_taken_or_lost(data: bytes, link: str) -> None:
    for way in ("next", "cursor", "number", "offset", "link"):
        pages = Pager("f", PageOptions(way=way, next="n || @"), "").start()  # type: ignore[arg-type]
        answer = Answer(200, data, "", "http://h/p", {"link": link})
        try:
            while pages.more and not pages.cut:
                pages.took(answer)
        except Lost:
            continue
        assert pages.taken <= 100


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ('</b?p=2>; rel="next"', "http://h/b?p=2"),
        ("<?p=2>;rel=next", "http://h/a?p=2"),
        ('</x>; rel="prev", <http://h/b>; title="t"; rel="next"', "http://h/b"),
        ('</x>; rel="prev"', ""),
        ("", ""),
    ],
)
def test_links(header: str, target: str) -> None:
    pages = Pager("f", PageOptions(way="link"), "").start()
    pages.took(Answer(200, b"[]", "", "http://h/a", {"link": header}))
    assert pages.url == target and pages.more == bool(target)


def test_gaps() -> None:
    body = {"n": "{page}", "t": "p{page}", "l": [{"c": "{cursor}"}, 3]}
    values = {"page": 2, "cursor": "{page}"}
    assert fill(body, values) == {"n": 2, "t": "p2", "l": [{"c": "{page}"}, 3]}
    assert unknown(body, ("page",)) == "cursor"
    assert fill_bytes("a{x}b{y}", {"x": b"\xff", "y": "{x}"}) == b"a\xffb{x}"


def test_an_address_is_shown_without_its_secrets() -> None:
    assert shown("https://u:p@h:1/a/b?key=k#f") == "https://h:1/a/b"


def test_the_outline_of_a_large_answer_keeps_what_stands_around_its_list() -> None:
    items = [{"id": number, "text": "x" * 100} for number in range(20_000)]
    value = {"code": 0, "data": {"list": items, "next": "/p2"}, "total": 20_000}
    known = outline(msgspec.json.format(msgspec.json.encode(value)))
    assert (known["code"], known["total"], known["data"]["next"]) == (0, 20_000, "/p2")
    found = known["data"]["list"]
    assert len(found) == 20_000 and found[0] == items[0] and found[-1] == items[-1]
    assert found[7] is None


@given(st.recursive(st.none() | st.integers(-9, 9) | st.text(), lambda kids: st.lists(kids)))
def test_the_outline_of_a_small_answer_is_all_of_it(value: object) -> None:
    assert outline(msgspec.json.encode(value)) == value
