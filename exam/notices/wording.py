"""Sentences of messages in the receiver's language, outside of any request."""

import gettext
import re
from functools import cache

from exam import resources
from exam.accounts.roles import Language
from question_bank.errors import fill


def say(language: Language, template: str, **params: object) -> str:
    """A gettext message id in `language`, filled in; the template itself where it has no translation."""
    return fill(_catalogue(language).gettext(template), params)


OWN_PAGE = re.compile(r"(?m)(?<=[:：])\s?(/[\w./-]+)$")
"""A line that ends with one of the site's own pages."""


def reachable(text: str, site: str) -> str:
    """`text` with its own pages' addresses made whole, where the site knows under which address it is reached."""
    return OWN_PAGE.sub(lambda found: f"{site}{found[1]}", text) if site else text


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    """All areas' catalogues as one; a message id means the same in each."""
    merged = gettext.NullTranslations()
    folder = resources.translations() / language.value / "LC_MESSAGES"
    for file in sorted(folder.glob("*.mo"), reverse=True):
        with file.open("rb") as read:
            found = gettext.GNUTranslations(read)
        found.add_fallback(merged)
        merged = found
    return merged
