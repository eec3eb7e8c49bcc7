"""Rehearsals: a simulated buyer who answers what was asked, and drills that practice one trap at a time.

Everything here is deterministic: the same words, buyer and seed give the same answers, so that a rehearsal can be
repeated, resumed after a crash, and tested.
"""
