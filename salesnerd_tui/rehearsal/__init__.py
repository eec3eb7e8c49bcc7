"""Somebody to practise on: a buyer who answers what was asked, and the traps that are practised one at a time.

Everything here is a fold: the same words said to the same buyer with the same seed get the same answers, so that a
rehearsal can be run again, taken up after a crash, and tested.
"""
