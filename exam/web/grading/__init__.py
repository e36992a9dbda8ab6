"""Where markers work: what waits, one answer at a time, without names."""

from exam.web.grading import desk, marking
from exam.web.grading.area import blueprint

__all__ = ["blueprint", "desk", "marking"]
