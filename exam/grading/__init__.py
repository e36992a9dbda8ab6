"""Marks: awarded by rule or by people, every one explainable."""
