"""How values are shown: marks, shares, times in the county's zone."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import Flask, current_app, request, url_for
from flask_babel import format_date, format_datetime, get_locale, gettext
from markupsafe import Markup

from question_bank.richtext import Piece, Words, pieces, plain, segment_pieces

PLAIN, BOLD = Markup("{}"), Markup("<strong>{}</strong>")
PICTURE = Markup('<img class="text-picture" src="{}" alt="{}">')


def marks(value: Decimal | float | None) -> str:
    """12.50 → 12.5, 60.00 → 60, None → –."""
    if value is None:
        return "–"
    return f"{Decimal(str(value)):.2f}".rstrip("0").rstrip(".")


def percent(value: float | None) -> str:
    """0.8333 → 83.3 %; None → –."""
    return "–" if value is None else f"{float(value) * 100:.1f}%"


def when(value: datetime | None) -> str:
    """A moment as 3月2日 14:05 (English: 2 Mar 14:05), in the county's time zone."""
    if value is None:
        return "–"
    return str(format_datetime(value, "M月d日 HH:mm" if _chinese() else "d MMM HH:mm"))


def clock_time(value: datetime | None) -> str:
    return "–" if value is None else str(format_datetime(value, "HH:mm"))


def day(value: date | datetime | None) -> str:
    """A day as 3月2日（周二） (English: Tue 2 Mar), in the county's time zone."""
    if value is None:
        return "–"
    pattern = "M月d日（EEE）" if _chinese() else "EEE d MMM"
    return str(format_datetime(value, pattern) if isinstance(value, datetime) else format_date(value, pattern))


def label(value: object) -> str:
    """The name of a member of one of the closed lists, in the reader's language."""
    return str(gettext(value.label)) if hasattr(value, "label") else str(value)


def _chinese() -> bool:
    return str(get_locale()).startswith("zh")


def rich(text: str) -> Markup:
    """A question's text with its bold words and pictures; everything else in it is only text."""
    return _html(pieces(text))


def rich_segments(segments: Sequence[str]) -> list[Markup]:
    """The same for a stem cut at its blanks, piece by piece."""
    return [_html(each) for each in segment_pieces(segments)]


def _html(found: Iterable[Piece]) -> Markup:
    return Markup("").join(
        (BOLD if piece.bold else PLAIN).format(piece.text)
        if isinstance(piece, Words)
        else PICTURE.format(url_for("bank.picture", digest=piece.digest), piece.alt)
        for piece in found
    )


def static_address(filename: str) -> str:
    """What `url_for("static", ...)` gives, without looking for the route: a page has dozens of icons from two files."""
    return f"{request.script_root}{current_app.static_url_path}/{filename}"


def register(app: Flask, zone: ZoneInfo) -> None:
    """Hang the filters on the templates; `zone` is the county's."""
    app.config["BABEL_DEFAULT_TIMEZONE"] = zone.key
    app.jinja_env.globals["static_address"] = static_address
    for name, function in (
        ("marks", marks),
        ("percent", percent),
        ("when", when),
        ("clock_time", clock_time),
        ("day", day),
        ("label", label),
        ("rich", rich),
        ("rich_segments", rich_segments),
        ("plain", plain),
    ):
        app.jinja_env.filters[name] = function
