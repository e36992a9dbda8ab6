"""A row of a spreadsheet → the bank's own JSON shape. Pure; every cell that cannot be read is told with its column."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from question_bank.enums import Kind
from question_bank.errors import N_, Problem
from question_bank.exchange.answers import (
    inline_answer,
    kind_from,
    marked,
    options_of,
    tightly_marked,
    truth_of,
    without_letters,
)
from question_bank.exchange.cells import dated, day_of, lines_of
from question_bank.exchange.columns import option_fields
from question_bank.exchange.html_text import looks_like_html, text_of
from question_bank.exchange.kind_words import form_of, is_any_choice, kind_of, kind_within
from question_bank.exchange.levels import USUAL, level_of
from question_bank.exchange.reading import Fault
from question_bank.exchange.row_answers import NOTHING, READERS, RowError, blanks_in, is_rubric, with_blanks
from question_bank.exchange.row_stems import answers_in, columns_in, ticked_in
from question_bank.exchange.shape import AUDIENCES, PAPERS, TYPES
from question_bank.normalise import quantity
from question_bank.taxonomy import PLACES, UNSORTED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from question_bank.exchange.headings import Header

NO_CODE = "?"
"""Stands for the number of a row that has none."""

# only our own sheets have them, and what those hold is text
_OWN_COLUMNS = {"status", "fact"}
_TYPE_WORDS = {kind: word for word, kind in TYPES.items()}
_PAPER_WORDS = {word: word for word in PAPERS} | {
    "业务": "业务卷",
    "问题": "问题卷",
    "两卷": "both",
    "两卷均可": "both",
    "通用": "both",
}
_CODES = {"4": Kind.FILL_BLANK, "5": Kind.SHORT_ANSWER}
_LETTERED = (Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE, None)
_STATUSES = {
    "已核实": "CONFIRMED",
    "已确认": "CONFIRMED",
    "行业常识": "FROM-KNOWLEDGE",
    "常识": "FROM-KNOWLEDGE",
    "演示": "DEMO",
    "待核实": "",
    "未核实": "",
}
_DEFAULT_MARKS = {
    Kind.SINGLE_CHOICE: 1,
    Kind.MULTIPLE_CHOICE: 2,
    Kind.TRUE_FALSE: 1,
    Kind.NUMERIC: 5,
    Kind.ORDERING: 5,
    Kind.SHORT_ANSWER: 10,
}
_EMPTY_WORDS = {NOTHING, "-", "–", "－", "/", "无"}
# 1, 1., 第3题, (12), 1-2: a place in a list, which says nothing about which question it is
_RUNNING = re.compile(r"[(第]?\d{1,4}(?:[-.]\d{1,3})?(?:题|[.、)])*")
_LONGEST_NOTE, _LONGEST_SUBTOPIC = 500, 100
_SHOWN = 80
_TOPIC_PARTS = re.compile(r"[-－—–/／>＞:：|｜\s]+")
_TWO_MARKS = re.compile(r"(?=[^\n]*[;；])(?=[^\n]*[|｜])[^\n]+")
_BOOK_TITLE = re.compile(r"^《([^《》]+)》$")
_MARKS = re.compile(r"\(?(?:每小?题|共|计|本题)?\s*(\d+(?:\.\d+)?)\s*分?(?:/题|每题)?\)?")


def heading_words() -> dict[str, str]:
    """Return code and Chinese name of a root → its code, each alone and both together."""
    words = {code: code for code in PLACES} | {name: code for code, name in PLACES.items()}
    return words | {f"{code}{name}": code for code, name in PLACES.items()}


_TOPIC_WORDS = heading_words()


class RowReader:
    """Reads one row: ``cells`` by field, empty ones left out.

    Afterwards ``faults`` says what could not be read, ``cautions`` what was read otherwise than it stands there.
    """

    def __init__(self, cells: Mapping[str, str], header: Header, sheet_kind: Kind | None, topic: str = "") -> None:
        """Take the cells, the header for the columns' names and the kind the sheet's name promises.

        ``topic`` is the root for rows that name none of the eight; what they name becomes the subtopic.
        """
        self.cells = dict(cells)
        self.header = header
        self.faults: list[Fault] = []
        self.cautions: list[Problem] = []
        self._kind = sheet_kind
        self._fallback = topic or UNSORTED
        self._options: list[str] = []
        if header.fields and not header.fields.keys() >= _OWN_COLUMNS:
            self._take_html_out()

    def _take_html_out(self) -> None:
        """Turn cells that other systems exported as HTML into text; a picture somewhere else leaves a mark."""
        for field, text in self.cells.items():
            if ("<" in text or "&" in text) and looks_like_html(text):
                found = text_of(text)
                self.cells[field] = found.text
                self.cautions += [Problem(field, template, {}, warning=True) for template in found.lost]
                if found.pictures:
                    self.caution(field, N_("A picture is not in the file; a mark stands in its place."))

    def complain(self, field: str, template: str, found: str | None = None, **params: str) -> None:
        """Note that the cell of ``field`` cannot be read."""
        text = self.cells.get(field, "") if found is None else found
        problem = Problem(field, template, {"found": text[:_SHOWN], **params})
        self.faults.append(Fault(self.header.heading(field), text[:_SHOWN], problem))

    def caution(self, field: str, template: str, **params: str) -> None:
        """Note that the cell of ``field`` was read otherwise than it stands there."""
        found = {"found": self.cells.get(field, "")[:_SHOWN], "column": self.header.heading(field)}
        self.cautions.append(Problem(field, template, {**found, **params}, warning=True))

    def question(self) -> dict[str, Any]:
        """Return the row in the JSON shape; without its kind nothing else can be read."""
        kind = self.kind()
        if kind is None:
            return {}
        return self.beside() | self.content(kind)

    def beside(self) -> dict[str, Any]:
        """Return what stands beside the content, marks apart."""
        return {
            "id": self._code(),
            "citations": self._citations(),
            "difficulty": self._difficulty(),
            "paper": self._paper(),
            "audience": self._audiences(),
            "reviewer_note": self.cells.get("note", ""),
            "unit_code": self.cells.get("unit", ""),
            **self._topic(),
            **self._flags(),
        }

    def content(self, kind: Kind) -> dict[str, Any]:
        """Return what the kind reads from the row, with the marks; of a case only its own row."""
        question: dict[str, Any] = {
            "type": _TYPE_WORDS[kind],
            "stem": self.cells.get("stem", ""),
            "explanation": self.cells.get("explanation", ""),
            "scoring": self._scoring(kind),
        }
        if kind is Kind.CASE:
            return question | {"answer": self.cells["answer"]} if "answer" in self.cells else question
        self._find_in_stem(kind)
        question["stem"] = self.cells.get("stem", "")
        if kind is Kind.SHORT_ANSWER:
            question["form"] = str(form_of(self.cells.get("kind", "")))
        reader: Callable[[Mapping[str, str], list[str]], dict[str, Any]] = READERS[kind]
        try:
            question |= reader(self.cells, self._options)
        except RowError as error:
            self.complain(error.field, error.template, **error.params)
        if kind is Kind.FILL_BLANK and _TWO_MARKS.fullmatch(self.cells.get("answer", "")):
            self.caution("answer", N_("；was read as the next blank and ｜ as another form of the same one."))
        if kind is Kind.FILL_BLANK and not blanks_in({"stem": with_blanks(self.cells.get("stem", ""))}):
            self.caution("stem", N_("The question shows no blanks; they were put at its end."))
        question["score"] = self._marks(kind, question)
        return question

    def _find_in_stem(self, kind: Kind) -> None:
        """Take what has no cell of its own out of the stem: answers in brackets, both columns of a matching."""
        stem, cells = self.cells.get("stem", ""), self.cells
        if kind is Kind.MATCHING and not {"left", "right"} & cells.keys() and (both := columns_in(stem)):
            cells["stem"], cells["left"], cells["right"] = both
        answered = "answer" in cells or any(field.startswith("blank:") for field in cells)
        if kind is Kind.FILL_BLANK and not answered and (found := answers_in(stem)):
            cells["stem"], cells["answer"] = found
            self.caution("stem", N_("The answers were taken from the brackets of the text; please look at them."))

    def kind(self) -> Kind | None:
        """Return the kind, written down or inferred, having found options and answer wherever they stand."""
        word = self.cells.get("sub_kind") or self.cells.get("kind", "")
        kind = (kind_of(word) or kind_within(word)) if word else self._kind
        self._find_options(kind)
        if kind is None:
            kind = self._inferred(word)
        return self._fitting(kind) if kind else None

    def _find_options(self, kind: Kind | None) -> None:
        """Take the options from their columns, from one cell, or from the end of the stem; the answer likewise."""
        texts = [self.cells.get(field, "") for field in option_fields()]
        while texts and not texts[-1]:
            texts.pop()
        options = texts or options_of(self.cells.get("options", ""))
        if len(options) == 1 and not texts:
            options = self._parted(options[0])
        stem = self.cells.get("stem", "")
        wrong = [self.cells[field] for field in sorted(self.cells) if field.startswith("wrong:")]
        if wrong and not options and "answer" in self.cells:
            options, self.cells["answer"] = [self.cells["answer"], *wrong], "A"
        if not options and kind in _LETTERED and (found := marked(stem) or tightly_marked(stem, least=3)):
            self.cells["stem"], options = found
        self._options = without_letters(options)
        right = [
            field[-1] for field in sorted(self.cells) if field.startswith("right:") and truth_of(self.cells[field])
        ]
        if right and "answer" not in self.cells:
            self.cells["answer"] = "".join(right)
        if "answer" not in self.cells and kind in _LETTERED and (ticked := ticked_in(self._options)):
            self._options, self.cells["answer"] = ticked
            self.caution("answer", N_("The answer was taken from the mark at an option; please look at it."))
        if "answer" not in self.cells and kind in {*_LETTERED, Kind.TRUE_FALSE}:
            choice = bool(self._options) and kind is not Kind.TRUE_FALSE
            inline = inline_answer(self.cells.get("stem", ""), choice=choice)
            if inline:
                self.cells["stem"], self.cells["answer"] = inline

    def _parted(self, text: str) -> list[str]:
        """Cut a cell of all options that no usual sign parts: at letters without a point, else at its commas."""
        tight = tightly_marked(text)
        if tight and not tight[0]:
            return tight[1]
        for marks in ("，,", "、"):
            parts = [part.strip() for part in re.split(f"[{marks}]", text) if part.strip()]
            if len(parts) > 1:
                self.caution("options", N_("The options were parted at their commas; please look at them."))
                return parts
        return [text]

    def _inferred(self, word: str) -> Kind | None:
        """Infer the kind from the answer, where it is not given or only vaguely: 选择题, a number."""
        code = word.isdigit()
        if word and not code and not is_any_choice(word):
            self.complain("kind", N_("This is no kind of question we know."))
            return None
        answer = self.cells.get("answer", "")
        columns = "left" in self.cells and "right" in self.cells
        kind = kind_from(answer, self._options, blanks=self._blanks(), columns=columns)
        if kind in {None, Kind.SHORT_ANSWER, Kind.FILL_BLANK} and code:
            kind = _CODES.get(word, kind)
        if kind is None:
            self.complain("answer", N_("The kind is not given and does not follow from the answer."))
        return kind

    def _blanks(self) -> int:
        return blanks_in({**self.cells, "stem": with_blanks(self.cells.get("stem", ""))})

    def _fitting(self, kind: Kind) -> Kind:
        """Return the kind as which a row can be held: a calculation without one number as its result is written."""
        answer = self.cells.get("answer", "")
        if kind is Kind.NUMERIC and not {"tolerance", "measure"} & self.cells.keys() and quantity(answer) is None:
            self.caution("answer", N_("The answer is no single number, so this was read as a short answer."))
            return Kind.SHORT_ANSWER
        if kind is Kind.TRUE_FALSE and not self._options and answer.strip().upper() in {"A", "B", "Ａ", "Ｂ"}:
            self.caution("answer", N_("A was read as right and B as wrong, for no options are given."))
            self._options = ["正确", "错误"]
        return kind

    def _scoring(self, kind: Kind) -> str:
        """Return the sentence on marking; a rubric that is not in our form is kept there."""
        scoring = self.cells.get("scoring", "")
        lines = lines_of(self.cells.get("points", ""))
        if kind is Kind.SHORT_ANSWER and lines and not is_rubric(lines) and not scoring:
            self.caution(
                "points", N_("The key points have no marks of their own; they were kept as a note on marking.")
            )
            return "\n".join(lines)[:_LONGEST_NOTE]
        return scoring

    def _code(self) -> str:
        """Return the number; a running one (1, 2, 3 …) says nothing about which question it is."""
        code = self.cells.get("code", "")
        running = _RUNNING.fullmatch(unicodedata.normalize("NFKC", code))
        return NO_CODE if not code or running else code

    def _topic(self) -> dict[str, str]:
        found, subtopic = self.cells.get("topic", ""), self.cells.get("subtopic", "")
        first, *rest = _TOPIC_PARTS.split(unicodedata.normalize("NFKC", found), maxsplit=1)
        words = _TOPIC_WORDS
        if found.upper() in words:
            return {"topic": words[found.upper()], "subtopic": subtopic}
        if first.upper() in words:
            return {"topic": words[first.upper()], "subtopic": subtopic or "".join(rest)}
        return {"topic": self._fallback, "subtopic": (subtopic or found)[:_LONGEST_SUBTOPIC]}

    def _difficulty(self) -> int:
        level = level_of(self.cells.get("difficulty", ""))
        if level is None:
            self.complain("difficulty", N_("A level from 1 to 5, or 易, 较易, 中, 较难, 难, was expected."))
        return int(level or USUAL)

    def _marks(self, kind: Kind, question: Mapping[str, Any]) -> float:
        """Return the marks given, else what the key points or the blanks add up to, else the usual ones."""
        each = _marks(self.cells.get("marks_each", ""))
        given = _marks(self.cells.get("marks", ""))
        if not given and "marks" in self.cells:
            template = N_("%(column)s “%(found)s” is no number of marks; the usual marks of the kind were taken.")
            self.caution("marks", template)
        if given:
            return float(given)
        slots = len(question.get("answer") or ()) if kind in {Kind.FILL_BLANK, Kind.MATCHING} else 1
        if kind is Kind.SHORT_ANSWER and question.get("rubric"):
            whole = sum((Decimal(str(point["score"])) for point in question["rubric"]), Decimal(0))
            return float(min(whole, Decimal(question.get("cap", whole))))
        return float((each or Decimal(_DEFAULT_MARKS.get(kind, 1))) * max(slots, 1))

    def case_marks(self, parts: Sequence[float]) -> float:
        """Return the marks given for a case, else what its sub-questions add up to."""
        given = _marks(self.cells.get("marks", ""))
        return float(given or sum(Decimal(str(part)) for part in parts) or 1)

    def _paper(self) -> str:
        text = self.cells.get("paper", "业务卷")
        if text not in _PAPER_WORDS:
            self.complain("paper", N_("业务卷, 问题卷 or 两卷 was expected."))
        return _PAPER_WORDS.get(text, "业务卷")

    def _audiences(self) -> list[str]:
        words = [word for word in re.split(r"[、,，;；/\s]+", self.cells.get("audience", "")) if word]
        everybody = {"全体", "全部", "所有", "通用"}
        known = {word.removesuffix("人员"): word for word in AUDIENCES} | {word: word for word in AUDIENCES}
        strangers = [word for word in words if word not in known and word not in everybody]
        if strangers:
            self.complain("audience", N_("村级, 镇级, 园区, 部门 or 驻外 was expected."), strangers[0])
        return [known[word] for word in words if word in known]

    def _flags(self) -> dict[str, Any]:
        flags: dict[str, Any] = {}
        for field, name in (("time_sensitive", "time_sensitive"), ("core", "common_core"), ("demo", "demo_only")):
            flags[name] = self._flag(field)
        if "valid_to" in self.cells:
            day = day_of(self.cells["valid_to"])
            if day is None:
                self.complain("valid_to", N_("A date such as 2027-12-31 was expected."))
            else:
                flags |= {"valid_to": day.isoformat(), "time_sensitive": flags["time_sensitive"] or self._unsaid()}
        return flags

    def _unsaid(self) -> bool:
        """Whether a question that ends by date says nothing about changing with time: it does."""
        return "time_sensitive" not in self.cells

    def _flag(self, field: str) -> bool:
        text = self.cells.get(field, "")
        said = truth_of(text) if text else False
        if said is None:
            self.complain(field, N_("是 or 否 was expected."))
        return bool(said)

    def _citations(self) -> list[dict[str, str]]:
        """Return the documents, line by line, with what stands in the same line of the other columns."""
        columns = {field: self.cells.get(field, "").split("\n") for field in ("article", "in_force", "status", "fact")}
        titles = self.cells.get("document", "").split("\n")
        if not self.cells.get("document"):
            return []
        too_long = next((field for field, lines in columns.items() if len(lines) > len(titles)), None)
        if too_long:
            self.complain(too_long, N_("There are more lines here than documents."))
        return [
            {
                "document": _BOOK_TITLE.sub(r"\1", title.strip()),
                "article": _line(columns["article"], number),
                "in_force": dated(_line(columns["in_force"], number)),
                "status": self._status(_line(columns["status"], number)),
                "fact_id": _line(columns["fact"], number),
            }
            for number, title in enumerate(titles)
            if title.strip()
        ]

    def _status(self, word: str) -> str:
        return _STATUSES.get(word, word)


def _line(lines: list[str], number: int) -> str:
    text = lines[number].strip() if number < len(lines) else ""
    return "" if text in _EMPTY_WORDS else text


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _marks(text: str) -> Decimal | None:
    found = _MARKS.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return Decimal(found[1]) if found else None
