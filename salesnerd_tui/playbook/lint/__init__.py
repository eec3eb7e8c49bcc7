"""What the checker looks for: each finding has one rule, with the reason for it and a bad and a good sample.

A rule about one file or about merging is found where that happens and only described here; the others look at the
finished `Book`. The samples are run by the tests, and shown by `salesnerd playbook explain CODE`.
"""
