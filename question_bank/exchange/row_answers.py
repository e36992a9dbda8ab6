"""Reading and writing what differs from kind to kind in a row: options, answer and the kind's own columns. Pure."""

from __future__ import annotations

import json
import re
import unicodedata
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from question_bank.enums import Kind
from question_bank.errors import N_
from question_bank.exchange.answers import letters_of, truth_of
from question_bank.exchange.cells import cut, lines_of, parted, unprotected
from question_bank.kinds.checking import BLANK
from question_bank.normalise import Quantity, in_unit, quantity
from question_bank.numerals import written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# what stands for a blank where nobody drew a line: （　） 【】 [] {} [填空1] (空) ﹍﹍ ……
_BRACKETS = re.compile(
    r"[（(【\[{｛［][\s_＿]*[）)】\]}｝］]|[（(【\[{](?:填空|空格?|blank|blankarea)\s*\d*[）)】\]}]|[﹍▁﹏]+|(?<!_)_(?!_)|\.{6,}|-{4,}",
    re.IGNORECASE,
)
_MARKER = "____"
_NUMBERED_BLANK = re.compile(r"[（(【\[]\s*(?:\d{1,2}|[①-⑩])\s*[)）】\]]")
_LABELLED = re.compile(r"^\s*(?P<key>[0-9]{1,2}|[A-Za-z])\s*[.．、:：)）]\s*(?P<text>.+)$", re.DOTALL)
_PAIR = re.compile(r"^(?P<left>[0-9A-Za-z]+?)\s*(?:[-–—~:：=→>]+\s*)?(?P<right>[A-Za-z]|(?<=\W)[0-9]+)$")
_TIGHT_PAIRS = re.compile(r"(?:\d{1,2}[A-Za-z]){2,26}")
_POINT = re.compile(
    r"^(?:\[(?P<id>[^\]]+)\]\s*)?(?P<marks>\d+(?:\.\d+)?)\s*分?\s*"
    r"(?:[(（](?P<how>部分|每组)得?(?P<part>\d+(?:\.\d+)?)分?[)）])?\s*[:：]\s*(?P<rest>.+)$"
)
IN_ORDER = "按序"
_NEEDED, _DEDUCTED = re.compile(r"任(\d+)组"), re.compile(r"误答扣(\d+(?:\.\d+)?)分")
_HAN = "一二三四五六七八九十"
_NUMBERED = re.compile(
    r"[（(]\d{1,2}[)）]\s*|(?:^|(?<=[\s;；,，、。]))(?:\d{1,2}(?:[、．)）]|\.(?!\d))|(?:第[一二三四五六七八九十\d]空|空\d)[:：]?)\s*"
    r"|[①-⑩]\s*"
)
NOTHING = "—"
_NO_POINT = N_("Key point %(number)s does not begin with its marks, as in 2分：要点 ｜ 词1、词2.")
FORBIDDEN, BESIDE = "忌：", "另："
CAP, VETO = "上限：", "否决："
"""Lines of a rubric that are no key points: the most they earn together, what costs the whole answer."""
ANY_ORDER, BOOK_MARKS = "任意次序", "保留书名号"


class RowError(Exception):
    """The cell of ``field`` cannot be read: why, as a gettext message id with parameters."""

    def __init__(self, field: str, template: str, **params: str) -> None:
        """Keep place, template and parameters apart."""
        super().__init__(field, template)
        self.field = field
        self.template = template
        self.params = params


_CORRECTION = re.compile(r"[（(]改正[:：](?:(?P<wrong>[^→]+)→)?(?P<forms>.+)[)）]$", re.DOTALL)


def blanks_in(cells: Mapping[str, str]) -> int:
    """Count the blanks of a stem and, where there are none, the columns 空1, 空2 … that are filled in."""
    stem = cells.get("stem", "")
    columns = sum(field.startswith("blank:") for field in cells)
    return len(BLANK.findall(stem)) or columns


def with_blanks(stem: str) -> str:
    """Return a stem in which every blank is ____, however it was drawn."""
    return stem if BLANK.search(stem) else _BRACKETS.sub(_MARKER, stem)


def _lettered(options: list[str]) -> list[dict[str, Any]]:
    """Return options under their letters; a gap in the middle is an error."""
    if not options:
        raise RowError("option:A", N_("There are no options."))
    for letter, text in zip(ascii_uppercase, options, strict=False):
        if not text:
            raise RowError(f"option:{letter}", N_("This option is empty, but a later one is filled in."))
    return [{"key": letter, "text": text} for letter, text in zip(ascii_uppercase, options, strict=False)]


def _choice(cells: Mapping[str, str], options: list[str]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return options and right letters."""
    lettered = _lettered(options)
    if len(lettered) == 1:
        raise RowError("option:B", N_("A choice needs at least two options."))
    pinned = letters_of(cells["pinned"], options) if "pinned" in cells else []
    if pinned is None:
        raise RowError("pinned", N_("Letters of options were expected."))
    for option in lettered:
        if option["key"] in pinned:
            option["pinned"] = True
    letters = letters_of(cells.get("answer", ""), options)
    if letters is None:
        template = N_("Letters from A to %(last)s were expected.")
        raise RowError("answer", template, last=ascii_uppercase[len(options) - 1])
    return lettered, letters


def _single(cells: Mapping[str, str], options: list[str]) -> dict[str, Any]:
    lettered, letters = _choice(cells, options)
    if len(letters) > 1:
        raise RowError("answer", N_("A single choice has one answer."))
    return {"options": lettered, "answer": letters[0]}


def _multiple(cells: Mapping[str, str], options: list[str]) -> dict[str, Any]:
    lettered, letters = _choice(cells, options)
    return {"options": lettered, "answer": letters}


def _true_false(cells: Mapping[str, str], options: list[str]) -> dict[str, Any]:
    answer = cells.get("answer", "")
    said = truth_of(answer, options)
    if said is not None:
        return {"answer": said, **_corrections(answer)}
    word, mark, why = (*re.split(r"([,，。;；:：\n])", answer.strip(), maxsplit=1), "", "")[:3]
    said = truth_of(word, options) if mark else None
    if said is None:
        raise RowError("answer", N_("对 or 错 was expected."))
    explanation = [text for text in (cells.get("explanation", ""), why.strip()) if text]
    return {"answer": said, "explanation": "\n".join(explanation)}


def _corrections(answer: str) -> dict[str, Any]:
    """What follows a judgement in brackets: 错（改正：须经→无须经｜不需要）."""
    told = _CORRECTION.search(answer.strip())
    if told is None:
        return {}
    wrong = {"wrong": told["wrong"].strip()} if told["wrong"] else {}
    return wrong | {"corrections": parted(told["forms"], "｜|")}


def _fill_blank(cells: Mapping[str, str], options: list[str]) -> dict[str, Any]:
    """Blanks are ____, or else empty brackets. Forms of one blank are parted by ｜. A stem without any gets them."""
    del options
    stem = with_blanks(cells.get("stem", ""))
    blanks = len(BLANK.findall(stem)) or len(_NUMBERED_BLANK.findall(stem))
    columns = sorted((field for field in cells if field.startswith("blank:")), key=lambda field: int(field[6:]))
    answers = [cells[field] for field in columns] or _per_blank(cells.get("answer", ""), blanks)
    if len(answers) == 1 and blanks > 1:
        answers = _between(stem, answers[0]) or answers
    forms = [parted(answer, "｜|") for answer in answers]
    if not forms or not all(forms):
        raise RowError("answer", N_("The answer of a blank is missing."))
    if blanks == len(forms) and not BLANK.search(stem):
        stem = _NUMBERED_BLANK.sub(_MARKER, stem)
    elif stem and not BLANK.search(stem):
        stem += "、".join([_MARKER] * len(forms))
    return {"stem": stem, "answer": forms, **_blank_rules(cells)}


def _per_blank(answer: str, blanks: int) -> list[str]:
    """Cut a cell into as many answers as there are blanks, at whichever mark does it; else by lines."""
    if blanks == 1:
        return (
            [_NUMBERED.sub("", answer) if answer.startswith(("①", "(1)", "（1）")) else answer]
            if ("\n" not in answer)
            else ["｜".join(lines_of(answer))]
        )
    listed = _listed(answer)
    if listed and len(listed) == (blanks or len(listed)):
        return listed
    numbered = _numbered(answer)
    if len(numbered) > 1 and len(numbered) == (blanks or len(numbered)):
        return numbered
    for marks in ("\n", "；;", "|｜", "、", "，,", " \u3000", "#", "/／", "&", "$", "@"):
        parts = [part.strip().rstrip("；;") for part in re.split(f"[{marks}]+", answer) if part.strip()]
        if len(parts) == blanks or (not blanks and len(parts) > 1 and marks in {"\n", "；;", "|｜"}):
            return parts
    return lines_of(answer)


def _between(stem: str, answer: str) -> list[str]:
    """Cut 2020年1月1日 for ____年____月____日 at the words that stand between the blanks; nothing where they do not."""
    _, *inner, last = (part.strip() for part in BLANK.split(stem))
    if not all(inner):
        return []
    behind = re.match(r"\w", last)
    tail = f"(?:{re.escape(behind[0])})?" if behind else ""
    found = re.fullmatch("(.+?)" + "".join(f"{re.escape(part)}(.+?)" for part in inner) + tail, answer.strip())
    return [part.strip() for part in found.groups()] if found else []


def _listed(answer: str) -> list[str]:
    """Read answers written as a list of JSON; empty for anything else."""
    if not (answer.startswith("[") and answer.endswith("]")):
        return []
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        return []
    plain = all(isinstance(entry, (str, int, float)) for entry in found)
    return [str(entry).strip() for entry in found] if plain else []


def _numbered(answer: str) -> list[str]:
    """Cut ① … ② …, (1) … (2) …, 1. … 2. …, 第一空：… into the answers; nothing unless they count up from one."""
    marks = list(_NUMBERED.finditer(answer))
    if not marks or answer[: marks[0].start()].strip():
        return []
    if [_count(mark) for mark in marks] != list(range(1, len(marks) + 1)):
        return []
    ends = [*(mark.start() for mark in marks[1:]), len(answer)]
    return [answer[mark.end() : end].strip(" \t\n;；,，、") for mark, end in zip(marks, ends, strict=True)]


def _count(mark: re.Match[str]) -> int:
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", mark[0]))
    han = re.search(f"[{_HAN}]", mark[0])
    return int(digits) if digits else _HAN.index(han[0]) + 1 if han else 0


def _blank_rules(cells: Mapping[str, str]) -> dict[str, Any]:
    lines = lines_of(cells.get("blank_rules", ""))
    rules = {"order": "any" if ANY_ORDER in lines else "fixed"}
    note = "\n".join(line for line in lines if line not in {ANY_ORDER, BOOK_MARKS})
    return {"blank_rules": rules | ({"normalize": note} if note else {}), "keep_book_marks": BOOK_MARKS in lines}


def _numeric(cells: Mapping[str, str], options: list[str]) -> dict[str, Any]:
    del options
    said = quantity(cells.get("answer", "").lstrip("±"))
    # a unit nobody gave a column stands behind the number: 50万元
    unit = cells.get("measure", "") or (_unit_of(cells.get("answer", ""), said) if said and said.unit else "")
    errors = []
    for line in lines_of(cells.get("errors", "")):
        value, mark, feedback = re.split(r"([:：])", line, maxsplit=1) if re.search(r"[:：]", line) else (line, "", "")
        if not mark or not feedback.strip():
            raise RowError("errors", N_("Each line is a wrong result, a colon and what to tell."))
        errors.append({"value": _number("errors", value, unit), "feedback": feedback.strip()})
    return {
        "answer": _number("answer", cells.get("answer", ""), unit),
        "tolerance": _number("tolerance", cells.get("tolerance", "") or "0", unit),
        "unit": unit,
        "common_errors": errors,
    }


def _unit_of(text: str, said: Quantity) -> str:
    """Return the unit as it was written behind a number, 万 or 亿 before it included."""
    found = re.search(
        r"[十百千万亿]*" + re.escape(said.unit) + r"\s*[。.]?$", unicodedata.normalize("NFKC", text).strip()
    )
    return found[0].strip(" 。.") if found else said.unit


def _number(field: str, text: str, unit: str) -> str:
    """Read a number, alone or in the unit of the question, as a plain decimal."""
    found = quantity(text.lstrip("±"))
    value = in_unit(found, unit) if found is not None else None
    if value is None:
        raise RowError(field, N_("A number in the unit of the question was expected (%(unit)s)."), unit=unit or "–")
    return written(value)


def _ordering(cells: Mapping[str, str], options: list[str]) -> dict[str, Any]:
    """The answer is one sequence of letters, or one a line when several are accepted."""
    items = _lettered(options)
    lines = [line for line in re.split(r"[\n；;或|｜]+", cells.get("answer", "")) if line.strip()]
    sequences = [_sequence(line, len(items)) for line in lines]
    if not sequences:
        raise RowError("answer", N_("The sequence of letters is missing."))
    return {"options": items, "answer": sequences[0], "accepted_orders": sequences}


def _sequence(text: str, items: int) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).upper()
    numbers = re.findall(r"\d+", plain) if not re.search("[A-Z]", plain) else []
    if len(numbers) == 1:
        numbers = list(numbers[0])
    letters = [ascii_uppercase[int(number) - 1] for number in numbers if 0 < int(number) <= items]
    letters = letters or [char for char in plain if char.isascii() and char.isalpha()]
    if sorted(letters) != list(ascii_uppercase[:items]):
        template = N_("Each letter from A to %(last)s was expected once.")
        raise RowError("answer", template, last=ascii_uppercase[items - 1])
    return letters


def _matching(cells: Mapping[str, str], options: list[str]) -> dict[str, Any]:
    del options
    left = _column(cells, "left", [str(number) for number in range(1, 27)])
    right = _column(cells, "right", list(ascii_uppercase))
    lefts, rights = ({row["key"].casefold(): row["key"] for row in rows} for rows in (left, right))
    pairs: dict[str, str] = {}
    answer = unicodedata.normalize("NFKC", cells.get("answer", "")).strip()
    tight = re.findall(r"\d{1,2}[A-Za-z]", answer) if _TIGHT_PAIRS.fullmatch(answer) else []
    for part in tight or re.split(r"[\n；;，,、|\s]+", answer):
        found = _PAIR.match(part)
        keys = (found["left"].casefold(), found["right"].casefold()) if found else ("", "")
        if keys[0] not in lefts or keys[1] not in rights or lefts[keys[0]] in pairs:
            raise RowError("answer", N_("Pairs such as 1-c were expected, one for each entry of the left column."))
        pairs[lefts[keys[0]]] = rights[keys[1]]
    return {"left": left, "right": right, "answer": pairs}


def _column(cells: Mapping[str, str], field: str, labels: list[str]) -> list[dict[str, str]]:
    """Read a column of a matching: labelled lines keep their labels, bare ones get ``labels``."""
    lines = lines_of(cells.get(field, ""))
    found = [_LABELLED.match(line) for line in lines]
    if not lines:
        raise RowError(field, N_("This column of the matching is empty."))
    if all(found):
        return [{"key": match["key"], "text": match["text"].strip()} for match in found if match]
    return [{"key": label, "text": line} for label, line in zip(labels, lines, strict=False)]


def rubric_of(text: str) -> dict[str, Any]:
    """Read key points as ``row_writing.rubric_text`` writes them: rubric, cap and veto of a short answer.

    Raises RowError for what is none.
    """
    found = _rubric(lines_of(text))
    if text.strip() and not found["rubric"]:
        raise RowError("points", _NO_POINT, number="1")
    rubric = [{"marks" if name == "score" else name: value for name, value in each.items()} for each in found["rubric"]]
    return {"cap": None, "veto": []} | found | {"rubric": rubric}


def _short_answer(cells: Mapping[str, str], options: list[str]) -> dict[str, Any]:
    del options
    model = {"model_answer": True} if truth_of(cells.get("model", "否")) else {}
    return {"answer": cells.get("answer", ""), **model, **_rubric(lines_of(cells.get("points", "")))}


def _rubric(lines: list[str]) -> dict[str, Any]:
    """Rubric, and cap and veto where there are any."""
    whole: dict[str, Any] = {}
    for line in lines if is_rubric(lines) else ():
        if line.startswith(CAP):
            whole["cap"] = line.removeprefix(CAP).strip().removesuffix("分")
        elif line.startswith(VETO):
            whole["veto"] = parted(line.removeprefix(VETO), "、，,")
    lines = [line for line in lines if not line.startswith((CAP, VETO))] if whole else lines
    rubric = [_point(number, line) for number, line in enumerate(lines, 1)] if is_rubric(lines) else []
    return {"rubric": rubric, **whole}


def is_rubric(lines: list[str]) -> bool:
    """Whether any line is a key point as we write them; 答对一点得2分 is the office's own sentence on marking."""
    return any(_POINT.match(line) for line in lines)


def _point(number: int, line: str) -> dict[str, Any]:
    """Read one key point: 2分（部分1分）：要点 ｜ 词1、词2 / 词3 ｜ 忌：词4."""
    found = _POINT.match(line)
    if found is None:
        raise RowError("points", _NO_POINT, number=str(number))
    text, *rest = cut(found["rest"], "｜|")
    forbidden = [part.strip() for part in rest if part.strip().startswith(FORBIDDEN)]
    beside = [part.strip().removeprefix(BESIDE) for part in rest if part.strip().startswith(BESIDE)]
    rest = [part for part in rest if not part.strip().startswith((FORBIDDEN, BESIDE))]
    groups = cut(rest[0], "/／") if rest else []
    point: dict[str, Any] = {
        "id": found["id"] or f"k{number}",
        "point": unprotected(text),
        "score": found["marks"],
        "keyword_groups": [terms for terms in (parted(group, "、，,") for group in groups) if terms],
    }
    if forbidden:
        point["forbidden"] = parted(forbidden[0].removeprefix(FORBIDDEN), "、，,")
    for each in parted(beside[0], "、，,") if beside else ():
        point |= _beside(each)
    if found["how"]:
        point["partial" if found["how"] == "部分" else "per_group"] = found["part"]
    return point


def _beside(text: str) -> dict[str, Any]:
    """Read 任3组, 按序 or 误答扣1分."""
    if text == IN_ORDER:
        return {"in_order": True}
    if found := _NEEDED.fullmatch(text):
        return {"needed": int(found[1])}
    found = _DEDUCTED.fullmatch(text)
    if found is None:
        raise RowError("points", N_("“%(found)s” is not known beside a key point."), found=text)
    return {"deduction": found[1]}


READERS: dict[Kind, Callable[[Mapping[str, str], list[str]], dict[str, Any]]] = {
    Kind.SINGLE_CHOICE: _single,
    Kind.MULTIPLE_CHOICE: _multiple,
    Kind.TRUE_FALSE: _true_false,
    Kind.FILL_BLANK: _fill_blank,
    Kind.NUMERIC: _numeric,
    Kind.ORDERING: _ordering,
    Kind.MATCHING: _matching,
    Kind.SHORT_ANSWER: _short_answer,
}
"""How each kind a row can hold is read; a case cannot."""
