"""Moodle XML, the format Moodle exports its question bank in: ``<quiz>`` with a ``<question type="…">`` for each.

Source: the page “Moodle XML format” of Moodle's documentation and the exporter of Moodle 4 (qformat_xml).

Held, both ways: every kind but the case. Read besides: cloze (embedded answers), gapselect, ddwtos and gapfill as
blanks, ddmatch, multichoiceset. Not held: what is computed, drawn or dragged on a picture, random questions, texts
without a question. Pictures go in and out.
"""

from question_bank.exchange.moodle.reading import is_moodle, read
from question_bank.exchange.moodle.writing import write, write_failed

__all__ = ["is_moodle", "read", "write", "write_failed"]
