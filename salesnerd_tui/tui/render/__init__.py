"""Functions that turn the view of a call into lines of text for a width and a height."""
