"""20,000 rows of Excel: CPU seconds to preview and to commit, beside reading the bare cells, and the peak of memory.

The sheet is as an office would fill it in: running numbers, words for kinds, four options, answers in letters, no
numbers of our own. Wordings come from the shipped questions, clause by clause, from a fixed seed, so that the check
for near-duplicates has real likeness to look at. Budgets: preview 20 s, commit 60 s of CPU, 600 MB.
"""

import io
import json
import random
import re
import resource
import sys
import tempfile
import time
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from exam import audit, database, tables
from question_bank import operations
from question_bank.content import shipped
from question_bank.digests import texts_of
from question_bank.exchange import xlsx
from question_bank.exchange.preview import Fate, preview
from question_bank.models import QuestionPair
from tests.conftest import NOON

ROWS = 20_000
BUDGETS = {"preview": 20.0, "commit": 60.0, "memory_mb": 600.0}
ALIKE = 50
"""Every so manyth row asks what the row before it asks, in nearly the same words."""
HEADINGS = ("序号", "题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案", "解析", "难度", "知识点", "依据文件")


def workbook(rows: int = ROWS, seed: int = 1) -> bytes:
    """A sheet of `rows` different questions."""
    chance, file = random.Random(seed), io.BytesIO()
    pieces = [
        piece
        for draft in shipped(demo=True)
        for text in texts_of(draft.content)
        for piece in re.split(r"[。；，！？、：\n_（）()]+", text)
        if 3 < len(piece) < 30
    ]
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("题库")
        sheet.write_row(0, 0, HEADINGS)
        last: list[object] = []
        for number in range(1, rows + 1):
            row = _row(chance, pieces, number)
            if number % ALIKE == 0:
                row = [number, last[1], f"请看：{last[2]}", *last[3:]]
            sheet.write_row(number, 0, row)
            last = row
    return file.getvalue()


def _row(chance: random.Random, pieces: list[str], number: int) -> list[object]:
    kind = chance.choice(("单选题", "多选题", "判断题", "填空题"))
    stem = "，".join(chance.sample(pieces, 3))
    options = [f"{piece}{place}" for place, piece in enumerate(chance.sample(pieces, 4), 1)]
    answers = {
        "单选题": chance.choice("ABCD"),
        "多选题": "、".join(sorted(chance.sample("ABCD", 2))),
        "判断题": chance.choice("√×"),
        "填空题": chance.choice(pieces),
    }
    shown = options if kind in {"单选题", "多选题"} else [""] * 4
    stem += {"填空题": "是____。", "判断题": "。"}.get(kind, "，正确的是（　）。")
    beside = [chance.choice(pieces), chance.choice("易中难"), chance.choice(("政策与红线", "法律法规", "项目手续流程"))]
    return [number, kind, stem, *shown, answers[kind], *beside, "《企业投资项目核准和备案管理条例》"]


def measure(rows: int = ROWS) -> dict[str, float]:
    """CPU seconds of each step, how many questions were taken, the peak of memory in MB."""
    data = workbook(rows)
    began = time.process_time()
    CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    figures = {"rows": float(rows), "bare_cells": time.process_time() - began}
    with tempfile.TemporaryDirectory(prefix="liangjuan-bench-") as folder:
        engine = database.open_engine(f"sqlite:///{(Path(folder) / 'bank.db').as_posix()}")
        tables.metadata.create_all(engine)
        began = time.process_time()
        reading = xlsx.read(data)
        figures["read"] = time.process_time() - began
        with database.writing(engine) as session:
            found = preview(session, reading)
        figures["preview"] = time.process_time() - began
        figures["accepted"] = float(found.counts[Fate.ACCEPTED])
        del found, reading
        began = time.process_time()
        with database.writing(engine) as session:
            result, events = operations.import_drafts(session, xlsx.read(data).drafts, by=None, at=NOON)
            audit.note(session, events, by=None, at=NOON)
        figures["commit"] = time.process_time() - began
        figures["taken"] = float(sum(step.taken for step in result.steps))
        with database.reading(engine) as session:
            figures["pairs_kept"] = float(session.scalar(select(func.count()).select_from(QuestionPair)) or 0)
        engine.dispose()
    figures["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return figures


def main() -> int:
    figures = measure(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
    base = figures["bare_cells"]
    print(json.dumps({name: round(value, 2) for name, value in figures.items()}))
    print(
        f"bare cells {base:.1f} s; preview {figures['preview']:.1f} s ({figures['preview'] / base:.1f} ×); "
        f"commit with a second reading {figures['commit']:.1f} s ({figures['commit'] / base:.1f} ×); "
        f"peak {figures['memory_mb']:.0f} MB\n"
        f"the commit looks for near-duplicates of each question in the bank and in the file: "
        f"{figures['pairs_kept']:.0f} suspected pairs found and kept, {figures['rows'] // ALIKE:.0f} rows were made alike"
    )
    if figures["pairs_kept"] < figures["rows"] // ALIKE:
        print("the check for near-duplicates missed rows that were made alike")
        return 1
    over = [name for name, most in BUDGETS.items() if figures[name] > most]
    print("over budget: " + ", ".join(over) if over else "within every budget")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
