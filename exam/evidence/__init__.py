"""What can be shown afterwards: a stop as one signed file, results carried from a hall to the county."""
