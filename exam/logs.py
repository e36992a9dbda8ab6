"""The product's own log: what went wrong beside anybody's request."""

from typing import Any


class Log:
    """The structured log on standard error; structlog, and rich below it, are loaded when something has gone wrong."""

    def exception(self, event: str, **values: Any) -> None:
        """Write down the exception being handled, with what it happened to."""
        import structlog  # cold: see above

        structlog.get_logger().exception(event, **values)

    def warning(self, event: str, **values: Any) -> None:
        """Write down what somebody should look at some day."""
        import structlog  # cold: see above

        structlog.get_logger().warning(event, **values)


log = Log()
