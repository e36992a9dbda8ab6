"""Reduce the heading font to the characters headings need (development only; needs fonttools)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Signs the papers use that GB 2312 lacks, and rare characters seen in names.
SIGNS = "‑–—‘’“”…‰′″※℃№℡→←↑↓≈≠≤≥√×÷±∶•·●○◎■□▲△▼▽◆◇★☆✓①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㎡㎝㎏〇〔〕【】《》〈〉「」『』￥¥€"
RARE_NAME_CHARACTERS = "㛃𬭎龑翀喆堃镕"


def wanted_characters() -> set[str]:
    """ASCII, Latin-1, all of GB 2312, the signs and the rare characters above."""
    gb2312 = set()
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            gb2312.add(bytes((row, cell)).decode("gb2312", errors="ignore"))
    gb2312.discard("")
    latin = {chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x100))}
    return gb2312 | latin | set(SIGNS) | set(RARE_NAME_CHARACTERS)


def subset_bold(source: Path, target: Path) -> None:
    """Write to ``target`` the part of ``source`` that sets ``wanted_characters``; the same bytes every time."""
    from fontTools import subset  # noqa: PLC0415 - build tool; `fetch.py --check` must run without it

    options = subset.Options()
    # ReportLab sets no OpenType features and reads the glyf outlines as they are.
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    font = subset.load_font(str(source), options, dontLoadGlyphNames=True)
    font.recalcTimestamp = False
    subsetter = subset.Subsetter(options=options)
    subsetter.populate(text="".join(wanted_characters()))
    subsetter.subset(font)
    subset.save_font(font, str(target), options)
