"""Rules of the playbook linter: each kind of finding has one rule, with its reason and a bad and a good sample.

Findings about one file's syntax or about merging are reported where that happens and only described here. All other
rules look at the finished `LintContext`. The tests run the samples, and `salesnerd playbook explain CODE` shows them.
"""
