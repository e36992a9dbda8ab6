"""The area's blueprint and who may do what in it: drafts are the organisers', versions are for all who see the tour."""

from flask import Blueprint

from exam.accounts.roles import Role
from exam.web.access import holds

blueprint = Blueprint("planning", __name__, url_prefix="/planning")

organises = holds(Role.ORGANISER)
sees_tour = holds(Role.ORGANISER, Role.LEADER, Role.ANSWERER)
