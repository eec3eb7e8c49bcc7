"""All rules by code. Importing this module is what enters them."""

from __future__ import annotations

from collections.abc import Mapping

from salesnerd_tui.playbook.rules import meanings, names, parents, paths, reading, rehearsing, sentences, wording
from salesnerd_tui.playbook.rules.rule import TABLE, Rule

MODULES = (reading, names, meanings, paths, sentences, wording, rehearsing, parents)

RULES: Mapping[str, Rule] = dict(sorted(TABLE.items()))
