"""The budgets of the design, measured: `make bench`, or `ARGS=--quick` for a first look.

Absolute times differ from machine to machine and from minute to minute, so wherever the budget is a ratio, both sides
are measured in turns within the same run. It is a table to read, not a test: nothing fails because a machine was busy.
"""
