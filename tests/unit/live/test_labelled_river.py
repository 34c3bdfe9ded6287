"""The rules against experts: a river station's level, conductivity and turbidity over a year, with
the technical anomalies that hydrographers marked (docs/device-health.md).

The values come one by one, as they would over a feed, and what is usual is learnt again each day
from what came before: nothing of the labels or of the future is used.
"""

import csv
import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from app.core.catalog import DAY, HOUR, MINUTE, Quantity
from app.core.finding import Finding
from app.core.model import Reading
from app.live.finding_watch import KeyWatch, Past, learn
from app.rules.baseline import WEEKS
from app.rules.calendar import WorkCalendar

FILE = Path(__file__).parents[4] / "shared" / "data" / "hydro" / "oddwater_sandy_anom.csv.gz"
CALENDAR = WorkCalendar(ZoneInfo("UTC"))
HIGHEST = {"Level": 40.0, "Cond": 100_000.0, "Tur": 4000.0}
DECIMALS = {"Level": 3, "Cond": 2, "Tur": 2}

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="needs ../shared/data/hydro")


class Station(NamedTuple):
    """One parameter: moments, values, the experts' type of each ("0": sound)."""

    at: np.ndarray
    values: np.ndarray
    types: np.ndarray


class Score(NamedTuple):
    """Rows that were flagged, and of each type how many of how many."""

    flagged: int
    right: int
    by_type: dict[str, tuple[int, int]]
    findings: int  # each is one row of the list
    false: int  # findings that touch no label

    @property
    def spikes(self) -> tuple[int, int]:
        """Of the sudden ones (A) and the impossible ones (F): found, of all."""
        pairs = [self.by_type.get(name, (0, 0)) for name in "AF"]
        return sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)


def station(column: str) -> Station:
    with gzip.open(FILE, "rt") as file:
        rows = list(csv.DictReader(file))
    moments = [datetime.strptime(row["Timestamp"], "%d/%m/%Y %H:%M") for row in rows]
    at = np.array([int(moment.replace(tzinfo=UTC).timestamp() * 1000) for moment in moments])
    values = np.array([float(row[column]) for row in rows])
    return Station(at, values, np.array([row[f"type_{column}"] for row in rows]))


def found_in(column: str, data: Station) -> list[Finding]:
    """What the product would have found: `Findings` learns and looks the same way."""
    quantity = Quantity(
        column, column, column, "", 90 * MINUTE, decimals=DECIMALS[column], valid_min=0,
        valid_max=HIGHEST[column],
    )  # fmt: skip
    watch = KeyWatch(f"reading/{column}/1/1", quantity, CALENDAR)
    learnt, found = 0, []
    for number, (at, value) in enumerate(zip(data.at.tolist(), data.values.tolist(), strict=True)):
        if at - learnt >= DAY:
            learnt, old = at, data.at[:number]
            long, short = old >= at - WEEKS * 7 * DAY, old >= at - 2 * DAY
            values = data.values[:number]
            past = Past((old[long], values[long]), (old[short], values[short]), at)
            watch.renew(learn(watch.key, quantity, past, CALENDAR, baseline=False))
        watch.take(Reading(watch.key, value, at))
        found += watch.over
        watch.over = []
    return found + list(watch.findings(None))


def flags_of(data: Station, found: list[Finding]) -> list[np.ndarray]:
    """The rows that each finding is about: one of a moment, the others until they ended."""
    result = []
    for item in found:
        until = item.until if item.until is not None else int(data.at[-1]) + 1
        rows = (data.at >= item.since) & (data.at < until)
        if item.rule.value in ("spike", "duplicate_time", "counter_reset"):
            rows = data.at == item.since
        result.append(rows)
    return result


def score(data: Station, rows: list[np.ndarray]) -> Score:
    marked = data.types != "0"
    flagged = np.any(rows, axis=0) if rows else np.zeros(len(marked), bool)
    names = sorted(set(data.types.tolist()) - {"0"})
    by_type = {
        name: (int(flagged[data.types == name].sum()), int((data.types == name).sum()))
        for name in names
    }
    false = sum(not (part & marked).any() for part in rows)
    right = int((flagged & marked).sum())
    return Score(int(flagged.sum()), right, by_type, len(rows), false)


def three_sigma(data: Station) -> Score:
    """The baseline: a step over three standard deviations of all steps of the year, which it could
    not know before."""
    steps = np.diff(data.values, prepend=data.values[0])
    far = np.abs(steps - steps.mean()) > 3 * steps.std()
    parts = []
    for number in np.flatnonzero(far):
        part = np.zeros(len(far), bool)
        part[number] = True
        parts.append(part)
    return score(data, parts)


def test_spikes_are_found_with_few_false_alarms() -> None:
    found = all_ = false = findings = base_false = base_findings = 0
    for column in HIGHEST:
        data = station(column)
        ours, base = score(data, flags_of(data, found_in(column, data))), three_sigma(data)
        found, all_ = found + ours.spikes[0], all_ + ours.spikes[1]
        false, findings = false + ours.false, findings + ours.findings
        base_false, base_findings = base_false + base.false, base_findings + base.findings
    assert (found, all_) == (6, 6)
    assert false <= 15, "over a year and three parameters"
    assert base_false >= 200


def test_long_runs_of_unrest_are_not_found_by_rules_for_single_values() -> None:
    """914 rows of turbidity that toss for weeks (E): neither finds them, and we say so."""
    data = station("Tur")
    ours, base = score(data, flags_of(data, found_in("Tur", data))), three_sigma(data)
    assert ours.by_type["E"][0] < 0.05 * ours.by_type["E"][1]
    assert base.by_type["E"][0] < 0.05 * base.by_type["E"][1]


def test_hours_are_hours() -> None:
    data = station("Level")
    assert len(data.at) == 5402
    assert np.median(np.diff(data.at)) == 90 * MINUTE
    assert (np.diff(data.at) > 0).all() and np.diff(data.at).max() < 5 * HOUR
