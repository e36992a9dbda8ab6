"""`liangjuan bank coverage`."""

import json

import pytest
from click.testing import CliRunner

from exam.cli.county import bank

pytestmark = pytest.mark.db


@pytest.fixture
def run(database_url: str, tmp_path, monkeypatch: pytest.MonkeyPatch):
    """Run a command on the shipped bank; returns exit status and what it prints."""
    monkeypatch.setenv("LIANGJUAN_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)

    def command(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(bank, arguments)
        return result.exit_code, result.stdout

    return command


def test_every_specification_says_how_many_papers_the_bank_can_feed_and_what_runs_short(run) -> None:
    status, printed = run("coverage", "--json")
    data = json.loads(printed)
    maps = data["specifications"]
    assert [each["specification"] for each in maps] == [
        "business-town", "business-village", "business-department", "practical-full", "practical-onsite"
    ]  # fmt: skip
    for each in maps:
        taken = [cell for cell in each["cells"] if cell["papers"] is not None]
        assert each["papers"] == min(cell["papers"] for cell in taken) > 0
        assert all(cell["papers"] == each["papers"] for cell in each["bottlenecks"])
        assert each["held"] == sum(cell["held"] for cell in each["cells"])
        assert all(cell["level"] == "short" for cell in taken if cell["papers"] < data["few"])
    assert (status == 1) == any(cell["level"] == "short" for each in maps for cell in each["cells"])


def test_one_specification_is_named_by_its_code_and_lines_name_the_scarcest_first(run) -> None:
    _, printed = run("coverage", "--specification", "practical-onsite", "--all-cells")
    head, *cells = printed.strip().split("\n")
    assert head.startswith("问题卷（现场卷）：现有")
    numbers = [int(cell.split("够 ")[1].split(" 份")[0]) for cell in cells]
    assert numbers == sorted(numbers)
    assert run("coverage", "--specification", "song")[0] == 3
