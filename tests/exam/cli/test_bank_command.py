"""The command line of the question bank keeps its contract."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from exam.cli.bank import bank
from question_bank.exchange.shape import document_of
from tests.factories.bank import make_draft

pytestmark = pytest.mark.db


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run a command on a fresh database; returns exit status and the JSON object it prints."""
    monkeypatch.setenv("LIANGJUAN_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)

    def command(*arguments: str) -> tuple[int, dict]:
        result = CliRunner().invoke(bank, [*arguments, "--json"])
        return result.exit_code, json.loads(result.stdout) if result.stdout else {}

    return command


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "questions.json"
    path.write_text(
        json.dumps(document_of([make_draft(code="A1"), make_draft(code="A2", topic="LAW")])), encoding="utf-8"
    )
    return path


def test_without_yes_nothing_is_written(run, file: Path) -> None:
    status, shown = run("import", str(file))
    assert status == 0
    assert {key: shown[key] for key in ("format", "read", "accepted", "updated", "unchanged", "duplicates", "unsupported", "rejected")} == {
        "format": "json", "read": 2, "accepted": 2, "updated": 0, "unchanged": 0, "duplicates": [], "unsupported": [], "rejected": []
    }  # fmt: skip
    assert run("stats")[1]["by_status"] == {}


def test_importing_twice_changes_nothing(run, file: Path) -> None:
    assert run("import", str(file), "--yes", "--publish")[1]["published"] == 2
    status, shown = run("import", str(file), "--yes", "--publish")
    assert (status, shown["unchanged"], shown["accepted"], shown["published"]) == (0, 2, 0, 0)


def test_rejected_questions_are_findings_and_come_back_as_a_file(run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{"questions": [\n{"id": "B1", "type": "song"}]}', encoding="utf-8")
    out = tmp_path / "failed.json"
    status, shown = run("import", str(bad), "--failed-rows", str(out))
    assert status == 1
    assert [(each["item"], each["line"], each["column"], each["found"]) for each in shown["rejected"]] == [
        ("B1", 2, "type", "song")
    ]
    assert shown["rejected"][0]["reason"]
    assert json.loads(out.read_text(encoding="utf-8"))["questions"][0]["id"] == "B1"


def test_what_may_not_be_published_is_held(run, tmp_path: Path) -> None:
    path = tmp_path / "questions.json"
    path.write_text(json.dumps(document_of([make_draft(code="A1", citations=[])])), encoding="utf-8")
    status, shown = run("import", str(path), "--yes", "--publish")
    assert (status, shown["published"], [each["item"] for each in shown["held"]]) == (1, 0, ["A1"])


def test_a_file_that_is_none_could_not_be_read_and_a_missing_one_is_wrong_use(run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04")
    assert run("import", str(broken))[0] == 3
    assert run("import", str(tmp_path / "none.xlsx"))[0] == 2
    assert run("export", str(tmp_path / "out.song"))[0] == 3


@pytest.mark.parametrize("ending", ["json", "xlsx"])
def test_an_export_can_be_imported_without_change(run, file: Path, tmp_path: Path, ending: str) -> None:
    run("import", str(file), "--yes")
    out = tmp_path / f"out.{ending}"
    assert run("export", str(out)) == (0, {"file": str(out), "format": ending, "written": 2, "left_out": []})
    assert run("import", str(out))[1]["unchanged"] == 2
    assert run("export", str(out), "--topic", "LAW")[1]["written"] == 1


def test_stats_check_and_search(run, file: Path) -> None:
    run("import", str(file), "--yes", "--publish")
    stats = run("stats")[1]
    assert (stats["published"], stats["by_topic"], stats["by_difficulty"]) == (2, {"LAW": 1, "PROC": 1}, {"2": 2})
    assert stats["cells"][0] == {"topic": "LAW", "kind": "single_choice", "difficulty": 2, "count": 1}
    status, check = run("check")
    assert (status, check["questions"], check["problems"], check["key_positions"]) == (0, 2, [], {"B": 2})
    assert check["key_letters"] == {"single_choice": {"B": 2}}
    assert (check["by_topic"], check["by_kind"]) == (stats["by_topic"], {"single_choice": 2})
    assert check["blind"] == {"published": 2, "solved": 0, "alike": 0, "share": 0.0}
    status, found = run("search", "备案机关", "--topic", "PROC")
    assert (status, found["total"], [hit["question"] for hit in found["hits"]]) == (0, 1, ["A1"])


def test_search_and_export_take_the_filters_of_the_list(run, file: Path, tmp_path: Path) -> None:
    run("import", str(file), "--yes")
    found = [
        run("search", "备案", *given)[1].get("total")
        for given in (
            ("--use", "never"),
            ("--use", "used"),
            ("--use", "waiting"),
            ("--document", "企业投资项目核准和备案管理条例"),
        )
    ]
    assert found == [2, 0, 0, 2]
    assert run("search", "备案", "--author", "nobody")[0] == 3
    assert run("search", "备案", "--document", "无此文件")[0] == 3
    assert run("export", str(tmp_path / "out.json"), "--use", "never", "--topic", "LAW")[1]["written"] == 1
