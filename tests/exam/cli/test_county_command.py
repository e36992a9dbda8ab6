"""`liangjuan bank template`."""

from pathlib import Path

from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from exam.cli.county import bank
from question_bank.exchange import xlsx


def test_the_template_of_a_county_shows_examples_that_are_never_imported(tmp_path: Path) -> None:
    file = tmp_path / "county.xlsx"
    result = CliRunner().invoke(bank, ["template", str(file), "--county"])
    assert result.exit_code == 0
    rows = CalamineWorkbook.from_path(file).get_sheet_by_name("试题").to_python()
    assert {str(row[0])[:2] for row in rows[1:]} == {"示例"}
    assert "COUNTY县情概况" in {cell for row in rows for cell in row}
    assert xlsx.read(file.read_bytes()).items == ()
