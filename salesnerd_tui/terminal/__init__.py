"""Terminal support without Textual: capabilities, who has the terminal, input parsing and recovery."""
