"""What the person sees and presses: Textual screens that translate and never decide."""
