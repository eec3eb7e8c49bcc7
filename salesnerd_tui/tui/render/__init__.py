"""Functions that draw lines of text for a width and a height, in cells."""
