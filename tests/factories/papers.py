"""Papers built row by row, without an assembly: one question version and one section an item.

`NINE_KINDS` holds one question of each kind, the diagnosis besides, in Chinese of an ordinary length.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.papers.models import BankSnapshot, Paper, PaperItem, PaperSet, Specification, SpecificationStatus
from exam.papers.specification import Plan, Section, plan_hash
from question_bank.enums import Audience, Kind, PaperKind, Status, TextForm, default_rule
from question_bank.kinds import content_of, shuffle
from question_bank.models import Question, QuestionVersion, Topic
from tests.factories.numbering import numbers

MADE = datetime(2027, 3, 1, 1, 0, tzinfo=UTC)
NO_BANK = "0" * 64

Contents = Sequence[tuple[dict[str, Any], int | str]]


def _options(*texts: str) -> list[dict[str, str]]:
    return [{"key": key, "text": text} for key, text in zip("ABCDEFGH", texts, strict=False)]


SINGLE = {
    "kind": "single_choice",
    "stem": "某食品加工企业拟在我县新建生产线，项目不在政府核准的投资项目目录内。企业应当在何时告知备案机关？",
    "options": _options("取得营业执照之日起30日内", "开工建设前", "竣工验收前", "投产之日起30日内"),
    "answer": "B",
    "explanation": "实行备案管理的项目，应当在开工建设前告知备案机关。",
}
MULTIPLE = {
    "kind": "multiple_choice",
    "stem": "与客商洽谈时，下列哪些承诺不得作出？",
    "options": _options("按地方留成返还税收", "约定零地价供地", "协助办理施工许可", "给予法定标准以外的电价补贴"),
    "answer": ["A", "B", "D"],
    "explanation": "帮办代办可以承诺，违反公平竞争审查的优惠不得承诺。",
}
TRUE_FALSE = {
    "kind": "true_false",
    "stem": "环境影响登记表实行备案管理，建设单位应当在建成投产前完成网上备案。",
    "answer": True,
    "explanation": "登记表实行备案管理。",
}
FILL_BLANK = {
    "kind": "fill_blank",
    "stem": "安全生产工作坚持管行业必须管____、管业务必须管____的原则。",
    "answers": [["安全"], ["安全"]],
    "explanation": "“三管三必须”。",
}
NUMERIC = {
    "kind": "numeric",
    "stem": "某项目年用电1200万千瓦时，园区电价每千瓦时0.62元，外地园区0.70元。在我县每年可少支出电费多少？",
    "answer": "96",
    "tolerance": "0.5",
    "unit": "万元",
    "explanation": "1200×(0.70−0.62)=96万元。",
}
ORDERING = {
    "kind": "ordering",
    "stem": "请把工业项目的下列手续按先后排列。",
    "items": _options("项目备案", "建设用地规划许可", "建设工程规划许可", "建筑工程施工许可"),
    "answer": ["A", "B", "C", "D"],
    "explanation": "先立项，后用地、工程规划，最后施工许可。",
}
MATCHING = {
    "kind": "matching",
    "stem": "请为下列事项选择主管部门。",
    "left": _options("环境影响评价", "施工许可", "企业登记"),
    "right": _options("市场监督管理局", "生态环境局", "住房和城乡建设局", "自然资源和规划局"),
    "pairs": {"A": "B", "B": "C", "C": "A"},
    "explanation": "按部门职责。",
}
SHORT_ANSWER = {
    "kind": "short_answer",
    "stem": "请用三分钟推介词说明本镇承接光伏辅材项目的优势。",
    "reference": "区位交通便利，产业配套齐全，要素价格较低。",
    "rubric": [
        {"id": "k1", "point": "区位交通", "marks": "5", "keyword_groups": [["区位交通便利"]]},
        {"id": "k2", "point": "产业配套", "marks": "5", "keyword_groups": [["产业配套齐全"]]},
    ],
    "explanation": "三个要点。",
}
CASE = {
    "kind": "case",
    "stem": "某光伏辅材企业与石桥镇洽谈，要求固定资产投资补贴、先建设后办手续，并在三个月内开工。镇里正在商量如何答复。",
    "explanation": "守住红线，给出替代方案。",
    "subquestions": [
        {
            "id": "a",
            "marks": "4",
            "content": {
                "kind": "single_choice",
                "stem": "对“先建设后办手续”的要求，正确的答复是：",
                "options": _options("可以先建后补", "不得未批先建，可以并联审批压缩时间", "请企业自行决定"),
                "answer": "B",
                "explanation": "不得未批先建。",
            },
        },
        {
            "id": "b",
            "marks": "6",
            "content": {
                "kind": "short_answer",
                "stem": "请给出一个合规的替代方案。",
                "reference": "帮办代办，容缺受理。",
                "rubric": [{"id": "p", "point": "帮办代办", "marks": "6", "keyword_groups": [["帮办代办"]]}],
                "explanation": "言之成理即可。",
            },
        },
    ],
}
DIAGNOSIS = {
    "kind": "short_answer",
    "form": "diagnosis",
    "stem": "请写出您正在遇到的一个真实问题。",
}

NINE_KINDS: Contents = (
    (SINGLE, 1),
    (MULTIPLE, 2),
    (TRUE_FALSE, 1),
    (FILL_BLANK, 2),
    (NUMERIC, 5),
    (ORDERING, 5),
    (MATCHING, 3),
    (SHORT_ANSWER, 10),
    (CASE, 20),
    (DIAGNOSIS, 10),
)


def make_paper(session: Session, contents: Contents = NINE_KINDS, **values: Any) -> Paper:
    """One paper of these questions; `values` as for `make_paper_set`."""
    return make_paper_set(session, contents, **values).papers[0]  # type: ignore[attr-defined]


def make_paper_set(
    session: Session,
    contents: Contents = NINE_KINDS,
    *,
    papers: int = 1,
    spares: int = 0,
    minutes: int = 60,
    paper_kind: PaperKind = PaperKind.BUSINESS,
    audience: Audience | None = Audience.TOWN,
    seed: int = 1,
) -> PaperSet:
    """A set of `papers` and `spares` papers of the same questions, each shuffled in its own way.

    The papers hang on the returned object as `papers` too, the spare ones last.
    """
    versions = [make_version(session, data, marks) for data, marks in contents]
    if session.get(BankSnapshot, NO_BANK) is None:
        session.add(BankSnapshot(hash=NO_BANK, questions=[]))
        session.flush()
    made = PaperSet(
        specification_id=_specification(session, contents, minutes, paper_kind, audience).id,
        seed=seed,
        host_unit_code=None,
        bank_hash=NO_BANK,
        papers_hash="0" * 64,
        figures={},
        made_at=MADE,
        made_by=None,
    )
    session.add(made)
    session.flush()
    made.papers = [  # type: ignore[attr-defined]
        _paper(session, made, versions, contents, position=position, spare=position > papers)
        for position in range(1, papers + spares + 1)
    ]
    return made


def make_version(session: Session, data: dict[str, Any], marks: int | str = 1) -> QuestionVersion:
    """A published question with one version."""
    kind = Kind(data["kind"])
    content = content_of(kind, data)
    topic = session.scalar(select(Topic).where(Topic.code == "COUNTY"))
    if topic is None:
        topic = Topic(code="COUNTY", name="县情概况", position=1)
        session.add(topic)
        session.flush()
    question = Question(
        code=f"F{next(numbers)}",
        kind=kind,
        form=TextForm(data.get("form", TextForm.ORDINARY)),
        status=Status.PUBLISHED,
        topic_id=topic.id,
        difficulty=2,
        for_practical=True,
        latest_number=1,
        created_at=MADE,
        changed_at=MADE,
    )
    session.add(question)
    session.flush()
    dumped = content.model_dump(mode="json")
    version = QuestionVersion(
        question_id=question.id,
        number=1,
        content=dumped,
        content_hash=sha256(repr(dumped).encode()).hexdigest(),
        stem=content.stem,
        marks=Decimal(marks),
        written_at=MADE,
    )
    session.add(version)
    session.flush()
    return version


def _specification(
    session: Session, contents: Contents, minutes: int, paper_kind: PaperKind, audience: Audience | None
) -> Specification:
    forms = [TextForm(data.get("form", TextForm.ORDINARY)) for data, _ in contents]
    sections = tuple(
        Section(
            title="问题会诊" if form is TextForm.DIAGNOSIS else Kind(data["kind"]).chinese,
            kinds=(Kind(data["kind"]),),
            forms=(form,),
            count=1,
            marks_each=Decimal(marks),
            fixed="DIAGNOSIS" if form is TextForm.DIAGNOSIS else "",
        )
        for (data, marks), form in zip(contents, forms, strict=True)
    )
    total = sum((section.total for section in sections), Decimal(0))
    plan = Plan(sections=sections, minutes=minutes, total=total, pass_marks=total * 6 / 10)
    made = Specification(
        code=f"spec-{next(numbers)}",
        name="演示规格",
        paper_kind=paper_kind,
        audience=audience,
        minutes=minutes,
        total=total,
        pass_marks=plan.pass_marks,
        plan=plan.model_dump(mode="json"),
        plan_hash=plan_hash(plan),
        status=SpecificationStatus.FROZEN,
    )
    session.add(made)
    session.flush()
    return made


def _paper(
    session: Session,
    made: PaperSet,
    versions: Sequence[QuestionVersion],
    contents: Contents,
    *,
    position: int,
    spare: bool,
) -> Paper:
    paper = Paper(paper_set_id=made.id, position=position, code=f"C{next(numbers)}", spare=spare, items_hash="0" * 64)
    session.add(paper)
    session.flush()
    for number, (version, (data, marks)) in enumerate(zip(versions, contents, strict=True), 1):
        kind = Kind(data["kind"])
        order = shuffle(content_of(kind, data), made.seed * 1000 + position)
        session.add(
            PaperItem(
                paper_id=paper.id,
                position=number,
                section=number,
                question_version_id=version.id,
                order=order.model_dump(mode="json"),
                rule=default_rule(kind),
                marks=Decimal(marks),
            )
        )
    session.flush()
    return paper
