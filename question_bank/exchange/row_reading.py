"""A row of a spreadsheet → the bank's own JSON shape. Pure; every cell that cannot be read is told with its column."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from question_bank.enums import Kind
from question_bank.errors import N_, Problem
from question_bank.exchange.answers import form_of, kind_from, kind_of, options_of, truth_of
from question_bank.exchange.cells import dated, day_of
from question_bank.exchange.columns import option_fields
from question_bank.exchange.reading import Fault
from question_bank.exchange.row_answers import NOTHING, READERS, RowError
from question_bank.exchange.row_answers import blanks_in as blanks_of
from question_bank.exchange.shape import AUDIENCES, PAPERS, TYPES
from question_bank.taxonomy import ROOTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from question_bank.exchange.columns import Header

NO_CODE = "?"
"""Stands for the number of a row that has none."""

_TYPE_WORDS = {kind: word for word, kind in TYPES.items()}
_PAPER_WORDS = {word: word for word in PAPERS} | {
    "业务": "业务卷",
    "问题": "问题卷",
    "两卷": "both",
    "两卷均可": "both",
    "通用": "both",
}
_LEVELS = dict.fromkeys(("易", "简单", "容易"), 1) | dict.fromkeys(("中", "中等", "一般"), 3)
_LEVELS |= {"较易": 2, "较难": 4, "难": 4, "困难": 5, "很难": 5}
# expected share of right answers (难度系数) → level, as in the taxonomy
_SHARES = ((Decimal("0.85"), 1), (Decimal("0.70"), 2), (Decimal("0.50"), 3), (Decimal("0.30"), 4))
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
_DEFAULT_DIFFICULTY = 2
_EMPTY_WORDS = {NOTHING, "-", "–", "－", "/", "无"}
_RUNNING_NUMBER = 4
_SHOWN = 80
_TOPIC_PARTS = re.compile(r"[-－—–/／>＞:：|｜\s]+")
_BOOK_TITLE = re.compile(r"^《([^《》]+)》$")
_MARKS = re.compile(r"(\d+(?:\.\d+)?)\s*分?")


def heading_words() -> dict[str, str]:
    """Return root code and Chinese name → root code, each alone and both together."""
    words = {code: code for code in ROOTS} | {name: code for code, name in ROOTS.items()}
    return words | {f"{code}{name}": code for code, name in ROOTS.items()}


class RowReader:
    """Reads one row: ``cells`` by field, empty ones left out. Afterwards ``faults`` says what could not be read."""

    def __init__(self, cells: Mapping[str, str], header: Header, sheet_kind: Kind | None, topic: str = "") -> None:
        """Take the cells, the header for the columns' names and the kind the sheet's name promises.

        ``topic`` is the root for rows that name none of the eight; what they name becomes the subtopic.
        """
        self.cells = dict(cells)
        self.header = header
        self.faults: list[Fault] = []
        self._kind = sheet_kind
        self._fallback = topic

    def complain(self, field: str, template: str, found: str | None = None, **params: str) -> None:
        """Note that the cell of ``field`` cannot be read."""
        text = self.cells.get(field, "") if found is None else found
        problem = Problem(field, template, {"found": text[:_SHOWN], **params})
        self.faults.append(Fault(self.header.heading(field), text[:_SHOWN], problem))

    def options(self) -> list[str]:
        """Return the texts of the options up to the last one filled in."""
        texts = [self.cells.get(field, "") for field in option_fields()]
        if not any(texts):
            return options_of(self.cells.get("options", ""))
        while texts and not texts[-1]:
            texts.pop()
        return texts

    def question(self) -> dict[str, Any]:
        """Return the row in the JSON shape; without its kind nothing else can be read."""
        kind = self._read_kind()
        if kind is None:
            return {}
        question: dict[str, Any] = {
            "id": self._code(),
            "type": _TYPE_WORDS[kind],
            "stem": self.cells.get("stem", ""),
            "explanation": self.cells.get("explanation", ""),
            "citations": self._citations(),
            "difficulty": self._difficulty(),
            "paper": self._paper(),
            "audience": self._audiences(),
            "scoring": self.cells.get("scoring", ""),
            "reviewer_note": self.cells.get("note", ""),
            "unit_code": self.cells.get("unit", ""),
            **self._topic(),
            **self._flags(),
        }
        self._content(kind, question)
        question["score"] = self._marks(kind, question)
        return question

    def _read_kind(self) -> Kind | None:
        word = self.cells.get("kind", "")
        kind = kind_of(word) if word else self._kind
        if kind is None and word:
            self.complain("kind", N_("This is no kind of question we know."))
        elif kind is None:
            columns = "left" in self.cells and "right" in self.cells
            blanks = blanks_of(self.cells)
            kind = kind_from(self.cells.get("answer", ""), self.options(), blanks=blanks, columns=columns)
            if kind is None:
                self.complain("answer", N_("The kind is not given and does not follow from the answer."))
        if kind is Kind.CASE:
            self.complain("kind", N_("A case with its sub-questions does not fit into a row; use the JSON file."))
            return None
        return kind

    def _code(self) -> str:
        """Return the number; a running one (1, 2, 3 …) says nothing about which question it is."""
        code = self.cells.get("code", "")
        return NO_CODE if not code or (code.isdigit() and len(code) <= _RUNNING_NUMBER) else code

    def _content(self, kind: Kind, question: dict[str, Any]) -> None:
        """Let the reader of the kind fill in options, answer and the rest."""
        if kind is Kind.SHORT_ANSWER:
            question["form"] = str(form_of(self.cells.get("kind", "")))
        reader: Callable[[Mapping[str, str], list[str]], dict[str, Any]] = READERS[kind]
        try:
            question |= reader(self.cells, self.options())
        except RowError as error:
            self.complain(error.field, error.template, **error.params)

    def _topic(self) -> dict[str, str]:
        found, subtopic = self.cells.get("topic", ""), self.cells.get("subtopic", "")
        first, *rest = _TOPIC_PARTS.split(unicodedata.normalize("NFKC", found), maxsplit=1)
        words = heading_words()
        if found.upper() in words:
            return {"topic": words[found.upper()], "subtopic": subtopic}
        if first.upper() in words:
            return {"topic": words[first.upper()], "subtopic": subtopic or "".join(rest)}
        if self._fallback:
            return {"topic": self._fallback, "subtopic": subtopic or found}
        template = N_("This is none of the eight topics (%(known)s).")
        self.complain("topic", template, known="、".join(f"{code}{name}" for code, name in ROOTS.items()))
        return {"topic": NO_CODE, "subtopic": subtopic}

    def _difficulty(self) -> int:
        text = unicodedata.normalize("NFKC", self.cells.get("difficulty", ""))
        if not text:
            return _DEFAULT_DIFFICULTY
        level = _LEVELS.get(text.removesuffix("题"))
        number = _decimal(text.removesuffix("级"))
        if level is None and number is not None and 0 < number < 1:
            level = next((level for least, level in _SHARES if number >= least), 5)
        if level is None and number is not None and number in {1, 2, 3, 4, 5}:
            level = int(number)
        if level is None:
            self.complain("difficulty", N_("A level from 1 to 5, or 易, 中, 难, was expected."))
        return level or _DEFAULT_DIFFICULTY

    def _marks(self, kind: Kind, question: Mapping[str, Any]) -> float:
        """Return the marks given, else what the key points or the blanks add up to, else the usual ones."""
        each = _marks(self.cells.get("marks_each", ""))
        given = _marks(self.cells.get("marks", ""))
        if given is None and "marks" in self.cells:
            self.complain("marks", N_("A number of marks was expected."))
        if given is not None:
            return float(given)
        slots = len(question.get("answer") or ()) if kind in {Kind.FILL_BLANK, Kind.MATCHING} else 1
        if kind is Kind.SHORT_ANSWER and question.get("rubric"):
            return float(sum(Decimal(str(point["score"])) for point in question["rubric"]))
        return float((each or Decimal(_DEFAULT_MARKS.get(kind, 1))) * max(slots, 1))

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
