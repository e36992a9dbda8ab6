"""Settings from the environment, checked once at start."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from question_bank.errors import N_, DomainError

DEFAULT_FOLDER = Path("instance")
DEMO_FOLDER = "demo"
ZONE_FILE = "timezone"
"""In the data folder: the county's time zone as `liangjuan setup` kept it; LIANGJUAN_TIMEZONE overrides it."""


class ConfigError(DomainError):
    """A setting that cannot be used: which one, what was found."""


@dataclass(frozen=True)
class SecondMarker:
    """An OpenAI-compatible address (https://host/v1), its key and the model's name; empty: none is asked."""

    url: str = ""
    key: str = ""
    model: str = ""


def without_secrets(url: str) -> str:
    """An address without the user and password in it."""
    scheme, separator, rest = url.partition("://")
    host = rest.split("@", 1)[1] if "@" in rest else rest
    return f"{scheme}{separator}***@{host}" if host != rest else url


@dataclass(frozen=True)
class Settings:
    """Where data lives and how the site presents itself.

    `data`: folder of the SQLite database, the queue, files and backups. `database_url`:
    SQLAlchemy URL. `zone`: the county's time zone. `second_marker`: the model that reads written answers too; off
    without an address. `address`: where people reach the site (https://host), for links in messages; empty: unknown.
    `hall_copies`: the second folder to which a hall's laptop copies its database each minute; empty: it does not.
    """

    data: Path
    database_url: str
    secret_key: str
    zone: ZoneInfo
    second_marker: SecondMarker = SecondMarker()
    address: str = ""
    metrics_token: str = ""
    proxies: int = 0
    hall_copies: str = ""
    hall_passphrase: str = ""

    @property
    def database_file(self) -> Path:
        """The SQLite file of a site that names no other database."""
        return self.data / "liangjuan.db"

    def shown(self) -> dict[str, str]:
        """The settings by the names of their variables, secrets masked."""
        return {
            "LIANGJUAN_DATA": str(self.data),
            "DATABASE_URL": without_secrets(self.database_url),
            "SECRET_KEY": "***",
            "LIANGJUAN_TIMEZONE": self.zone.key,
            "LIANGJUAN_ADDRESS": self.address,
            "LIANGJUAN_METRICS_TOKEN": "***" if self.metrics_token else "",
            "LIANGJUAN_PROXIES": str(self.proxies),
            "LIANGJUAN_HALL_COPIES": self.hall_copies,
            "LIANGJUAN_HALL_PASSPHRASE": "***" if self.hall_passphrase else "",
            "LIANGJUAN_SECOND_MARKER_URL": without_secrets(self.second_marker.url),
            "LIANGJUAN_SECOND_MARKER_KEY": "***" if self.second_marker.key else "",
            "LIANGJUAN_SECOND_MARKER_MODEL": self.second_marker.model,
        }


def load(data: Path | None = None) -> Settings:
    """Read the environment; `data` overrides LIANGJUAN_DATA. Creates the data folder and, once, its secret key.

    Raises ConfigError when the time zone is unknown or the folder cannot be written.
    """
    folder = (data or _named_folder()).absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        key = os.environ.get("SECRET_KEY") or _kept_key(folder / "secret_key")
    except OSError as error:
        raise ConfigError(
            N_("The data folder %(folder)s cannot be written: %(reason)s"),
            folder=str(folder),
            reason=error.strerror or "",
        ) from error
    zone_name = os.environ.get("LIANGJUAN_TIMEZONE") or _kept_zone(folder / ZONE_FILE) or "Asia/Shanghai"
    try:
        zone = ZoneInfo(zone_name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(N_("LIANGJUAN_TIMEZONE names no known time zone: %(zone)s"), zone=zone_name) from error
    url = _driver(os.environ.get("DATABASE_URL") or f"sqlite:///{(folder / 'liangjuan.db').as_posix()}")
    return Settings(
        data=folder,
        database_url=url,
        secret_key=key,
        zone=zone,
        second_marker=_second_marker(),
        address=_address(),
        metrics_token=os.environ.get("LIANGJUAN_METRICS_TOKEN", "").strip(),
        proxies=_proxies(),
        hall_copies=os.environ.get("LIANGJUAN_HALL_COPIES", "").strip(),
        hall_passphrase=os.environ.get("LIANGJUAN_HALL_PASSPHRASE", "").strip(),
    )


def _proxies() -> int:
    named = os.environ.get("LIANGJUAN_PROXIES", "").strip() or "0"
    if not named.isdecimal():
        raise ConfigError(N_("LIANGJUAN_PROXIES must be a whole number."))
    return int(named)


def _address() -> str:
    """Where the site is reached, without a slash at its end. Raises ConfigError for what is no web address."""
    named = os.environ.get("LIANGJUAN_ADDRESS", "").strip().rstrip("/")
    if named and not named.startswith(("http://", "https://")):
        raise ConfigError(N_("LIANGJUAN_ADDRESS must begin with http:// or https://."))
    return named


def _second_marker() -> SecondMarker:
    """Raises ConfigError for an address without a model, or one that is no web address."""
    url, key, model = (
        os.environ.get(f"LIANGJUAN_SECOND_MARKER_{name}", "").strip() for name in ("URL", "KEY", "MODEL")
    )
    if url and not url.startswith(("http://", "https://")):
        raise ConfigError(N_("LIANGJUAN_SECOND_MARKER_URL must begin with http:// or https://."))
    if url and not model:
        raise ConfigError(N_("LIANGJUAN_SECOND_MARKER_URL is set, but no LIANGJUAN_SECOND_MARKER_MODEL."))
    return SecondMarker(url, key, model)


def _named_folder() -> Path:
    """LIANGJUAN_DATA; else ./instance, or the demo's folder inside it while no real site has been set up there."""
    named = os.environ.get("LIANGJUAN_DATA")
    if named:
        return Path(named)
    demo = DEFAULT_FOLDER / DEMO_FOLDER
    real = (DEFAULT_FOLDER / "liangjuan.db").exists()
    return demo if demo.is_dir() and not real else DEFAULT_FOLDER


def _driver(url: str) -> str:
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def _kept_zone(file: Path) -> str:
    return file.read_text(encoding="ascii").strip() if file.exists() else ""


def _kept_key(file: Path) -> str:
    if not file.exists():
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_hex(32))
    return file.read_text(encoding="ascii").strip()
