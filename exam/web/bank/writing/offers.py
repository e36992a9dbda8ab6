"""What a form offers beside what may be typed: topics, units, documents of the register."""

from typing import Any

from sqlalchemy.orm import Session

from exam.accounts.queries import units
from question_bank import listing, queries
from question_bank.enums import Audience, Difficulty, Kind, PaperKind, TextForm
from question_bank.errors import N_
from question_bank.taxonomy import PLACES, ROOTS, UNSORTED

DIFFICULTIES: dict[Difficulty, str] = {
    Difficulty.RECALL: N_("One article, one figure, one name."),
    Difficulty.UNDERSTANDING: N_("Telling close notions apart, finding the exception."),
    Difficulty.APPLICATION: N_(
        "Choosing the right rule, department or order in one situation, or a simple calculation."
    ),
    Difficulty.SYNTHESIS: N_("Across two fields, or with reasons to be given."),
    Difficulty.JUDGEMENT: N_("A real conflict between an investor's wish and a red line; another way has to be found."),
}

CERTAINTIES: dict[str, str] = {
    "CONFIRMED": N_("confirmed"),
    "FROM-KNOWLEDGE": N_("trade knowledge"),
    "DEMO": N_("invented for the demo"),
    "": N_("not confirmed"),
}


def offers(session: Session, topic: str) -> dict[str, Any]:
    """The choices of a form whose topic is `topic`, by their names in the template."""
    tree = listing.topics(session)
    places = PLACES if topic == UNSORTED else ROOTS
    return {
        "roots": places,
        "subtopics": [(each.name, PLACES.get(each.parent, "")) for each in tree if each.parent],
        "units": units(session),
        "documents": [use.document for use in queries.documents(session)],
        "difficulties": DIFFICULTIES,
        "certainties": CERTAINTIES,
        "paper_kinds": list(PaperKind),
        "audiences": list(Audience),
        "inner_kinds": [kind for kind in Kind if kind is not Kind.CASE],
        "forms": [form for form in TextForm if form is not TextForm.DIAGNOSIS],
    }
