"""The hall: what is projected while people come in and write, and the door of each sitting."""

from exam.web.hall.views import blueprint

__all__ = ["blueprint"]
