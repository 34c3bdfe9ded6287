"""A row's rates and delays, from a stream that is played here without a worker."""

import numpy as np
import pytest

from app.video.board import ROW, Row, read
from app.video.meter import UNKNOWN_GAP_S, Facts, Meter
from app.video.wire import Rung

START = 5000.0


class Played:
    """A row as a worker would write it: `fps` packets a second, looked at every 250 ms."""

    def __init__(self, fps: float = 25.0, said: float = 25.0) -> None:
        self.row = np.zeros(1, ROW)[0]
        self.row["fps"] = said
        self.fps = fps
        self.now = START
        self.packets = 0.0
        self.meter = Meter(START)
        self.facts = Facts()

    def run(self, seconds: float, **ratio: float) -> Facts:
        """Let time pass: `decoded` of each packet, `corrupt` of each picture, `delay` seconds."""
        for _ in range(round(seconds / 0.25)):
            self.now += 0.25
            more = self.fps * 0.25
            self.packets += more
            self.row["packets"] = int(self.packets)
            self.row["decoded"] += round(more * ratio.get("decoded", 1.0))
            self.row["corrupt"] += round(more * ratio.get("corrupt", 0.0))
            self.row["seq"] = self.row["decoded"]
            self.row["bytes"] += 25_000
            self.row["cpu"] += 0.005
            if more:
                for name in ("packet", "changed", "lit", "arrived"):
                    self.row[name] = self.now
                self.row["written"] = self.now + 0.02
                self.row["pts"] = self.now - START - ratio.get("delay", 0.0)
            self.facts = self.meter.look(read(self.row), self.now)
        return self.facts


def test_a_steady_stream() -> None:
    facts = Played().run(10)
    assert facts.settled
    assert facts.rate == pytest.approx(25, rel=0.05) and facts.due == pytest.approx(25, rel=0.05)
    assert (facts.period, facts.spacing) == (pytest.approx(0.04, rel=0.05),) * 2
    assert facts.cores == pytest.approx(0.02) and facts.speed == pytest.approx(100_000)
    assert (facts.packet, facts.damaged, facts.behind) == (0.0, 0.0, 0.0)
    assert facts.latency == pytest.approx(0.02)


def test_ages_count_from_the_opening_where_nothing_came() -> None:
    meter = Meter(START)
    facts = meter.look(read(np.zeros(1, ROW)[0]), START + 2.0)
    assert (facts.packet, facts.changed, facts.lit) == (2.0, 2.0, 2.0)
    assert not facts.settled and facts.pictures == 0


def test_a_camera_that_sends_less_than_it_says_is_measured_by_what_it_sends() -> None:
    facts = Played(fps=12.5, said=25.0).run(10)
    assert facts.due == pytest.approx(12.5, rel=0.05)
    assert facts.rate == pytest.approx(12.5, rel=0.05)


def test_pictures_that_are_not_done_count_against_what_comes() -> None:
    played = Played()
    played.run(5)
    facts = played.run(5, decoded=0.2)
    assert facts.rate < 0.3 * facts.due


def test_damaged_pictures_are_a_share_of_those_of_the_window() -> None:
    played = Played(fps=40.0, said=40.0)
    assert played.run(5, corrupt=0.1).damaged == pytest.approx(0.1, rel=0.2)
    assert played.run(5).damaged == 0.0


def test_packets_that_fall_behind_are_seen_and_a_jump_of_the_clock_is_not_that() -> None:
    played = Played()
    played.run(5)
    assert played.run(1, delay=3.0).behind == pytest.approx(3.0)
    assert played.run(1, delay=60.0).behind == 0.0


def test_a_camera_whose_clock_goes_wrong_slowly_is_not_late() -> None:
    played = Played()
    worst = 0.0
    for minute in range(120):  # 100 ppm for two hours is 0.7 s
        worst = max(worst, played.run(60, delay=minute * 60 * 1e-4).behind)
    assert worst < 0.1


def test_key_frames_come_as_seldom_as_they_were_seen_to() -> None:
    played = Played()
    played.run(5)
    played.row["rung"] = Rung.KEYS
    assert played.run(0.25, decoded=0.0).period == UNKNOWN_GAP_S
    for _ in range(3):
        played.row["decoded"] += 1
        facts = played.run(2, decoded=0.0)
    assert facts.period == pytest.approx(2.0)
    assert facts.spacing == pytest.approx(0.04, rel=0.05) and facts.due == 0.0


def test_a_stream_that_is_opened_anew_counts_anew() -> None:
    played = Played()
    played.run(5)
    played.packets = 0.0
    played.row["packets"] = played.row["decoded"] = 0
    facts = played.run(0.25)
    assert facts.rate == 0.0 and not facts.settled
    assert played.run(5).rate == pytest.approx(25, rel=0.05)


def test_a_row_is_read_as_the_board_has_it() -> None:
    record = np.zeros(1, ROW)[0]
    for number, name in enumerate(ROW.names or ()):
        record[name] = number + 1
    assert Row._fields == ROW.names
    assert read(record) == tuple(range(1, len(Row._fields) + 1))
    assert type(read(record).seq) is int and type(read(record).fps) is float
