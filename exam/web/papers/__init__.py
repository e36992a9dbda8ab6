"""Specifications, sets of papers and their proof, previews and PDF. For organisers."""

from exam.web.papers import certificates, downloads, drafts, sets, specifications
from exam.web.papers.area import blueprint

__all__ = ["blueprint", "certificates", "downloads", "drafts", "sets", "specifications"]
