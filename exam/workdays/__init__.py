"""Days on which offices work: weekends, public holidays and the days worked in exchange."""
