"""The training ledger: lists, one person's sheet, trainings elsewhere, what counts how much."""

from exam.web.training import deciding, lists, own, rules
from exam.web.training.area import blueprint

__all__ = ["blueprint", "deciding", "lists", "own", "rules"]
