"""Journeys: the program as it is installed, in a real terminal, used and abused as people do."""
