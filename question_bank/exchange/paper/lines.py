"""The lines of a typed paper, and what one line can be: a section, a number, an option, 答案：B. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from string import ascii_uppercase
from typing import NamedTuple

from question_bank.enums import Kind
from question_bank.exchange.headings import field_of, meaning_of
from question_bank.exchange.kind_words import is_any_choice, kind_of, kind_within

UNDER, OVER = "\ue000", "\ue001"
"""Around text under which a line is drawn: a drawn line may be a blank, or an answer."""
TINTED = "\ue002"
"""Behind text in red or under a marker: where it is one option of several, it is the answer."""
_HAN = "一二三四五六七八九十"
_ORDINAL = re.compile(
    r"^(?:第\s*[一二三四五六七八九十\d]{1,3}\s*(?:部分|大题|题型|节)|[（(]?[一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}(?=[、.．:：\s])|[ⅠⅡⅢⅣⅤⅥ])"
    r"\s*[、.．:：]?\s*(?P<rest>.*)$"
)
_EACH = re.compile(r"每\s*(?P<what>小?题|空|道题?|个空|格)\s*(?:各|得|计)?\s*(?P<marks>\d+(?:\.\d+)?)\s*分")
_SECTION_LENGTH = 120
_SPAN = re.compile(
    r"(?:材料|资料|案例|短文|背景|文字|情景).{0,16}?(?:回答|完成|作答|解答)\s*(?:下列|以下)?\s*第?\s*(?P<first>\d{1,3})\s*题?"
    r"\s*(?:[-~—–－～至到、和]+\s*第?\s*(?P<last>\d{1,3})\s*)?(?:小题|题|问)"
)
_MOST_OF_SPAN = 20
_NUMBERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("di", re.compile(r"^第\s*(?P<number>\d{1,4})\s*题\s*[、.．:：]?\s*(?P<rest>.*)$", re.DOTALL)),
    ("paren", re.compile(r"^[（(]\s*(?P<number>\d{1,3})\s*[)）]\s*[、.．]?\s*(?P<rest>.+)$", re.DOTALL)),
    ("dot", re.compile(r"^(?P<number>\d{1,4})\s*(?:[、．]|\.(?!\d)|题\s*[、.．:：])\s*(?P<rest>.*)$", re.DOTALL)),
    ("half", re.compile(r"^(?P<number>\d{1,4})\s*[)）:：]\s*(?P<rest>.+)$", re.DOTALL)),
    ("tight", re.compile(r"^(?P<number>\d{1,4})\.(?P<rest>\d.*)$", re.DOTALL)),
    ("space", re.compile(r"^(?P<number>\d{1,3})[ \t\u3000]+(?P<rest>[^\d\s].*)$", re.DOTALL)),
)
_BEFORE = re.compile(r"^[（(]\s*(?P<answer>[√×✓✗对错TFA-H]{0,6})\s*[)）]\s*(?=\d{1,4}\s*[.、．])")
_OPTION = re.compile(
    r"^(?:[（(]\s*(?P<in>[A-ZＡ-Ｚ])\s*[)）]|(?P<bare>[A-ZＡ-Ｚ])\s*(?:[.．、:：)）]|(?=[\s\u3000])))\s*"
)
_TICKS = "●⚫☑☒■✅◉"
_TICKED = re.compile(rf"^(?P<tick>[○◯⚪☐□▢◎{_TICKS}])\s*(?P<rest>\S.*)$", re.DOTALL)
_TAG = re.compile(r"^\s*[【〖\[](?P<name>[^】〗\]]{1,12})[】〗\]]\s*[:：]?\s*(?P<rest>.*)$", re.DOTALL)
_COLON = re.compile(r"^\s*(?P<name>[^\s:：，。？（(]{1,8}?)\s*[:：]\s*(?P<rest>.*)$", re.DOTALL)
_BARE_ANSWER = re.compile(
    r"^\s*(?:正确|参考|标准)?答案\s*[是为]?\s*(?P<rest>[A-HＡ-Ｈ][A-HＡ-Ｈ、,，\s]*|[√×]|对|错|正确|错误)\s*[。.]?\s*$"
)
_BRACKETED_ANSWER = re.compile(
    r"^\s*[（(]\s*(?:正确|参考|标准)?答案\s*[:：]?\s*(?P<rest>[^（()）]{1,200}?)\s*[)）]\s*[。.]?\s*$"
)
_OWN_WORDS = {"答": "answer", "解": "answer", "答案是": "answer", "答案为": "answer", "评析": "explanation"}
_COLON_FIELDS = frozenset(
    {"answer", "explanation", "difficulty", "topic", "subtopic", "marks", "document", "article", "points"}
    | {"code", "kind", "note", "options"}
)
_LATER = re.compile(
    r"(?:^|(?<=[\s；;。，,])|(?=[【\[]))[【\[]?(?P<name>答案解析|试题解析|题目解析|解析|难易度|难度|知识点|考点|分值|题型)"
    r"(?:[】\]]\s*[:：]?|\s*[:：])"
)
_TAIL = re.compile(
    r"^(?P<text>.*\S)\s*[（(【\[]?\s*(?:正确|参考|标准)?答案\s*(?:[】\]]\s*[:：]?|[:：])\s*(?P<answer>[^：:]{1,200}?)\s*[)）]?$",
    re.DOTALL,
)
_MARKS = re.compile(r"[（(【\[]\s*(?:本小?题|共|满分|计)*\s*(?P<marks>\d+(?:\.\d+)?)\s*分\s*[)）】\]]")
_AFTER_KIND = re.compile(r"^\s*\d{1,4}\s*(?:[、．]|\.(?!\d))\s*")
_KIND = re.compile(r"^\s*[\[【（(〔]\s*(?P<word>[^\]】）)〕]{2,14})\s*[\]】）)〕]\s*")
_KEY = re.compile(
    r"^(?:附[件录]?[:：]?|[一二三四五六七八九十]{1,2}[、.])?(?:[^：:。？]{0,24})?(?:参考|标准|正确)?答案"
    r"(?:及|与|和|、)?(?:详细)?(?:解析|评分标准|评分细则|评分参考|部分|汇总|要点)?\s*[:：]?$"
)


@dataclass(frozen=True)
class Line:
    """One paragraph. ``automatic`` is the form of its automatic number (``upperLetter``), which ``text`` begins with.

    ``lost`` are message ids: what of it could not be read.
    """

    number: int
    text: str
    automatic: str = ""
    lost: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table of texts; ``number`` is that of the paragraph it begins with."""

    number: int
    rows: tuple[tuple[str, ...], ...]


@dataclass
class Section:
    """A part of a paper: its kind (None: not said), marks of each question or blank, and how it has been numbered."""

    word: str = ""
    kind: Kind | None = None
    marks: str = ""
    each: str = ""
    ordinal: int = 0
    style: str = ""
    last: int = 0


class Numbered(NamedTuple):
    """A line that begins with a number: how it is written, which it is, what follows, an answer before it."""

    style: str
    number: int
    rest: str
    before: str = ""


def plain(text: str) -> str:
    """Return a text without the marks of underlining and colour."""
    return text.replace(UNDER, "").replace(OVER, "").replace(TINTED, "")


def span_of(text: str) -> range | None:
    """Read 阅读材料，回答1-3题: the numbers of the questions on the material that follows."""
    found = _SPAN.search(plain(text)) if len(text) <= _SECTION_LENGTH else None
    if found is None:
        return None
    first, last = int(found["first"]), int(found["last"] or found["first"])
    return range(first, last + 1) if first <= last < first + _MOST_OF_SPAN else None


def material_before(text: str) -> str:
    """Return the material that stands in one line before 根据以上材料，回答1-3题; empty when it is only those words."""
    found = _SPAN.search(text)
    head = re.split(r"(?<=[。！？!?；;])", text[: found.start()])[:-1] if found else []
    return "".join(head).strip()


def section_of(text: str) -> Section | None:
    """Read a heading such as 一、单项选择题（每题1分，共10分）; None for what is none."""
    text = plain(text).strip().strip("【】[]#*—-= ")
    if not text or len(text) > _SECTION_LENGTH or "\n" in text:
        return None
    ordinal = _ORDINAL.match(text)
    rest = ordinal["rest"] if ordinal else text
    name = re.split(r"[（(：:，,。\[【]", rest, maxsplit=1)[0].strip()
    kind = kind_of(name) or (kind_within(name) if ordinal or name.endswith("题") else None)
    vague = is_any_choice(name)
    each = _EACH.search(text)
    told = kind is not None or vague or (ordinal is not None and each is not None)
    if (
        not told
        or len(name) > 20
        or rest.rstrip().endswith(("？", "?"))
        or (not ordinal and not _is_heading(name, text))
    ):
        return None
    section = Section(word=name, kind=kind, ordinal=_count(text) if ordinal else 0)
    if each:
        blank = "空" in each["what"] or "格" in each["what"]
        section.each, section.marks = (each["marks"], "") if blank else ("", each["marks"])
    return section


def _is_heading(name: str, text: str) -> bool:
    """Whether an unnumbered line is nothing but the name of a kind with a note: 单选题（每题2分）, 多选题：共10题."""
    if len(name) > 14 or not (name.endswith(("题", "选择", "判断", "填空")) or len(name) <= 4):
        return False
    rest = text[len(name) :].strip()
    note = rest.lstrip("：:，, ")
    return (
        not note
        or rest.startswith(("（", "(", "[", "【"))
        or (len(note) <= 40 and bool(re.search(r"\d+\s*[分道题]", note)))
    )


def _count(text: str) -> int:
    found = re.search(f"[{_HAN}]+", text[:6])
    if not found:
        return 0
    written = found[0]
    if written.startswith("十"):
        return 10 + (_HAN.index(written[1]) + 1 if len(written) > 1 else 0)
    return _HAN.index(written[0]) + 1


def number_of(text: str) -> Numbered | None:
    """Read the number a line begins with; None when it has none."""
    before = _BEFORE.match(text)
    body = text[before.end() :] if before else text
    for style, pattern in _NUMBERS:
        found = pattern.match(body)
        if found:
            answer = before["answer"] if before else ""
            return Numbered("dot" if style == "tight" else style, int(found["number"]), found["rest"], answer)
    return None


def is_tight(text: str) -> bool:
    """Whether a digit follows the number's point (1.2026年 …), so that it may be a decimal as well."""
    return bool(re.match(r"^\d{1,4}\.\d", text))


def option_of(text: str) -> tuple[str, str] | None:
    """Read a line that begins with a letter as an option: the letter and what follows."""
    found = _OPTION.match(text)
    if not found:
        return None
    letter = unicodedata.normalize("NFKC", found["in"] or found["bare"])
    return (letter, text[found.end() :]) if letter in ascii_uppercase else None


def field_line(text: str) -> tuple[str, str] | None:
    """Read 答案：B, 【解析】…, 答案 B: the field and what follows; None for what is no such line."""
    tag = tag_of(text)
    if tag and tag[0] in _COLON_FIELDS:
        return tag
    bare = _BRACKETED_ANSWER.match(text) or _BARE_ANSWER.match(text)
    if bare:
        return "answer", bare["rest"]
    found = _COLON.match(text)
    if not found:
        return None
    meaning = meaning_of(found["name"])
    name = _OWN_WORDS.get(found["name"]) or (meaning.field if meaning and meaning.rank == 0 else None)
    return (name, found["rest"]) if name in _COLON_FIELDS and name else None


def tag_of(text: str) -> tuple[str, str] | None:
    """Read 【题干】…: the field and what follows."""
    found = _TAG.match(text)
    if not found:
        return None
    name = field_of(found["name"]) or field_of(re.sub(r"[\d一二三四五六七八九十]+$", "", found["name"]))
    return (name, found["rest"]) if name else None


def later_fields(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Cut B　解析：…　难度：易 into what stands first and the fields named after it."""
    marks = list(_LATER.finditer(text))
    if not marks:
        return text, []
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    fields = [
        (str(field_of(mark["name"])), text[mark.end() : end].strip(" \u3000；;，,"))
        for mark, end in zip(marks, ends, strict=True)
    ]
    return text[: marks[0].start()].strip(" \u3000；;，,"), fields


def tail_answer(text: str) -> tuple[str, str] | None:
    """Cut 题干……（答案：B） into the text and the answer behind it."""
    found = _TAIL.match(text)
    if not found:
        return None
    text = found["text"]
    return (f"{text[:-1]}（　）" if text.endswith(("（", "(")) else text.rstrip("【[")), found["answer"]


def head_of(stem: str) -> tuple[str, dict[str, str]]:
    """Take kind and marks from the beginning or the end of a stem: [单选题]（2分）下列…."""
    cells: dict[str, str] = {}
    for _ in range(3):
        kind = _KIND.match(stem)
        marks = _MARKS.match(stem.lstrip())
        if marks:
            cells.setdefault("marks", marks["marks"])
            stem = stem.lstrip()[marks.end() :].lstrip()
        elif kind and (kind_of(kind["word"]) or is_any_choice(kind["word"])):
            cells.setdefault("kind", kind["word"])
            stem = _AFTER_KIND.sub("", stem[kind.end() :])
        else:
            break
    first, line, rest = stem.partition("\n")
    marks = None
    for marks in _MARKS.finditer(first):  # noqa: B007 - the last one is wanted
        pass
    if marks and not first[marks.end() :].strip():
        cells.setdefault("marks", marks["marks"])
        first = first[: marks.start()].rstrip()
    return first + line + rest, cells


def ticked_option_of(text: str) -> tuple[bool, str] | None:
    """Read ○ 甲, ● 乙, ☑ 丙 as an option: whether it is ticked, and its text; None for another line."""
    found = _TICKED.match(text)
    return (found["tick"] in _TICKS, found["rest"]) if found else None


def is_key_heading(text: str) -> bool:
    """Whether a line announces a list of answers: 参考答案, 一、答案及解析, 试题答案：."""
    return len(text) <= 40 and bool(_KEY.match(plain(text).strip().strip("【】[]")))
