"""Parts of the exam-day benchmark: the hall it fills, the client that drives it, the server's CPU time."""
