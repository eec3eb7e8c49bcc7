"""Panels that take the middle of a screen for a moment: lists, explanations, forms, the end of a call.

A panel is a plain object that draws itself and takes keys, not a widget. Opening one needs no layout pass and takes
effect with the very next key, and the clock, the coach line and the notes stay where they are.
"""
