"""An office's file with five rows that cannot be read is brought in, mended through the file of failed rows, and complete."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from tests.journeys.conftest import Desk

pytestmark = [pytest.mark.browser]

Open = Callable[[str], Desk]

HEADINGS = ("编号", "题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案", "解析", "知识点", "难度", "依据")
DOCUMENT = "企业投资项目核准和备案管理条例"
REST = ("按条例办理。", "PROC", 2, DOCUMENT)
GOOD = (
    ("ZG01", "单选", "企业投资项目的备案，应当在什么时候办理？", "开工建设前", "竣工以后", "投产以后", "验收以后", "A"),
    ("ZG02", "判断", "备案机关收到全部信息即为备案。", "", "", "", "", "对"),
)
BAD = (
    ("ZG11", "单选", "备案信息变更以后，企业应当怎么做？", "及时告知", "不必理会", "重新立项", "停工等待", ""),
    ("ZG12", "抢答题", "核准机关应当在什么期限内作出决定？", "20个工作日", "90日", "半年", "一年", "A"),
    ("ZG13", "单选", "实行核准管理的项目目录由谁发布？", "国务院", "乡镇", "企业", "协会", "F"),
    ("ZG14", "多选", "申请核准应当提交哪些内容？", "项目单位情况", "拟建项目情况", "企业合影", "法人属相", "AZ"),
    ("ZG15", "判断", "项目备案不得收取任何费用。", "", "", "", "", "也许"),
)
MENDED = {
    "ZG11": {"答案": "A"},
    "ZG12": {"题型": "单选"},
    "ZG13": {"答案": "A"},
    "ZG14": {"答案": "AB"},
    "ZG15": {"答案": "对"},
}


def written(file: Path, rows: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(str(file)) as workbook:
        sheet = workbook.add_worksheet("题库")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return file


def mended(failed: Path, file: Path) -> Path:
    """What a person does in the file of failed rows: write over the cells its last column complains of."""
    sheet = CalamineWorkbook.from_path(str(failed)).get_sheet_by_index(0)
    rows = [list(row) for row in sheet.to_python()]
    head = next(number for number, row in enumerate(rows) if "题干" in [str(cell).strip("*＊ ") for cell in row])
    titles = [str(cell).strip("*＊ ") for cell in rows[head]]
    seen = set()
    for row in rows[head + 1 :]:
        code = str(row[titles.index("编号")])
        for title, value in MENDED.get(code, {}).items():
            row[titles.index(title)] = value
            seen.add(code)
    assert seen == set(MENDED)
    return written(file, rows)


def brought_in(author: Desk, file: Path) -> None:
    author.go("/bank/import")
    author.page.set_input_files("input[type=file]", file)
    author.page.locator("main form button[type=submit]").last.click()
    author.page.wait_for_url(re.compile(r"/bank/import/\w"))


def taken(author: Desk) -> None:
    author.page.locator("main form.panel button[type=submit]").click()
    author.page.wait_for_load_state()


def test_five_bad_rows_are_mended_through_the_file_of_failed_rows(desks: Open, tmp_path: Path) -> None:
    author = desks("desk")
    author.sign_in("author1")
    rows = [list(HEADINGS), *([*row, *REST] for row in (*GOOD, *BAD))]
    brought_in(author, written(tmp_path / "县题库.xlsx", rows))
    main = author.page.locator("main")
    for code, *_ in BAD:
        expect(main).to_contain_text(code)
    author.shot("bank-import-failed-1280")
    with author.page.expect_download() as download:
        author.page.get_by_role("link", name=author.word("Download what is not taken")).click()
    failed = tmp_path / "failed.xlsx"
    download.value.save_as(failed)
    taken(author)

    brought_in(author, mended(failed, tmp_path / "mended.xlsx"))
    expect(author.page.get_by_role("link", name=author.word("Download what is not taken"))).to_have_count(0)
    taken(author)
    for code, *_ in (*GOOD, *BAD):
        author.go(f"/bank/?text={code}")
        expect(author.page.locator("main table a", has_text=code)).to_have_count(1)
