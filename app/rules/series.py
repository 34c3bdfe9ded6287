"""All that is odd in one series: what a chart marks."""

import numpy as np

from app.core.catalog import HOUR, Quantity
from app.core.finding import Finding
from app.rules import quality
from app.rules.anomaly import unusual
from app.rules.baseline import Baseline
from app.rules.calendar import Times, Values, WorkCalendar
from app.rules.quality import Checker, Usual


def findings_of_series(
    key: str,
    times: Times,
    values: Values,
    quantity: Quantity,
    calendar: WorkCalendar,
    baseline: Baseline | None = None,
    usual: Usual | None = None,
) -> list[Finding]:
    """Every finding in a series, by its start; None as its end where it lasts to the last value.

    `times` int64 ms UTC ascending, `values` float64 (NaN is skipped). `baseline` and `usual` are
    what the program has learnt (`picture.baselines`); without `usual` the series' own past stands,
    without `baseline` nothing is said to be unusual. Holes are drawn as holes and not given here.
    About 1 microsecond a value: off the GUI thread for more than a few thousand.
    """
    known = np.isfinite(values)
    times, values = times[known], values[known]
    checker = Checker(key, quantity, usual or quality.learn(times, values, quantity, calendar))
    found: list[Finding] = []
    for at, value in zip(times.tolist(), values.tolist(), strict=True):
        found += checker.take(at, value, calendar)
    found += checker.open.values()
    if baseline is not None and quantity.period_ms <= HOUR and len(times):
        found += unusual(key, *hourly(times, values), quantity, baseline, calendar)
    return sorted(found, key=lambda item: item.since)


def hourly(times: Times, values: Values) -> tuple[Times, Values]:
    """The means of full UTC hours, at the begin of each."""
    hours, place = np.unique(times // HOUR, return_inverse=True)
    sums, counts = np.bincount(place, values), np.bincount(place)
    return hours * HOUR, sums / counts
