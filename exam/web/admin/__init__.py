"""People, units and their accounts."""

from exam.web.admin import data, holidays, intake, people, person, units
from exam.web.admin.area import blueprint

__all__ = ["blueprint", "data", "holidays", "intake", "people", "person", "units"]
