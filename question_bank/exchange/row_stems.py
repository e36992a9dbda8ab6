"""What offices write into the stem itself: answers in the brackets of a blank, both columns of a matching. Pure."""

from __future__ import annotations

import re
import unicodedata
from string import ascii_uppercase
from typing import TYPE_CHECKING

from question_bank.exchange.row_answers import with_blanks
from question_bank.kinds.checking import BLANK

if TYPE_CHECKING:
    from collections.abc import Sequence

_TICK = re.compile(r"\s*(?:[（(【\[]\s*(?:正确(?:答案|选项|项)?|答案|√|✓|✔)\s*[)）】\]]|[√✓✔])\s*$|^\s*[√✓✔*]\s*")
_BRACKETED = re.compile(r"【\s*([^【】]{1,60}?)\s*】|[（(]\s*([^（()）]{1,60}?)\s*[)）]")
_REMARK = re.compile(r"^(?:单选|多选|判断|填空|如|例如|注|详见|见|以下简称|简称|即)|\d+\s*分$")
_PAIR_LINE = re.compile(
    r"^\s*(?P<left>[A-Z]|\d{1,2})\s*[.．、)）]\s*(?P<first>\S.*?)(?:\s{2,}|\t|\u3000+)\s*"
    r"(?P<right>[①-⑳]|[a-zA-Z\d]{1,2}\s*[.．、)）])\s*(?P<second>\S.*?)\s*$"
)


def answers_in(stem: str) -> tuple[str, str] | None:
    """Return a stem with blanks for what stands in its brackets, and that as answers; None where it shows blanks."""
    if BLANK.search(with_blanks(stem)):
        return None
    found = [mark for mark in _BRACKETED.finditer(stem) if not _REMARK.search(mark[1] or mark[2])]
    if not found:
        return None
    cut = stem
    for mark in reversed(found):
        cut = f"{cut[: mark.start()]}____{cut[mark.end() :]}"
    return cut, "\n".join(mark[1] or mark[2] for mark in found)


def columns_in(stem: str) -> tuple[str, str, str] | None:
    """Return a stem without the lines ``A. 甲　① 子``, and the left and right columns they hold; None without any."""
    lines = stem.split("\n")
    found = {number: mark for number, line in enumerate(lines) if (mark := _PAIR_LINE.match(line))}
    if len(found) <= 1:
        return None
    left = "\n".join(f"{mark['left']}. {mark['first']}" for mark in found.values())
    right = "\n".join(f"{_label(mark['right'])}. {mark['second']}" for mark in found.values())
    return "\n".join(line for number, line in enumerate(lines) if number not in found), left, right


def ticked_in(options: Sequence[str]) -> tuple[list[str], str] | None:
    """Return options without their ticks (乙√, 甲（正确）), and the letters of those that had one; None without any."""
    bare = [_TICK.sub("", option) for option in options]
    letters = "".join(
        letter for letter, option, rest in zip(ascii_uppercase, options, bare, strict=False) if rest and rest != option
    )
    return (bare, letters) if letters and len(letters) < len(options) else None


def _label(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip(" .、)")
