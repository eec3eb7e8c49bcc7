"""Rules of the playbook linter: each kind of finding has a rule, with its reason, a bad and a good sample.

Findings about the syntax of a file or about merging are reported by the loader and only described here. All other
rules check a `LintContext`. The tests check the samples, and `salesnerd playbook explain CODE` shows them.
"""
