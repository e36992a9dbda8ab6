"""Units, persons, roles, and how a person proves to be that person."""
