"""What we tell others of our envelope is what the Structs say."""

from pathlib import Path

from tests.helpers.asyncapi import as_yaml, document

FILE = Path(__file__).parents[3] / "docs" / "asyncapi.yaml"


def test_the_description_is_that_of_the_structs() -> None:
    """Made anew by `python -m tests.helpers.asyncapi > docs/asyncapi.yaml`."""
    assert FILE.read_text("utf-8") == as_yaml(document())


def test_every_frame_and_its_fields_are_in_it() -> None:
    schemas = document()["components"]["schemas"]
    assert set(schemas["Delta"]["properties"]) == {
        "t",
        "seq",
        "prev",
        "sent",
        "readings",
        "events",
        "warnings",
        "devices",
        "positions",
        "stocks",
        "source",
        "open",
    }
    assert schemas["Subscribe"]["required"] == ["t", "topics"]
