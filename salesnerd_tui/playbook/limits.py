"""Limits of a playbook.

Each number is several times what the longest handwritten playbook needs, and low enough that a hostile file is
refused in well under a second.
"""

from __future__ import annotations

FILE_BYTES = 1 << 20
"""Bytes of one file; a thousand questions are about 400,000."""

LINE_CHARACTERS = 20_000
"""Characters in one line; a place in it is found by looking at the line."""

DEPTH = 32
"""Levels of maps and lists inside each other."""

FILE_VALUES = 60_000
"""Fields, texts, lists and maps in one file; a thousand questions are about 30,000."""

FILES = 30
"""Files that one playbook is put together from."""

ALL_VALUES = 120_000
"""Values of all these files."""

CHAIN = 5
"""Parents or libraries above each other."""

LIBRARIES = 20
"""Paths under one `use`."""

LIST_TEXTS = 2_000
"""Texts, names or ids in one list."""

POINT_NAMES = 20
"""Names of points that one question or answer gives or weighs."""

COPIES = 50_000
"""Values that `each` and `include` write under questions; one value under a thousand questions is a thousand."""

WORDS = 2_000
"""Entries of `jargon` and `never_say`, with those of the libraries."""

CONDITION_CHARACTERS = 10_000
"""Characters of one condition."""

COMPARISONS = 1_000
"""Comparisons one condition comes to, with those of the gates it names."""

GATES_DEEP = 20
"""Gates that stand on each other."""

BRACKETS = 20
"""Brackets inside each other in a condition."""

STEPS = 40_000
"""Items that the tests and buyers of a playbook walk by, all together, as far as the checker follows them."""

ALIKE = 100
"""Findings of one kind that are told; nobody reads more."""

MISTAKES = 200
"""Errors in one file after which reading it is given up."""
