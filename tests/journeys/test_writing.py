"""An author writes one question of every kind through the forms; a reviewer sends one back and publishes the rest."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from question_bank.enums import Kind
from tests.journeys.conftest import Desk

pytestmark = [pytest.mark.browser]

Open = Callable[[str], Desk]
LAW = "企业投资项目核准和备案管理条例"


def fill(author: Desk, **fields: str) -> None:
    """Fill fields by name, “__” standing for “-”."""
    for name, value in fields.items():
        author.page.fill(f"#writing-form [name='{name.replace('__', '-')}']", value)


def options(author: Desk, at: str, *texts: str, right: tuple[int, ...]) -> None:
    for number, text in enumerate(texts):
        author.page.fill(f"[name='{at}-options-{number}-text']", text)
    for number in right:
        author.page.locator(f"[id='{at}-options-rows'] .row-key input").nth(number).check()


def choice(author: Desk) -> None:
    """A row more by its button, the key ticked beside it, the last row moved up: nothing typed is lost."""
    options(author, "q", "竣工后", "投产前", "招标后", "试生产后", right=())
    author.page.click("button[value='q-options:add']")
    author.page.fill("[name='q-options-4-text']", "开工建设前")
    author.page.locator(".row-key input").nth(4).check()
    author.page.click("button[value='q-options-4:up']")
    expect(author.page.locator("[name='q-options-3-text']")).to_have_value("开工建设前")
    expect(author.page.locator(".row-key input").nth(3)).to_be_checked()


def several(author: Desk) -> None:
    options(author, "q", "违规承诺税收返还", "上门走访", "违规低价出让土地", right=(0, 2))


def judged(author: Desk) -> None:
    author.page.check("[name='q-answer'][value='false']")


def blanks(author: Desk) -> None:
    """Blanks come with the button at the caret; an answer is tried before it is saved."""
    author.page.fill("[name='q-stem']", "写作旅程：注册资本不低于")
    author.page.click("[data-blank]")
    author.page.fill("[name='q-blanks-0-forms']", "300万元")
    author.page.fill("[name='q-blanks-0-try']", "三百万元")
    expect(author.page.locator(".trial-verdict .is-right")).to_be_visible()
    author.page.fill("[name='q-blanks-0-try']", "三千万元")
    expect(author.page.locator(".trial-verdict .is-wrong")).to_be_visible()


def number(author: Desk) -> None:
    fill(author, q__answer="320", q__tolerance="1", q__unit="万元", q__try="3,200,000元")
    expect(author.page.locator(".trial-verdict .is-right")).to_be_visible()


def order(author: Desk) -> None:
    for place, step in enumerate(("洽谈", "签约", "备案", "开工")):
        author.page.fill(f"[name='q-items-{place}-text']", step)
    author.page.check("[name='q-mode'][value='swaps']")
    author.page.fill("[name='q-swaps-0-steps']", "2 3")


def match(author: Desk) -> None:
    for place, (left, right) in enumerate(
        (("备案", "发展改革部门"), ("施工许可", "住建部门"), ("环评", "生态环境部门"))
    ):
        fill(author, **{f"q__pairs__{place}__left": left, f"q__pairs__{place}__right": right})
    fill(author, q__distractors__0__text="税务部门")


def rubric(author: Desk, at: str = "q") -> None:
    author.page.fill(f"[name='{at}-reference']", "应当先通过在线平台告知备案机关，未经许可不得开工建设。")
    points = (("先告知", "在线平台｜网上告知", "5"), ("许可后开工", "不得开工", "5"))
    for place, (point, terms, marks) in enumerate(points):
        for name, value in (("point", point), ("terms", terms), ("marks", marks)):
            author.page.fill(f"[name='{at}-rubric-{place}-{name}']", value)


def case(author: Desk) -> None:
    """A material with two sub-questions that are there and one that is added."""
    options(author, "q-subquestions-0", "开工前", "竣工后", right=(0,))
    fill(author, q__subquestions__0__stem="应在何时备案？", q__subquestions__0__explanation="条例第十三条。")
    fill(author, q__subquestions__1__stem="怎样答复客商？", q__subquestions__1__explanation="先备案后开工。")
    rubric(author, "q-subquestions-1")
    author.page.select_option("[name='q-add_kind']", "true_false")
    author.page.click("button[value='q-subquestions:add']")
    fill(author, q__subquestions__2__stem="备案就是审批。", q__subquestions__2__explanation="备案不是审批。")
    author.page.check("[name='q-subquestions-2-answer'][value='false']")
    fill(author, marks="12")


FORMS: dict[Kind, Callable[[Desk], None]] = {
    Kind.SINGLE_CHOICE: choice,
    Kind.MULTIPLE_CHOICE: several,
    Kind.TRUE_FALSE: judged,
    Kind.FILL_BLANK: blanks,
    Kind.NUMERIC: number,
    Kind.ORDERING: order,
    Kind.MATCHING: match,
    Kind.SHORT_ANSWER: rubric,
    Kind.CASE: case,
}


def write(author: Desk, kind: Kind) -> None:
    """Write a question of `kind`, see it in the proof, and hand it in."""
    author.go(f"/bank/questions/new/{kind.value}")
    fill(author, q__stem=f"写作旅程：{kind.chinese}的题目怎样写？", q__explanation="条例第十三条这样规定。")
    FORMS[kind](author)
    author.page.select_option("[name='topic']", "PROC")
    fill(author, citations__0__document=LAW, citations__0__article="第十三条")
    expect(author.page.locator(".finding-good")).to_be_visible()
    expect(author.page.frame_locator(".phone-frame").locator(".sheet-of-paper")).to_contain_text("写作旅程")
    author.shot(f"writing-{kind.value}-1280")
    author.press("Save and hand in for review")
    author.page.wait_for_url(re.compile(r"/bank/questions/\d+$"))
    expect(author.page.locator("main")).to_contain_text(author.word("In review"))


def test_an_author_writes_one_of_every_kind_and_a_reviewer_decides(desks: Open) -> None:
    author = desks("desk")
    author.sign_in("author1")
    addresses: dict[Kind, str] = {}
    for kind in Kind:
        write(author, kind)
        addresses[kind] = author.page.url.removeprefix(author.url)

    reviewer = desks("desk")
    reviewer.sign_in("reviewer1")
    reviewer.go(addresses[Kind.NUMERIC])
    reviewer.page.fill(".steps-form [name='reason']", "单位应写明是否含税")
    reviewer.press("Give back to the author")
    expect(reviewer.page.locator("main")).to_contain_text("单位应写明是否含税")
    for kind, address in addresses.items():
        if kind is not Kind.NUMERIC:
            reviewer.go(address)
            reviewer.press("Approve for publication")
            expect(reviewer.page.locator(".page-head")).to_contain_text(reviewer.word("Published"))

    author.go(f"{addresses[Kind.NUMERIC]}/edit")
    expect(author.page.locator("#form-fields")).to_be_visible()
    fill(author, q__stem="写作旅程：不含税的投资额是多少？")
    author.press("Save and hand in for review")
    expect(author.page.locator("main")).to_contain_text(author.word("In review"))
