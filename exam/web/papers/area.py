"""The area's blueprint, its one rule, and what its pages share."""

from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app
from flask_babel import gettext
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts.roles import Role
from exam.web.access import holds
from question_bank.enums import Band
from question_bank.taxonomy import ROOTS

blueprint = Blueprint("papers", __name__, url_prefix="/papers")

Page = str | tuple[str, int] | Response

organises = holds(Role.ORGANISER)
"""Papers are secret: whoever sees one before the sitting knows what will be asked."""


def today() -> date:
    """The day in the county."""
    zone: ZoneInfo = current_app.extensions["liangjuan"].zone
    return clock.today(zone)


BANDS = {band.value: band for band in Band}


@blueprint.app_template_filter("margin_name")
def margin_name(code: str) -> str:
    """The name of a margin's row: ETIQ/SERVICE → 礼仪谈判与廉洁、营商服务, easy → 易 (in the reader's language)."""
    if code in BANDS:
        return str(gettext(BANDS[code].label))
    return "、".join(ROOTS.get(each, each) for each in code.split("/"))
