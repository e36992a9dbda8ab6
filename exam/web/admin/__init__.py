"""People, units and their accounts."""

from exam.web.admin import holidays, intake, people, person, units
from exam.web.admin.area import blueprint

__all__ = ["blueprint", "holidays", "intake", "people", "person", "units"]
