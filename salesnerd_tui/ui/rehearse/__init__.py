"""Rehearsing: you type what you say, a buyer answers, and the coach taps as on a call; on a screen or line by line."""
