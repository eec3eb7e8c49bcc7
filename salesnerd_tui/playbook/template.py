"""A playbook to start from: a small one that works and explains itself, or one that stands on another."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from salesnerd_tui.playbook.json_schema import SCHEMA_FILE
from salesnerd_tui.playbook.yaml_quotes import written

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*")
_MODELINE = re.compile(r"\A# yaml-language-server:.*\n")

STARTER = """\
# What is behind a # is for you alone. Change anything: the ids, the questions, the answers.
# `salesnerd playbook lint {name} --watch` looks over your shoulder while you write.
playbook: {title}
goal: Learn what happened and what it costs them, then decide together on a next step.
minutes: 20

# The call, from top to bottom. You may jump at any moment, and what has a note is not asked again.
agenda:
  - section: Why now
    minutes: 8
  - say: Thanks for the time, {{name}}. Your side first. A no at the end is fine.
    id: opening
  - ask: What happened that made you look at this now?
    id: trigger                # where the note is kept; {{trigger}} puts it into a text
    priority: must             # must: you are warned before you end without it
    listen_for: [a date, a person, something that failed]
    answers:                   # what you hear: what you ask next
      Something broke: When did it last happen?
      My boss asked: What did your boss see?
      Just looking around: {{goto: cost}}

  - section: What it costs
    minutes: 7
  - ask: Walk me through the last time it happened.
    id: last_time
    follow_ups: Who noticed first?
  - ask: What did that one time cost you, in hours or money?
    id: cost
    type: money
    priority: must

  - section: Decide together
    minutes: 5
  - ask: Is a next step worth it for both of us?
    id: verdict
    priority: must
    answers:
      Worth it, let's plan it: {{end: next_step}}
      Not this quarter: {{end: not_now}}
      Not for us: {{end: not_a_fit}}

# Lights during the call. An outcome that `needs` one asks before it ends without it.
gates:
  real_problem: trigger is known and cost is known

# The three endings are of equal rank: go, not-yet and no-go.
outcomes:
  next_step: {{decision: go, needs: [real_problem], capture: [next_date, next_owner]}}
  not_now: {{decision: not-yet, capture: [revisit_on]}}
  not_a_fit: {{decision: no-go, capture: [reason]}}

# Your own feature words, and how to say them simply. The coach shows the plain words when you slip.
coach:
  jargon:
    idempotent: pressing it twice does the same as once

# Somebody to practise on: salesnerd playbook play {name} --buyer dana
buyers:
  dana:
    who: Dana runs billing for four clinics. Friendly, busy.
    picks: {{trigger: My boss asked, verdict: Not this quarter}}
    says:
      trigger: The auditor found forty bills that went out twice.
      last_time: A patient paid twice and came back angry. The front desk noticed first.
      cost: Two days of mine every month.
      verdict: I want this, but we close the year first.
    ends: not_now

# `salesnerd playbook test {name}` walks these, and tells what none of them visits.
tests:
  - it: goes on when something broke and it is worth it
    picks: {{trigger: Something broke, verdict: "Worth it, let's plan it"}}
    ends: next_step
    met: [real_problem]
  - it: does not ask somebody who is only looking for a story
    picks: {{trigger: Just looking around, verdict: Not for us}}
    skips: [last_time]
    ends: not_a_fit
"""

CHILD = """\
# Everything of {parent} is in this playbook already. What you write here wins over it, one question at a time.
# `salesnerd playbook show {name} --origin` shows the whole, and where each line comes from.
playbook: {title}
extends: {parent}

# remove: [an_id]            # questions, detours, outcomes, gates or buyers you do not want

agenda: []
#  - ask: The same question in your own words?
#    id: its_id              # the same id: only what is written here changes
#  - ask: A question of your own?
#    id: my_question
#    after: another_id       # where it goes
"""


def usable_name(name: str) -> bool:
    """Whether `name` may become a file: small letters, digits, _ and -, in folders below one's own if need be."""
    return len(name) <= 100 and _NAME.fullmatch(name) is not None


def title_of(name: str) -> str:
    """`my_first-call` as a title."""
    words = re.sub(r"[_-]+", " ", PurePosixPath(name).name).strip()
    return words[:1].upper() + words[1:] or name


def modeline(name: str) -> str:
    """The first line, by which an editor finds the schema beside the playbooks."""
    up = "../" * name.count("/")
    return f"# yaml-language-server: $schema={up or './'}{SCHEMA_FILE}\n"


def starter(name: str) -> str:
    """A small playbook that works as it is."""
    return modeline(name) + STARTER.format(name=name, title=written(title_of(name)))


def child(name: str, parent: str) -> str:
    """A playbook that has everything of `parent` until it says otherwise."""
    return modeline(name) + CHILD.format(name=name, parent=parent, title=written(title_of(name)))


def copy_of(name: str, path: Path) -> str:
    """The text of another file under a new name. Raises `OSError` and `UnicodeDecodeError`."""
    return modeline(name) + _MODELINE.sub("", path.read_text(encoding="utf-8-sig"))
