"""What a library says of a file or a base stands below the officer's words, never among them."""

import pytest

from app.core.i18n import LANGUAGES, translator

SAID = "DriverError: not recognized as being in a supported file format"
IDS = (
    "mapbase.unreadable", "mbtiles.broken", "mapcache.no_place", "mapogc.broken",
    "mapfile.bad.no_file", "mapfile.bad.not_json", "mapfile.bad.not_csv", "mapfile.bad.bad_shape",
    "maplayer.no_file", "maplive.failed", "maptool.bad_grids", "mapview.no_webengine",
    "mapview.no_page",
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("id_", IDS)
def test_the_officers_words_come_first(id_: str, language: str) -> None:
    text = translator(language).text(id_, file="city.mbtiles", error=SAID, what=SAID)
    first, second = text.split("\n")
    assert SAID not in first and first.endswith(("。", "."))
    assert second.endswith(SAID)
