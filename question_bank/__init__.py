"""The question bank: what can be asked. It knows no web framework, no papers and no candidates."""
