"""Coming in, going out, what everybody sees first, and what one may set for oneself."""

from exam.web.account import own, own_data, signing_in
from exam.web.account.area import blueprint

__all__ = ["blueprint", "own", "own_data", "signing_in"]
