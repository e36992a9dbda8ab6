"""`liangjuan regrade`: repair a wrong key or rule after the exam, by two people."""

import json
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from exam import clock
from exam.accounts.queries import credential_by_username
from exam.accounts.roles import Role
from exam.cli.output import answer, json_option, with_app
from exam.extensions import db, writing
from exam.grading import queries as grading
from exam.grading import sat
from exam.grading.affected import Plan
from exam.grading.correcting import KEYS, Change, with_key, with_rubrics
from exam.grading.models import CorrectionPolicy
from exam.jobs import operations as jobs
from exam.jobs.worker import Progress
from exam.reports import regrading, repair
from exam.reports.repair import Preview
from exam.sittings.queries import sittings_of
from exam.tours.queries import stop_by_id
from question_bank.enums import ScoringRule
from question_bank.errors import N_, Invalid, NotAllowed, NotFound, Problem
from question_bank.exchange.row_answers import RowError, rubric_of
from question_bank.kinds import content_of
from question_bank.models import QuestionVersion
from question_bank.scoring import RuleOptions

_POLICIES = {each.value: each for each in CorrectionPolicy}
_RULES = {each.value: each for each in ScoringRule}


@click.command("regrade")
@click.argument("stop", type=int)
@click.option("--question", "code", required=True, help="The code of the question.")
@click.option("--policy", type=click.Choice(list(_POLICIES)), required=True, help="What is to be done.")
@click.option("--key", help='The right key, such as C, \'["A","C"]\' or \'{"answer":"69","tolerance":"1"}\'.')
@click.option("--accept", help="The key that is accepted beside the old one; written as --key.")
@click.option(
    "--rubric",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="New key points, one a line as in the bank's spreadsheets: 2分：要点 ｜ 词1、词2 / 词3.",
)
@click.option("--part", default="", help="Which sub-question of a case the new key points are for.")
@click.option("--rule", type=click.Choice(list(_RULES)), help="The other scoring rule.")
@click.option("--options", "rule_options", default="{}", help="The options of the other rule, as JSON.")
@click.option("--version", "number", type=int, help="Which version of the question; default: the newest sat there.")
@click.option("--everywhere", is_flag=True, help="Wherever the version was sat, not only at STOP.")
@click.option("--preview", "only_preview", is_flag=True, help="Say what would change; nothing is written.")
@click.option("--reason", default="", help="What is wrong with the question; candidates read it.")
@click.option("--as", "proposer", help="User name of the person who proposes.")
@click.option(
    "--confirm-as", "confirmer", help="User name of the other person who confirms: then it is marked at once."
)
@click.option("--keep-in-draw", is_flag=True, help="Do not suspend the question in the bank.")
@json_option
@with_app
def regrade(stop: int, code: str, *, as_json: bool, only_preview: bool, **told: Any) -> None:
    """Mark question CODE at STOP anew. Without --preview it is proposed; with --confirm-as done as well."""
    session: Session = db.session()
    found = stop_by_id(session, stop)
    version = _version(session, found.id, code, told["number"])
    asked = Plan(
        version.id, None if told["everywhere"] else found.id, _POLICIES[told["policy"]], _change(version, told)
    )
    shown = repair.preview(session, asked)
    waiting = sum(grading.progress(session, each.id).waiting for each in sittings_of(session, found.id))
    data = _shown(shown) | {"question": code, "version": version.number, "waiting": waiting}
    if not only_preview:
        data |= _done(session, asked, told)
    answer(data, _lines(data), as_json=as_json)


def _version(session: Session, stop_id: int, code: str, number: int | None) -> QuestionVersion:
    for version in sat.versions_at(session, stop_id, code):
        if number in {None, version.number}:
            return version
    raise NotFound(N_("Nobody at this stop has sat the question %(code)s."), code=code)


def _change(version: QuestionVersion, told: dict[str, Any]) -> Change:
    content = content_of(version.question.kind, version.content)
    given = told["accept"] if told["accept"] is not None else told["key"]
    key = None if given is None else _key(given, KEYS[content.kind])
    if told["rubric"] is not None:
        return Change(content=with_rubrics(content, {told["part"]: _rubric(told["rubric"])}))
    options = RuleOptions.model_validate(_json(told["rule_options"], "--options"))
    return Change(
        content=None if key is None else with_key(content, key),
        rule=_RULES[told["rule"]] if told["rule"] else None,
        options=options,
    )


def _rubric(file: Path) -> dict[str, Any]:
    try:
        return rubric_of(file.read_text(encoding="utf-8-sig"))
    except RowError as error:
        raise Invalid([Problem("rubric", error.template, dict(error.params))]) from error


def _key(given: str, names: frozenset[str]) -> dict[str, Any]:
    """A JSON object of the key's fields, or the value of its main field alone, a bare letter too."""
    try:
        value = json.loads(given)
    except ValueError:
        value = given
    if isinstance(value, dict) and names & set(value):
        return value
    if "accepted_orders" in names:
        return {"answer": value, "accepted_orders": []}
    return {next(name for name in ("answer", "answers", "pairs", "subquestions") if name in names | {"answer"}): value}


def _json(given: str, option: str) -> Any:
    try:
        return json.loads(given)
    except ValueError as error:
        raise click.BadParameter("not JSON", param_hint=option) from error


def _shown(shown: Preview) -> dict[str, Any]:
    kept = shown.as_json()
    return {"marked": 0, "counts": kept["counts"], "changed": kept["changed"], "moves": kept["moves"]}


def _done(session: Session, asked: Plan, told: dict[str, Any]) -> dict[str, Any]:
    """Propose, and where another person is named confirm and mark."""
    if not told["proposer"]:
        raise click.UsageError("--as names the person who proposes; --preview writes nothing")
    at = clock.now()
    by = _person(session, told["proposer"], repair.PROPOSE)
    other = _person(session, told["confirmer"], repair.CONFIRM) if told["confirmer"] else None
    job_id = 0
    with writing() as own:
        made = repair.propose(own, asked, reason=told["reason"], by=by, at=at)
        if other is not None:
            job = repair.confirm(own, made, quarantine=not told["keep_in_draw"], seen=None, by=other, at=at)
            jobs.take(own, job.id, at=at)  # it is done here; should this process die, a worker takes it up
            job_id = job.id
        data: dict[str, Any] = {"correction": made.id, "status": made.status.value}
    if other is not None:
        outcome = regrading.regrade(db.engine, data["correction"], progress=_alive(job_id))
        with writing() as own:
            jobs.finish(own, job_id, result=outcome, at=clock.now())
        data |= {"marked": outcome["marked"], "status": "done", "releases": outcome["releases"]}
    return data


def _alive(job_id: int) -> Progress:
    def told(done: int, of: int) -> None:
        with writing() as session:
            jobs.tell_alive(session, job_id, at=clock.now(), done_steps=done, all_steps=of)

    return told


def _person(session: Session, username: str, roles: tuple[Role, ...]) -> int:
    """Who goes by a user name and may do this. Raises NotFound, NotAllowed."""
    account = credential_by_username(session, username)
    if account is None:
        raise NotFound(N_("Nobody has the user name %(name)s."), name=username)
    if not {grant.role for grant in account.person.grants} & set(roles):
        raise NotAllowed(N_("%(name)s may not do this: another role is needed."), name=username)
    return account.person_id


def _lines(data: dict[str, Any]) -> list[str]:
    counts = data["counts"]
    told = ", ".join(f"{counts[key]} {key}" for key in ("attempts", "raised", "lowered", "now_pass", "now_fail"))
    lines = [told.replace("_", " ")]
    lines += [f"{each['ticket']}: {each['before']} → {each['after']}" for each in data["changed"]]
    if "correction" in data:
        lines.append(f"correction {data['correction']}: {data['status']}, {data['marked']} marks written")
    return lines
