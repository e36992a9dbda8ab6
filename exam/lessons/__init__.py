"""The lecture of a stop: its materials, its short quizzes and what the hall thought of it."""
