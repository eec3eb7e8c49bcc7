"""Generated playbooks of any size, with every feature that costs the loader time."""

from __future__ import annotations

from pathlib import Path

QUESTIONS_A_SECTION = 10


def playbook(path: Path, questions: int) -> Path:
    """Write a playbook with a number of questions: sections, answers, gotos, conditions, gates and outcomes."""
    parts = ["playbook: Long", "goal: Measure what a long playbook costs.", "agenda:"]
    for number in range(questions):
        if number % QUESTIONS_A_SECTION == 0:
            parts.append(f"  - section: Part {number // QUESTIONS_A_SECTION + 1}")
        parts += _question(number, last=questions - 1)
    parts += [
        "gates:",
        "  pain: q_0 is known",
        "outcomes:",
        "  next_step:",
        "    decision: go",
        "    needs: [pain]",
        "    say: Let's write down what happens next.",
        "  part_friends:",
        "    decision: no-go",
        "    say: Then let us leave it there.",
        "  later:",
        "    decision: not-yet",
        "    capture: [date]",
        "    say: When would it be right?",
    ]
    path.write_text("\n".join(parts) + "\n")
    return path


def _question(number: int, last: int) -> list[str]:
    onward = f"goto: q_{number + 2}" if number + 2 <= last else "end: later"
    return [
        f"  - ask: What happened the last time you had to do step {number} by hand?",
        f"    id: q_{number}",
        "    priority: should",
        "    listen_for: [a date, a person, a failed attempt]",
        "    follow_ups: [What happened then?]",
        "    answers:",
        "      Something broke: When did it last happen, and who noticed first?",
        f"      Nothing did: {{{onward}}}",
        *([f"    when: q_{number - 1} is known or q_0 is unknown"] if number and number % 7 == 0 else []),
    ]
