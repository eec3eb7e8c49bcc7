"""When a text must be quoted in a playbook, and how: for what the program itself writes into one.

Our own loader keeps every text as written. Other readers of YAML do not: `No` is false for one and a text for the
next. What the two versions of YAML read differently is quoted, so that an editor sees what the program sees.
"""

from __future__ import annotations

import json
import re

_DIFFERENT = re.compile(
    r"""(?: [yYnN] | [yY]es | YES | [nN]o | NO | [oO]n | ON | [oO]ff | OFF          # true and false in 1.1
      | [-+]?0b[01_]+ | [-+]?0[0-9_]+ | 0o[0-7]+ | [-+]0x[0-9a-fA-F_]+              # other bases
      | (?=[^_]*\d[^a-zA-Z]*_) [-+]?[\d_.]+ | 0x[0-9a-fA-F]*_[0-9a-fA-F_]*          # 1_000
      | [-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?                                    # 1:30 in base 60
      | [-+]?\d+[eE][-+]?\d+ | [-+]?\.?\d+[eE]\d+ | [-+]?\d+\.\d*[eE]\d+            # 1e5
      | \d{4}-\d{1,2}-\d{1,2}(?:(?:[tT]|\s+)[\d:.]+(?:\s*(?:Z|[-+]\d{1,2}(?::?\d{2})?))?)?  # a date in 1.1
      | <<|= )""",
    re.VERBOSE,
)
_SIGNS = frozenset("-?:,[]{}#&*!|>'\"%@`")
_UNSAFE = re.compile(r":(?=\s|$)|\s#|[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]|^\s|\s$|^$|^(?:---|\.\.\.)")
_NULL = frozenset(("~", "null", "Null", "NULL"))
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")


def read_differently(text: str) -> bool:
    """Return whether YAML 1.1 and YAML 1.2 read a plain `text` differently."""
    return _DIFFERENT.fullmatch(text) is not None


def needs_quotes(text: str, flow: bool = False) -> bool:
    """Return whether `text` needs quotes to keep its value; more often inside { } and [ ]."""
    if _UNSAFE.search(text) or text[0] in _SIGNS or text in _NULL or read_differently(text):
        return True
    return flow and any(sign in text for sign in ",[]{}:")


def quoted(text: str) -> str:
    """`text` between double quotes; what cannot be seen is escaped."""
    return _ESCAPED.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(text, ensure_ascii=False))


def in_quotes(text: str) -> str:
    """`text` in the quotes that are easiest to read, for a hint."""
    return f"'{text}'" if '"' in text and "'" not in text else quoted(text)


def written(text: str, flow: bool = False) -> str:
    """`text` as it is written in a playbook."""
    return quoted(text) if needs_quotes(text, flow) else text
