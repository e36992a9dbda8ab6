"""Builders of test data: plain functions, keyword-only, each with defaults for what a test does not care about."""
