"""Debrief of one call: who talked, which taps came, what was agreed, and one lesson."""
