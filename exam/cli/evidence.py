"""`liangjuan evidence STOP -o FILE` and `evidence verify FILE`; the latter needs no database."""

from pathlib import Path
from typing import Any

import click

from exam import clock
from exam.cli.output import answer, json_option, with_app
from exam.evidence import checking, package
from exam.evidence.checking import Report
from exam.evidence.writing import sha256
from exam.extensions import db
from exam.tours.queries import stop_by_id
from question_bank.errors import N_, DomainError

SHOWN = 20
"""Findings shown to a person; --json has them all."""


class Packing(click.Group):
    """`verify` is a command; anything else is the stop to be packed."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            args = ["pack", *args]
        return super().resolve_command(ctx, args)


@click.group("evidence", cls=Packing)
def evidence() -> None:
    """Pack the evidence of a finished stop (evidence STOP -o FILE), or check a package (evidence verify FILE)."""


@evidence.command("pack")
@click.argument("stop", type=int)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@json_option
@with_app
def pack(stop: int, output: Path, *, as_json: bool) -> None:
    """Write papers, seeds, answers, marks and audit chain of STOP into one signed FILE. It holds keys: keep it safe."""
    found = stop_by_id(db.session(), stop)
    file = package.make(db.engine, found.id, by=None, at=clock.now())
    try:
        output.write_bytes(file)
    except OSError as error:
        template = N_("The file %(file)s cannot be written: %(reason)s")
        raise DomainError(template, file=str(output), reason=error.strerror or "") from error
    data = {"ok": True, "file": str(output), "bytes": len(file), "sha256": sha256(file)}
    answer(data, [f"{output}: {len(file)} bytes, SHA-256 {data['sha256']}"], as_json=as_json)


@evidence.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", help="The site's public key as you know it from elsewhere.")
@click.option("--quick", is_flag=True, help="Do not draw the papers again from their seeds.")
@json_option
def verify(file: Path, *, key: str | None, quick: bool, as_json: bool) -> None:
    """Check FILE with nothing but itself: bytes, signature, papers, answers, marks, scores, audit chain."""
    report = checking.check(file.read_bytes(), key=key, redraw=not quick)
    data: dict[str, Any] = {"file": str(file)} | checking.as_json(report)
    answer(data, _said(report), as_json=as_json, findings=not report.ok)


def _said(report: Report) -> list[str]:
    lines = [f"{each.where}: {each.what}" for each in report.findings[:SHOWN]]
    if len(report.findings) > SHOWN:
        lines.append(f"… and {len(report.findings) - SHOWN} more")
    for each in report.papers:
        drawn = {None: "not drawn again", True: "its seed gives them again", False: "its seed gives others"}
        frozen = "as frozen" if each.frozen else "ALTERED"
        lines.append(f"{each.specification}: {each.papers} papers {frozen}, {drawn[each.redrawn]}")
    if report.ok:
        counts = ", ".join(f"{report.counts[name]} {name}" for name in ("attempts", "answers", "marks"))
        known = "" if report.key_known else " (compare it with the site's own)"
        lines.append(f"ok: {counts}; {len(report.log.events)} events of the audit chain, head {report.log.head}")
        lines.append(f"signed {report.made_at} with key {report.public}{known}")
    return lines
