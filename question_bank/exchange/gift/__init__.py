"""GIFT, the text format of Moodle: ``::title::[format]stem {answers} rest of the stem``.

Source: the page “GIFT format” of Moodle's documentation and the behaviour of its importer; where real files break
its rules (no empty line between questions, LaTeX in bare braces, ``=`` in an option), the sensible reading wins.

Held, both ways: single and multiple choice, true or false, fill in the blanks (one blank), calculation, matching, short
answer. Not held: ordering, cases, blanks that are more than one, pictures.
"""

from question_bank.exchange.gift.reading import read
from question_bank.exchange.gift.writing import write, write_failed

__all__ = ["read", "write", "write_failed"]
