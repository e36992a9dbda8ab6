"""`python -m exam` is the `liangjuan` command."""

from exam.cli import main

if __name__ == "__main__":  # child processes import this module again where they cannot be forked
    main()
