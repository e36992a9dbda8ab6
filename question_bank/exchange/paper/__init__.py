"""Questions written as a person types a paper: numbered, lettered, answers beside them or in a list at the end."""
