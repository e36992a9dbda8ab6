"""Lines as people type them → the lines a paper reader knows: ticked options become 答案：B, a. becomes A. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from string import ascii_lowercase, ascii_uppercase

from question_bank.errors import N_
from question_bank.exchange.kind_words import is_any_choice, kind_of
from question_bank.exchange.paper.lines import (
    OVER,
    TINTED,
    UNDER,
    Line,
    field_line,
    number_of,
    option_of,
    plain,
    section_of,
)

_TICK = r"[（(【\[]\s*(?:正确(?:答案|选项)?|答案|√|✓|✔)\s*[)）】\]]|[√✓✔]"
_BEFORE = re.compile(rf"^\s*(?:[*＊★]|{_TICK})\s*(?=[（(]?[A-ZＡ-Ｚ]\s*[.．、:：)）])")
_BEHIND = re.compile(rf"\s*(?:{_TICK}|{TINTED})[。.;；]?(?=\s*(?:$|[（(]?[A-ZＡ-Ｚ]\s*[.．、:：)）]))")
_LETTER = re.compile(r"(?<![A-Za-z0-9])[（(]?([A-ZＡ-Ｚ])\s*[.．、:：)）]")
_TRUTH = re.compile(r"^(?P<word>对|错|正确|错误|是|否)\s*(?P<right>[（(]\s*正确答案\s*[)）])?$")
_KIND_FIRST = re.compile(
    r"^\s*[【\[〔（(](?P<word>[^】\]〕）)]{2,12})[】\]〕）)]\s*(?P<number>第?\s*\d{1,4}\s*[题]?\s*[.．、)）:：])\s*"
)
_MARKDOWN = re.compile(r"^\s*(?:#{1,6}\s+|>\s*|[-*+•●○]\s+(?=\*{0,2}[（(]?[A-Za-zＡ-Ｚ]\s*[.．、)）:：]))")
_OTHERS_ANSWER = re.compile(r"^\s*(?:我的|学生|你的|考生)答案\s*[:：].*?(?=(?:正确|参考|标准)答案\s*[:：])")
_ANSWER_IS = re.compile(r"^(\s*(?:正确|参考|标准)?答案)\s*[是为]\s*[:：]")
_BEFORE_ORDINAL = re.compile(r"(?=(?<![第（(])[一二三四五六七八九十]、\s*[（(]?\d)")
_KEY_IN_ONE_LINE = re.compile(r"^\s*(?:参考|标准|正确)?答案\s*[:：]?\s*一、\s*[（(]?\d.{1,2000}?二、\s*[（(]?\d")
_DRAWN_ANSWER = re.compile(r"^[\s_＿]+[（(]\s*(?:正确|参考|标准)?答案\s*[:：]\s*([^（()）]{1,200}?)\s*[)）]\s*$")
_UNDERLINED = re.compile(f"{UNDER}[^{OVER}]*{OVER}")
_LETTERS_ANSWER = re.compile(
    r"^\s*[（(【\[]?(?:正确|参考|标准)?答案[】\])）]?\s*[:：]?\s*[A-HＡ-Ｈ][A-HＡ-Ｈ\s、,，]*[。.]?$"
)
_SMALL = re.compile(r"^\s*([（(]?)([a-h])\s*([.．、:：)）])\s*(?=\S)")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"
_CIRCLED_LINE = re.compile(rf"^\s*([{_CIRCLED}])\s*[.．、:：]?\s*(?=\S)")
_CIRCLED_ANSWER = re.compile(
    rf"^\s*[（(【\[]?(?:正确|参考|标准)?答案[】\])）]?\s*[:：]?\s*[{_CIRCLED}][{_CIRCLED}\s、,，]*[。.]?$"
)
_FARTHEST, _GLANCE = 40, 16
_MAY_BE_A = re.compile(r"[AＡ]")
_MAY_BEGIN_A_RUN = re.compile(r"[\s\ue000-\ue002（(]*[a①]")
_MAY_BE_WORDED = re.compile(r"[【\[〔（(#>*＊•●○_＿+-]|\s+[_＿-]|.{0,8}答案")
_TRUTHS = frozenset("对错正是否")
_BY_COLOUR = N_("The answer was taken from the colour of the options; please look at it.")


def settled(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with what each says in its own way said in the usual one; line numbers stay."""
    made = [_worded(piece) for line in lines for piece in _pieces(line)]
    made = _lettered_runs(_bulleted_runs(made))
    return [
        replace(line, text=line.text.replace(TINTED, "")) if TINTED in line.text else line for line in _ticked(made)
    ]


def _pieces(line: Line) -> Iterator[Line]:
    """Yield the lines of one paragraph: many an author ends none but begins a new line inside it."""
    if _KEY_IN_ONE_LINE.match(line.text):
        yield replace(line, text="参考答案")
        yield from (Line(line.number, part) for part in _BEFORE_ORDINAL.split(line.text)[1:])
        return
    if "\n" not in line.text:
        yield line
        return
    text = _UNDERLINED.sub(lambda found: found[0].replace("\n", f"{OVER}\n{UNDER}"), line.text)
    for number, piece in enumerate(text.split("\n")):
        yield replace(line, text=piece, automatic="" if number else line.automatic, lost=() if number else line.lost)


def _worded(line: Line) -> Line:
    """Put 【单选题】1. behind its number, drop the answer of somebody who was asked, take 答案是：for 答案：."""
    if not _MAY_BE_WORDED.match(line.text.lstrip()):
        return line
    line = _without_markdown(line)
    kind = _KIND_FIRST.match(line.text)
    if kind and (kind_of(kind["word"]) or is_any_choice(kind["word"])):
        return replace(line, text=f"{kind['number']}[{kind['word']}]{line.text[kind.end() :]}")
    text = _ANSWER_IS.sub(r"\1：", _OTHERS_ANSWER.sub("", line.text))
    text = _DRAWN_ANSWER.sub(r"答案：\1", text)
    return line if text == line.text else replace(line, text=text)


def _without_markdown(line: Line) -> Line:
    """Drop the signs of Markdown: a heading's, a quotation's, a list's before a letter, bold of a number or a field."""
    text = _MARKDOWN.sub("", line.text)
    if text.lstrip().startswith("**"):
        bare = text.replace("**", "").strip()
        text = bare if section_of(bare) or number_of(bare) or option_of(bare) or field_line(bare) else text
    return line if text == line.text else replace(line, text=text)


def _lettered_runs(lines: list[Line]) -> list[Line]:
    """Write a. b. c. as A. B. C., and ① ② ③ too where the answer below names one of them and no letters follow."""
    made = list(lines)
    for start, line in enumerate(lines):
        if not _MAY_BEGIN_A_RUN.match(line.text):
            continue
        small = _SMALL.match(plain(line.text))
        if small and small[2] == "a":
            for letter, at in zip(ascii_lowercase, _run(lines, start, _small_of), strict=False):
                made[at] = replace(lines[at], text=_SMALL.sub(rf"\1{letter.upper()}\3 ", plain(lines[at].text)))
        if _circled_of(plain(line.text)) == 0:
            places = list(_run(lines, start, _circled_of))
            rest = lines[places[-1] + 1 : places[-1] + _FARTHEST] if places else []
            below = next((each for each in rest if each.text.strip()), None)
            if below is not None and _CIRCLED_ANSWER.match(plain(below.text)):
                for letter, at in zip(ascii_uppercase, places, strict=False):
                    made[at] = replace(lines[at], text=_CIRCLED_LINE.sub(f"{letter}. ", plain(lines[at].text)))
    return made


def _bulleted_runs(lines: list[Line]) -> list[Line]:
    """Give the lines of a bulleted list letters where the answer below is one."""
    made, at = list(lines), 0
    while at < len(lines):
        end = at
        while end < len(lines) and lines[end].automatic == "bullet":
            end += 1
        if end - at > 1 and end < len(lines) and _LETTERS_ANSWER.match(plain(lines[end].text)):
            for letter, place in zip(ascii_uppercase, range(at, end), strict=False):
                made[place] = replace(lines[place], text=f"{letter}. {lines[place].text}", automatic="")
        at = max(end, at + 1)
    return made


def _run(lines: Sequence[Line], start: int, place_of: Callable[[str], int]) -> Iterator[int]:
    """Yield where the lines of a run that counts up stand; fewer than two are no run."""
    places: list[int] = []
    for at in range(start, min(start + _FARTHEST, len(lines))):
        text = plain(lines[at].text)
        if place_of(text) == len(places):
            places.append(at)
        elif text.strip():
            break
    yield from places if len(places) > 1 else ()


def _small_of(text: str) -> int:
    found = _SMALL.match(text)
    return ascii_lowercase.index(found[2]) if found else -1


def _circled_of(text: str) -> int:
    found = _CIRCLED_LINE.match(text)
    return _CIRCLED.index(found[1]) if found else -1


def _ticked(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines; behind options of which some are ticked stands their answer, unless the question has one."""
    at = 0
    while at < len(lines):
        first = lines[at].text.lstrip()[:_GLANCE]
        end = _end_of_options(lines, at) if _MAY_BE_A.search(first) else 0
        end = end or (_end_of_truths(lines, at) if first[:1] in _TRUTHS else 0)
        run = lines[at:end] if end else ()
        letters = sorted({letter for line in run for letter in _letters_ticked(_unlined(line.text))})
        every = len(letters) == sum(len(_LETTER.findall(line.text)) for line in run)
        if not letters or every or _is_answered(lines, end):
            yield from run or (lines[at],)
            at = end or at + 1
            continue
        truths = all(_TRUTH.match(plain(line.text).strip()) for line in run if line.text.strip())
        if not truths:
            yield from (replace(line, text=_BEHIND.sub("", _BEFORE.sub("", line.text))) for line in run)
        tinted = any(TINTED in line.text for line in run)
        yield Line(lines[end - 1].number, f"答案：{''.join(letters)}", lost=(_BY_COLOUR,) if tinted else ())
        at = end


def _end_of_options(lines: Sequence[Line], start: int) -> int:
    """Return where the options end that begin with A on a line; 0 when none do."""
    expected, at, end = 0, start, 0
    while at < len(lines) and at < start + _FARTHEST:
        text = _BEFORE.sub("", plain(lines[at].text)).strip()
        found = option_of(text)
        if found and found[0] == ascii_uppercase[expected % 26]:
            expected += max(len(_LETTER.findall(text)), 1)
            end = at + 1
        elif text or at == start:
            break
        at += 1
    return end if expected > 1 else 0


def _end_of_truths(lines: Sequence[Line], start: int) -> int:
    """Return where 对 and 错, each on a line and one of them marked as the answer, end; 0 where they do not stand."""
    filled = [at for at in range(start, min(start + 4, len(lines))) if lines[at].text.strip()][:2]
    if len(filled) < 2 or filled[0] != start:
        return 0
    found = [_TRUTH.match(plain(lines[at].text).strip()) for at in filled]
    marked = [bool(each and each["right"]) for each in found]
    return filled[1] + 1 if all(found) and sum(marked) == 1 else 0


def _letters_ticked(text: str) -> list[str]:
    truth = _TRUTH.match(text.strip())
    if truth:
        return [truth["word"]] if truth["right"] else []
    letters = [(found.start(), found[1]) for found in _LETTER.finditer(text)]
    ticked = [
        next((letter for start, letter in reversed(letters) if start < tick.start()), "")
        for tick in _BEHIND.finditer(text)
    ]
    if letters and _BEFORE.match(text):
        ticked.append(letters[0][1])
    return [letter for letter in ticked if letter]


def _unlined(text: str) -> str:
    return text.replace(UNDER, "").replace(OVER, "")


def _is_answered(lines: Sequence[Line], end: int) -> bool:
    """Whether an answer stands below the options, before the next number or heading."""
    for line in lines[end : end + _FARTHEST]:
        text = plain(line.text).strip()
        found = field_line(text)
        if found and found[0] == "answer":
            return bool(found[1].strip())
        if text and (number_of(text) or section_of(text)):
            break
    return False
