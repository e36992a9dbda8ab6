"""Wiring only: settings, extensions, areas, API, jobs."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from apiflask import APIFlask

from exam import api, backup, config, database, expiry, resources
from exam.bank_import import writing as bank_import
from exam.evidence import retention
from exam.extensions import babel, csrf, db
from exam.grading import closing, recalibration
from exam.jobs.worker import Chore, JobFunction, Work
from exam.ledger import papers as told_problems
from exam.ledger import reminding as due_dates
from exam.lessons import later
from exam.notices import due as messages
from exam.printouts import queries as prints
from exam.reports import briefing, equated, question_tally, regrading, repair, watching
from exam.reports.weak_topics import weak_topics
from exam.scanning import codes
from exam.sittings import clock_watch
from exam.tours import asking, reminding
from exam.web import addresses, areas, identity


def create_app(settings: config.Settings | None = None, **overrides: Any) -> APIFlask:
    """The application on `settings` (default: the environment); `overrides` go into Flask's config."""
    settings = settings or config.load()
    app = APIFlask(
        "exam",
        title="两卷一课",
        version="1",
        json_errors=False,
        docs_path=None,
        spec_path="/api/openapi.json",
        static_folder=str(resources.shipped("static")),
        template_folder=str(resources.shipped("templates")),
        instance_path=str(settings.data),
    )
    app.config.update(flask_settings(settings), **overrides)
    app.url_rule_class = addresses.LateRule
    app.extensions["liangjuan"] = settings
    db.init_app(app)
    with app.app_context():
        database.prepare(db.engine)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=identity.language)
    areas.register(app)
    api.register(app)
    return app


def flask_settings(settings: config.Settings) -> dict[str, Any]:
    """Flask's own configuration, from ours."""
    catalogues = sorted(po.stem for po in (resources.translations() / "zh_Hans_CN" / "LC_MESSAGES").glob("*.po"))
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": database.engine_options(settings.database_url),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,  # the login behind the cookie ends by its own time
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "MAX_CONTENT_LENGTH": 32 * 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_DEFAULT_TIMEZONE": settings.zone.key,
        "BABEL_DOMAIN": ";".join(catalogues) or "messages",
        "BABEL_TRANSLATION_DIRECTORIES": ";".join([str(resources.translations())] * max(1, len(catalogues))),
    }


def job_functions(settings: config.Settings) -> dict[str, JobFunction]:
    """Every kind of long work by its name."""
    return {
        backup.JOB: backup.job,
        bank_import.JOB: bank_import.job,
        prints.JOB: partial(_print, settings),
        repair.JOB: regrading.job,
        SECOND_OPINIONS: partial(_second_opinions, settings),
        messages.JOB: partial(_send_messages, settings),
        asking.JOB: partial(_plan_calendar, settings),
    }


def _plan_calendar(settings: config.Settings, work: Work) -> dict[str, Any]:
    from exam.tours import planning_job  # numpy and scipy: only a worker that plans

    return planning_job.job(work, zone=settings.zone, weak=weak_topics)


def _send_messages(settings: config.Settings, work: Work) -> dict[str, Any]:
    from exam.notices import sending  # smtplib, ssl and the HTTP client: only a worker that sends

    return sending.job(work, site=settings.address)


def _print(settings: config.Settings, work: Work) -> dict[str, Any]:
    from exam.printouts import running  # ReportLab and the faces: 30 MB, only in a worker that prints

    return running.job(work, key=codes.key_of(settings.secret_key), zone=settings.zone)


SECOND_OPINIONS = "second_opinions"


def _second_opinions(settings: config.Settings, work: Work) -> dict[str, Any]:
    from exam.grading import second_marker, second_opinions  # urllib's HTTP client: only a worker that asks a model

    found = settings.second_marker
    return second_opinions.job(work, endpoint=second_marker.Endpoint(found.url, found.key, found.model))


def second_marker_chores(settings: config.Settings) -> tuple[Chore, ...]:
    """Asking for what lacks an opinion, where a second marker is set up."""
    if not settings.second_marker.url:
        return ()
    from exam.grading import second_opinions  # as above

    return (Chore("second opinions", second_opinions.EVERY, second_opinions.ask_for_waiting),)


def chores(zone: ZoneInfo) -> tuple[Chore, ...]:
    """What the worker does again and again; `zone` says when a day of the county begins."""
    return (
        Chore("the machine's clock", clock_watch.EVERY, clock_watch.watch),
        Chore("end overdue papers", closing.EVERY, closing.end_overdue),
        Chore("daily backup", 600, backup.ask_daily),
        Chore("last days and reviews", expiry.EVERY, expiry.chore(zone)),
        Chore("suggestions beside people's marks", recalibration.EVERY, recalibration.look),
        Chore("figures of questions", watching.EVERY, watching.watch),
        Chore("lesson briefs", briefing.EVERY, briefing.chore),
        Chore("what was earned on each question", question_tally.EVERY, question_tally.watch),
        Chore("equated scores", equated.EVERY, equated.watch),
        Chore("quizzes thirty days later", later.EVERY, later.watch),
        Chore("reminders of stops", reminding.EVERY, reminding.chore(zone)),
        Chore("problems told in practical papers", told_problems.EVERY, told_problems.look),
        Chore("due dates of cases", due_dates.EVERY, due_dates.chore(zone)),
        Chore("data past their days", retention.EVERY, retention.chore),
        Chore("messages", messages.EVERY, messages.ask_for_due),
    )


def data_folder(app: APIFlask) -> Path:
    """Where this application keeps its files."""
    settings: config.Settings = app.extensions["liangjuan"]
    return settings.data
