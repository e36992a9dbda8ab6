"""Long work. The job table is the truth; the queue only wakes a worker."""
