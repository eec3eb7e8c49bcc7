"""Journeys: the installed program in a real terminal, used and abused as by real users."""
