"""Specifications, and the individual papers drawn from them."""
