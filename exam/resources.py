"""Where the shipped templates, static files and translations lie: in a wheel or in a checkout."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """Folder `templates` or `static`, from the installed wheel or, in a checkout, from its top."""
    inside = PACKAGE / "_shipped" / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def translations() -> Path:
    return PACKAGE / "translations"


def migrations() -> Path:
    return PACKAGE / "migrations"
