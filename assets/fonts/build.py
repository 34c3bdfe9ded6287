"""Make the shipped fonts from Noto Sans CJK: take SC out of the collection, keep what we write.

Run once by a maintainer with fontTools in the dev environment; the result is committed:

    python assets/fonts/build.py /usr/share/fonts/opentype/noto

Glyphs: all hanzi of GBK (U+4E00-9FA5), the symbols of GB 2312, Latin, Greek, and our own marks.
The changes follow from LANGUAGE.md section 3 and are why the family has a name of its own (a
system's copy of Noto must not be mixed in):
the middle dot is half as wide (what the feature `halt` would do, but in every widget),
⟦⟧ borrow the shape of 〚〛; hints are dropped because the program draws without hinting, and
the standard stems are set so that small text is not drawn half bold.
Licence: SIL OFL 1.1 (assets/fonts/LICENSE); no Reserved Font Name applies to the Noto fonts.
"""

import sys
from pathlib import Path

from fontTools.misc.transform import Offset
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.transformPen import TransformPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

SOURCE_FAMILY = "Noto Sans CJK SC"
FAMILY = "Chengmai Sans"
STYLES = ("Regular", "Bold")
HALF_EM = 500
THICK_STEM = 400
MIDDLE_DOT = 0xB7
BORROWED = {0x27E6: 0x301A, 0x27E7: 0x301B}
OWN_MARKS = "·≈±→←↑↓↔≥≤≠×÷−–—…‰℃℉㎡㎥³²¹µμΔΩ°′″ⅠⅡⅢⅣⅤⅥ①②③④⑤⑥⑦⑧⑨⑩〚〛⟦⟧№§¥€●○■□▲△◆◇★☆＊"


def wanted() -> set[int]:
    """Every code point that the program may write."""
    points = set(range(0x20, 0x17F)) | set(range(0x391, 0x3CA)) | set(range(0x4E00, 0x9FA6))
    points |= set(range(0x2010, 0x2027)) | set(range(0x3000, 0x3020)) | set(range(0xFF00, 0xFF5F))
    points |= {ord(mark) for mark in OWN_MARKS}
    for row in range(0xA1, 0xA4):  # GB 2312 symbols, numerals and full-width forms
        for cell in range(0xA1, 0xFF):
            points |= {ord(c) for c in bytes((row, cell)).decode("gb2312", "ignore")}
    return points


def subset(font: TTFont) -> None:
    """Keep the wanted glyphs and the three features that matter to a line of text."""
    options = Options()
    options.layout_features = ["halt", "palt", "kern"]
    options.hinting = False
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.desubroutinize = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted() - set(BORROWED))
    subsetter.subset(font)


def halve_middle_dot(font: TTFont) -> None:
    """Half an em for the middle dot, its ink in the middle of what is left."""
    name = font.getBestCmap()[MIDDLE_DOT]
    glyphs = font.getGlyphSet()
    top = font["CFF "].cff.topDictIndex[0]
    old = top.CharStrings[name]
    private = top.FDArray[top.FDSelect[top.CharStrings.charStrings[name]]].Private
    pen = T2CharStringPen(HALF_EM - private.nominalWidthX, glyphs)
    glyphs[name].draw(TransformPen(pen, Offset(-HALF_EM // 2, 0)))
    new = pen.getCharString(private, old.globalSubrs)
    new.fdSelectIndex = top.FDSelect[top.CharStrings.charStrings[name]]
    top.CharStrings[name] = new
    advance, bearing = font["hmtx"][name]
    assert advance == 2 * HALF_EM, "the source's middle dot is no longer full width"
    font["hmtx"][name] = (HALF_EM, bearing - HALF_EM // 2)


def keep_stems_thin(font: TTFont) -> None:
    """Ask for no stem darkening: Qt switches it on for CFF and would set small text half bold.

    FreeType darkens by how thin the font's standard stem is in pixels, and not at all from 2.3
    px; the standard stem serves nothing else once hints are gone.
    """
    for entry in font["CFF "].cff.topDictIndex[0].FDArray:
        entry.Private.StdHW = entry.Private.StdVW = THICK_STEM


def borrow_brackets(font: TTFont) -> None:
    """Let the mark of a missing translation be seen."""
    for table in font["cmap"].tables:
        if table.isUnicode() and table.format != 14:
            for point, lender in BORROWED.items():
                if lender in table.cmap:
                    table.cmap[point] = table.cmap[lender]


def rename(font: TTFont, style: str) -> None:
    """A family of our own, so that the system's copy is never mixed with the pinned one."""
    names = font["name"]
    postscript = FAMILY.replace(" ", "") + f"-{style}"
    new = {1: FAMILY, 3: f"{postscript};from Noto Sans CJK SC 2.004", 4: f"{FAMILY} {style}"}
    for record in list(names.names):
        if record.nameID in {*new, 2, 6, 16, 17} or record.langID != 0x409:
            names.removeNames(nameID=record.nameID, langID=record.langID)
    for name_id, text in {**new, 2: style, 6: postscript}.items():
        names.setName(text, name_id, 3, 1, 0x409)
    font["CFF "].cff.fontNames = [postscript]


def build(folder: Path, style: str, out: Path) -> Path:
    """Write `ChengmaiSans-<style>.otf`."""
    collection = TTCollection(str(folder / f"NotoSansCJK-{style}.ttc"))
    font = next(f for f in collection.fonts if f["name"].getDebugName(1) == SOURCE_FAMILY)
    subset(font)
    halve_middle_dot(font)
    keep_stems_thin(font)
    borrow_brackets(font)
    rename(font, style)
    path = out / f"ChengmaiSans-{style}.otf"
    font.save(str(path))
    return path


def main() -> None:
    """Build both weights beside this file."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/opentype/noto")
    for style in STYLES:
        path = build(folder, style, Path(__file__).parent)
        sys.stdout.write(f"{path.name} {path.stat().st_size / 1e6:.2f} MB\n")


if __name__ == "__main__":
    main()
