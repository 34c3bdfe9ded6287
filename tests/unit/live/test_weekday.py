"""The same weekday and the usual week, worked by hand."""

from datetime import date
from zoneinfo import ZoneInfo

import numpy as np

from app.core.catalog import DAY, HOUR
from app.live.weekday import midnight, normal_week, ordinary_in, same_weekdays

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = 1_784_268_202_000  # Friday 2026-07-17 14:03:22 +08:00
TODAY = midnight(date(2026, 7, 17), SHANGHAI)


def always(day):
    return True


def days_of(count, value):
    """Hourly values of the days before today and of today until 14:00; `value(days back, hour)`."""
    times, values = [], []
    for back in range(count, -1, -1):
        for hour in range(24 if back else 14):
            times.append(TODAY - back * DAY + hour * HOUR)
            values.append(float(value(back, hour)))
    return np.array(times, dtype=np.int64), np.array(values)


def test_midnight_is_the_citys():
    assert TODAY == NOW - (14 * HOUR + 3 * 60_000 + 22_000)


def test_eight_fridays_and_their_median():
    times, values = days_of(70, lambda back, hour: back / 7 if back % 7 == 0 else 1000)
    found = same_weekdays(times, values, NOW, SHANGHAI, always)
    assert [line.day for line in found.past][:2] == [date(2026, 7, 10), date(2026, 7, 3)]
    assert len(found.past) == 8 and found.left_out == () and found.today_ordinary
    assert found.median[5] == 4.5  # of 1 to 8
    assert found.today.values[13] == 0.0 and np.isnan(found.today.values[14])


def test_a_holiday_is_left_out_and_the_next_one_takes_its_place():
    holiday = date(2026, 7, 3)
    times, values = days_of(70, lambda back, hour: back / 7)
    found = same_weekdays(times, values, NOW, SHANGHAI, lambda day: day != holiday)
    assert found.left_out == (holiday,)
    assert len(found.past) == 8 and found.past[-1].day == date(2026, 5, 15)
    assert found.median[5] == 5.5  # of 1 3 4 5 6 7 8 9 the middle two are 5 and 6
    special = same_weekdays(times, values, NOW, SHANGHAI, lambda day: day != date(2026, 7, 17))
    assert not special.today_ordinary


def test_two_fridays_are_no_median_and_a_missing_hour_is_a_hole():
    times, values = days_of(15, lambda back, hour: 7)
    found = same_weekdays(times, values, NOW, SHANGHAI, always)
    assert len(found.past) == 2 and np.isnan(found.median).all()
    gone = (times < TODAY - 7 * DAY + 3 * HOUR) | (times >= TODAY - 7 * DAY + 4 * HOUR)
    found = same_weekdays(times[gone], values[gone], NOW, SHANGHAI, always)
    assert np.isnan(found.past[0].values[3]) and found.past[0].values[4] == 7.0
    nothing = same_weekdays(times[:0], values[:0], NOW, SHANGHAI, always)
    assert nothing.past == () and np.isnan(nothing.today.values).all()


def test_the_usual_week_has_a_median_by_weekday_and_hour():
    # Monday is 0; each day's value is its weekday, the hour in tenths, and one mad Tuesday
    def value(back, hour):
        weekday = date.fromordinal(date(2026, 7, 17).toordinal() - back).weekday()
        return 999 if back == 3 else weekday + hour / 10

    times, values = days_of(28, value)
    found = normal_week(times, values, NOW, SHANGHAI, always)
    assert found.medians.shape == (7, 24) and found.days == 28
    assert found.medians[0, 0] == 0.0 and found.medians[6, 5] == 6.5
    assert found.medians[1, 2] == 1.2  # one mad day of four does not move the middle much
    few = normal_week(times[-50:], values[-50:], NOW, SHANGHAI, always)
    assert np.isnan(few.medians).all()


def test_a_holiday_and_a_worked_weekend_day_are_no_ordinary_days():
    ordinary = ordinary_in(SHANGHAI)
    assert ordinary(date(2026, 7, 17)) and ordinary(date(2026, 7, 18))
    assert not ordinary(date(2025, 10, 1))  # National Day, a Wednesday
    assert not ordinary(date(2025, 9, 28))  # a Sunday worked for it
    assert ordinary(date(2060, 10, 1))  # not published yet
