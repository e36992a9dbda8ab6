"""How people write kinds and answers in spreadsheets. Pure; what cannot be read is None, nothing is guessed."""

from __future__ import annotations

import json
import re
import unicodedata
from string import ascii_uppercase
from typing import TYPE_CHECKING

from question_bank.enums import Kind
from question_bank.normalise import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TRUE_WORDS = (
    "√ ✓ ✔ ☑ ✅ ∨ 对 正确 是 对的 正确的 是的 属实 同意 勾 说法正确 √对 √正确 对√ 正确√ "
    "T TRUE Y YES RIGHT CORRECT TURE 1 V"
)
_FALSE_WORDS = (
    "× ✗ ✘ ✕ ✖ ❌ ☒ ╳ X 错 错误 否 不是 不正确 不对 错的 错误的 不同意 叉 说法错误 ×错 ×错误 错× 错误× "
    "F FALSE N NO WRONG INCORRECT FLASE FASLE 0"
)
_TRUE, _FALSE = frozenset(_TRUE_WORDS.split()), frozenset(_FALSE_WORDS.split())
_PREFIX = re.compile(
    r"^[\[【]?(?:正确|参考|标准)?(?:答案|选项)[\]】]?(?:是|为)?[:.、]?|^(?:故|应|本题|所以)?选(?:择)?[:]?(?=[A-Z])"
)
# AB（多选）, AB项, ABC都对
_REMARK_BEHIND = re.compile(r"(?<=[A-Z])\s*(?:\([^A-Z0-9]*|选项|项|[都全]?[对选]|正确)$")
_RANGE = re.compile(r"([A-Z])[-~—–至到]([A-Z])")
_OPTION_MARK = re.compile(r"(?:^|(?<=[\s;；|｜,，、。]))[(（]?([A-Za-zＡ-Ｚａ-ｚ])[)）.．、:：]\s*")
_NUMBERED = re.compile(r"^[（(]?(\d{1,2})\s*(?:[、．)）]|\.(?!\d))\s*(?=\S)")
_NAMES_OPTIONS = re.compile(r"[A-H](?:[\s,;、|/]*[A-H]){0,7}")
_CIRCLED = re.compile(r"[①-⑳]")


def kind_from(answer: str, options: Sequence[str], *, blanks: int, columns: bool) -> Kind | None:
    """Infer a kind nobody wrote down from the answer and what else is filled in.

    ``columns``: whether both columns of a matching are there. None when nothing can be inferred.
    """
    if columns:
        return Kind.MATCHING
    if options and all(_bare(option) in _TRUE | _FALSE for option in options):
        return Kind.TRUE_FALSE
    letters = letters_of(answer, options) if options else None
    if letters:
        return Kind.SINGLE_CHOICE if len(letters) == 1 else Kind.MULTIPLE_CHOICE
    if not options and truth_of(answer) is not None:
        return Kind.TRUE_FALSE
    if len(options) > 1 or _NAMES_OPTIONS.fullmatch(_bare(answer)):
        return None
    return Kind.FILL_BLANK if blanks else Kind.SHORT_ANSWER


def truth_of(text: str, options: Sequence[str] = ()) -> bool | None:
    """Read √ or ×, in any usual spelling; A and B are read through ``options`` (正确, 错误) where those are given."""
    plain = _bare(text).removesuffix("。")
    said = plain if plain in _TRUE | _FALSE else plain.split("(", 1)[0].strip()
    if said in _TRUE | _FALSE:
        return said in _TRUE
    letter = re.match(r"^([A-Z])(?![A-Z])[.、:\s]*", plain)
    if letter and letter[0] != plain and _bare(plain[letter.end() :]) in _TRUE | _FALSE:
        return _bare(plain[letter.end() :]) in _TRUE
    if letter and letter[1] in ascii_uppercase[: len(options)]:
        meant = _bare(options[ascii_uppercase.index(letter[1])])
        return meant in _TRUE if meant in _TRUE | _FALSE else None
    return None


def letters_of(text: str, options: Sequence[str]) -> list[str] | None:
    """Read the letters of an answer in the order written: ABC, A,B,C, A、B、C, A-C, 1,3, ①③, or options' own texts.

    ``options`` are the texts under A, B, C …; letters beyond them and letters given twice cannot be read.
    """
    plain = re.sub(r"选项(?=[A-Z1-9一-十])", "", _REMARK_BEHIND.sub("", _bare(text)))
    spread = _RANGE.sub(lambda found: _spread(found[1], found[2]), plain)
    spread = re.sub(r"^([1-9])[-~—–至到]([1-9])$", lambda found: _counted(found[1], found[2]), spread)
    parts = [part for part in re.split(r"[\s,;、，；|/&+#┋\"'“”和与及]+", spread) if part]
    numbers = _numbers(parts, text)
    letters = [ascii_uppercase[number - 1] for number in numbers] if numbers else list("".join(parts))
    known = set(ascii_uppercase[: len(options)])
    if letters and set(letters) <= known and len(set(letters)) == len(letters):
        return letters
    return _by_text(text, plain, options)


def _numbers(parts: Sequence[str], text: str) -> list[int] | None:
    """Return the places 1,3 or ①③ or 134 (rising, one digit each) name; None when these are no numbers."""
    if not parts or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    circled = _CIRCLED.findall(text)
    if circled:
        return [int(unicodedata.normalize("NFKC", mark)) for mark in circled]
    if len(parts) > 1 or len(parts[0]) == 1:
        numbers = [int(part) for part in parts]
    else:
        numbers = [int(digit) for digit in parts[0]]
        if sorted(set(numbers)) != numbers:
            return None
    return numbers if all(0 < number <= len(ascii_uppercase) for number in numbers) else None


def _by_text(text: str, plain: str, options: Sequence[str]) -> list[str] | None:
    """Find the options whose own text the answer is, each perhaps with its letter before it (B. 乙)."""
    forms = {_bare(option): letter for letter, option in zip(ascii_uppercase, options, strict=False) if option}
    if plain in forms:
        return [forms[plain]]
    for marks in (r"\n", r"[;；|｜]", r"[,，、]", r"\s+"):
        parts = [
            _bare(re.sub(r"^\s*[(（]?[A-Za-z][)）]?\s*[.．、:：]\s*", "", part))
            for part in re.split(marks, text)
            if part.strip()
        ]
        found = [forms[part] for part in parts if part in forms]
        if found and len(found) == len(parts) == len(set(found)):
            return found
    lettered = re.match(r"^([A-Z])\s*[.、:]?\s*(.+)$", plain)
    if lettered and forms.get(_bare(lettered[2])) == lettered[1]:
        return [lettered[1]]
    return None


def options_of(text: str) -> list[str]:
    """Cut one cell with all options into their texts: a list of JSON, A. … B. …, lines, or parts between | or ；."""
    listed = _listed(text)
    if listed:
        return listed
    pieces = _OPTION_MARK.split(text)
    marks = [unicodedata.normalize("NFKC", mark).upper() for mark in pieces[1::2]]
    if len(marks) > 1 and marks == list(ascii_uppercase[: len(marks)]):
        return [piece.strip().rstrip(";；|｜") for piece in pieces[2::2]]
    run = marked(text)
    if run and not run[0]:
        return run[1]
    for mark in ("$;$", "┋", "\n", "\\n", "$$", "@@", "||", "|", "｜", "；", ";", "#", "\t", "^", "--", _CIRCLED):
        cut = mark.split(text) if isinstance(mark, re.Pattern) else text.split(mark)
        parts = [part.strip() for part in cut if part.strip()]
        if len(parts) > 1:
            return _without_numbers(parts)
    slashed = [part.strip() for part in text.split("/")]
    if len(slashed) > 2 and all(slashed):  # km/h is one thing
        return slashed
    return [text.strip()] if text.strip() else []


def _without_numbers(options: list[str]) -> list[str]:
    """Drop the numbers before options when they count up from one."""
    found = [_NUMBERED.match(option) for option in options]
    numbers = [int(mark[1]) for mark in found if mark]
    if numbers != list(range(1, len(options) + 1)):
        return options
    return [option[mark.end() :] for option, mark in zip(options, found, strict=True) if mark]


def _listed(text: str) -> list[str]:
    """Read options written as JSON: a list of texts, of objects with a content, or an object under letters."""
    if not text.startswith(("[", "{")) or not text.endswith(("]", "}")):
        return []
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    entries = [found[key] for key in sorted(found)] if isinstance(found, dict) else found
    texts = [_entry(entry) for entry in entries] if isinstance(entries, list) else []
    lettered = [_OPTION_MARK.match(option) for option in texts]
    if texts and all(lettered):
        texts = [option[mark.end() :].strip() for option, mark in zip(texts, lettered, strict=True) if mark]
    return texts if all(texts) else []


def _entry(entry: object) -> str:
    if isinstance(entry, dict):
        entry = next((entry[name] for name in ("content", "text", "value", "label", "option") if name in entry), "")
    return str(entry).strip() if isinstance(entry, (str, int, float)) else ""


# A. A、 A: (A) with anything before that is no letter or digit; A) and a bare A only after a space
_MARK = (
    r"(?:(?<![A-Za-z0-9])[(（]?{letter}[)）]?\s*[.．、:：]|(?<![A-Za-z0-9])[(（]{letter}[)）]"
    r"|(?:^|(?<=\s)){letter}(?:[)）]|(?=\s)))"
)
_MARKS = {
    letter: re.compile(_MARK.format(letter=f"[{letter}{chr(ord(letter) + 0xFEE0)}]"), re.MULTILINE)
    for letter in ascii_uppercase
}


def marked(text: str) -> tuple[str, list[str]] | None:
    """Cut a text at A. B. C. … in their order, however many stand in a line: what stands before A, and the options.

    None when there are not at least an A and a B.
    """
    for first in _MARKS["A"].finditer(text):
        _, options = _run(text, first.start(), "A")
        if len(options) > 1:
            return text[: first.start()].rstrip(), options
    return None


def lettered(text: str, after: str = "") -> tuple[str, list[str]] | None:
    """Cut a line at its letters: from A on, or, when the letter ``after`` has been cut off, what follows it.

    Returns what stands before A and the options; behind ``after`` the text is that letter's own option.
    """
    if not after:
        return marked(text)
    following = chr(ord(after) + 1)
    first = _MARKS[following].search(text) if following in _MARKS else None
    if first is None:
        return None
    _, options = _run(text, first.start(), following)
    return "", [text[: first.start()].strip().rstrip(";；"), *options]


def _run(text: str, start: int, letter: str) -> tuple[str, list[str]]:
    """Cut ``text`` from ``start`` at ``letter`` and those after it."""
    places: list[tuple[int, int]] = []
    for sign in ascii_uppercase[ascii_uppercase.index(letter) :]:
        found = _MARKS[sign].search(text, places[-1][1] if places else start)
        if found is None:
            break
        places.append(found.span())
    ends = [begin for begin, _ in places[1:]] + [len(text)]
    return text[:start], [text[end:stop].strip().rstrip(";；") for (_, end), stop in zip(places, ends, strict=True)]


_TIGHT = re.compile(r"(?:^|(?<=[\s（()）]))([A-HＡ-Ｈ])(?=[\u4e00-\u9fff《“\d])")


def tightly_marked(text: str, *, least: int = 2) -> tuple[str, list[str]] | None:
    """Cut A甲 B乙 C丙, where nothing parts a letter from its option: what stands before A, and the options."""
    marks = list(_TIGHT.finditer(text))
    letters = [unicodedata.normalize("NFKC", mark[1]) for mark in marks]
    if len(letters) < least or letters != list(ascii_uppercase[: len(letters)]):
        return None
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    options = [text[mark.end() : end].strip().rstrip(";；，,、") for mark, end in zip(marks, ends, strict=True)]
    return text[: marks[0].start()].rstrip(), options


_INLINE = re.compile(
    r"[（(]\s*(?P<answer>[A-HＡ-Ｈ](?:\s*[、,，\s]?\s*[A-HＡ-Ｈ])*|[√×✓✔✗✘]|对|错|正确|错误|T|F)\s*[)）]"
)


def inline_answer(stem: str, *, choice: bool) -> tuple[str, str] | None:
    """Find an answer written into the brackets of a stem: the stem with the brackets empty, and the answer.

    ``choice``: whether letters are looked for (else √ and ×). The last brackets count. None when there is none.
    """
    for found in reversed(list(_INLINE.finditer(stem))):
        answer = found["answer"]
        lettered = unicodedata.normalize("NFKC", answer)[0] in "ABCDEFGH"
        if lettered == choice:
            return stem[: found.start()] + "（　）" + stem[found.end() :], answer
    return None


def without_letters(options: Sequence[str]) -> list[str]:
    """Drop the letters before the options when every one has its own: A. 甲, B. 乙."""
    found = [
        re.match(rf"^[(（]?[{letter}{chr(ord(letter) + 0xFEE0)}][)）]?\s*[.．、:：)）|｜–—-]\s*(?=\S)", option)
        for letter, option in zip(ascii_uppercase, options, strict=False)
    ]
    if not all(mark or not option for mark, option in zip(found, options, strict=False)):
        return list(options)
    return [option[mark.end() :] if mark else option for mark, option in zip(found, options, strict=False)]


def word_in(text: str, words: Mapping[str, str]) -> str | None:
    """Return what ``words`` says for ``text``, whatever its width, case and spaces."""
    plain = {canonical(word): meaning for word, meaning in words.items()}
    return plain.get(canonical(text))


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).strip().upper()
    return _PREFIX.sub("", folded).strip(" 。.()[]【】“”\"';,、") or folded


def _counted(first: str, last: str) -> str:
    return ",".join(str(number) for number in range(int(first), int(last) + 1))


def _spread(first: str, last: str) -> str:
    return ascii_uppercase[ascii_uppercase.index(first) : ascii_uppercase.index(last) + 1]
