"""What is found beside a plain look at every name; and that names in several indexes are found as
in one."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.search import Index, Rank
from app.core.search_all import Indexes
from app.core.text import Name, folded

KINDS = ("region", "point", "camera", "device")
LETTERS = st.text(alphabet="ab12淮海路号", min_size=1, max_size=6)
WORDS = st.lists(LETTERS, min_size=1, max_size=3).map(" ".join)
NAMES = st.lists(
    st.builds(
        lambda kind, zh, en, more: (kind, zh, en, more),
        st.sampled_from(KINDS), WORDS, WORDS, st.lists(WORDS, max_size=1),
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip


def made(rows):
    """Names in the order of their kinds, each with an id of its own."""
    rows = sorted(rows, key=lambda row: KINDS.index(row[0]))
    return [
        Name(kind, f"x{number}", zh, en, tuple(more))
        for number, (kind, zh, en, more) in enumerate(rows)
    ]


def keys(name):
    """Every text that it is found by, as it is compared."""
    texts = (name.name_zh, name.name_en, name.id, *name.aliases)
    return ["".join(letter for letter in folded(text) if letter.isalnum()) for text in texts]


@given(NAMES, LETTERS)
@settings(max_examples=60)
def test_what_holds_the_typed_letters_is_found_and_what_is_so_found_holds_them(rows, typed):
    names = made(rows)
    ranked, total = Index(names).ranked(typed, len(names))
    plain = {Rank.EXACT, Rank.PREFIX, Rank.WORD, Rank.PART}
    wanted = folded(typed)
    holding = {name.id for name in names if any(wanted in key for key in keys(name))}
    found = {name.id for _, name in ranked}
    assert holding <= found and len(ranked) == total
    if not wanted.isascii() and not any(letter.isascii() for letter in wanted):
        assert {name.id for rank, name in ranked if rank in plain} == holding
    exact = {name.id for name in names if wanted in keys(name)}
    assert exact == {name.id for rank, name in ranked if rank is Rank.EXACT} & exact


@given(NAMES, st.lists(LETTERS, min_size=1, max_size=4), st.integers(1, 8), st.data())
@settings(max_examples=60)
def test_names_in_several_indexes_are_found_as_in_one(rows, texts, limit, data):
    names = made(rows)
    recent = [(name.kind, name.id) for name in data.draw(st.lists(st.sampled_from(names)))]
    recent = list(dict.fromkeys(recent))
    kinds = data.draw(st.sampled_from([(), ("camera",), ("camera", "point")]))
    whole = Index(names)
    cameras = Index(name for name in names if name.kind == "camera")
    parts = Indexes((Index(name for name in names if name.kind != "camera"), cameras), KINDS)
    for text in texts:
        one = whole.find(text, limit, kinds=kinds, recent=recent)
        assert parts.find(text, limit, kinds=kinds, recent=recent) == one


@given(NAMES, st.lists(LETTERS, min_size=8, max_size=30))
@settings(max_examples=settings().max_examples // 5)  # an index is made for each letter
def test_what_was_typed_before_does_not_change_what_is_found(rows, texts):
    names = made(rows)
    held = Index(names)
    for text in texts:
        for end in range(1, len(text) + 1):
            assert held.find(text[:end], 5) == Index(names).find(text[:end], 5)
