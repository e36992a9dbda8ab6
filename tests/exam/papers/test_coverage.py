"""How far a bank reaches for a specification."""

from decimal import Decimal
from fractions import Fraction

from exam.papers.coverage import Level, Spot, Supplied, coverage_of
from exam.papers.specification import Plan, Section
from exam.papers.standard import STANDARD
from question_bank.drawable import Drawable
from question_bank.enums import Audience, Band, Kind, PaperKind
from tests.factories.drawing import make_drawable, shipped_bank

SINGLES = Section(title="单项选择题", kinds=(Kind.SINGLE_CHOICE,), count=2, marks_each=Decimal(5))


def plan(**topics: int) -> Plan:
    marks = {topic: Decimal(number) for topic, number in topics.items()}
    return Plan(sections=(SINGLES,), topic_marks=marks, minutes=10, total=Decimal(10), pass_marks=Decimal(6))


def bank(**topics: int) -> list[Drawable]:
    return [make_drawable(topic=topic) for topic, number in topics.items() for _ in range(number)]


def test_the_scarcest_cell_says_how_many_papers_have_no_question_in_common() -> None:
    found = coverage_of(plan(PROC=5, LAW=5), bank(PROC=12, LAW=2, WORK=9))
    singles = found.columns[0]
    assert (found.topics, found.papers) == (("PROC", "LAW"), 2)
    assert found.bottlenecks == [Spot("LAW", singles, Band.EASY)]
    easy, medium, _ = (each for _, each in found.at("PROC", singles))
    assert (easy.held, easy.taken, easy.papers, easy.level) == (12, Fraction(1), 12, Level.AMPLE)
    assert (medium.held, medium.papers, medium.level) == (0, None, Level.UNUSED)
    assert (found.whole.held, found.of_topic("LAW").papers, found.of_column(singles).taken) == (14, 2, Fraction(2))


def test_a_part_of_a_question_a_paper_lasts_longer() -> None:
    assert (Supplied(4, Fraction(3, 2)).papers, Supplied(4, Fraction(3, 2)).level) == (2, Level.SHORT)
    assert (Supplied(1, Fraction(1, 4)).papers, Supplied(1, Fraction(1, 40)).each) == (4, 0.1)


def test_a_bank_that_cannot_fill_the_paper_shows_only_what_it_holds() -> None:
    found = coverage_of(plan(PROC=5, LAW=5), bank(PROC=12))
    assert (found.papers, found.bottlenecks, found.whole.held) == (0, [], 12)
    assert [(cell.topic, cell.questions) for cell in found.lacking] == [("LAW", 1)]
    assert found.relaxation is None


def test_without_the_countys_own_questions_the_map_shows_what_stands_in() -> None:
    town = STANDARD[0]
    national = [each for each in shipped_bank(PaperKind.BUSINESS, Audience.TOWN, None) if each.topic != "COUNTY"]
    found = coverage_of(town.plan, national)
    assert found.relaxation is not None
    assert found.lacking
    assert found.of_topic("COUNTY").taken == 0
    assert found.papers > 0
