"""What an embedded page may reach follows from its address and its list alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import CityConfig, ConfigError, PageConfig, parse_toml
from app.video.page_rules import PageRules, reachable

PAGE = PageConfig(
    "meeting", "会商", "https://meet.example/room?id=7", hosts=("media.example:8443", "cdn.example")
)
RULES = PageRules(PAGE)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://meet.example/room?id=7", True),
        ("https://MEET.example:443/other", True),
        ("wss://meet.example/live", True),
        ("https://media.example:8443/a", True),
        ("https://cdn.example/a.js", True),
        ("data:image/png;base64,AA", True),
        ("blob:https://meet.example/1", True),
        ("http://meet.example/", False),  # it is not encrypted there
        ("https://meet.example:8443/", False),
        ("https://media.example/", False),
        ("https://meet.example.evil.example/", False),
        ("https://evil.example/https://meet.example/", False),
        ("https://meet.example@evil.example/", False),
        ("ftp://meet.example/", False),
        ("file:///etc/passwd", False),
        ("city://map/page/", False),
        ("chrome://version", False),
        ("https://[bad/", False),
        ("https://meet.example:99999/", False),
        ("", False),
    ],
)
def test_only_what_is_named_may_be_asked(address: str, allowed: bool) -> None:
    assert RULES.allows(address) is allowed


@given(st.text(max_size=80))
def test_no_text_is_taken_for_an_address_that_is_named(text: str) -> None:
    if RULES.allows(text):
        scheme = text.partition(":")[0].strip().lower()
        assert scheme in ("data", "blob", "about") or "example" in text.lower()


def test_the_secret_goes_to_its_own_origin_alone() -> None:
    assert RULES.is_own("https://meet.example/else")
    assert not RULES.is_own("https://media.example:8443/")
    assert not RULES.is_own("http://meet.example/room")
    assert not RULES.is_own("https://meet.example:8443/")


def test_home_is_the_address_whatever_follows_its_mark() -> None:
    assert RULES.is_home("https://meet.example/room?id=7#part")
    assert not RULES.is_home("https://meet.example/login")


def test_the_policy_names_every_place_and_nothing_else() -> None:
    places = (
        "https://cdn.example:443 wss://cdn.example:443 https://media.example:8443"
        " wss://media.example:8443 https://meet.example:443 wss://meet.example:443"
    )
    rules = dict(rule.split(" ", 1) for rule in RULES.policy.split("; "))
    assert rules["default-src"] == f"{places} data: blob: 'unsafe-inline' 'unsafe-eval'"
    assert rules["form-action"] == rules["base-uri"] == places
    assert rules["object-src"] == "'none'"


@pytest.mark.parametrize(
    ("url", "allow", "may"),
    [
        ("http://10.2.0.9/", False, False),
        ("http://10.2.0.9/", True, True),
        ("http://localhost:8080/", False, True),
        ("https://10.2.0.9/", False, True),
    ],
)
def test_what_is_not_encrypted_has_to_be_allowed(url: str, allow: bool, may: bool) -> None:
    assert PageRules(PageConfig("p", "页", url, allow_plain=allow)).may_open is may


def test_the_resolver_knows_hosts_without_ports_of_pages_that_are_in_use() -> None:
    off = PageConfig("off", "停", "https://off.example/", enabled=False)
    assert reachable([PAGE, off]) == ("cdn.example", "media.example", "meet.example")
    assert reachable([]) == ()


CITY = 'code = "1"\nname_zh = "a"\nname_en = "a"\ncentre_name_zh = "a"\ncentre_name_en = "a"\n'


@pytest.mark.parametrize(
    "line",
    [
        'url = "https://user:password@meet.example/"',
        'url = "file:///etc/passwd"',
        'url = "javascript:alert(1)"',
        'url = "https://meet.example/a b"',
        'url = "https://meet.example/"\nhosts = ["*.example"]',
        'url = "https://meet.example/"\nhosts = ["a.example, EXCLUDE *"]',
        'url = "https://meet.example/"\nhosts = ["a.example/b"]',
        'url = "https://meet.example/"\nsign_in = "digest"',
    ],
)
def test_a_city_cannot_name_what_is_no_address_or_holds_a_password(line: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse_toml(f'{CITY}[[page]]\nid = "p"\nname_zh = "页"\n{line}', CityConfig, "city.toml")
    assert "password@" not in str(error.value)
