"""The wall of the hall, arriving there, and the live board of those who run it."""

from exam.web.hall import arrivals, board, devices, identity, incidents, people, rules, views
from exam.web.hall.area import blueprint

__all__ = ["arrivals", "blueprint", "board", "devices", "identity", "incidents", "people", "rules", "views"]
