"""Benchmarks with budgets; each is a program of its own."""
