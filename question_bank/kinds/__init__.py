"""The nine kinds of question as pure rules: one module a kind."""
