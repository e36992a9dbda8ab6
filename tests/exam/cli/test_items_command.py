"""`liangjuan stats items FILE`: figures from a plain file of answers, and what it says of a file it cannot use."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from exam.cli.stats import stats
from tests.factories.published import lsat6

HEADING = "person,item,score,max"


def run(folder: Path, content: str | bytes, *arguments: str) -> Result:
    file = folder / "answers.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return CliRunner().invoke(stats, ["items", str(file), *arguments])


def answers(*rows: str) -> str:
    return "\n".join([HEADING, *rows]) + "\n"


def published() -> str:
    table = lsat6()
    pairs = zip(table.person, table.item, table.score, table.full, strict=True)
    return answers(*(f"{table.persons[p]},{table.items[i]},{score:g},{full:g}" for p, i, score, full in pairs))


SMALL = answers("a,1,1,1", "a,2,0,1", "b,1,0,1", "b,2,1,1", "c,1,1,1", "c,2,1,1", "d,1,0,1", "d,2,0,1")


def test_one_json_object_with_the_figures_of_the_published_file(tmp_path: Path) -> None:
    result = run(tmp_path, published(), "--json")
    assert result.exit_code == 0
    data = json.loads(result.stdout)
    assert set(data) == {"test", "items", "irt", "rejected"}
    assert {"persons", "items", "mean", "sd", "alpha", "sem"} <= set(data["test"])
    assert [each["item"] for each in data["items"]] == ["i1", "i2", "i3", "i4", "i5"]
    keys = {"item", "n", "facility", "sd", "item_total", "item_rest", "efficiency", "discrimination_27"}
    assert set(data["items"][0]) == keys
    assert data["irt"]["model"] == "1pl"
    assert data["irt"]["converged"] is True
    # R's ltm: rasch(LSAT), log-likelihood -2466.938, discrimination 0.7551, difficulty of item 3 -0.3176
    assert data["irt"]["loglik"] == pytest.approx(-2466.938, abs=5e-4)
    assert data["irt"]["items"][2] == {
        "item": "i3",
        "a": pytest.approx(0.7551, abs=1e-4),
        "b": pytest.approx(-0.3176, abs=1e-4),
    }


def test_each_item_has_its_own_discrimination_with_2pl(tmp_path: Path) -> None:
    data = json.loads(run(tmp_path, published(), "--json", "--model", "2pl").stdout)
    assert data["irt"]["model"] == "2pl"
    assert len({each["a"] for each in data["irt"]["items"]}) == 5


def test_a_person_reads_lines(tmp_path: Path) -> None:
    result = run(tmp_path, SMALL)
    assert result.exit_code == 0
    assert result.stdout.startswith("4人 2题 平均1.000分")


def test_lines_that_cannot_be_used_are_listed_with_what_to_do(tmp_path: Path) -> None:
    result = run(tmp_path, SMALL + "e,1,x,1\ne,1,,1\ne,1,2,1\ne,1,1,0\n,1,1,1\na,2,1,1\ne,1\n", "--json")
    assert result.exit_code == 1
    data = json.loads(result.stdout)
    assert data["test"]["persons"] == 4
    assert [(each["line"], each["column"], each["found"]) for each in data["rejected"]] == [
        (10, "score", "x"),
        (11, "score", ""),
        (12, "score", "2"),
        (13, "max", "0"),
        (14, "person", ""),
        (15, "item", "2"),
        (16, "", "e,1"),
    ]
    assert data["rejected"][1]["reason"] == "为空：未作答写 0，未出此题则删去本行"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "Line 1 must be the heading person,item,score,max; missing: person,item,score,max"),
        ("person,item,mark,max\na,1,1,1\n", "missing: score"),
        (HEADING + "\n", "no answer that can be used"),
        (HEADING + '\na,1,1,1\n"b,1,1,1\n' + "x" * 200_000, "is no CSV"),
    ],
)
def test_a_file_that_is_no_such_table_is_wrong_use(tmp_path: Path, content: str, said: str) -> None:
    result = run(tmp_path, content, "--json")
    assert result.exit_code == 2
    assert said in result.stderr
    assert not result.stdout


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    assert CliRunner().invoke(stats, ["items", str(tmp_path / "nowhere.csv")]).exit_code == 2


def test_names_in_the_encoding_of_chinese_excel_are_read(tmp_path: Path) -> None:
    rows = answers("张三,第1题,1,1", "张三,第2题,0,1", "李四,第1题,0,1", "李四,第2题,1,1")
    for encoding in ("gb18030", "utf-8-sig"):
        data = json.loads(run(tmp_path, rows.encode(encoding), "--json").stdout)
        assert [each["item"] for each in data["items"]] == ["第1题", "第2题"]


def test_an_item_that_all_have_right_has_no_difficulty(tmp_path: Path) -> None:
    rows = answers("a,1,1,1", "a,2,0,1", "a,3,1,1", "b,1,1,1", "b,2,1,1", "b,3,0,1", "c,1,1,1", "c,2,1,1", "c,3,1,1")
    data = json.loads(run(tmp_path, rows, "--json").stdout)
    assert data["irt"]["items"][0] == {"item": "1", "a": None, "b": None}


def test_the_application_starts_without_numpy_and_scipy() -> None:
    code = "import exam.app, sys; print(sorted({'numpy', 'scipy'} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
