"""The site's own pairs of keys, and the keys of other sites whose word it takes."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from question_bank.orm import Base


class SiteKey(Base):
    """A pair of keys by its purpose ("signing", "rescue"), in hexadecimal. They travel with a backup of the site."""

    __tablename__ = "site_key"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    public: Mapped[str] = mapped_column(String(64))
    secret: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]


class TrustedKey(Base):
    """The signing key of another site, such as a hall's laptop, whose results are taken over."""

    __tablename__ = "trusted_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    public: Mapped[str] = mapped_column(String(64), unique=True)
    added_at: Mapped[datetime]
    added_by: Mapped[int | None]
    revoked_at: Mapped[datetime | None]
