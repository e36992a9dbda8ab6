"""A candidate at a phone: begins, answers every kind by touch, loses the network, hands in."""

import re
from collections.abc import Iterator

from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Desk

ESSAY = (
    "备案属于告知，开工建设前通过在线平台办理；依法不能承诺返还，帮办代办、并联推进，公平竞争审查、联合评审、集体决策。"
)
WORDS = {
    "problem": "标准厂房用电增容慢",
    "department": "供电公司",
    "done": "电话沟通一次",
    "planned": "联合踏勘，一周内回复",
}


class Phone:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.page = desk.page
        self.kinds: set[str] = set()

    def begin(self, message: str = "Begin the paper") -> None:
        self.page.get_by_role("button", name=self.desk.word(message)).first.tap()
        expect(self.page.locator(".notice-danger")).to_have_count(0)
        self.page.wait_for_url("**/sitting/attempts/**")
        expect(self.question).to_be_visible()

    @property
    def question(self) -> Locator:
        return self.page.locator("section.question:visible")

    def total(self) -> int:
        return self.page.locator("section.question").count()

    def numbers(self) -> Iterator[int]:
        """The questions one after the other, each on the screen."""
        for number in range(1, self.total() + 1):
            expect(self.question).to_have_attribute("data-number", str(number))
            yield number
            if number < self.total():
                self.page.locator(".bar-move[data-go=next]").tap()

    def answer(self) -> None:
        """Give an answer to the question on the screen."""
        for block in self.question.locator("[data-answer]:not([data-answer=case])").all():
            kind = block.get_attribute("data-answer") or ""
            self.kinds.add(kind)
            getattr(self, f"_{kind}")(block)
        if self.question.locator("[data-answer=case]").count():
            self.kinds.add("case")

    def _single_choice(self, block: Locator) -> None:
        block.locator("label.option").nth(1).tap()

    _true_false = _single_choice

    def _multiple_choice(self, block: Locator) -> None:
        block.locator("label.option").nth(0).tap()
        block.locator("label.option").nth(2).tap()

    def _fill_blank(self, block: Locator) -> None:
        for box in block.locator("input[type=text]").all():
            box.fill("安全")

    def _numeric(self, block: Locator) -> None:
        block.locator("input[type=text]").fill("12.5")

    def _ordering(self, block: Locator) -> None:
        block.locator("[data-move=down]").first.tap()

    def _matching(self, block: Locator) -> None:
        for select in block.locator("select").all():
            select.select_option(index=1)

    def _short_answer(self, block: Locator) -> None:
        fields = block.locator("[data-field]").all()
        for box in fields:
            box.locator("textarea").fill(WORDS[box.get_attribute("data-field") or ""])
        if not fields:
            block.locator("textarea").fill(ESSAY)

    def saved(self, *, seconds: float = 20) -> None:
        """Wait until the page says, in words, that everything is saved."""
        expect(self.page.locator("[data-save-line]")).to_have_attribute("data-state", "saved", timeout=seconds * 1000)

    def state(self) -> str:
        return self.page.locator("[data-save-line]").get_attribute("data-state") or ""

    def hand_in(self) -> str:
        """Hand in from the last question; returns the receipt's number."""
        self.page.locator(".bottom-bar [data-hand-in]").tap()
        self.page.locator("#hand-in [data-ask]").tap()
        self.page.locator("#confirm [data-submit]").tap()
        self.page.wait_for_url("**/receipt")
        shown = self.page.locator(".receipt-number").inner_text()
        assert re.fullmatch(r"[2-9A-Z]{8}\d{2}", shown.replace(" ", "")), shown
        return shown
