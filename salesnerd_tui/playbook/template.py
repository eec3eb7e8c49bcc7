"""Starter files: a small playbook that works and explains itself, or one that changes another."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from salesnerd_tui.playbook.json_schema import SCHEMA_FILE
from salesnerd_tui.playbook.yaml_writer import written

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*")
_MODELINE = re.compile(r"\A# yaml-language-server:.*\n")

STARTER = """\
# Text after a # is a comment. Change anything: the ids, the questions, the answers.
# `salesnerd playbook lint {name} --watch` checks this file each time you save it.
playbook: {title}
goal: Learn what happened and what it costs them, then decide together on a next step.
minutes: 20

# The call, from top to bottom. You can jump at any moment. A question with a note is not asked again.
agenda:
  - section: Why now
    minutes: 8m
    avoid: talking about the product   # why, listen_for, avoid and link are notes to yourself, on anything
  - say: Thanks for the time, {{name}}. Your side first. A no at the end is fine.
    id: opening
  - ask: What made you start looking into this now?
    id: trigger                # the note is stored under this name; {{trigger}} puts it into a text
    priority: must             # must: you are warned before you end the call without it
    listen_for: [a date, a person, something that failed]
    answers:                   # what you hear: what you ask next
      Something broke: When did it last happen?
      My boss asked: What did your boss see?
      Just looking around: {{goto: cost}}

  - section: What it costs
    minutes: 7m
  - ask: Walk me through the last time it happened.
    id: last_time
    follow_ups: Who noticed first?
  - ask: What did that one incident cost you, in hours or money?
    id: cost
    type: money
    priority: must

  - section: Decide together
    minutes: 5m
  - ask: Does a next step make sense for both of us?
    id: verdict
    priority: must
    answers:
      Worth it, let's plan it: {{end: next_step}}
      Not this quarter: {{end: not_now}}
      Not for us: {{end: not_a_fit}}

# Named conditions, shown during the call. An outcome that `needs` one asks you before it ends without it.
gates:
  real_problem: trigger is known and cost is known

# Three kinds of endings, all of them good: go, not-yet and no-go. `capture` is what to write down before you hang up:
# after a go, what each side does next and by which day.
outcomes:
  next_step:
    decision: go
    needs: [real_problem]
    capture:
      our_part: Your next step
      our_date: Your day
      their_part: Their next step
      their_date: Their day
  not_now: {{decision: not-yet, capture: [revisit_on]}}
  not_a_fit: {{decision: no-go, capture: [reason]}}

# Your feature words, and plain words for them. The coach shows the plain words when you use the feature word.
coach:
  jargon:
    idempotent: pressing it twice does the same as once

# A buyer to practice with: salesnerd playbook play {name} --buyer dana
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

# `salesnerd playbook test {name}` runs these tests and lists what no test visits.
tests:
  - it: plans a next step when something broke and it is worth it
    picks: {{trigger: Something broke, verdict: "Worth it, let's plan it"}}
    ends: next_step
    met: [real_problem]
  - it: does not ask for a story when they are just looking around
    picks: {{trigger: Just looking around, verdict: Not for us}}
    skips: [last_time]
    ends: not_a_fit
"""

CHILD = """\
# This playbook has everything that {parent} has. What you write here replaces it, one question at a time.
# `salesnerd playbook show {name}` prints the result.
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
    """Return whether `name` may become a file: lower-case letters, digits, _ and -, also in subfolders."""
    return len(name) <= 100 and _NAME.fullmatch(name) is not None


def title_of(name: str) -> str:
    """Return `my_first-call` as a title."""
    words = re.sub(r"[_-]+", " ", PurePosixPath(name).name).strip()
    return words[:1].upper() + words[1:] or name


def modeline(name: str) -> str:
    """Return the first line, by which an editor finds the schema next to the playbooks."""
    up = "../" * name.count("/")
    return f"# yaml-language-server: $schema={up or './'}{SCHEMA_FILE}\n"


def starter(name: str) -> str:
    """Return a small playbook that works as it is."""
    return modeline(name) + STARTER.format(name=name, title=written(title_of(name)))


def child(name: str, parent: str) -> str:
    """Return a playbook that inherits everything from `parent`."""
    return modeline(name) + CHILD.format(name=name, parent=parent, title=written(title_of(name)))


def copy_of(name: str, path: Path) -> str:
    """Return the text of another file under a new name. Raises `OSError` and `UnicodeDecodeError`."""
    return modeline(name) + _MODELINE.sub("", path.read_text(encoding="utf-8-sig"))
