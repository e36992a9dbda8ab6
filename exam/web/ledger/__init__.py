"""台账: questions from the hall to their closing, and what anybody may ask and read."""

from exam.web.ledger import asking, board, case, office, triage
from exam.web.ledger.area import blueprint

__all__ = ["asking", "blueprint", "board", "case", "office", "triage"]
