"""`liangjuan papers print`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from docx import Document
from pypdfium2 import PdfDocument
from sqlalchemy import Engine, select

from exam import audit, database
from exam.cli import cli
from exam.papers.models import PaperSet
from tests.factories.papers import MULTIPLE, SHORT_ANSWER, SINGLE
from tests.factories.prints import make_printable
from tests.factories.tours import make_stop


@pytest.fixture
def stop_id(engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("LIANGJUAN_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)
    with database.writing(engine) as session:
        made = make_printable(session, people=2, contents=((SINGLE, 1), (MULTIPLE, 2), (SHORT_ANSWER, 10)))
        made.entries[0].name = "张\U00030000"
        return made.stop.id


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, ["papers", "print", *map(str, words)])


def test_everything_prints_into_one_file_and_says_whose_name_to_look_at(stop_id: int, tmp_path: Path) -> None:
    file = tmp_path / "all.pdf"
    what = "paper,sheet,key,marking,tickets,labels,cover,attendance"
    result = run(stop_id, "-o", file, "--what", what, "--order", "person", "--size", "A3", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 1  # a finding: one character has no face
    assert set(found) == {"file", "pages", "bytes", "missing_glyphs", "affected", "cpu_seconds"}
    assert (found["bytes"], found["pages"]) == (file.stat().st_size, len(PdfDocument(file)))
    assert found["missing_glyphs"] == ["\U00030000 U+30000"]
    assert "张\U00030000" in found["affected"][0]


def test_the_same_print_has_the_same_bytes(stop_id: int, tmp_path: Path) -> None:
    for name in ("one.pdf", "two.pdf"):
        run(stop_id, "-o", tmp_path / name, "--what", "paper,sheet")
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_what_the_command_prints_counts_as_printed(engine: Engine, stop_id: int, tmp_path: Path) -> None:
    run(stop_id, "-o", tmp_path / "labels.pdf", "--what", "labels")
    with database.reading(engine) as session:
        assert session.scalars(select(PaperSet)).one().printed_at is None
    run(stop_id, "-o", tmp_path / "sheet.pdf", "--what", "sheet")
    with database.reading(engine) as session:
        assert session.scalars(select(PaperSet)).one().printed_at is not None
        told = session.scalars(select(audit.AuditEvent.action)).all()
        assert told.count("papers.printed") == 1
        assert told.count("stop.printed") == 2


def test_papers_and_keys_are_written_for_word(stop_id: int, tmp_path: Path) -> None:
    for what, words in (("paper", "单项选择题"), ("key", "参考答案")):
        file = tmp_path / f"{what}.docx"
        assert run(stop_id, "-o", file, "--what", what).exit_code == 0
        text = "".join(paragraph.text for paragraph in Document(str(file)).paragraphs)
        assert words in text
    assert run(stop_id, "-o", tmp_path / "x.docx", "--what", "sheet").exit_code == 2


def test_a_stop_without_papers_and_unknown_parts_are_refused(engine: Engine, stop_id: int, tmp_path: Path) -> None:
    with database.writing(engine) as session:
        bare = make_stop(session, number=88).id
    assert run(bare, "-o", tmp_path / "x.pdf").exit_code == 3
    assert run(stop_id, "-o", tmp_path / "x.pdf", "--what", "posters").exit_code == 2
    assert run(stop_id, "-o", tmp_path / "no" / "x.pdf").exit_code == 3
    assert list(tmp_path.glob("*.pdf")) == []
