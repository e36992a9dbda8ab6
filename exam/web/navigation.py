"""What stands in the menu, by role: at most seven entries, and where each role lands."""

from flask import request, url_for
from flask_babel import gettext

from exam.accounts.roles import Role, Viewer
from question_bank.errors import N_

MENU = 7

ENTRIES: tuple[tuple[str, str, str, frozenset[Role]], ...] = (
    # label, endpoint, icon, who sees it; in the order of the menu
    (N_("Today"), "account.home", "house", frozenset(Role)),
    (
        N_("Tour"),
        "tours.board",
        "calendar3",
        frozenset({Role.ORGANISER, Role.LEADER, Role.UNIT_CONTACT, Role.LECTURER, Role.ANSWERER}),
    ),
    (N_("Questions"), "bank.questions", "collection", frozenset({Role.AUTHOR, Role.REVIEWER, Role.ORGANISER})),
    (
        N_("Ledger"),
        "ledger.board",
        "clipboard-check",
        frozenset({Role.ORGANISER, Role.LEADER, Role.ANSWERER, Role.UNIT_CONTACT}),
    ),
    (N_("Marking"), "grading.desk", "pencil-square", frozenset({Role.MARKER, Role.ORGANISER})),
    (N_("Results"), "reports.comparison", "bar-chart", frozenset({Role.ORGANISER, Role.LEADER})),
    (N_("My unit"), "reports.own_unit", "building", frozenset({Role.UNIT_CONTACT})),
    (N_("Lectures and quizzes"), "lessons.lectures", "mic", frozenset({Role.LECTURER, Role.LEADER})),
    (N_("Training ledger"), "training.people", "award", frozenset({Role.LEADER, Role.UNIT_CONTACT})),
    (N_("My training"), "training.me", "award", frozenset({Role.CANDIDATE})),
    (N_("My results"), "reports.me", "journal-text", frozenset({Role.CANDIDATE})),
    (N_("Questions I asked"), "ledger.mine", "question-circle", frozenset({Role.CANDIDATE})),
    (
        N_("Published results"),
        "reports.published",
        "megaphone",
        frozenset({Role.CANDIDATE, Role.UNIT_CONTACT, Role.LECTURER, Role.ANSWERER}),
    ),
    (N_("Messages"), "notices.messages", "send", frozenset({Role.ADMINISTRATOR})),
    (N_("People"), "admin.people", "people", frozenset({Role.ADMINISTRATOR, Role.ORGANISER, Role.UNIT_CONTACT})),
)


PUBLISHED = frozenset({"reports.published", "reports.public_stop", "reports.public_bulletin"})


def navigation(viewer: Viewer | None, endpoints: frozenset[str]) -> list[dict[str, object]]:
    """The menu of `viewer`: label, url, icon, and whether the page shown belongs to the entry."""
    if viewer is None or viewer.roster_entry_id is not None:
        return []
    shown = request.endpoint or ""
    return [
        {
            "label": gettext(label),
            "url": url_for(endpoint),
            "icon": icon,
            "active": shown == endpoint or _area(shown) == _area(endpoint) != "account",
        }
        for label, endpoint, icon, roles in ENTRIES
        if endpoint in endpoints and not viewer.roles.isdisjoint(roles)
    ][:MENU]


BELOW = {"papers": "bank", "planning": "tours"}
"""Areas without an entry of their own, and the area whose entry leads to them."""


def _area(endpoint: str) -> str:
    """What everybody may read is an area of its own within the reports, one's own questions one within the ledger."""
    if endpoint in PUBLISHED:
        return "published"
    area = endpoint.partition(".")[0]
    return endpoint if endpoint == "ledger.mine" else BELOW.get(area, area)
