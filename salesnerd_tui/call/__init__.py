"""Core of a call: its events, the state they fold to, the next question, and the actions that record events."""
