"""Every table of the product, imported once: what migrations and a new database are made from."""

from exam import audit, keys
from exam.accounts import models as accounts
from exam.evidence import models as evidence
from exam.grading import models as grading
from exam.jobs import models as jobs
from exam.ledger import models as ledger
from exam.lessons import models as lessons
from exam.notices import models as notices
from exam.papers import models as papers
from exam.reports import models as reports
from exam.scanning import models as scanning
from exam.sittings import day_models as days
from exam.sittings import models as sittings
from exam.tours import models as tours
from exam.training import models as training
from exam.workdays import models as workdays
from question_bank import models as bank
from question_bank import wordsearch
from question_bank.orm import Base

MODULES = (
    bank,
    audit,
    keys,
    jobs,
    workdays,
    accounts,
    notices,
    papers,
    tours,
    sittings,
    days,
    scanning,
    grading,
    ledger,
    lessons,
    reports,
    training,
    evidence,
)
metadata = Base.metadata


def is_compared(item: object, name: str | None, kind: str, reflected: bool, beside: object) -> bool:
    """Whether Alembic is to compare it: the tables of the search's index are no tables of the metadata."""
    del item, reflected, beside
    return not (kind == "table" and wordsearch.is_index(name or ""))
