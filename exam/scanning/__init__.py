"""Answer sheets: where everything stands on them in millimetres, how they are drawn and, later, read back."""
