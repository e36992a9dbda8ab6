"""Specifications, sets of papers and their proof, previews and PDF. For organisers."""

from exam.web.papers import downloads, sets, specifications
from exam.web.papers.area import blueprint

__all__ = ["blueprint", "downloads", "sets", "specifications"]
