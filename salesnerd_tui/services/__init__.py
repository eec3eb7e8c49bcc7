"""Services that screens and commands share: open a call, prepare, rehearse, draw the board. No Textual."""
