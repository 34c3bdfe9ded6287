"""The findings of one key as a page shows them: numbered where the city is unusual, with a dash
where the data are in doubt. Hints of ours: a ring and words, never a warning's shape."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from app.core.finding import Finding
from app.core.wording import NO_VALUE
from widgets.context import Context
from widgets.models.story import Story
from widgets.panels._plot import Mark

MOST_MARKS = 6  # in a plot; more rings hide the line


@dataclass(frozen=True)
class Anomaly:
    """A finding with its number on the page: A1, A2 … from the oldest; a dash for doubtful data."""

    number: str
    finding: Finding


def numbered(findings: Iterable[Finding]) -> list[Anomaly]:
    """The newest first."""
    found, count = [], 0
    for item in sorted(findings, key=lambda item: (item.since, item.rule)):
        if item.rule.is_quality:
            found.append(Anomaly(NO_VALUE, item))
        else:
            count += 1
            found.append(Anomaly(f"A{count}", item))
    return found[::-1]


def anomalies_of(context: Context, key: str, stored: Iterable[Finding] = ()) -> list[Anomaly]:
    """Those found in the stored span and those that hold now; one that is in both stands once."""
    now = context.picture.findings.get(key, ())
    same = {(item.rule, item.since): item for item in (*stored, *now)}
    return numbered(same.values())


def rule_word(context: Context, finding: Finding) -> str:
    """What the rule is called."""
    return context.text(f"finding.rule.{finding.rule.value}")


def marks_of(context: Context, key: str, story: Story) -> list[Mark]:
    """The unusual moments within a plot that have a value to stand at; the gravest where there are
    too many."""
    inside = [
        item
        for item in anomalies_of(context, key, story.findings)
        if story.since <= item.finding.since <= story.until and not item.finding.rule.is_quality
    ]
    inside.sort(key=lambda item: -item.finding.size)
    marks = []
    for item in inside[:MOST_MARKS]:
        value = _value_at(item.finding, story)
        if value is not None:
            text = f"{item.number} {rule_word(context, item.finding)}"
            marks.append(Mark(item.finding.since, value, text))
    return marks


def _value_at(finding: Finding, story: Story) -> float | None:
    """Where the line stands at a finding, so that the ring is on it."""
    known = np.flatnonzero(np.isfinite(story.values))
    if not len(known):
        return finding.value
    times = story.times[known]
    place = int(np.argmin(np.abs(times - finding.since)))
    near = abs(int(times[place]) - finding.since) <= (story.until - story.since) / 50
    return float(story.values[known][place]) if near else finding.value
