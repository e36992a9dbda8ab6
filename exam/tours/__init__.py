"""The tour through the units, and each stop as one object."""
