"""Terminal support without Textual: capabilities, input parsing and recovery."""
