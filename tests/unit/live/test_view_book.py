"""Which cameras stood on a screen: rows that say so, few enough to be kept."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.decision import Viewing
from app.live.view_book import GAP_MS, HOUR_MS, MOST, REST, ROUND_GAP_MS, ViewBook

HOUR = 1_784_289_600_000  # 2026-07-17T12:00:00Z
MINUTE = 60_000


def spans(rows: list[Viewing]) -> list[tuple[str, int, int]]:
    """Camera, from and until in seconds since the hour, of what is over."""
    return [
        (row.camera, (row.since - HOUR) // 1000, (row.until - HOUR) // 1000)
        for row in rows
        if row.times
    ]


def begun(rows: list[Viewing]) -> list[tuple[str, int]]:
    """Camera and when it began, in seconds since the hour, of what is said to begin."""
    assert all(row.ms == 0 and row.until == row.since for row in rows if not row.times)
    return [(row.camera, (row.since - HOUR) // 1000) for row in rows if not row.times]


def run(book: ViewBook, begin: int, end: int, step: int = 1000) -> list[Viewing]:
    """What is written from a second to another."""
    found = []
    for second in range(begin, end, step // 1000):
        found += book.due(HOUR + second * 1000)
    return found


def test_a_view_is_told_when_it_begins_and_when_it_is_over() -> None:
    book = ViewBook()
    book.see("1/0", "v:1", "hand", "main", HOUR + 5000)
    assert book.due(HOUR + 5200) == [
        Viewing("v:1", "hand", "main", HOUR + 5000, HOUR + 5000, 0, times=0)
    ]
    assert run(book, 6, 30) == []
    book.leave("1/0", HOUR + 30_000)
    assert run(book, 30, 40) == [] and book.has_open
    assert run(book, 41, 60) == [Viewing("v:1", "hand", "main", HOUR + 5000, HOUR + 30_000, 25_000)]
    assert not book.has_open


def test_a_long_one_ends_and_begins_anew_at_each_hour() -> None:
    book = ViewBook()
    book.see("1/0", "v:1", "scene:视频", "main", HOUR + 10_000)
    rows = run(book, 10, 7300)
    assert spans(rows) == [("v:1", 10, 3600), ("v:1", 3600, 7200)]
    assert begun(rows) == [("v:1", 10), ("v:1", 3600), ("v:1", 7200)]
    book.leave("1/0", HOUR + 7_300_000)
    assert spans(run(book, 7300, 7320)) == [("v:1", 7200, 7300)]


def test_what_was_hidden_for_a_moment_is_one_view() -> None:
    book = ViewBook()
    book.see("1/0", "v:1", "hand", "main", HOUR)
    book.leave("1/0", HOUR + 20_000)
    assert begun(book.due(HOUR + 21_000)) == [("v:1", 0)]
    book.see("7/0", "v:1", "hand", "main", HOUR + 25_000)
    assert book.due(HOUR + 26_000) == []
    book.leave("7/0", HOUR + 40_000)
    assert spans(run(book, 40, 60)) == [("v:1", 0, 40)]


def test_a_round_is_two_rows_for_each_camera_and_hour() -> None:
    book, rows = ViewBook(), []
    for turn in range(240):  # every 15 s for an hour: nine cells, 200 cameras
        at = HOUR + turn * 15_000
        for cell in range(9):
            camera = f"v:{(turn * 9 + cell) % 200}"
            book.see(f"1/{cell}", camera, "round:all", "main", at)
        rows += book.due(at)
    assert spans(rows) == []
    assert begun(rows) == [(f"v:{n}", n // 9 * 15) for n in range(200)]
    later = book.due(HOUR + HOUR_MS)
    rows = [row for row in later if row.times]
    assert len(rows) == 200
    assert sum(row.ms for row in rows) == 9 * HOUR_MS
    assert sum(row.times for row in rows) == 9 * 240
    assert all(HOUR <= row.since < row.until <= HOUR + HOUR_MS for row in rows)
    assert {row.by for row in rows} == {"round:all"}
    # Nine stand there when the next hour begins.
    assert begun(later) == [(f"v:{(239 * 9 + cell) % 200}", 3600) for cell in range(9)]


def test_a_round_that_nobody_saw_for_minutes_is_over_and_one_that_comes_back_is_not() -> None:
    book = ViewBook()
    book.due(HOUR)
    for second in (0, 60):  # scenes take turns: half a minute each
        book.see("1/0", "v:1", "round:all", "main", HOUR + second * 1000)
        book.leave("1/0", HOUR + (second + 30) * 1000)
    gap = ROUND_GAP_MS // 1000
    assert spans(run(book, 90, 90 + gap)) == [] and book.has_open
    (row,) = [row for row in run(book, 90 + gap, 95 + gap) if row.times]
    assert row == Viewing("v:1", "round:all", "main", HOUR, HOUR + 90_000, 60_000, 2)
    assert not book.has_open


def test_a_round_through_a_whole_city_names_so_many_and_counts_the_rest() -> None:
    book = ViewBook()
    book.due(HOUR)
    for number in range(3 * MOST):
        book.see("1/0", f"v:{number}", "round:all", "main", HOUR + number * 500)
    book.leave("1/0", HOUR + 3 * MOST * 500)
    rows = book.due(HOUR + HOUR_MS)
    assert len(begun(rows)) == len(spans(rows)) == MOST + 1
    (rest,) = [row for row in rows if row.camera == REST and row.times]
    assert rest.times == 2 * MOST and rest.ms == 2 * MOST * 500


def test_who_comes_next_did_not_see_what_the_one_before_saw() -> None:
    book = ViewBook()
    book.see("1/0", "v:1", "hand", "main", HOUR)
    book.see("1/1", "v:2", "round:all", "main", HOUR)
    rows = book.cut(HOUR + 30_000)
    assert begun(rows) == [("v:1", 0), ("v:2", 0)]
    assert spans(rows) == [("v:1", 0, 30), ("v:2", 0, 30)]
    assert begun(book.due(HOUR + 30_000)) == [("v:1", 30), ("v:2", 30)]
    assert spans(book.cut(HOUR + 50_000)) == [("v:1", 30, 50), ("v:2", 30, 50)]


steps = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(-1, 3), st.sampled_from(["hand", "round:a"]),
        st.integers(1, 40 * MINUTE),
    ),
    max_size=40,
)  # fmt: skip


def key_of(row: Viewing) -> tuple[str, str, str]:
    return row.camera, row.by, row.wall


@settings(deadline=None)
@given(steps)
def test_every_second_on_a_screen_is_in_one_row(steps: list[tuple[int, int, str, int]]) -> None:
    """Rows of one camera add up to the time that it stood there; hidden moments count along."""
    book, now, rows = ViewBook(), HOUR, []
    shown: dict[int, tuple[int, str, int]] = {}
    wanted: dict[tuple[int, str], int] = {}
    for cell, camera, by, wait in steps:
        before = shown.pop(cell, None)
        if before is not None and (camera < 0 or before[:2] != (camera, by)):
            wanted[before[:2]] = wanted.get(before[:2], 0) + now - before[2]
            before = None
        if camera < 0:
            book.leave(f"1/{cell}", now)
        else:
            book.see(f"1/{cell}", f"v:{camera}", by, "main", now)
            shown[cell] = before or (camera, by, now)
        rows += book.due(now)
        now += wait + GAP_MS  # nothing is taken up again
        rows += book.due(now)
    for camera, by, since in shown.values():
        wanted[camera, by] = wanted.get((camera, by), 0) + now - since
    rows += book.cut(now)
    found: dict[tuple[int, str], int] = {}
    for row in rows:
        key = int(row.camera[2:]), row.by
        found[key] = found.get(key, 0) + row.ms
        assert row.until >= row.since and (row.by != "hand" or row.until - row.since == row.ms)
    # Whatever began has ended, and says when it began.
    assert Counter((*key_of(row), row.since) for row in rows if not row.times) == Counter(
        (*key_of(row), row.since) for row in rows if row.times
    )
    assert {key: ms for key, ms in found.items() if ms} == {
        key: ms for key, ms in wanted.items() if ms
    }
