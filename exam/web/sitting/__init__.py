"""The candidate's pages: waiting room, paper, receipt."""

from exam.web.sitting.views import blueprint

__all__ = ["blueprint"]
