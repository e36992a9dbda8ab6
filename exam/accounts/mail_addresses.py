"""Pure: what an e-mail address is."""

import re

LONGEST = 120
MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
"""The addresses an HTML form takes (WHATWG), with a dot in the domain."""


def is_mail_address(text: str) -> bool:
    """Whether `text` is one address and nothing else: no name, no list, no line end; of a length our table holds."""
    return len(text) <= LONGEST and MAIL.fullmatch(text) is not None
