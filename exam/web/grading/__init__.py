"""Where markers work: what waits, one answer at a time, without names."""

from exam.web.grading import appeals, corrections, desk, looks, marking, plans
from exam.web.grading.area import blueprint

__all__ = ["appeals", "blueprint", "corrections", "desk", "looks", "marking", "plans"]
