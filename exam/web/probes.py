"""What machines ask about this node: does it live, should it get requests, how is it doing."""

import hmac

from flask import Blueprint, Response, abort, current_app, jsonify, request

from exam import clock, config, health, metrics
from exam.extensions import db
from exam.sittings.queries import running_attempts
from exam.web.access import public

blueprint = Blueprint("web", __name__)

LOCAL = frozenset({"127.0.0.1", "::1"})
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """Whether the process answers; nothing is read."""
    return jsonify(ok=True)


@blueprint.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """Whether this node should get requests; 503 while its database is away. Figures only for the machine itself."""
    found = _watch().health(db.engine, _settings().data, at=clock.now())
    told = {"ready": found.ready, "alarms": found.alarms, **(found.facts if _may_know() else {})}
    return jsonify(told), 200 if found.ready else 503


@blueprint.get("/metrics", endpoint="metrics")
@public
def node_metrics() -> Response:
    """Figures for Prometheus: to the machine itself, or with the token; for everybody else there is nothing here."""
    if not _may_know():
        abort(404)
    from exam import exposition  # the client of Prometheus: only where somebody asks for it

    found = _watch().health(db.engine, _settings().data, at=clock.now())
    running = running_attempts(db.session()) if found.ready else {}
    text = exposition.written(metrics.Sum(_settings().data / metrics.FOLDER), found, running)
    return Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _watch() -> health.Watch:
    watch: health.Watch = current_app.extensions["liangjuan.watch"]
    return watch


def _settings() -> config.Settings:
    settings: config.Settings = current_app.extensions["liangjuan"]
    return settings


def _may_know() -> bool:
    """Asked on this machine and not through a proxy there, or with the token of the settings."""
    token = _settings().metrics_token
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(sent.encode(), token.encode()):
        return True
    return request.remote_addr in LOCAL and not any(name in request.headers for name in FORWARDED)
