"""Workbooks, documents and CSV made to do harm, or spoilt: each is refused with a sentence, at once, in little memory."""

import io
import subprocess
import sys
import zipfile
from functools import cache

import pytest
import xlsxwriter

from question_bank.errors import Invalid
from question_bank.exchange.formats import FORMATS, format_of
from tests.question_bank.hostile.test_xml_and_archives import laughs, packed
from tests.question_bank.hostile.timing import at_once

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500
HEAD = "题型,题干,选项A,选项B,答案\n"


def sheet(data: str, **more: bytes) -> bytes:
    """A workbook of one sheet whose XML is given."""
    book = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    kind = f"{REL}/worksheet"
    place = "http://schemas.openxmlformats.org/package/2006/relationships"
    rels = f'<Relationships xmlns="{place}"><Relationship Id="r1" Type="{kind}" Target="worksheets/sheet1.xml"/></Relationships>'
    body = f'<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData></worksheet>'
    members = {"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": rels, "xl/worksheets/sheet1.xml": body}
    return packed({name: text.encode() for name, text in members.items()} | more)


def document(body: bytes | str, **more: bytes) -> bytes:
    text = body if isinstance(body, bytes) else f"<w:document {WORD}><w:body>{body}</w:body></w:document>".encode()
    return packed({"word/document.xml": text} | {name.replace("__", "/"): data for name, data in more.items()})


def text_cell(place: str) -> str:
    return f'<row r="{place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}"><c r="{place}" t="inlineStr"><is><t>x</t></is></c></row>'


REFUSED = {
    "a workbook that unpacks to gigabytes": ("xlsx", lambda: sheet("", **{"xl/sharedStrings.xml": b"\0" * 60_000_000})),
    "a cell in the last corner of a sheet": ("xlsx", lambda: sheet(text_cell("A1") + text_cell("XFD1048576"))),
    "a word in the millionth row": ("xlsx", lambda: sheet(text_cell("A1") + text_cell("A1048576"))),
    "a workbook that ends in the middle": ("xlsx", lambda: sheet(text_cell("A1"))[:-40]),
    "an encrypted workbook": ("xlsx", lambda: OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500),
    "an old workbook that is damaged": ("xlsx", lambda: OLE + "Workbook".encode("utf-16-le")),
    "a spreadsheet of another office": ("xlsx", lambda: packed({"content.xml": b"<a/>", "mimetype": b"ods"})),
    "a workbook in binary": ("xlsx", lambda: packed({"xl/workbook.bin": b"\x83\x01\0"})),
    "a document with a bomb of entities": ("docx", lambda: document(laughs())),
    "a document with an external entity": (
        "docx",
        lambda: document(b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'),
    ),
    "a document that unpacks to gigabytes": ("docx", lambda: document("<w:p/>" * 6_000_000)),
    "a document nested ten thousand deep": ("docx", lambda: document("<w:sdt>" * 10_000 + "</w:sdt>" * 10_000)),
    "a document of a million paragraphs": ("docx", lambda: document("<w:p/>" * 900_000)),
    "numbering with entities": ("docx", lambda: document("<w:p/>", **{"word__numbering.xml": laughs()})),
    "a document that ends in the middle": ("docx", lambda: document("<w:p/>")[:-30]),
    "a document without a body": ("docx", lambda: packed({"word/document.xml": b"<a/>"})),
    "an encrypted document": ("docx", lambda: OLE + "EncryptedPackage".encode("utf-16-le")),
    "an old document": ("docx", lambda: OLE + "WordDocument".encode("utf-16-le")),
    "a workbook under the name of a document": ("docx", lambda: sheet(text_cell("A1"))),
    "a table with zero bytes": ("csv", lambda: HEAD.encode() + b"\0\0\0"),
    "a line of ten megabytes": ("csv", lambda: HEAD.encode() + b"x" * 10_000_000),
    "a quotation mark never closed": (
        "csv",
        lambda: (HEAD + '单选,"题,甲\n' + "判断,题,,,对\n" * 9_000).encode("gb18030"),
    ),
    "a hundred megabytes": ("csv", lambda: (HEAD + "判断,题,,,对\n").encode() + b"\n" * 100_000_000),
    "a third of a million rows": ("csv", (HEAD + "判断,题,,,对\n" * 350_000).encode),
    "a picture under the name of a table": ("csv", lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40),
}


@cache
def made(case: str) -> bytes:
    return REFUSED[case][1]()


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_with_a_sentence_at_once(case: str) -> None:
    name, data = REFUSED[case][0], made(case)

    def read() -> None:
        with pytest.raises(Invalid) as refused:
            FORMATS[name].read(data)
        assert str(refused.value)

    assert at_once(read)


MEASURED = """
import re, sys
from question_bank.errors import Invalid
from tests.question_bank.hostile.test_office_files import FORMATS, REFUSED, io
from tests.question_bank.hostile.timing import at_once
import docx, python_calamine
files = {}
for part in sys.argv[2:]:
    files[part] = open(f"{sys.argv[1]}/{part}", "rb").read()
for place, data in files.items():
    name = list(REFUSED.values())[int(place)][0]
    try:
        FORMATS[name].read(data)
    except Invalid:
        print(re.search(r"VmHWM:\\s*(\\d+) kB", open("/proc/self/status").read())[1])
"""


def test_all_of_them_together_take_less_than_two_hundred_megabytes(tmp_path) -> None:
    """One process refuses them one after the other; only the file of a hundred megabytes is measured on its own."""
    small = {str(place): made(case) for place, case in enumerate(REFUSED)}
    small = {place: data for place, data in small.items() if len(data) < 20_000_000}
    for place, data in small.items():
        (tmp_path / place).write_bytes(data)
    command = [sys.executable, "-c", MEASURED, str(tmp_path), *small]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    peaks = [int(line) for line in run.stdout.split()]
    assert len(peaks) == len(small)
    assert max(peaks) < 200 * 1024, peaks


def workbook(*rows: list[object]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet("题库")
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        page.set_row(1_048_575, 30)
        page.write_formula("F2", '=HYPERLINK("http://127.0.0.1:9")', None, "看")
        page.write_formula("A2", "=1/0", None, "#DIV/0!")
    return file.getvalue()


def test_styled_empty_rows_to_the_end_formulas_and_macros_do_no_harm() -> None:
    data = workbook(["序号", "题干", "选项A", "选项B", "答案", "备注"], [1, "题？", "甲", "乙", "B"])
    with_macro = io.BytesIO(data)
    with zipfile.ZipFile(with_macro, "a") as archive:
        archive.writestr("xl/vbaProject.bin", OLE)
    for each in (data, with_macro.getvalue()):
        (draft,) = format_of(each, "题库.xlsm").read(each).drafts
        assert (draft.content.stem, draft.content.answer, draft.reviewer_note) == ("题？", "B", "看")


@pytest.mark.parametrize("start", [1, 40, 300])
@pytest.mark.parametrize("name", ["xlsx", "docx", "csv"])
def test_a_file_spoilt_anywhere_is_read_or_refused_and_nothing_else(name: str, start: int) -> None:
    good = {
        "xlsx": workbook(["题干", "答案"], ["题？", "对"]),
        "docx": document("<w:p><w:r><w:t>1. 题（√）</w:t></w:r></w:p>" * 3),
        "csv": (HEAD + '单选,"题",甲,乙,A\n' * 5).encode("gb18030"),
    }[name]
    for step in range(start, len(good), max(len(good) // 6, 1)):
        for spoilt in (good[:step], good[:step] + b"\xff\x00<" + good[step + 3 :]):
            try:
                FORMATS[name].read(spoilt)
            except Invalid as error:
                assert str(error)  # noqa: PT017 - either way is right, but nothing else may be raised
