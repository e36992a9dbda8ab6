"""Sentences of templates: looked up in the request's catalogue, which is found once and not for each sentence.

A candidate's page has hundreds of sentences, and Flask-Babel asks the application context five times for each.
"""

from flask import Flask, g
from flask_babel import get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup


class _Found:
    """The catalogue of a language, as long as the request speaks it."""

    __slots__ = ("catalogue", "language")

    def __init__(self) -> None:
        self.language = get_locale()
        self.catalogue = get_translations()


def _sentence(message: str) -> str:
    spoken = getattr(g._get_current_object(), "_flask_babel", None) if g else None  # noqa: SLF001
    found: _Found | None = getattr(spoken, "liangjuan_found", None)
    if found is None or getattr(spoken, "babel_locale", None) is not found.language:
        found = _Found()
        if spoken is not None:
            spoken.liangjuan_found = found
    return str(found.catalogue.ugettext(message))


@pass_eval_context
def _gettext(evaluation: EvalContext, message: str, **variables: object) -> str:
    """Jinja's own way with a sentence: always a format, its variables escaped where the template escapes."""
    text = _sentence(message)
    shown = Markup(text) if evaluation.autoescape else text  # noqa: S704 -- the sentence is ours
    return shown % variables if variables or "%" in text else shown


def register(app: Flask) -> None:
    """Let the templates of the application look sentences up here."""
    app.jinja_env.globals.update(gettext=_gettext, _=_gettext)
