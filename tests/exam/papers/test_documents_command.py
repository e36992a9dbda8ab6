"""`liangjuan documents …`, and what a fallen law means for papers drawn before and after it."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select

from exam import audit, database
from exam.cli import cli
from exam.papers.models import PaperItem
from exam.sittings.models import Assignment, Sitting, SittingStatus
from exam.sittings.operations import plan_sittings
from exam.sittings.queries import sittings_of
from question_bank import lawbook
from question_bank.enums import Status
from question_bank.models import Citation, Document, Question, QuestionVersion
from question_bank.queries import LATEST
from tests.conftest import NOON
from tests.factories.accounts import make_unit
from tests.factories.tours import make_entry, make_stop

pytestmark = pytest.mark.db

LAW = "中华人民共和国城乡规划法"
SUCCESSOR = "中华人民共和国土地管理法"


@pytest.fixture
def stop_id(engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("LIANGJUAN_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)
    with database.writing(engine) as session:
        stop = make_stop(session, unit=make_unit(session, code="U01", name="石桥镇"))
        for _ in range(3):
            make_entry(session, stop)
        plan_sittings(session, stop, by=None, at=NOON)
        return stop.id


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [*map(str, words), "--json"])


def said(*words: object) -> dict:
    result = run(*words)
    assert result.exit_code == 0, result.output + result.stderr
    return json.loads(result.stdout)


def citing(engine: Engine, title: str) -> set[str]:
    with database.reading(engine) as session:
        wanted = select(Question.code).join(QuestionVersion, LATEST).join(Citation).join(Document)
        return set(session.scalars(wanted.where(Document.title == title)))


def quarantined(engine: Engine) -> set[str]:
    with database.reading(engine) as session:
        return set(session.scalars(select(Question.code).where(Question.status == Status.QUARANTINED)))


def drawn(engine: Engine) -> dict[int, set[str]]:
    """The questions on the papers that belong to people, by paper."""
    with database.reading(engine) as session:
        rows = session.execute(
            select(PaperItem.paper_id, Question.code)
            .join(QuestionVersion, QuestionVersion.id == PaperItem.question_version_id)
            .join(Question, Question.id == QuestionVersion.question_id)
            .join(Assignment, Assignment.paper_id == PaperItem.paper_id)
        )
        found: dict[int, set[str]] = {}
        for paper, code in rows:
            found.setdefault(paper, set()).add(code)
        return found


def test_superseding_a_document_takes_exactly_its_questions_out_and_names_the_papers(
    engine: Engine, stop_id: int
) -> None:
    said("papers", "assemble", stop_id, "--kind", "business", "--seed", 5)
    expected, before = citing(engine, LAW), drawn(engine)
    done = said("documents", "supersede", LAW, "--by", SUCCESSOR)
    assert len(expected) >= 2
    assert set(done["quarantined"]) == expected == quarantined(engine)
    held = [papers for papers in before.values() if papers & expected]
    assert [each["stop"] for each in done["papers_affected"]] == [stop_id] * bool(held)
    assert sum(each["papers"] for each in done["papers_affected"]) >= len(held)
    after = said("papers", "assemble", stop_id, "--kind", "business", "--seed", 6)
    assert after["papers"] == 3
    assert set().union(*drawn(engine).values()) & expected == set()
    assert len(drawn(engine)) == 3


def test_who_has_begun_is_not_counted_among_the_papers_affected(engine: Engine, stop_id: int) -> None:
    said("papers", "assemble", stop_id, "--kind", "business", "--seed", 5)
    with database.writing(engine) as session:
        sitting = sittings_of(session, stop_id)[0]
        session.get_one(Sitting, sitting.id).status = SittingStatus.CLOSED
    title = max(
        ((each["published"], each["title"]) for each in said("documents", "list")["documents"]),
    )[1]
    assert said("documents", "supersede", title, "--by", SUCCESSOR)["papers_affected"] == []


def test_it_stands_in_the_history_why_a_question_left(engine: Engine, stop_id: int) -> None:
    code = said("documents", "supersede", LAW, "--by", SUCCESSOR)["quarantined"][0]
    with database.reading(engine) as session:
        question = session.scalars(select(Question).where(Question.code == code)).one()
        newest = audit.history(session, f"question:{question.id}")[0]
        assert newest.detail["params"] == {"document": LAW, "successor": SUCCESSOR}
        assert audit.verify(session) is None


def test_a_document_is_replaced_once_and_not_by_one_that_fell(engine: Engine, stop_id: int) -> None:
    fallen = "中华人民共和国环境影响评价法"
    assert run("documents", "supersede", LAW, "--by", fallen).exit_code == 3
    assert run("documents", "supersede", LAW, "--by", LAW).exit_code == 3
    assert run("documents", "supersede", "没有这个文件", "--by", LAW).exit_code == 3
    assert quarantined(engine) == set()
    said("documents", "supersede", LAW, "--by", SUCCESSOR)
    assert run("documents", "supersede", LAW, "--by", SUCCESSOR).exit_code == 3


def test_the_register_holds_the_code_and_the_ten_acts_it_repealed(engine: Engine, stop_id: int) -> None:
    code = said("documents", "show", "中华人民共和国生态环境法典")
    assert (code["status"], code["in_force"], len(code["articles"])) == ("in_force", "2026-08-15", 33)
    assert len(code["replaces"]) == 10
    fallen = said("documents", "list", "--status", "repealed")["documents"]
    assert {"中华人民共和国环境影响评价法", "中华人民共和国清洁生产促进法"} <= set(code["replaces"])
    assert [each["title"] for each in fallen if each["questions"]] == []


def test_a_document_is_found_by_id_title_or_number(engine: Engine, stop_id: int) -> None:
    by_number = said("documents", "show", "国务院令第722号")
    assert by_number["title"] == "优化营商环境条例"
    assert said("documents", "show", by_number["id"]) == by_number == said("documents", "show", "《优化营商环境条例》")
    cited = [each for each in by_number["articles"] if each["questions"]]
    assert cited
    assert {code for each in cited for code in each["questions"]} <= set(by_number["resting"])


def test_what_is_due_is_listed_with_the_questions_that_end(engine: Engine, stop_id: int) -> None:
    found = said("documents", "due", "--days", 3650)
    with database.reading(engine) as session:
        calendar = lawbook.calendar(session, on=date.fromisoformat(found["on"]), days=3650)
    assert len(found["documents"]) == len(calendar.overdue) + len(calendar.this_month) + len(calendar.later) > 100
    assert {each["valid_to"] for each in found["questions"]} >= {"2027-12-31"}
    days = [each["review_on"] for each in found["documents"]]
    assert days == sorted(days)
    assert max(days) <= str(date.fromisoformat(found["on"]) + timedelta(days=3650))
