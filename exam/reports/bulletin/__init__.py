"""通报: what it says (pure), and the files it is written into."""
