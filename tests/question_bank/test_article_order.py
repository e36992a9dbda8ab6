"""Articles stand in the order of the document."""

from question_bank.article_order import in_order
from question_bank.models import Article


def ordered(*labels: str) -> list[str]:
    return [article.label for article in in_order(Article(label=label, position=at) for at, label in enumerate(labels))]


def test_articles_stand_by_their_numbers_however_they_are_written() -> None:
    assert ordered("第十条", "第九条", "第一百零二条", "第 20 条", "第八条之一", "第八条", "第三章第十一条") == [
        "第八条", "第八条之一", "第九条", "第十条", "第三章第十一条", "第 20 条", "第一百零二条"
    ]  # fmt: skip


def test_paragraphs_and_items_follow_their_article_and_several_articles_stand_by_the_first() -> None:
    assert ordered("第五条第二款", "第五条", "第五条第一款第（三）项", "第四条、第九条", "第五条第一款第（二）项") == [
        "第四条、第九条", "第五条", "第五条第一款第（二）项", "第五条第一款第（三）项", "第五条第二款"
    ]  # fmt: skip


def test_numbered_parts_come_behind_articles_and_what_has_no_number_stays_as_entered() -> None:
    assert ordered("投诉-处理", "（十）", "二、总体要求", "RCEP", "第二条", "附件3") == [
        "第二条", "二、总体要求", "附件3", "（十）", "投诉-处理", "RCEP"
    ]  # fmt: skip
