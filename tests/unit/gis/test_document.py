"""folium builds the document; nothing in it is from elsewhere, nothing stands in it that the rules
forbid, and the second start does without folium."""

import json
import re
import subprocess
import sys
import tomllib
from hashlib import sha256
from inspect import isabstract
from pathlib import Path

import folium
import folium.plugins
import pytest
from branca.element import Element
from folium.elements import JSCSSMixin

from app.gis._page_folium import Leak, LivePage, localise, taken_apart
from app.gis.document import ASSETS, PAGE, POLICY, WEB, Wish, document_of, is_ours, wish_of

WISH = wish_of(118.275, 33.963, 10.0)
VENDOR = WEB / "vendor"
ADDRESS = re.compile(r"""(?:src|href)=["']([^"']*)""")


def all_subclasses(kind: type) -> set[type]:
    return {below for one in kind.__subclasses__() for below in {one, *all_subclasses(one)}}


FOLIUMS = sorted(
    (kind for kind in all_subclasses(JSCSSMixin) - {LivePage} if not isabstract(kind)),
    key=lambda kind: kind.__qualname__,
)


def test_every_address_is_ours_and_there() -> None:
    built = document_of(WISH)
    addresses = ADDRESS.findall(built.files["index.html"])
    assert len(addresses) > 10
    for address in addresses:
        assert is_ours(address, built.files)
        if address.startswith(ASSETS):
            assert (WEB / address.removeprefix(ASSETS)).is_file(), address
    assert not [text for text in built.files.values() if "http://" in text or "https://" in text]


def test_no_script_and_no_style_stands_in_the_document() -> None:
    index = document_of(WISH).files["index.html"]
    assert not re.search(r"<style|<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=", index)
    assert len(re.findall(r"</script>", index)) == len(re.findall(r"<script ", index))


def test_the_page_begins_where_the_city_is_and_boots_last() -> None:
    built = document_of(WISH)
    scripts = re.findall(r'<script src="([^"]*)"', built.files["index.html"])
    assert scripts[0].endswith("vendor/leaflet/leaflet.js")
    last = built.files[scripts[-1].removeprefix(PAGE)]
    assert "center: [33.963, 118.275]" in last
    assert last.rstrip().endswith('chengmai.boot(map_city, {"lat": 33.963, "lon": 118.275});')


def test_jquery_bootstrap_and_icon_fonts_are_not_there() -> None:
    text = json.dumps(document_of(WISH).files).lower()
    assert not [w for w in ("jquery", "bootstrap", "awesome", "cdn.", "unpkg") if w in text]


def test_the_rules_allow_nothing_by_default() -> None:
    rules = dict(rule.partition(" ")[::2] for rule in POLICY.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'" == rules["connect-src"] == rules["style-src"]
    assert "unsafe" not in POLICY and "data:" not in POLICY and "*" not in POLICY


@pytest.mark.parametrize("kind", FOLIUMS, ids=lambda kind: kind.__qualname__)
def test_no_class_of_folium_names_an_address_that_is_not_ours(kind: type) -> None:
    element = kind.__new__(kind)
    element._children = {}
    localise(element)
    for named in ("default_js", "default_css"):
        assert all(address.startswith(ASSETS) for _, address in getattr(element, named))


def test_a_plugin_that_was_added_loads_nothing() -> None:
    made = folium.Map(location=(33, 118), tiles=None)
    folium.plugins.MarkerCluster([[33, 118]]).add_to(made)
    folium.plugins.HeatMap([[33, 118, 1]]).add_to(made)
    figure = made.get_root()
    localise(figure)
    assert taken_apart(figure.render()).files["index.html"].count("city://map/") > 2


@pytest.mark.parametrize(
    "planted",
    [
        '<img src="https://example.org/x.png">',
        '<script src="//example.org/x.js"></script>',
        '<link rel="preconnect" href="https://example.org">',
        '<a href="javascript:alert(1)">x</a>',
        '<form action="https://example.org"></form>',
        '<p onclick="alert(1)">x</p>',
        '<p style="background:url(https://example.org)">x</p>',
        '<script src="city://map/assets/../../../etc/passwd"></script>',
        '<script src="city://other/x.js"></script>',
        '<img src="data:image/png;base64,AAAA">',
    ],
)
def test_what_is_not_ours_ends_the_building(planted: str) -> None:
    made = folium.Map(location=(33, 118), tiles=None)
    figure = made.get_root()
    localise(figure)
    figure.html.add_child(Element(planted))
    with pytest.raises(Leak):
        taken_apart(figure.render())


def test_text_that_looks_like_a_script_stays_where_it_is() -> None:
    built = taken_apart(
        "<html><head></head><body><p>&lt;script&gt;alert(1)&lt;/script&gt;</p></body>"
    )
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in built.files["index.html"]
    assert list(built.files) == ["index.html"]


def test_the_second_start_does_without_folium(tmp_path: Path) -> None:
    first = document_of(WISH, tmp_path)
    code = (
        "import sys, msgspec\nfrom pathlib import Path\n"
        "from app.gis.document import document_of, wish_of\n"
        f"found = document_of(wish_of(118.275, 33.963, 10.0), Path({str(tmp_path)!r}))\n"
        "print(msgspec.json.encode([found.files, 'folium' in sys.modules]).decode())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert json.loads(done.stdout) == [first.files, False]


def test_another_wish_is_another_document_and_the_old_one_goes(tmp_path: Path) -> None:
    document_of(WISH, tmp_path)
    other = document_of(wish_of(116.4, 39.9, 10.0), tmp_path)
    assert "[39.9, 116.4]" in json.dumps(other.files)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("content", [b"", b"{", b'{"files": 3}', b"\xff\xfe"])
def test_a_kept_document_that_is_broken_is_built_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / f"page-{WISH.digest()}.json").write_bytes(content)
    assert document_of(WISH, tmp_path) == document_of(WISH)


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    assert document_of(WISH, tmp_path / "file" / "map") == document_of(WISH)


def test_every_script_of_ours_is_on_the_page_but_those_of_workers(tmp_path: Path) -> None:
    for name in ("a.js", "b.worker.js", "c.css", "page.css", "wire.js", "note.txt"):
        (tmp_path / name).write_text("")
    wish = wish_of(0, 0, 3, tmp_path)
    assert set(wish.scripts) >= {"a.js", "wire.js"} and "b.worker.js" not in wish.scripts
    assert wish.scripts.index("wire.js") < wish.scripts.index("a.js")
    assert wish.styles == ("page.css", "c.css")


def test_a_wish_that_differs_has_another_digest() -> None:
    assert len({WISH.digest(), Wish(1, 2, 3, (), ()).digest(), Wish(1, 2, 4, (), ()).digest()}) == 3


def test_vendored_files_are_what_the_manifest_says() -> None:
    with (VENDOR / "manifest.toml").open("rb") as file:
        rows = tomllib.load(file)["file"]
    licences = set()
    for row in rows:
        assert sha256((VENDOR / row["path"]).read_bytes()).hexdigest() == row["sha256"], row["path"]
        licences.add(row["licence_file"])
        text = (VENDOR / row["licence_file"]).read_text("utf-8")
        assert "opyright" in text, row["licence_file"]
    there = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert there - {row["path"] for row in rows} - licences == {"manifest.toml"}
