"""Sittings, attempts and the answers that are never lost."""
