"""What is done with questions: papers, stops, sittings, marks and reports."""
