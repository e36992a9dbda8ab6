"""`liangjuan bank template | shortage`: what a county needs to fill its own module."""

from pathlib import Path
from typing import Any

import click
from flask import current_app

from exam import clock
from exam.cli.bank import bank
from exam.cli.output import answer, json_option, with_app
from exam.extensions import db
from exam.papers import queries
from exam.papers.relaxing import Gap
from question_bank.exchange import xlsx


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
