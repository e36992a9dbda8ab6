"""What the marks say: of a person, a stop, a unit, the tour."""
