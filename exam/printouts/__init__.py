"""What is printed for a stop: chosen, put together as one file, made as long work, and counted as printed."""
