"""Who may do what: every route names a predicate over (viewer, object), or stands in the short public list.

    @blueprint.get("/stops/<int:stop_id>")
    @access(may_see_stop, of=stop_by_id)
    def stop_page(stop: Stop) -> str: ...

`of` finds the object from the route's own parameters in the reading session (NotFound → 404); the view
is then called with the object in place of those parameters. Without `of`, the predicate is asked about None.
What a person may not see does not exist for that person: 404 for objects, 403 for whole areas.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from flask import abort, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from exam.accounts.roles import Role, Viewer
from exam.extensions import db
from question_bank.errors import NotFound

P = ParamSpec("P")
R = TypeVar("R")

Rule = Callable[[Viewer, Any], bool]
Finder = Callable[Concatenate[Session, P], Any]


@dataclass(frozen=True)
class Permission:
    """A named rule; `|` and `&` make new ones. `name` is what the route matrix test prints."""

    name: str
    rule: Rule

    def __call__(self, viewer: Viewer, thing: Any) -> bool:
        return self.rule(viewer, thing)

    def __or__(self, other: "Permission") -> "Permission":
        return Permission(f"{self.name} | {other.name}", lambda v, o: self(v, o) or other(v, o))

    def __and__(self, other: "Permission") -> "Permission":
        return Permission(f"({self.name} & {other.name})", lambda v, o: self(v, o) and other(v, o))


def permission(rule: Rule) -> Permission:
    """Turn a small predicate into a Permission that bears its name."""
    return Permission(rule.__name__, rule)


def holds(*roles: Role) -> Permission:
    """Any of `roles`, and not come in with a ticket (a ticket opens one stop's papers and nothing else)."""
    return Permission(
        "holds(" + ",".join(roles) + ")", lambda viewer, _: viewer.roster_entry_id is None and viewer.has(*roles)
    )


@permission
def signed_in(viewer: Viewer, thing: Any) -> bool:
    """Everybody who has proved who they are, by password or by ticket."""
    del viewer, thing
    return True


def access(
    rule: Permission, *, of: Finder[...] | None = None
) -> Callable[[Callable[..., R]], Callable[..., R | Response]]:
    """Guard a view; see the module. Rule and finder stay readable as `view.permission` and `view.finder`."""

    def guard(view: Callable[..., R]) -> Callable[..., R | Response]:
        @wraps(view)
        def guarded(**parameters: Any) -> R | Response:
            viewer = current_viewer()
            if viewer is None:
                return ask_to_sign_in()
            if of is None:
                if not rule(viewer, None):
                    abort(403)
                return view(**parameters)
            try:
                thing = of(db.session(), **parameters)
            except NotFound:
                abort(404)
            if not rule(viewer, thing):
                abort(404)
            return view(thing)

        guarded.permission = rule  # type: ignore[attr-defined]
        guarded.finder = of  # type: ignore[attr-defined]
        return guarded

    return guard


def public(view: Callable[..., R]) -> Callable[..., R]:
    """Mark a view that needs no signing in; the test keeps the list of them short and named."""
    view.permission = None  # type: ignore[attr-defined]
    return view


def current_viewer() -> Viewer | None:
    """The person behind this request, None when nobody has signed in."""
    return cast("Viewer | None", g.get("viewer"))


def viewer() -> Viewer:
    """The person behind this request, in a view that is guarded."""
    who = current_viewer()
    if who is None:
        abort(401)
    return who


def ask_to_sign_in() -> Response:
    """To the sign-in page and back; JSON callers get 401 so that they can ask in place."""
    in_json = request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
    if in_json or request.path.startswith("/api/"):
        abort(401)
    return redirect(url_for("account.sign_in", next=request.full_path.rstrip("?")))
