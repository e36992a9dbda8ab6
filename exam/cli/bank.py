"""`liangjuan bank import | export | stats | check | search | pairs`."""

import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from flask import current_app
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from exam import audit, clock
from exam.accounts.queries import person_named
from exam.cli.output import answer, json_option, progress, with_app
from exam.extensions import db, writing
from exam.sittings.use import Use, among
from question_bank import listing, operations, pairing, readings, stocktaking
from question_bank.album import album_of
from question_bank.enums import Audience, Kind, NamedEnum, PaperKind, Relation, Status
from question_bank.errors import Problem, fill
from question_bank.exchange.formats import FORMATS, Format, format_named, format_of, format_of_name
from question_bank.exchange.preview import Entry, Fate, Preview, preview
from question_bank.lawbook import document_named
from question_bank.listing import Filters
from question_bank.pairing import Near
from question_bank.taxonomy import PLACES, ROOTS

F = TypeVar("F", bound=Callable[..., Any])
MOST_HITS = 50

format_option = click.option(
    "--format", "format_name", type=click.Choice(sorted(FORMATS)), help="Default: by the file itself."
)


def _choice(members: type[NamedEnum]) -> click.Choice[str]:
    return click.Choice([member.value for member in members])


def filter_options(command: F) -> F:
    """The filters of the list as options; `filters_of` reads them."""
    for option in (
        click.option("--kind", type=_choice(Kind)),
        click.option("--topic", default="", help="Code of a root or a subtopic, such as PROC or PROC-003."),
        click.option("--difficulty", type=click.IntRange(1, 5)),
        click.option("--status", type=_choice(Status)),
        click.option("--paper", type=_choice(PaperKind)),
        click.option("--audience", type=_choice(Audience)),
        click.option("--unit", default="", help="Code of the unit a question belongs to."),
        click.option("--document", default="", help="Id, exact title or number of a document it cites."),
        click.option("--author", default="", help="Staff number or name of who wrote its latest version."),
        click.option("--use", type=_choice(Use), help="Where it was asked, or is still to be asked."),
    ):
        command = option(command)
    return command


def filters_of(given: dict[str, Any], text: str = "") -> Filters:
    """Read what `filter_options` took from the command line. Raises NotFound for a document or person nobody knows."""
    members: dict[str, type[NamedEnum]] = {"kind": Kind, "status": Status, "paper": PaperKind, "audience": Audience}
    chosen = {name: _member(enum, given[name]) for name, enum in members.items() if given[name]}
    session: Session = db.session()
    return Filters(
        text=text,
        topic=given["topic"],
        difficulty=given["difficulty"],
        unit_code=given["unit"],
        document_id=document_named(session, given["document"]).id if given["document"] else None,
        author_id=person_named(session, given["author"]).id if given["author"] else None,
        among=among(_member(Use, given["use"])) if given["use"] else None,
        **chosen,
    )


def _member(members: type[NamedEnum], value: str) -> Any:
    return next(member for member in members if member.value == value)


def say(problem: Problem) -> str:
    """The sentence of a problem, in Chinese as on the pages."""
    with force_locale("zh_Hans_CN"):
        return fill(gettext(problem.template), problem.params)


@click.group("bank")
def bank() -> None:
    """The question bank."""


@bank.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@format_option
@click.option("--yes", is_flag=True, help="Write; without it nothing is written and the preview is shown.")
@click.option("--failed-rows", type=click.Path(dir_okay=False, path_type=Path), help="Write what was not taken here.")
@click.option("--publish", is_flag=True, help="Publish what is taken and may be published.")
@click.option("--topic", type=click.Choice(list(ROOTS)), default=None, help="For rows that name none of the topics.")
@json_option
@with_app
def import_file(
    file: Path,
    format_name: str | None,
    failed_rows: Path | None,
    topic: str | None,
    *,
    yes: bool,
    publish: bool,
    as_json: bool,
) -> None:
    """Bring the questions of FILE into the bank; importing twice changes nothing."""
    began = time.perf_counter()
    data = file.read_bytes()
    format_ = format_named(format_name) if format_name else format_of(data, file.name)
    found = preview(db.session, format_.read(data, topic=topic or ""))  # type: ignore[arg-type]
    result = {"file": str(file), "format": format_.name, **_as_json(found), "written": yes}
    held: list[dict[str, str]] = []
    if yes:
        published, held, alike = _write(found, publish=publish)
        result["duplicates"] += alike
        result |= {"published": published, "held": held}
    if failed_rows and found.failed:
        _write_failed(format_, failed_rows, found)
    result["seconds"] = round(time.perf_counter() - began, 3)
    answer(result, _lines(found, result), as_json=as_json, findings=bool(found.failed or held))


def _write(found: Preview, *, publish: bool) -> tuple[int, list[dict[str, str]], list[dict[str, Any]]]:
    """Import, and publish where asked.

    Returns how many were published, which were held back, and what asks nearly the same where the preview of so many
    did not look for it.
    """
    with writing() as session:
        pictures = found.reading.pictures
        result, events = operations.import_drafts(
            session, found.drafts, by=None, at=clock.now(), near=found.near, pictures=pictures
        )
        codes = [step.draft.code for step in result.steps if step.taken] if publish else []
        publication, published = operations.publish(session, codes, by=None, at=clock.now())
        audit.note(session, [*events, *published], by=None, at=clock.now())
    held = [{"item": code, "reason": say(problem)} for code, problems in publication.held for problem in problems]
    steps = result.steps if found.near is None else ()
    alike = [_alike(step.draft.code, each) for step in steps for each in step.near]
    return len(publication.published), held, alike


def _alike(item: str, near: Near) -> dict[str, Any]:
    return {"item": item, "of": near.code, "near": True, "reason": near.reason.chinese, "likeness": near.likeness}


def _write_failed(format_: Format, file: Path, found: Preview) -> None:
    with file.open("wb") as out:
        format_.write_failed(out, ((entry.item, _why(entry)) for entry in found.failed))
    progress(f"{file}: {len(found.failed)}")


def _why(entry: Entry) -> str:
    return "；".join(f"{fault.column} {say(fault.reason)}".strip() for fault in entry.faults)


def _as_json(found: Preview) -> dict[str, Any]:
    """The contract's keys; what should be looked at stands beside them under `attention`."""
    counts = found.counts
    return {
        "read": len(found.entries),
        "accepted": counts[Fate.ACCEPTED],
        "updated": counts[Fate.UPDATED],
        "unchanged": counts[Fate.UNCHANGED],
        "duplicates": [
            *(
                {
                    "item": entry.item.name,
                    "of": entry.step.of if entry.step else "",
                    "near": False,
                    "reason": _why(entry),
                }
                for entry in found.of(Fate.DUPLICATE)
            ),
            *(_alike(entry.item.name, each) for entry in found.alike for each in entry.near),
        ],
        "unsupported": [{"item": entry.item.name, "reason": _why(entry)} for entry in found.of(Fate.UNSUPPORTED)],
        "rejected": [
            {
                "item": entry.item.name,
                "line": entry.item.line,
                "column": fault.column,
                "found": fault.found,
                "reason": say(fault.reason),
            }
            for entry in found.of(Fate.REJECTED)
            for fault in entry.faults
        ],
        "attention": [
            {"item": entry.item.name, "where": problem.where, "reason": say(problem)}
            for entry in found.attention
            for problem in entry.attention
        ],
    }


def _lines(found: Preview, result: dict[str, Any]) -> list[str]:
    counts = "，".join(f"{fate.chinese} {number}" for fate, number in found.counts.items() if number)
    lines = [f"{result['file']}（{result['format']}）：读入 {result['read']}；{counts or '没有试题'}"]
    lines += [f"  第{each['line']}行 {each['item']} {each['column']}：{each['reason']}" for each in result["rejected"]]
    lines += [
        f"  {each['item']}：{each['reason']}"
        for each in (*result["unsupported"], *result["duplicates"])
        if not each.get("near")
    ]
    lines += [
        f"  {each['item']} 与 {each['of']} 相近（{each['reason']}，{each['likeness']}%）"
        for each in result["duplicates"]
        if each["near"]
    ]
    lines += [f"  注意 {each['item']}：{each['reason']}" for each in result["attention"]]
    lines += [f"  未发布 {each['item']}：{each['reason']}" for each in result.get("held", ())]
    if result["written"]:
        return [*lines, f"已写入题库，发布 {result['published']} 道，用时 {result['seconds']} 秒"]
    return [*lines, "仅为预览，未写入；确认无误后加 --yes"]


@bank.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@format_option
@filter_options
@json_option
@with_app
def export_file(file: Path, format_name: str | None, *, as_json: bool, **given: Any) -> None:
    """Write the questions that pass the filters into FILE."""
    format_ = format_named(format_name) if format_name else format_of_name(file.name)
    drafts = [draft for _, draft in listing.found(db.session, filters_of(given))]  # type: ignore[arg-type]
    out = io.BytesIO()
    left_out = format_.write(out, drafts, say=say, pictures=album_of(db.session()))
    file.write_bytes(out.getvalue())
    missing = [{"item": each.code, "reason": say(each.reason)} for each in left_out]
    data = {"file": str(file), "format": format_.name, "written": len(drafts) - len(missing), "left_out": missing}
    lines = [f"{file}：{data['written']}", *(f"  未写入 {each['item']}：{each['reason']}" for each in missing)]
    answer(data, lines, as_json=as_json, findings=bool(missing))


@bank.command("stats")
@json_option
@with_app
def stats(*, as_json: bool) -> None:
    """Count the bank; all but the first line count published questions only."""
    stock = stocktaking.stock(db.session)  # type: ignore[arg-type]
    data = {
        "published": stock.published,
        "by_status": {status.value: number for status, number in stock.by_status.items()},
        "by_kind": {kind.value: number for kind, number in stock.by_kind.items()},
        "by_topic": stock.by_topic,
        "by_difficulty": {str(level): number for level, number in stock.by_difficulty.items()},
        "cells": [
            {"topic": cell.topic, "kind": cell.kind.value, "difficulty": cell.difficulty, "count": cell.number}
            for cell in stock.cells
        ],
    }
    answer(data, _stock_lines(stock), as_json=as_json)


def _stock_lines(stock: stocktaking.Stock) -> list[str]:
    groups: list[tuple[str, dict[str, int]]] = [
        ("状态", {status.chinese: number for status, number in stock.by_status.items()}),
        ("题型", {kind.chinese: number for kind, number in stock.by_kind.items()}),
        ("知识点", {PLACES.get(topic, topic): number for topic, number in stock.by_topic.items()}),
        ("难度", {str(level): number for level, number in stock.by_difficulty.items()}),
    ]
    return [f"{name}：" + "，".join(f"{word} {number}" for word, number in counts.items()) for name, counts in groups]


@bank.command("check")
@json_option
@with_app
def check(*, as_json: bool) -> None:
    """Check every question that is not retired; problems that stand in the way of publishing come first."""
    today = clock.today(current_app.extensions["liangjuan"].zone)
    found = stocktaking.inspect_bank(db.session, on=today)  # type: ignore[arg-type]
    problems = [
        {
            "question": finding.question,
            "rule": finding.problem.where,
            "message": say(finding.problem),
            "warning": finding.problem.warning,
        }
        for finding in found.findings
    ]
    stock, blind = stocktaking.stock(db.session()), readings.blind(db.session())
    data = {
        "questions": found.questions,
        "problems": problems,
        "key_positions": found.key_positions,
        "key_letters": {kind.value: counts for kind, counts in found.key_letters.items()},
        "by_topic": stock.by_topic,
        "by_kind": {kind.value: number for kind, number in stock.by_kind.items()},
        "by_difficulty": {str(level): number for level, number in stock.by_difficulty.items()},
        "blind": {"published": blind.published, "solved": blind.solved, "alike": blind.alike, "share": blind.share},
    }
    lines = [f"  {each['question']} {each['rule']}：{each['message']}" for each in problems]
    positions = "，".join(f"{letter} {number}" for letter, number in found.key_positions.items())
    read = f"盲解 {blind.solved} 道，与答案一致 {blind.alike} 道，占已发布的 {blind.share:.1%}"
    lines = [
        f"检查 {found.questions} 道，问题 {len(problems)} 处；单选答案位置：{positions}；{read}",
        *_stock_lines(stock),
        *lines,
    ]
    answer(data, lines, as_json=as_json, findings=any(not finding.problem.warning for finding in found.findings))


@bank.command("search")
@click.argument("text")
@click.option("--limit", type=click.IntRange(1, 1000), default=MOST_HITS, show_default=True)
@filter_options
@json_option
@with_app
def search(text: str, limit: int, *, as_json: bool, **given: Any) -> None:
    """Find the questions in whose number, wording, options or documents all words of TEXT occur."""
    page = listing.search(db.session, filters_of(given, text), size=limit)  # type: ignore[arg-type]
    hits = [
        {"question": row.code, "kind": row.kind.value, "topic": row.topic, "stem": row.stem, "status": row.status.value}
        for row in page.rows
    ]
    lines = [
        f"共 {page.total} 道",
        *(f"  {row.code} {row.kind.chinese} {row.topic} {row.stem[:60]}" for row in page.rows),
    ]
    answer({"total": page.total, "hits": hits}, lines, as_json=as_json)


@bank.command("pairs")
@click.option("--find", is_flag=True, help="Look through the whole bank first, and keep what is new as suspected.")
@click.option("--relation", type=_choice(Relation), default=Relation.SUSPECTED.value, show_default=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=MOST_HITS, show_default=True)
@json_option
@with_app
def pairs(relation: str, limit: int, *, find: bool, as_json: bool) -> None:
    """List questions that look alike; somebody decides on the page whether they may stand in one paper."""
    new = 0
    if find:
        with writing() as session:
            new = pairing.find_all(session, at=clock.now())
    page = pairing.pairs(db.session, _member(Relation, relation), size=limit)  # type: ignore[arg-type]
    found: list[dict[str, Any]] = [
        {
            "questions": [pair.row.first.code, pair.row.second.code],
            "reason": pair.reason.chinese if pair.reason else "",
            "likeness": pair.row.likeness,
            "texts": [pair.first, pair.second],
        }
        for pair in page.pairs
    ]
    counts = {each.value: number for each, number in page.counts.items()}
    lines = [f"共 {page.total} 对" + (f"，新发现 {new} 对" if find else "")]
    lines += [
        f"  {' 与 '.join(each['questions'])}" + (f"：{each['reason']} {each['likeness']}%" if each["reason"] else "")
        for each in found
    ]
    answer({"total": page.total, "new": new, "counts": counts, "pairs": found}, lines, as_json=as_json)
