"""Base of the errors that a user can do something about."""

from __future__ import annotations


class UserError(Exception):
    """Something cannot be done; the message says why, and what to do, on one line for the user."""
