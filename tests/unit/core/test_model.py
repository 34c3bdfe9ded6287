"""What is said of all records at once follows from the records."""

from app.core.model import TIMES


def test_the_moments_of_records_are_all_known() -> None:
    assert {
        *("observed", "published", "valid_from", "valid_to", "occurred", "due"),
        *("issued", "expires", "onset"),
    } == TIMES
