"""Local times of any land: what was meant, or a refusal."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from app.formats._map_time import NoSuchTime, TimeFormatError, time_parser

PLAIN = "%Y-%m-%d %H:%M:%S"
BERLIN = "Europe/Berlin"


def ms(*when: int) -> int:
    return round(datetime(*when, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-01-01 12:00:00", (2026, 1, 1, 11)),
        ("2026-07-01 12:00:00", (2026, 7, 1, 10)),
        ("2026-03-29 01:59:59", (2026, 3, 29, 0, 59, 59)),
        ("2026-03-29 03:00:00", (2026, 3, 29, 1)),
        ("2026-10-25 01:59:59", (2026, 10, 24, 23, 59, 59)),
        ("2026-10-25 03:00:00", (2026, 10, 25, 2)),
    ],
)
def test_summer_time_in_berlin(local: str, utc: tuple[int, ...]) -> None:
    assert time_parser(PLAIN, BERLIN)(local) == ms(*utc)
    assert time_parser("iso", BERLIN)(local) == ms(*utc)


def test_a_time_that_came_twice_is_the_first_unless_said_otherwise() -> None:
    local = "2026-10-25 02:30:00"
    assert time_parser(PLAIN, BERLIN)(local) == ms(2026, 10, 25, 0, 30)
    assert time_parser(PLAIN, BERLIN, "second")(local) == ms(2026, 10, 25, 1, 30)
    with pytest.raises(NoSuchTime):
        time_parser(PLAIN, BERLIN, "refuse")(local)


def test_an_offset_in_the_text_settles_it() -> None:
    parse = time_parser("iso", BERLIN, "refuse")
    assert parse("2026-10-25T02:30:00+01:00") == ms(2026, 10, 25, 1, 30)
    assert time_parser("%Y-%m-%d %H:%M:%S %z", "")("2026-11-18 20:00:00 +0800") == ms(
        2026, 11, 18, 12
    )


def test_a_time_that_no_clock_showed_is_refused() -> None:
    for twice in ("first", "second", "refuse"):
        with pytest.raises(NoSuchTime):
            time_parser(PLAIN, BERLIN, twice)("2026-03-29 02:30:00")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("%Y/%m/%d %H:%M:%S", "2026/11/18 20:00:00"),
        ("%Y/%m/%d %H:%M:%S", "2026/11/18 20:0:0"),  # not two digits each: strptime itself
        ("%Y%m%d%H%M%S", "20261118200000"),
        ("%Y年%m月%d日 %H时%M分", "2026年11月18日 20时00分"),
        ("%Y-%m-%d %H:%M", " 2026-11-18 20:00 "),
        ("%d.%m.%Y %H:%M:%S", "18.11.2026 20:00:00"),
        ("%H:%M %d/%m/%Y", "20:00 18/11/2026"),
        ("%Y-%m-%d %I:%M %p", "2026-11-18 08:00 PM"),
        ("%Y-%m-%d %H:%M:%S.%f", "2026-11-18 20:00:00.000"),
        ("%Y%m%d%H%M%S%f", "20261118200000000000"),
    ],
)
def test_patterns_of_bureaus(form: str, text: str) -> None:
    assert time_parser(form, "Asia/Shanghai")(text) == ms(2026, 11, 18, 12)


@pytest.mark.parametrize(
    "text",
    ["2026-11-18", "2026-13-01 00:00:00", "2026-02-30 00:00:00", "", "２０２６-11-18 20:00:00 x"],
)
def test_what_does_not_follow_the_pattern(text: str) -> None:
    with pytest.raises(ValueError):
        time_parser(PLAIN, "Asia/Shanghai")(text)


def test_epochs_are_numbers_or_their_texts() -> None:
    assert time_parser("epoch_s", "")("1795003200.5") == 1_795_003_200_500
    assert time_parser("epoch_ms", "")(1_795_003_200_000) == 1_795_003_200_000
    with pytest.raises(TimeFormatError):
        time_parser("epoch_s", "")(True)


def test_many_different_times_do_not_fill_the_memory_with_wrong_answers() -> None:
    parse = time_parser("%Y-%m-%d %H:%M:%S", "UTC")
    texts = [
        f"2026-11-{day:02d} {hour:02d}:{minute:02d}:00"
        for day in range(1, 8)
        for hour in range(24)
        for minute in range(60)
    ]
    first = [parse(text) for text in texts]
    assert first == [parse(text) for text in texts]
    assert {after - before for before, after in pairwise(first)} == {60_000}


def test_a_fraction_of_a_second_has_as_many_digits_as_it_has() -> None:
    parse = time_parser("%Y-%m-%d %H:%M:%S.%f", "Asia/Shanghai")
    whole = ms(2026, 11, 18, 12)
    for text, more in (("5", 500), ("05", 50), ("050", 50), ("000999", 0)):
        assert parse(f"2026-11-18 20:00:00.{text}") == whole + more
