"""Base classes of errors whose message is shown to the user."""

from __future__ import annotations


class UserError(Exception):
    """An operation failed. The message is one line for the user: what is wrong, and how to fix it.

    `details` are further lines, such as the findings in a playbook.
    """

    status = 1
    """Exit status of the command."""

    def __init__(self, message: str = "", details: str = "") -> None:
        super().__init__(message)
        self.details = details


class UsageError(UserError):
    """A command has invalid arguments."""

    status = 2


def error_reason(error: Exception) -> str:
    """Return why a file or socket failed, without its name."""
    return getattr(error, "strerror", None) or str(error)
