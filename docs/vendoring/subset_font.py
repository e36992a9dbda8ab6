"""Reduce fonts to the characters that are needed (development only; needs fonttools)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Set
    from pathlib import Path

# Signs the papers use that GB 2312 lacks, and rare characters seen in names.
SIGNS = "‑–—‘’“”…‰′″※℃№℡→←↑↓≈≠≤≥√×÷±∶•·●○◎■□▲△▼▽◆◇★☆✓①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㎡㎝㎏〇〔〕【】《》〈〉「」『』￥¥€"
RARE_NAME_CHARACTERS = "㛃𬭎龑翀喆堃镕"


# Dictionary and index sources of Unihan whose characters nobody meets in a name unless a reading is known for them:
# the Kangxi dictionary, the Hanyu da zidian, Zhuang characters, bronze inscriptions and the like.
BOOKISH_SOURCES = {"GKX", "GHZ", "GZ", "GZJW", "GZFY", "GHZR", "G4K"}


def gb2312() -> set[str]:
    """All characters of GB 2312."""
    cells = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return {cell.decode("gb2312", errors="ignore") for cell in cells} - {""}


def wanted_characters() -> set[str]:
    """ASCII, Latin-1, all of GB 2312, the signs and the rare characters above."""
    latin = {chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x100))}
    return gb2312() | latin | set(SIGNS) | set(RARE_NAME_CHARACTERS)


def han(texts: Set[str]) -> set[str]:
    """The Chinese characters among ``texts``."""
    return {each for each in texts if "\u3400" <= each <= "\u9fff" or each >= "\U00020000"}


def rare_characters(unihan: Path, known: Set[int]) -> set[str]:
    """Characters that ``known`` lacks and that a name may hold, by the files of Unihan.

    Those with a Mandarin reading, variants of others, and those of the identity-card system, of place names and of
    current dictionaries.
    """
    sources: dict[int, str] = {}
    readings: set[int] = set()
    for name in ("Unihan_IRGSources.txt", "Unihan_Readings.txt", "Unihan_Variants.txt"):
        for line in (unihan / name).read_text(encoding="utf-8").splitlines():
            if line.startswith("U+"):
                code, key, value = line.split("\t", 2)
                if key == "kIRG_GSource":
                    sources[int(code[2:], 16)] = value.split("-")[0]
                elif key == "kMandarin" or key.endswith("Variant"):
                    readings.add(int(code[2:], 16))
    listed = {code for code, source in sources.items() if source not in BOOKISH_SOURCES}
    return {chr(code) for code in (readings | listed) - known}


def subset_bold(source: Path, target: Path) -> None:
    """Write to ``target`` the part of ``source`` that sets headings; the same bytes every time."""
    reduce(load(source), wanted_characters(), target)


def subset_kai(source: Path, target: Path, texts: Set[str]) -> None:
    """The Chinese characters of GB 2312 and of ``texts`` from the mainland face of the collection.

    Its marks stand in the middle of their squares as in Taiwan: marks, letters and digits come from the body face.
    """
    from fontTools.ttLib import TTCollection  # noqa: PLC0415 - build tool, as below

    faces = TTCollection(str(source)).fonts
    mainland = next(face for face in faces if face["name"].getDebugName(4) == "AR PL UKai CN")
    note = "Reduced to the Chinese characters of GB 2312 and of the shipped questions, 22 November 2026."
    reduce(mainland, han(gb2312() | texts), target, note=note)


def subset_rare(source: Path, target: Path, unihan: Path, body: Path) -> None:
    """The characters of names that the body face lacks."""
    wanted = rare_characters(unihan, set(load(body).getBestCmap()))
    reduce(load(source), wanted, target, note="Reduced to rare characters of names, 22 November 2026.")


def load(source: Path) -> Any:
    """Read a font whose bounds are to stay as they are."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - build tool; `fetch.py --check` must run without it

    return TTFont(str(source), recalcBBoxes=False, recalcTimestamp=False, lazy=True)


def reduce(font: Any, characters: Set[str], target: Path, *, note: str = "") -> None:
    """Write the part of ``font`` that sets ``characters``; ``note`` is added to its description of itself."""
    from fontTools import subset  # noqa: PLC0415 - build tool, as above

    options = subset.Options()
    # ReportLab sets no OpenType features and reads the glyf outlines as they are.
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    font.recalcTimestamp = False
    if note:
        options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 10, 13, 14]
        font["name"].setName(note, 10, 3, 1, 0x409)
    subsetter = subset.Subsetter(options=options)
    subsetter.populate(text="".join(characters))
    subsetter.subset(font)
    subset.save_font(font, str(target), options)
