"""Messages that go out: their channels, how they fared, when stops are reminded of; and calendars to subscribe to."""

from exam.web.notices import calendars, channels, messages, reminders  # noqa: F401 -- their views hang on the blueprint
from exam.web.notices.area import blueprint

__all__ = ["blueprint"]
