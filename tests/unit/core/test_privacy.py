"""Masking: nothing personal reaches a file, wherever in a record it stands."""

import re
from typing import Annotated, ClassVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.model import Event, Reading, Sourced
from app.core.privacy import (
    INTERNAL,
    MASK,
    PERSONAL,
    SECRET,
    Privacy,
    UnclassifiedField,
    field_classes,
    mask_text,
    masked,
)


class Call(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    number: int
    text: Annotated[str, INTERNAL] = ""
    caller: Annotated[str, PERSONAL] = ""
    token: Annotated[str, SECRET] = ""
    tags: Annotated[list[str], INTERNAL] = []
    gaps: Annotated[dict[str, str | int], INTERNAL] = {}


class Folder(msgspec.Struct, frozen=True):
    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    first: Call
    rest: tuple[Call, ...] = ()


class Forgotten(msgspec.Struct):
    name: str


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("回电 13805171234 张", f"回电 {MASK} 张"),
        ("0517-83671234", MASK),
        ("051783671234", MASK),
        ("身份证 32080119900307123X。", f"身份证 {MASK}。"),
        ("订单 2026071714032200001 不是电话", "订单 2026071714032200001 不是电话"),
        ("水位 13.80 m，12345 受理 142 件", "水位 13.80 m，12345 受理 142 件"),
    ],
)
def test_numbers_in_free_text(text: str, clean: str) -> None:
    assert mask_text(text) == clean


@given(st.text(st.sampled_from("0123456789Xx-张， "), max_size=60))
def test_no_mobile_number_survives_and_masking_settles(text: str) -> None:
    clean = mask_text(text)
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", clean)
    assert not re.search(r"(?<!\d)\d{17}[\dXx](?!\d)", clean)
    assert mask_text(clean) == clean


def test_each_class_of_field() -> None:
    call = Call(7, "找 13805171234", "张三", "s3cret", ["13805171234"], {"who": "13805171234"})
    assert masked(call) == Call(7, f"找 {MASK}", MASK, "", [MASK], {"who": MASK})


def test_a_record_inside_a_record_is_masked_by_its_own_classes() -> None:
    open_ = Call(1, caller="张三")
    assert masked(Folder(open_, (open_,))) == Folder(Call(1, caller=MASK), (Call(1, caller=MASK),))
    event = Event(id="a:1", type="HL001", occurred=1, observed=2, reporter="张三")
    assert masked(Sourced("hotline", 3, event)).record.reporter == MASK  # type: ignore[union-attr]


def test_a_clean_record_is_given_back_as_it_is() -> None:
    reading = Reading(key="reading/a/b", value=1.0, observed=5)
    assert masked(reading) is reading
    event = Event(id="a:1", type="HL001", occurred=1, observed=2, title="路灯不亮")
    assert masked(event) is event


def test_empty_personal_fields_stay_empty() -> None:
    assert masked(Call(1)) == Call(1)


def test_the_class_of_each_field() -> None:
    classes = field_classes(Event)
    assert classes["reporter"] is Privacy.PERSONAL
    assert classes["title"] is Privacy.INTERNAL
    assert classes["status"] is Privacy.PUBLIC


def test_what_has_no_class_is_not_written() -> None:
    with pytest.raises(UnclassifiedField, match=r"Forgotten\.name"):
        masked(Forgotten("x"))
