"""What one hall needs of the county's site, carried to a laptop as one file."""
