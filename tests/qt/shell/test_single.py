"""A second start on the same folder raises the first."""

import pytest

from tests.qt.conftest import settle
from widgets.single import SingleInstance


@pytest.fixture
def first(application, tmp_path):
    first = SingleInstance(tmp_path)
    assert first.claim()
    yield first
    first.release()
    first.deleteLater()


def test_the_second_raises_the_first_and_is_told_to_go(first, tmp_path):
    raised = []
    first.raised.connect(lambda: raised.append(1))

    assert SingleInstance(tmp_path).claim() is False
    settle()

    assert raised == [1]


def test_another_folder_is_another_program(first, tmp_path):
    other_folder = tmp_path / "other"
    other_folder.mkdir()
    other = SingleInstance(other_folder)
    assert other.claim()
    other.release()


def test_after_the_end_the_folder_is_free(first, tmp_path):
    first.release()
    again = SingleInstance(tmp_path)
    assert again.claim()
    again.release()


def test_a_folder_that_cannot_be_written_is_said(application, tmp_path):
    with pytest.raises(OSError):
        SingleInstance(tmp_path / "nowhere").claim()
