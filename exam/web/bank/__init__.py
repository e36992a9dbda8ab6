"""The question bank: the list, a question's page with its steps, imports, the register of documents."""

from exam.web.bank import documents, importing, moves, pictures, questions
from exam.web.bank.area import blueprint

__all__ = ["blueprint", "documents", "importing", "moves", "pictures", "questions"]
