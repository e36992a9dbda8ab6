"""What a stop's package proves, and that no byte of it can be changed unseen."""

import json
import os
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from exam import audit, database
from exam.audit import AuditEvent
from exam.evidence import container
from exam.evidence.checking import check
from exam.evidence.models import Transfer
from exam.evidence.package import MANIFEST, SIGNATURE, make
from exam.keys import SIGNING, known
from exam.sittings.models import Sitting, SittingStatus
from question_bank.errors import NotAllowed
from tests.conftest import NOON

ROOT = Path(__file__).parents[4]
RECORDS = ("answers.jsonl", "marks.jsonl", "log.jsonl")


@pytest.fixture
def package(engine: Engine, stop_id: int) -> bytes:
    return make(engine, stop_id, by=None, at=NOON)


@pytest.mark.db
def test_a_finished_stop_is_packed_and_holds_together(engine: Engine, stop_id: int) -> None:
    file = make(engine, stop_id, by=None, at=NOON)
    with database.reading(engine) as session:
        public = known(session, SIGNING)
        last = session.query(AuditEvent).order_by(AuditEvent.id.desc()).first()
        assert last is not None
        assert (last.action, last.subject) == ("evidence.packed", f"stop:{stop_id}")
        assert session.query(Transfer).one().digest == last.detail["sha256"]
        assert audit.verify(session) is None
    report = check(file, key=public)
    assert report.findings == []
    assert (report.signed, report.key_known, report.log.unproven) == (True, True, 0)
    assert [(each.papers, each.frozen, each.redrawn) for each in report.papers] == [(3, True, True)]
    assert {name: report.counts[name] for name in ("attempts", "scores", "items")} == {
        "attempts": 2, "scores": 2, "items": sum(1 for _ in _lines(file, "items.jsonl"))
    }  # fmt: skip
    assert report.counts["answers"] > 40 < report.counts["marks"]


def test_any_program_can_open_it(package: bytes) -> None:
    with zipfile.ZipFile(BytesIO(package)) as file:
        assert file.testzip() is None
        assert json.loads(file.read(MANIFEST))["format"] == "liangjuan-evidence"
        assert b"ticket" not in file.read("roster.jsonl")


def test_another_machine_checks_it_without_a_database(package: bytes, tmp_path: Path) -> None:
    (tmp_path / "stop.zip").write_bytes(package)
    elsewhere = {**os.environ, "DATABASE_URL": "postgresql+psycopg://nowhere/none", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "exam", "evidence", "verify", str(tmp_path / "stop.zip"), "--quick", "--json"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=elsewhere | {"LIANGJUAN_DATA": str(tmp_path / "none")},
        capture_output=True,
        check=False,
    )
    told = json.loads(done.stdout)
    assert (done.returncode, told["ok"], told["findings"]) == (0, True, [])
    assert [each["frozen"] for each in told["papers"]] == [True]
    assert not (tmp_path / "none").exists()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_byte_of_the_file_changes_unseen(package: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(package) - 1))
    assert check(_flipped(package, at, data.draw(st.integers(1, 255))), redraw=False).findings


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_byte_of_answers_marks_or_log_changes_unseen(package: bytes, data: st.DataObject) -> None:
    """The file is put together again round the change, as somebody would who only lacks the site's key."""
    name = data.draw(st.sampled_from(RECORDS))
    content = container.read(package)[name].content()
    at = data.draw(st.integers(0, len(content) - 1))
    changed = _with(package, name, _flipped(content, at, data.draw(st.integers(1, 255))))
    report = check(changed, redraw=False)
    assert name in {finding.where for finding in report.findings}
    line = content[:at].count(b"\n") + 1
    assert {f"{name}:{line}", f"{name}:{line + 1}"} & {finding.where for finding in report.findings}


def test_a_line_left_out_put_in_or_moved_is_named(package: bytes) -> None:
    lines = container.read(package)["answers.jsonl"].content().splitlines(keepends=True)
    for changed, line in ((lines[1:], 1), (lines[:3] + lines[2:], 4), ([lines[1], lines[0], *lines[2:]], 1)):
        found = check(_with(package, "answers.jsonl", b"".join(changed)), redraw=False).findings
        assert f"answers.jsonl:{line}" in {finding.where for finding in found}


def test_the_last_lines_cannot_be_cut_off(package: bytes) -> None:
    lines = container.read(package)["marks.jsonl"].content().splitlines(keepends=True)
    assert check(_with(package, "marks.jsonl", b"".join(lines[:-1])), redraw=False).findings


def test_a_package_signed_anew_by_somebody_else_is_found_by_the_sites_key(engine: Engine, stop_id: int) -> None:
    with database.writing(engine) as session:
        session.execute(text("DELETE FROM site_key"))
    mine = make(engine, stop_id, by=None, at=NOON)
    with database.reading(engine) as session:
        public = known(session, SIGNING) or ""
    assert check(mine, key=public, redraw=False).ok
    found = check(mine, key="ab" * 32, redraw=False)
    assert ([each.where for each in found.findings], found.key_known) == ([SIGNATURE], False)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ("UPDATE response SET value = '{\"text\": \"x\"}' WHERE id = (SELECT MIN(id) FROM response)", "answers of attempt"),
        ("UPDATE response SET device = 'other' WHERE id = (SELECT MAX(id) FROM response)", "answers of attempt"),
        ("DELETE FROM response WHERE id = (SELECT MAX(id) FROM response)", "answers of attempt"),
        ("UPDATE mark SET reason = 'x' WHERE id = (SELECT MAX(id) FROM mark)", "marks of attempt"),
        ("UPDATE mark SET awarded = 0 WHERE id = (SELECT MIN(id) FROM mark WHERE awarded > 0)", "score of attempt"),
        ("UPDATE score SET marks = marks - 25", "score of attempt"),
        ("UPDATE paper_item SET marks = marks + 25 WHERE id = (SELECT MIN(id) FROM paper_item)", "sets"),
        ("UPDATE question_version SET marks = marks + 100", "questions"),
        ("UPDATE paper_set SET seed = seed + 1", "sets"),
    ],
)  # fmt: skip
def test_what_was_altered_in_the_database_before_the_packing_is_found_too(
    engine: Engine, stop_id: int, change: str, where: str
) -> None:
    """The signature holds, for the site itself packed it; the audit chain and the hashes of the papers do not."""
    with database.writing(engine) as session:
        session.execute(text(change))
    report = check(make(engine, stop_id, by=None, at=NOON), redraw="seed" in change)
    assert report.signed
    assert [each.where for each in report.findings if each.where.startswith(where)]


def test_papers_that_can_still_be_written_are_not_packed(engine: Engine, stop_id: int) -> None:
    with database.writing(engine) as session:
        session.query(Sitting).update({"status": SittingStatus.OPEN})
    with pytest.raises(NotAllowed):
        make(engine, stop_id, by=None, at=NOON)


@pytest.mark.soak
@pytest.mark.parametrize("name", [*RECORDS, MANIFEST, SIGNATURE])
def test_every_single_byte_of_the_records_was_tried(package: bytes, name: str) -> None:
    content = container.read(package)[name].content()
    for at in range(len(content)):
        assert check(_with(package, name, _flipped(content, at, 1 << at % 8)), redraw=False).findings, at


@pytest.mark.soak
def test_every_single_byte_of_the_file_was_tried(package: bytes) -> None:
    for at in range(len(package)):
        assert check(_flipped(package, at, 1 << at % 8), redraw=False).findings, at


def _flipped(content: bytes, at: int, by: int) -> bytes:
    return content[:at] + bytes([content[at] ^ by]) + content[at + 1 :]


def _with(package: bytes, name: str, content: bytes) -> bytes:
    members = dict(container.read(package))
    make_member = container.stored if name in {MANIFEST, SIGNATURE} else container.deflated
    members[name] = make_member(name, content)
    return container.write(list(members.values()))


def _lines(package: bytes, name: str) -> list[bytes]:
    return container.read(package)[name].content().splitlines()
