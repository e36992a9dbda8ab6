"""`liangjuan papers …` on a stop with a roster of towns and villages."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdfium2 import PdfDocument
from sqlalchemy import Engine, func, select, update

from exam import database
from exam.cli import cli
from exam.papers.models import Paper, PaperItem, PaperSet
from exam.sittings.models import Assignment
from exam.sittings.operations import plan_sittings, start
from exam.sittings.queries import sittings_of
from exam.tours.queries import roster_of
from question_bank.enums import Audience
from tests.conftest import NOON
from tests.factories.accounts import make_unit
from tests.factories.tours import make_entry, make_stop

pytestmark = pytest.mark.db


@pytest.fixture
def stop_id(engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("LIANGJUAN_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)
    with database.writing(engine) as session:
        stop = make_stop(session, unit=make_unit(session, code="U01", name="石桥镇"))
        for audience in (Audience.TOWN, Audience.TOWN, Audience.TOWN, Audience.VILLAGE):
            make_entry(session, stop, audience=audience)
        plan_sittings(session, stop, by=None, at=NOON)
        return stop.id


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, ["papers", *map(str, words)])


def said(*words: object) -> dict[str, object]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output + result.stderr
    found: dict[str, object] = json.loads(result.stdout)
    return found


def count(engine: Engine, table: type) -> int:
    with database.reading(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_dry_run_tells_how_it_would_go_and_writes_nothing(engine: Engine, stop_id: int) -> None:
    found = said("assemble", stop_id, "--kind", "business", "--seed", 5, "--dry-run")
    certificates = found["certificates"]
    assert [each["specification"] for each in certificates] == ["business-town", "business-village"]  # type: ignore[attr-defined]
    assert [each["papers"] for each in certificates] == [3, 1]  # type: ignore[attr-defined]
    assert all(each["exact"] for each in certificates)  # type: ignore[attr-defined]
    assert count(engine, PaperSet) == 0


def test_the_papers_of_a_stop_are_issued_once_and_as_rehearsed(engine: Engine, stop_id: int) -> None:
    dry = said("assemble", stop_id, "--seed", 5, "--dry-run")
    done = said("assemble", stop_id, "--seed", 5)
    hashes = [each["papers_hash"] for each in done["certificates"]]  # type: ignore[attr-defined]
    assert sorted(hashes) == sorted(each["papers_hash"] for each in dry["certificates"])  # type: ignore[attr-defined]
    assert count(engine, Assignment) == 8
    again = said("assemble", stop_id, "--seed", 5)
    assert [each["papers_hash"] for each in again["certificates"]] == hashes  # type: ignore[attr-defined]
    assert count(engine, PaperSet) == 4
    assert said("certificate", stop_id)["certificates"] == done["certificates"]


def test_a_number_of_papers_may_be_asked_for(engine: Engine, stop_id: int) -> None:
    found = said("assemble", stop_id, "--kind", "practical", "--seed", 1, "--count", 6)
    assert found["papers"] == 4
    assert count(engine, Paper) == (3 + 3) + (1 + 3)
    assert run("assemble", stop_id, "--seed", 1, "--count", 2).exit_code == 3


def test_another_seed_is_refused_once_somebody_has_begun(engine: Engine, stop_id: int) -> None:
    said("assemble", stop_id, "--seed", 5)
    with database.writing(engine) as session:
        [first, *_] = sittings_of(session, stop_id)
        first.status = type(first.status)("open")
        entry = roster_of(session, stop_id)[0]
        start(session, entry, first, device="test", at=first.opens_at)
    refused = run("assemble", stop_id, "--seed", 6)
    assert refused.exit_code == 3
    assert refused.stdout == ""
    assert "已" in refused.stderr


def test_an_altered_paper_is_found(engine: Engine, stop_id: int) -> None:
    said("assemble", stop_id, "--kind", "practical", "--seed", 5)
    assert said("verify", stop_id)["same"] is True
    with database.writing(engine) as session:
        item = session.scalars(select(PaperItem).limit(1)).one()
        session.execute(update(PaperItem).where(PaperItem.id == item.id).values(position=99))
    assert run("verify", stop_id).exit_code == 1


def test_everything_for_a_stop_prints_into_one_file(stop_id: int, tmp_path: Path) -> None:
    said("assemble", stop_id, "--seed", 5)
    file = tmp_path / "stop.pdf"
    found = said("print", stop_id, "-o", file, "--what", "paper,key,tickets,attendance")
    document = PdfDocument(file)
    assert (found["pages"], found["bytes"], found["missing_glyphs"]) == (len(document), file.stat().st_size, [])
    text = "".join(page.get_textpage().get_text_range() for page in document)
    for words in ("单项选择题", "参考答案", "扫码登录", "应到 4 人"):
        assert words in text


def test_what_has_been_printed_is_not_exchanged_for_papers_of_another_seed(stop_id: int, tmp_path: Path) -> None:
    said("assemble", stop_id, "--kind", "business", "--seed", 5)
    said("assemble", stop_id, "--kind", "business", "--seed", 6)
    said("print", stop_id, "-o", tmp_path / "sheets.pdf", "--what", "sheet")
    refused = run("assemble", stop_id, "--kind", "business", "--seed", 7)
    assert (refused.exit_code, "印制" in refused.stderr) == (3, True)
    assert said("assemble", stop_id, "--kind", "business", "--seed", 6)["papers"] == 4


def test_an_unknown_stop_is_said_so(stop_id: int) -> None:
    assert run("verify", 999).exit_code == 3
