"""Files that are not what they are called: pages and old XML as .xls and .doc, and what no reader of ours knows."""

import contextlib
import io
import zipfile

import pytest

from question_bank.errors import Invalid
from question_bank.exchange.formats import format_of
from question_bank.exchange.reading import FileReading
from tests.question_bank.hostile.timing import at_once
from tests.question_bank.test_office_tables import told

CELLS = "<tr><td>题型</td><td>题目</td><td>A</td><td>B</td><td>答案</td></tr>"
PAGE = (
    f"<html><head><style>td {{}}</style></head><body><table border=1><tr><th colspan=5>题库</th></tr>{CELLS}"
    "<tr><td rowspan=2>单选题</td><td>题一<br>续</td><td>甲</td><td>乙</td><td>A</td></tr>"
    "<tr><td>题二</td><td>甲</td><td>乙</td><td>B</td></tr></table></body></html>"
)
OLD_XML = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:s="urn:schemas-microsoft-com:office:spreadsheet">'
    '<Worksheet s:Name="单选题"><Table>{rows}</Table></Worksheet></Workbook>'
)


def read(data: bytes, name: str) -> FileReading:
    return format_of(data, name).read(data)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_page_that_calls_itself_a_workbook_is_read(encoding: str) -> None:
    reading = read(PAGE.encode(encoding), "题库.xls")
    assert told(reading) == [("single_choice", "A"), ("single_choice", "B")]
    assert reading.drafts[0].content.stem == "题一\n续"


def test_an_xml_workbook_of_2003_is_read_with_its_gaps() -> None:
    def row(*cells: tuple[str, str]) -> str:
        made = (f'<Cell{index}><Data s:Type="String">{text}</Data></Cell>' for index, text in cells)
        return f"<Row>{''.join(made)}</Row>"

    head = row(*(("", text) for text in ("题目", "A", "B", "C", "答案")))
    body = row(("", "题一"), ("", "甲"), ("", "乙"), (' s:Index="5"', "B"))
    assert told(read(OLD_XML.format(rows=head + body).encode(), "a.xls")) == [("single_choice", "B")]


def test_a_table_parted_by_tabs_may_call_itself_a_workbook() -> None:
    data = "题型\t题目\tA\tB\t答案\r\n单选题\t题一\t甲\t乙\tB\r\n".encode("utf-16")
    assert told(read(data, "导出.xls")) == [("single_choice", "B")]


def test_a_page_that_calls_itself_a_document_is_read_as_a_paper() -> None:
    data = f"<html><body><h2>一、单选题</h2><p>1.题一</p><p>A.甲 B.乙</p><p>答案：A</p><table>{CELLS}<tr><td>判断题</td><td>题二</td><td/><td/><td>对</td></tr></table></body></html>"
    assert told(read(data.encode(), "试题.doc")) == [("single_choice", "A"), ("true_false", True)]


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "a.csv", "empty"),
        (b" \r\n", "a.docx", "empty"),
        (b"%PDF-1.7 ...", "a.pdf", ".docx"),
        (b"{\\rtf1 ...", "a.doc", ".docx"),
        (b"MIME-Version: 1.0\r\n", "a.doc", ".docx"),
        (b"Rar!\x1a\x07", "a.rar", "unpack"),
        (b"\x89PNG\r\n\x1a\n", "a.png", "picture"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(data: bytes, name: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        read(data, name)


def test_an_archive_of_office_files_is_to_be_unpacked() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("题库/a.xlsx", b"x")
    with pytest.raises(Invalid, match=r"a\.xlsx"):
        read(file.getvalue(), "a.zip")


@pytest.mark.parametrize(
    "page",
    [
        "<html>" + "<table><tr><td>" * 60_000,
        "<html>" + "<div>" * 199_000,
        "<html>" + "<b" * 300_000,
        "<html><table>" + "<tr><td rowspan=9999 colspan=9999>x" * 60_000,
        "<html><table><tr>" + "<td>x</td>" * 90_000 + "</tr></table>",
        "<html>" + "&lt;" * 1_500_000,
    ],
)
def test_a_hostile_page_ends_within_the_limits(page: str) -> None:
    data = page.encode()

    def refused_or_told() -> None:
        with contextlib.suppress(Invalid):
            assert not read(data, "a.xls").drafts

    assert at_once(refused_or_told)
