"""Signals in a single sentence. Each module documents its meaning and source."""
