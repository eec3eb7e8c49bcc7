"""What can take the middle of a screen for a moment: lists, explanations, the ending.

A panel is a plain object that draws itself and takes keys. It is no widget and no window: opening one costs no layout,
works from the very next key on, and the clock, the coach line and the notes stay where they are.
"""
