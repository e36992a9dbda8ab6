"""台账: questions and problems from the hall, each with an owner until it is closed."""
