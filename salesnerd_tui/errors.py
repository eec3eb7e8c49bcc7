"""Bases of the errors that a user can do something about."""

from __future__ import annotations


class UserError(Exception):
    """Something cannot be done; the message says why, and what to do, on one line for the user.

    `details` are more lines below it, such as the findings in a playbook.
    """

    status = 1
    """Exit status of the command."""

    def __init__(self, message: str = "", details: str = "") -> None:
        super().__init__(message)
        self.details = details


class UsageError(UserError):
    """A command was given something that it does not know."""

    status = 2
