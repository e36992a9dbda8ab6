"""`python -m exam` is the `liangjuan` command."""

from exam.cli import main

main()
