"""Pure: the four digits on the hall's wall with which people check themselves in.

Whoever can type them has seen the wall, or was told by somebody who has; names and tickets are still looked at by the
staff at the door. A guess hits once in ten thousand, and guesses are slowed down as at the sign-in.
"""

import hmac
from hashlib import sha256

DIGITS = 4


def hall_code(secret: str, uid: str) -> str:
    """The digits of the stop named `uid`; the same all day, known to nobody without the site's secret."""
    digest = hmac.new(secret.encode(), f"hall/{uid}".encode(), sha256).digest()
    return f"{int.from_bytes(digest[:6], 'big') % 10**DIGITS:0{DIGITS}d}"


def fits(typed: str, code: str) -> bool:
    """Whether the digits are right; spaces between them do not matter."""
    return hmac.compare_digest("".join(typed.split()).encode(), code.encode())
