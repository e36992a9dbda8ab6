"""Pictures in questions: what may come in, how it is kept, and how a text names it.

A picture is kept as PNG or JPEG without anything but its pixels: places and names that cameras write into files are
left behind, and so is whatever is hung on behind the picture.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from question_bank.errors import N_, Invalid, Problem

if TYPE_CHECKING:
    from PIL import Image

MAX_BYTES: Final = 8_000_000
MAX_PIXELS: Final = 16_000_000
"""Unpacked this is 64 MB; larger ones are refused by their head alone."""
MAX_SIDE: Final = 1_600
"""Longer sides are scaled down: more is visible neither in a column of print nor on a phone."""
KEPT_BYTES: Final = 400_000
"""A PNG above this, without transparency, is kept as JPEG: a phone in a hall loads it."""
ALT_LENGTH: Final = 200
NO_FILE: Final = N_("Choose a picture first.")
NO_ALT: Final = N_("Say in words what the picture shows: some candidates cannot see it, and some printers lose it.")

_FORMATS: Final = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF")
_MEDIA_TYPES: Final = {"PNG": "image/png", "JPEG": "image/jpeg"}
_ENDS: Final = {"PNG": (b"IEND\xaeB`\x82",), "JPEG": (b"\xff\xd9",)}
_BARE: Final = frozenset({"dpi", "progressive", "progression", "gamma", "srgb", "interlace", "transparency"})
_BARE_JFIF: Final = frozenset({"jfif", "jfif_version", "jfif_unit", "jfif_density"})
_UNSAFE: Final = re.compile(r"[\[\]\x00-\x1f]+")


@dataclass(frozen=True)
class Picture:
    """Pixels as they are kept: ``digest`` is the SHA-256 of ``data``, width and height are in pixels."""

    digest: str
    media_type: str
    width: int
    height: int
    data: bytes


Album = Callable[[str], "Picture | None"]
"""Gives the picture of a digest, None where it is not to be had."""


def no_pictures(digest: str) -> None:
    """Have none: the album of who writes questions that name no pictures."""
    del digest


def file_name(picture: Picture) -> str:
    """Return the name a picture has as a file of its own."""
    return f"{picture.digest}.{'jpg' if picture.media_type == 'image/jpeg' else 'png'}"


def read_picture(data: bytes) -> Picture:
    """Read a file as a picture; reading what was kept gives the same picture again.

    Raises ``Invalid`` with a sentence for what is no picture, is damaged or is larger than the limits.
    """
    if len(data) > MAX_BYTES:
        raise refused(N_("The picture is larger than %(limit)s MB."), limit=MAX_BYTES // 1_000_000)
    from PIL import Image  # pages are served without it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _read(data)
    except Invalid:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise refused(N_("The picture has too many pixels. Scale it down first.")) from error
    except Exception as error:  # a decoder meets foreign bytes here, and every way it may fail means the same
        raise refused(N_("This is not a picture that can be read. PNG and JPEG always can.")) from error


def pixels_of(data: bytes) -> int:
    """Return how many pixels a file says it has, by its head alone; 0 for what is no picture."""
    from PIL import Image  # as above

    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            return image.width * image.height
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return 0


def _read(data: bytes) -> Picture:
    from PIL import Image  # as above

    with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
        if image.width * image.height > MAX_PIXELS:
            raise refused(N_("The picture has too many pixels. Scale it down first."))
        name = str(image.format)
        if data.endswith(_ENDS.get(name, ())) and _is_bare(image) and max(image.size) <= MAX_SIDE:
            image.load()
            return _picture(data, name, image.size)
        image.draft("RGB", (MAX_SIDE, MAX_SIDE))
        return _encoded(image)


def _is_bare(image: Image.Image) -> bool:
    """Whether the file holds one still picture in usual colours and no notes."""
    still = getattr(image, "n_frames", 1) == 1
    return still and image.mode != "CMYK" and not image.getexif() and set(image.info) <= _BARE | _BARE_JFIF


def _encoded(image: Image.Image) -> Picture:
    from PIL import ImageOps  # as above

    was_jpeg = image.format == "JPEG"
    turned = ImageOps.exif_transpose(image)
    is_clear = "A" in turned.getbands() or "transparency" in turned.info
    plain = turned.convert("RGBA" if is_clear else "RGB")
    plain.thumbnail((MAX_SIDE, MAX_SIDE))
    plain.info.clear()
    packed = b"" if was_jpeg else _packed(plain, "PNG")
    if was_jpeg or (len(packed) > KEPT_BYTES and not is_clear):
        return _picture(_packed(plain.convert("RGB"), "JPEG"), "JPEG", plain.size)
    return _picture(packed, "PNG", plain.size)


def _packed(image: Image.Image, name: str) -> bytes:
    file = io.BytesIO()
    image.save(file, name, optimize=True, quality=85)
    return file.getvalue()


def _picture(data: bytes, name: str, size: tuple[int, int]) -> Picture:
    return Picture(sha256(data).hexdigest(), _MEDIA_TYPES[name], *size, data)


def refused(template: str, **params: object) -> Invalid:
    """Return the refusal of a picture with that sentence."""
    return Invalid([Problem("picture", template, params)])


def reference(picture: Picture, alt: str) -> str:
    """Return how a text names ``picture``; ``alt`` says in words what is to be seen."""
    return f"![{clean_alt(alt)}](picture:{picture.digest})"


def clean_alt(alt: str) -> str:
    """Return ``alt`` on one line, without brackets and no longer than it may be."""
    return " ".join(_UNSAFE.sub(" ", alt).split())[:ALT_LENGTH]
