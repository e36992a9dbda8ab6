"""The question bank: the list, a question's page with its steps, imports, the register of documents."""

from exam.web.bank import (
    articles,
    authoring,
    batch,
    comparing,
    documents,
    importing,
    keeping,
    leaks,
    moves,
    pairs,
    pictures,
    questions,
    reviewing,
    rulings,
    solving,
    topics,
)
from exam.web.bank.area import blueprint

__all__ = [
    "articles",
    "authoring",
    "batch",
    "blueprint",
    "comparing",
    "documents",
    "importing",
    "keeping",
    "leaks",
    "moves",
    "pairs",
    "pictures",
    "questions",
    "reviewing",
    "rulings",
    "solving",
    "topics",
]
