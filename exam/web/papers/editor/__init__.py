"""The organiser's form of a specification: as it was typed, read, beside another's, on its page."""
