"""The wall of the hall, and arriving there."""

from exam.web.hall import arrivals, views
from exam.web.hall.area import blueprint

__all__ = ["arrivals", "blueprint", "views"]
