from tests.filled_bank import database_url

__all__ = ["database_url"]
