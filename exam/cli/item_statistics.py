"""`liangjuan stats items FILE`: what a plain file of answers says of its questions. It needs no database."""

import dataclasses
import math
from pathlib import Path
from typing import Any

import click

from exam.cli.output import answer, json_option
from exam.reports import classical, response_model, score_table
from exam.reports.score_table import NotATable, Rejected, ScoreTable
from question_bank.errors import N_

PERCENT = 100


@click.command("items")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--model",
    type=click.Choice(["1pl", "2pl"]),
    default="1pl",
    show_default=True,
    help="1pl: one common discrimination, estimated; 2pl: one for each item. Both by marginal maximum likelihood.",
)
@click.option(
    "--hermite",
    type=click.IntRange(5, 100),
    help="Integrate on so many Gauss–Hermite nodes, as R's ltm on 21; otherwise exactly enough on 61 even ones.",
)
@json_option
def items(file: Path, *, model: str, hermite: int | None, as_json: bool) -> None:
    """Figures of the test and of each item from a CSV FILE with the columns person,item,score,max.

    A line that is not there means that the item was not given. Lines that cannot be used are left out and listed.
    The status is 1 with such lines or where the model did not converge, 2 where the file is no such table at all.
    """
    try:
        table, rejected = score_table.read(_text(file))
    except NotATable as error:
        raise click.BadParameter(f"{file}: {error}", param_hint="FILE") from error
    data = figures(table, model=model, hermite=hermite) | {"rejected": [_rejected(each) for each in rejected]}
    findings = bool(rejected) or not data["irt"]["converged"]
    answer(data, _said(data), as_json=as_json, findings=findings)


def figures(table: ScoreTable, *, model: str, hermite: int | None = None) -> dict[str, Any]:
    """What is printed as JSON, without the rejected lines. What cannot be worked out is null."""
    return {
        "test": dataclasses.asdict(classical.test_figures(table)),
        "items": [dataclasses.asdict(each) for each in classical.item_figures(table)],
        "irt": _fitted(table, model, hermite),
    }


def _fitted(table: ScoreTable, model: str, hermite: int | None) -> dict[str, Any]:
    count = len(table.items)
    slopes = response_model.one_slope(count) if model == "1pl" else response_model.own_slopes(table)
    found = response_model.calibrate(table, slopes=slopes, hermite=hermite)
    finite = [None if extreme else float(slope) for slope, extreme in zip(found.slope, found.extreme, strict=True)]
    return {
        "model": model,
        "loglik": found.log_likelihood,
        "converged": found.converged,
        "iterations": found.steps,
        "fractional": found.fractional,
        "items": [
            {"item": name, "a": a, "b": float(b) if math.isfinite(b) else None}
            for name, a, b in zip(table.items, finite, found.difficulty, strict=True)
        ],
    }


def _rejected(each: Rejected) -> dict[str, Any]:
    return {"line": each.line, "column": each.column, "found": each.found, "reason": each.fault.chinese}


def _said(data: dict[str, Any]) -> list[str]:
    test, irt = data["test"], data["irt"]
    fit = "已收敛" if irt["converged"] else "未收敛，参数不可用"
    return [
        *(f"第{each['line']}行 {each['column']} “{each['found']}”：{each['reason']}" for each in data["rejected"]),
        f"{test['persons']}人 {test['items']}题 {_test_line(test)}",
        f"{irt['model'].upper()}模型 对数似然{irt['loglik']:.3f} {fit}",
        "题目\t人数\t得分率\t标准差\t题总相关\t题余相关\t27%鉴别指数\t区分度a\t难度b",
        *map(_item_line, data["items"], irt["items"]),
    ]


def _test_line(test: dict[str, Any]) -> str:
    mean, sd, alpha, sem = (_short(test[name]) for name in ("mean", "sd", "alpha", "sem"))
    return f"平均{mean}分 标准差{sd} 信度α{alpha} 测量标准误{sem}"


def _item_line(item: dict[str, Any], fitted: dict[str, Any]) -> str:
    values = (item["sd"], item["item_total"], item["item_rest"], item["discrimination_27"], fitted["a"], fitted["b"])
    share = f"{item['facility'] * PERCENT:.1f}%"
    return "\t".join([item["item"], str(item["n"]), share, *map(_short, values)])


def _short(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _text(file: Path) -> list[str]:
    """The lines of the file; Excel in China writes GBK where it is not told otherwise."""
    content = file.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding).splitlines(keepends=True)
        except UnicodeDecodeError:
            continue
    raise NotATable(N_("It is neither UTF-8 nor GBK text: save it as CSV UTF-8."))
