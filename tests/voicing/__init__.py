"""Support for the microphone tests: a private sound server, and synthetic speech from a dialogue."""
