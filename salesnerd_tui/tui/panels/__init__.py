"""Panels that take the middle of a screen for a moment: lists, explanations, forms, the end of a call.

A panel is a plain object that draws itself and takes keys, not a widget. Opening one costs no layout and works from the
very next key on, and the clock, the coach line and the notes stay where they are.
"""
