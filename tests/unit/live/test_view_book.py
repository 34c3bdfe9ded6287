"""Which cameras stood on a screen: rows that say so, few enough to be kept."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.decision import Viewing
from app.live.view_book import GAP_MS, HOUR_MS, MOST, REST, ViewBook

HOUR = 1_784_289_600_000  # 2026-07-17T12:00:00Z
MINUTE = 60_000


def spans(rows: list[Viewing]) -> list[tuple[str, int, int]]:
    """Camera, from and until in seconds since the hour."""
    return [(row.camera, (row.since - HOUR) // 1000, (row.until - HOUR) // 1000) for row in rows]


def run(book: ViewBook, begin: int, end: int, step: int = 1000) -> list[Viewing]:
    """What is written from a second to another."""
    found = []
    for second in range(begin, end, step // 1000):
        found += book.due(HOUR + second * 1000)
    return found


def test_a_short_view_is_one_row_when_it_is_over() -> None:
    book = ViewBook()
    book.see("1/0", "v:1", "hand", "main", HOUR + 5000)
    assert run(book, 5, 30) == []
    book.leave("1/0", HOUR + 30_000)
    assert run(book, 30, 40) == []
    assert run(book, 41, 60) == [Viewing("v:1", "hand", "main", HOUR + 5000, HOUR + 30_000, 25_000)]


def test_a_long_one_is_written_after_a_minute_at_each_hour_and_at_its_end() -> None:
    book = ViewBook()
    book.see("1/0", "v:1", "scene:视频", "main", HOUR + 10_000)
    assert spans(run(book, 10, 3600)) == [("v:1", 10, 70)]
    assert spans(run(book, 3600, 7300)) == [("v:1", 70, 3600), ("v:1", 3600, 7200)]
    book.leave("1/0", HOUR + 7_300_000)
    assert spans(run(book, 7300, 7320)) == [("v:1", 7200, 7300)]


def test_what_was_hidden_for_a_moment_is_one_view() -> None:
    book = ViewBook()
    book.see("1/0", "v:1", "hand", "main", HOUR)
    book.leave("1/0", HOUR + 20_000)
    assert book.due(HOUR + 21_000) == []
    book.see("7/0", "v:1", "hand", "main", HOUR + 25_000)
    book.leave("7/0", HOUR + 40_000)
    assert spans(run(book, 40, 60)) == [("v:1", 0, 40)]


def test_a_round_is_one_row_for_each_camera_and_hour() -> None:
    book, rows = ViewBook(), []
    for turn in range(240):  # every 15 s for an hour: nine cells, 200 cameras
        at = HOUR + turn * 15_000
        for cell in range(9):
            camera = f"v:{(turn * 9 + cell) % 200}"
            book.see(f"1/{cell}", camera, "round:all", "main", at)
        rows += book.due(at)
    assert rows == []
    rows = book.due(HOUR + HOUR_MS)
    assert len(rows) == 200
    assert sum(row.ms for row in rows) == 9 * HOUR_MS
    assert sum(row.times for row in rows) == 9 * 240
    assert all(HOUR <= row.since < row.until <= HOUR + HOUR_MS for row in rows)
    assert {row.by for row in rows} == {"round:all"}


def test_a_round_through_a_whole_city_names_so_many_and_counts_the_rest() -> None:
    book = ViewBook()
    book.due(HOUR)
    for number in range(3 * MOST):
        book.see("1/0", f"v:{number}", "round:all", "main", HOUR + number * 500)
    book.leave("1/0", HOUR + 3 * MOST * 500)
    rows = book.due(HOUR + HOUR_MS)
    assert len(rows) == MOST + 1
    (rest,) = [row for row in rows if row.camera == REST]
    assert rest.times == 2 * MOST and rest.ms == 2 * MOST * 500


def test_who_comes_next_did_not_see_what_the_one_before_saw() -> None:
    book = ViewBook()
    book.see("1/0", "v:1", "hand", "main", HOUR)
    book.see("1/1", "v:2", "round:all", "main", HOUR)
    assert spans(book.cut(HOUR + 30_000)) == [("v:1", 0, 30), ("v:2", 0, 30)]
    assert spans(book.cut(HOUR + 50_000)) == [("v:1", 30, 50), ("v:2", 30, 50)]


steps = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(-1, 3), st.sampled_from(["hand", "round:a"]),
        st.integers(1, 40 * MINUTE),
    ),
    max_size=40,
)  # fmt: skip


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
    assert {key: ms for key, ms in found.items() if ms} == {
        key: ms for key, ms in wanted.items() if ms
    }
