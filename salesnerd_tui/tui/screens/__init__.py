"""Screens of the program, one module each."""
