"""Days that differ from the week: free weekdays and worked weekends."""

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from question_bank.orm import Base


class SpecialDay(Base):
    """节假日安排: a day that is off although a weekday (or by law), or worked although a weekend.

    `source` names the notice; rows of the county's own come before what is shipped.
    """

    __tablename__ = "special_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    off: Mapped[bool]
    name: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime]
