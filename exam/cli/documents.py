"""`liangjuan documents list | show | supersede | due`. A document is named by its id, its exact title or its number."""

from datetime import date
from typing import Any

import click
from flask import current_app
from sqlalchemy.orm import Session

from exam import audit, clock
from exam.cli.output import answer, json_option, with_app
from exam.extensions import db, writing
from exam.sittings.affected import Affected, affected
from question_bank import lawbook, legislation
from question_bank.enums import DocumentStatus, Status
from question_bank.lawbook import DocumentFilters, DocumentLine
from question_bank.models import Article, Document, Question
from question_bank.queries import question_by_code

status_option = click.option("--status", type=click.Choice([status.value for status in DocumentStatus]))


@click.group("documents")
def documents() -> None:
    """Laws and policies on which questions rest."""


@documents.command("list")
@click.argument("text", default="")
@status_option
@json_option
@with_app
def list_(text: str, status: str | None, *, as_json: bool) -> None:
    """Every document of the register, or those with all words of TEXT in title, number or issuer."""
    wanted = next((member for member in DocumentStatus if member.value == status), None)
    found = lawbook.lines(db.session(), DocumentFilters(text=text, status=wanted))
    shown = [
        f"{each.document.id:>4} {each.document.status.chinese} {each.document.title} {each.document.number} "
        f"条款 {each.articles}，试题 {each.questions}，复核 {each.document.review_on or '未定'}"
        for each in found
    ]
    answer({"documents": [_document(each) for each in found]}, shown or ["没有文件"], as_json=as_json)


@documents.command("show")
@click.argument("name")
@json_option
@with_app
def show(name: str, *, as_json: bool) -> None:
    """One document with its articles and the questions that rest on it."""
    session: Session = db.session()
    document = lawbook.document_named(session, name)
    line = lawbook.line_of(session, document)
    articles = lawbook.articles_of(session, document.id)
    resting = lawbook.resting_on(session, document.id)
    citing = lawbook.by_article(resting, articles)
    data = {
        **_document(line),
        "replaces": [each.title for each in lawbook.predecessors(session, document.id)],
        "articles": [_article(each, citing[each.id]) for each in articles],
        "resting": [each.question.code for each in resting],
    }
    lines = [f"《{document.title}》 {document.status.chinese} {document.number}", document.note]
    lines += [f"  {each.label} {each.text}" for each in articles]
    lines += ["试题：" + "、".join(each.question.code for each in resting) if resting else "没有试题以其为依据"]
    answer(data, [each for each in lines if each], as_json=as_json)


@documents.command("supersede")
@click.argument("name")
@click.option("--by", "successor", required=True, help="The document that takes its place.")
@click.option("--yes", is_flag=True, hidden=True, help="Said already by calling the command.")
@json_option
@with_app
def supersede(name: str, successor: str, *, yes: bool, as_json: bool) -> None:
    """Replace NAME: its questions leave the draw at once; papers drawn but not yet sat that hold them are named."""
    del yes
    at = clock.now()
    with writing() as session:
        old, new = lawbook.document_named(session, name), lawbook.document_named(session, successor)
        fall, events = legislation.supersede(session, old, new, by=None, at=at)
        audit.note(session, events, by=None, at=at)
        ids = [each.id for code in fall.quarantined if (each := question_by_code(session, code))]
        papers = [_papers(each) for each in affected(session, ids)]
        title = old.title
    data = {"document": title, "quarantined": list(fall.quarantined), "papers_affected": papers}
    lines = [f"《{title}》已被替代，暂停使用试题 {len(fall.quarantined)} 道：" + "、".join(fall.quarantined)]
    lines += [
        f"  {each['where']}：{each['specification']} {each['papers']} 份未开考试卷含有这些试题" for each in papers
    ]
    answer(data, lines, as_json=as_json)


@documents.command("due")
@click.option("--days", type=click.IntRange(0, 3650), default=92, show_default=True)
@json_option
@with_app
def due(days: int, *, as_json: bool) -> None:
    """What is to be looked at again: overdue, this month, later; and the questions that end in that time."""
    today = clock.today(current_app.extensions["liangjuan"].zone)
    found = lawbook.calendar(db.session(), on=today, days=days)
    groups = {"overdue": found.overdue, "this_month": found.this_month, "later": found.later}
    documents_ = [{**_document(each), "due": name} for name, group in groups.items() for each in group]
    data = {"on": today, "documents": documents_, "questions": [_ending(each, today) for each in found.ending]}
    words = {"overdue": "已过期", "this_month": "本月", "later": "以后"}
    lines = [
        f"{each['review_on']} {words[each['due']]} {each['title']}（试题 {each['questions']}）" for each in documents_
    ]
    lines += [f"{each.valid_to} 试题最后使用日 {each.code}" for each in found.ending]
    answer(data, lines or ["近期没有需要复核的文件"], as_json=as_json)


def _document(line: DocumentLine) -> dict[str, Any]:
    document: Document = line.document
    return {
        "id": document.id,
        "title": document.title,
        "number": document.number,
        "issuer": document.issuer,
        "in_force": document.in_force,
        "edition": document.edition,
        "status": document.status.value,
        "superseded_by": line.successor,
        "review_on": document.review_on,
        "note": document.note,
        "articles": line.articles,
        "questions": line.questions,
        "published": line.published,
    }


def _article(article: Article, questions: list[Question]) -> dict[str, Any]:
    return {
        "label": article.label,
        "text": article.text,
        "fact": article.fact,
        "certainty": article.certainty,
        "questions": [question.code for question in questions],
    }


def _papers(found: Affected) -> dict[str, Any]:
    stop = found.stop
    return {
        "stop": stop.id,
        "where": f"第{stop.number}场 {stop.unit.name}",
        "starts_at": stop.starts_at.isoformat(),
        "kind": found.specification.paper_kind.value,
        "specification": found.specification.code,
        "papers": found.papers,
        "questions": list(found.codes),
    }


def _ending(question: Question, today: date) -> dict[str, Any]:
    over = bool(question.valid_to and question.valid_to < today and question.status is Status.PUBLISHED)
    return {"question": question.code, "valid_to": question.valid_to, "over": over}
