"""The lecture: materials, quiz rounds, feedback, and what it taught."""

from exam.web.lessons import feedback, materials, overview, places, rounds, walls
from exam.web.lessons.area import blueprint

__all__ = ["blueprint", "feedback", "materials", "overview", "places", "rounds", "walls"]
