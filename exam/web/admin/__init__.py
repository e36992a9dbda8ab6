"""People, units and their accounts."""

from exam.web.admin import intake, people, person, units
from exam.web.admin.area import blueprint

__all__ = ["blueprint", "intake", "people", "person", "units"]
