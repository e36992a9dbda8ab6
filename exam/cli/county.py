"""`liangjuan bank template | shortage | coverage`: what a county needs to fill its module, how far the bank goes."""

from pathlib import Path
from typing import Any

import click
from flask import current_app

from exam import clock
from exam.cli.bank import bank
from exam.cli.output import answer, json_option, with_app
from exam.extensions import db
from exam.papers import queries
from exam.papers.coverage import FEW, SOME, Coverage, Level, Spot, Supplied
from exam.papers.models import Specification
from exam.papers.relaxing import Gap
from question_bank.exchange import xlsx
from question_bank.taxonomy import PLACES


@bank.command("template")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--county", is_flag=True, help="With examples for questions on the county and on its units.")
@json_option
def template(file: Path, *, county: bool, as_json: bool) -> None:
    """Write the empty Excel template, with its notes and examples, to FILE."""
    with file.open("wb") as out:
        xlsx.write_template(out, county=county)
    answer({"file": str(file), "county": county}, [f"{file}"], as_json=as_json)


@bank.command("shortage")
@json_option
@with_app
def shortage(*, as_json: bool) -> None:
    """What the bank lacks for each specification in use; status 1 where papers cannot be drawn at all."""
    today = clock.today(current_app.extensions["liangjuan"].zone)
    gaps = queries.gaps(db.session(), on=today)
    lines = [line for gap in gaps for line in _lines(gap)]
    stuck = any(not gap.assembles for gap in gaps)
    answer({"specifications": [_as_json(gap) for gap in gaps]}, lines or ["不缺"], as_json=as_json, findings=stuck)


def _lines(gap: Gap) -> list[str]:
    return [*gap.lines, *([f"  {gap.name}：{gap.relaxation.chinese}"] if gap.relaxation else [])]


def _as_json(gap: Gap) -> dict[str, Any]:
    return {
        "specification": gap.code,
        "name": gap.name,
        "assembles": gap.assembles,
        "missing": [
            {
                "section": cell.section,
                "topic": cell.topic,
                "kinds": [kind.value for kind in cell.kinds],
                "questions": cell.questions,
                "blanks": cell.slots,
            }
            for cell in gap.missing
        ],
        "sentences": gap.lines,
        "relaxed": gap.relaxation.figures() if gap.relaxation else None,
    }


@bank.command("coverage")
@click.option(
    "--specification", "codes", multiple=True, help="Code of a specification, such as business-town. Default: all."
)
@click.option("--all-cells", is_flag=True, help="Name the cells that suffice, too; JSON always holds them all.")
@json_option
@with_app
def coverage(codes: tuple[str, ...], *, all_cells: bool, as_json: bool) -> None:
    """For how many papers the bank reaches, by topic, kind and difficulty; status 1 where a cell is short."""
    session, today = db.session(), clock.today(current_app.extensions["liangjuan"].zone)
    chosen = [queries.specification_by_code(session, code) for code in codes] or queries.in_use(session)
    maps = [(each, queries.coverage(session, each, on=today)) for each in chosen]
    data = {
        "few": FEW,
        "some": SOME,
        "specifications": [_map_as_json(specification, found) for specification, found in maps],
    }
    lines = [line for specification, found in maps for line in _map_lines(specification, found, all_cells=all_cells)]
    short = any(found.count(Level.SHORT) or not found.papers for _, found in maps)
    answer(data, lines or ["尚无组卷规格"], as_json=as_json, findings=short)


def _map_as_json(specification: Specification, found: Coverage) -> dict[str, Any]:
    return {
        "specification": specification.code,
        "name": specification.name,
        "papers": found.papers,
        "held": found.whole.held,
        "lacking": len(found.lacking),
        "relaxed": found.relaxation.figures() if found.relaxation else None,
        "bottlenecks": [_spot_as_json(spot, found.spots[spot]) for spot in found.bottlenecks],
        "cells": [_spot_as_json(spot, each) for spot, each in found.spots.items()],
    }


def _spot_as_json(spot: Spot, each: Supplied) -> dict[str, Any]:
    """One cell; `taken` is what a paper takes of it on the average, `papers` is null where none takes any."""
    return {
        "topic": spot.topic,
        "kind": spot.column.kind.value,
        "form": spot.column.form.value,
        "band": spot.band.value,
        "held": each.held,
        "taken": round(float(each.taken), 3),
        "papers": each.papers,
        "level": each.level.value,
    }


def _map_lines(specification: Specification, found: Coverage, *, all_cells: bool) -> list[str]:
    """The worst first; the cells no paper takes a question from are left out."""
    head = f"{specification.name}：现有 {found.whole.held} 道，不重题可出 {found.papers} 份"
    if found.lacking and not found.relaxation:
        return [f"{specification.name}：现有 {found.whole.held} 道，题量不足，暂不能组卷"]
    counts = f"；紧缺 {found.count(Level.SHORT)} 处，偏少 {found.count(Level.THIN)} 处"
    taken = [(each.papers, spot, each) for spot, each in found.spots.items() if each.papers is not None]
    shown = sorted((each for each in taken if all_cells or each[2].level is not Level.AMPLE), key=lambda each: each[0])
    return [
        head + counts,
        *(
            f"  {PLACES[spot.topic]}·{spot.column.named.chinese}·{spot.band.chinese}："
            f"{each.held} 道，每份用 {each.each:g} 道，够 {papers} 份{_MARKS[each.level]}"
            for papers, spot, each in shown
        ),
    ]


_MARKS = {Level.SHORT: "（紧缺）", Level.THIN: "（偏少）", Level.AMPLE: "", Level.UNUSED: ""}
