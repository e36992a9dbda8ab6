from tests.filled_bank import database_url, filled_postgresql, filled_sqlite

__all__ = ["database_url", "filled_postgresql", "filled_sqlite"]
