"""The terminal itself: what it can show, what it sends, and how it is restored. No Textual."""
