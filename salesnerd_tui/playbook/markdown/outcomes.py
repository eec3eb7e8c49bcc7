"""Outcomes of a document: score bands and a recommendation, otherwise three default outcomes, and a verdict."""

from __future__ import annotations

import re
from collections.abc import Sequence

from salesnerd_tui.playbook.ids import IdGenerator
from salesnerd_tui.playbook.markdown.document import Block, BlockKind
from salesnerd_tui.playbook.markdown.draft import (
    TOO_LONG_FOR_NOTE,
    Draft,
    DraftAnswer,
    DraftItem,
    DraftOutcome,
    DraftSection,
)
from salesnerd_tui.playbook.markdown.question import split_options
from salesnerd_tui.playbook.markdown.sentence import Role
from salesnerd_tui.playbook.standard_notes import GO_PROMPTS, StandardNote

_DASH = r"\s*(?:[–—:=→]|->|-)+\s*"
_SCORE_BAND = re.compile(
    r"^\W*(?:score\s*(?:of\s*)?)?(?:(?P<min>\d{1,4})\s*%?\s*(?:-|–|—|to)\s*(?P<max>\d{1,4})"
    r"|(?P<sign><=?|≤|below|under|less than|up to|>=?|≥|above|over|more than|at least)\s*(?P<bound>\d{1,4})"
    r"|(?P<plus>\d{1,4})\s*\+|(?P<named>\d{1,4})\s+(?P<worded>or (?:more|less|above|below|higher"
    r"|lower)))\s*(?:points?|pts?|%)?" + _DASH + r"(?P<rest>\S.*)$",
    re.IGNORECASE,
)
_NAME_FIRST_BAND = re.compile(
    r"^\W*+(?P<name>[^:]{2,40}?)[^\w:]*+:\W*+score\s*(?P<band>(?:[<>≤≥]=?\s*)?\d{1,4}(?:\s*[-–]\s*\d{1,4}"
    r"|\+)?)\W*$",
    re.IGNORECASE,
)
_NAME = re.compile(r"""^(?P<name>[^:–—(]{2,60}?)\s*(?:[:–—(]|[.”"]+(?=\s)|\s-\s|$)\s*(?P<say>.*)$""")
_DECISIONS = {
    "not-yet": r"condition|challenge|more info|gather|investigat|later|nurture|hold|amber|yellow|revisit|paus|postpone"
    r"|requalif|maybe|not (?:yet|now)|develop|caution|wait|medium|only (?:if|with|when)\b|later|partner|bedingung"
    r"|sp[äa]ter|nachfassen|plus tard|m[áa]s tarde",
    "no-go": r"\bno\b|no[- ]?(?:go|bid)|not pursue|withdraw|decline|walk|disqualif|stop|\bred\b|reject|\bdrop\b"
    r"|poor|\bpass\b|\blow\b|fast no|abandon|\bdo not\b|\bdon'?t\b|\bnot\b|\bnein\b|ablehnen|absagen|kein angebot"
    r"|\bnon\b|refuser|rechazar",
    "go": r"pursue|commit|\bgo\b|\bbid\b|proceed|strong|\byes\b|qualif|green|accept|advance|win|good|\bhigh\b|engage"
    r"|continue|anbieten|angebot|\bja\b|\boui\b|\bs[íi]\b",
}
_IS_CONDITIONAL = re.compile(r"condition|only (?:if|with|when)\b|partner|bedingung", re.IGNORECASE)
_GREATER = (">", "≥", "above", "over", "more than", "at least", "or more", "or above", "or higher")
VERDICT = "What do we do from here?"


def guess_decision(label: str) -> str:
    """Return go, no-go or not-yet for the label of an outcome; empty if it is unclear."""
    return next((decision for decision, pattern in _DECISIONS.items() if re.search(pattern, label, re.IGNORECASE)), "")


def parse_score_band(text: str, line: int) -> DraftOutcome | None:
    """Return the outcome of `64–80 — PURSUE: full engagement` or `Bid: score > 70`, with its condition."""
    name_first = _NAME_FIRST_BAND.match(text)
    band = _SCORE_BAND.match(f"{name_first['band']} — {name_first['name']}" if name_first else text)
    name = _NAME.match(band["rest"].strip("* ")) if band else None
    if band is None or name is None:
        return None
    label = name["name"].strip(' *"“”.')
    decision = guess_decision(label)
    if not label or not (decision or re.search(r"\b(?:points?|pts|score)\b", text, re.IGNORECASE)):
        return None
    return DraftOutcome("", label, line, decision, why=name["say"].strip(' *)”"'), condition=_condition(band))


def _condition(band: re.Match[str]) -> str:
    if band["min"]:
        return f"points >= {band['min']} and points <= {band['max']}"
    if band["plus"]:
        return f"points >= {band['plus']}"
    words = (band["sign"] or band["worded"]).lower()
    number = band["bound"] or band["named"]
    is_strict = words in ("<", ">", "below", "under", "less than", "above", "over", "more than")
    sign = ">" if words.startswith(_GREATER) else "<"
    return f"points {sign}{'' if is_strict else '='} {number}"


def parse_recommendation(label: str, rest: str, line: int) -> list[DraftOutcome]:
    """Return the outcomes of `Recommendation: [Pursue / Do not pursue / Gather more information]`."""
    match = re.fullmatch(r"\W*\[(.+)\]\W*|(.+/.+)", rest)
    if match is None or not re.search(r"recommendation|decision|verdict|outcome|go/no|bid", label, re.IGNORECASE):
        return []
    options = split_options(match[1] or match[2])
    decisions = [guess_decision(option) for option in options]
    if not 2 <= len(options) <= 6 or not any(decisions):
        return []
    return [DraftOutcome("", option, line, decision) for option, decision in zip(options, decisions, strict=True)]


_OUTCOME_HEADING = re.compile(
    r"\W*(?:possible |call )?(?:outcomes?|endings?|results?|decisions?|next steps?)\W*", re.IGNORECASE
)
MAX_OUTCOME_WORDS = 5


def parse_outcome_list(title: str, body: Sequence[Block]) -> list[DraftOutcome]:
    """Return the outcomes in the list below a heading such as `Outcomes`, if their decisions differ."""
    items = body[0].children if len(body) == 1 and body[0].kind is BlockKind.LIST else []
    names = [match for item in items if (match := _NAME.match(item.words.plain)) and not item.children]
    if not _OUTCOME_HEADING.fullmatch(title) or not 2 <= len(names) <= 6 or len(names) < len(items):
        return []
    outcomes = [
        DraftOutcome("", name["name"], item.line, guess_decision(name["name"]), why=name["say"])
        for name, item in zip(names, items, strict=True)
    ]
    are_short = all(len(outcome.label.split()) <= MAX_OUTCOME_WORDS for outcome in outcomes)
    return outcomes if are_short and len({outcome.decision for outcome in outcomes} - {""}) > 1 else []


def complete_outcomes(draft: Draft, ids: IdGenerator) -> None:
    """Add ids, missing outcomes, and a verdict whose answers end with each outcome."""
    bands = [outcome.label.casefold() for outcome in draft.outcomes if outcome.condition]
    by_label: dict[str, DraftOutcome] = {}
    for outcome in draft.outcomes:
        label = outcome.label.casefold()
        if outcome.condition or not any(label in band or band in label for band in bands):
            by_label.setdefault(label, outcome)
        if outcome.why and by_label.get(label) is not outcome:
            draft.omit(outcome.line, outcome.why, "a second outcome of that name")
    draft.outcomes = list(by_label.values())
    if any(outcome.condition for outcome in draft.outcomes):
        _set_default_weights(draft)
    has_points = _has_points(draft)
    for outcome in draft.outcomes:
        outcome.condition = outcome.condition if has_points else ""
        _complete_decision(outcome)
    _add_missing_outcomes(draft)
    outcome_ids = IdGenerator()
    for outcome in draft.outcomes:
        outcome.id = outcome_ids.generate(outcome.id or outcome.label)
    _resolve_ends(draft)
    _add_verdict(draft, ids)


def _complete_decision(outcome: DraftOutcome) -> None:
    """Ask the author about the decision of an outcome if its label leaves it open."""
    if outcome.decision == "not-yet" and _IS_CONDITIONAL.search(outcome.label):
        outcome.add_decision(f"which ending is '{outcome.label}'", "not-yet", "go")
    if not outcome.decision:
        outcome.decision = "not-yet"
        outcome.add_decision(f"which ending is '{outcome.label}'", "go", "no-go", "not-yet")


def _set_default_weights(draft: Draft) -> None:
    """Give each rated item the weight 1 if no item has a weight."""
    scored = [section for section in draft.sections if section.scale and all(step.isdigit() for step in section.scale)]
    items = [item for section in scored for item in section.items]
    if not any(item.weight for item in items):
        for item in items:
            item.weight = 1


def _has_points(draft: Draft) -> bool:
    return any(
        any(answer.points for answer in item.answers) or (item.weight and section.scale)
        for section in draft.sections
        for item in section.items
    )


def _add_missing_outcomes(draft: Draft) -> None:
    decisions = {outcome.decision for outcome in draft.outcomes}
    defaults = (
        DraftOutcome("next_step", "Worth a next step", 0, "go", capture=dict(GO_PROMPTS)),
        DraftOutcome("not_now", "Not now", 0, "not-yet", capture={StandardNote.REVISIT_DATE.value: ""}),
        DraftOutcome("not_a_fit", "Not a fit", 0, "no-go", capture={StandardNote.REASON.value: ""}),
    )
    for outcome in defaults:
        if outcome.decision not in decisions:
            outcome.is_added = True
            draft.outcomes.append(outcome)
    for outcome in draft.outcomes:
        if outcome.decision == "not-yet" and not any(name.endswith(("_on", "_date")) for name in outcome.capture):
            outcome.capture[StandardNote.REVISIT_DATE.value] = ""


def _resolve_ends(draft: Draft) -> None:
    by_decision = {outcome.decision: outcome.id for outcome in reversed(draft.outcomes)}
    for item in draft.items():
        for answer in item.answers:
            answer.end = by_decision.get(answer.end, "")


def _add_verdict(draft: Draft, ids: IdGenerator) -> None:
    agenda = [section for section in draft.sections if not section.is_prep and section.items]
    prep = [section for section in draft.sections if section.is_prep and section.items]
    sections = agenda or prep
    if not sections:
        sections = [DraftSection("", 0)]
        draft.sections += sections
    verdict = DraftItem(VERDICT, 0, id=ids.generate("verdict"), priority="must", is_added=True)
    for outcome in draft.outcomes:
        answer = DraftAnswer(outcome.label, outcome.line, end=outcome.id)
        if outcome.why and not answer.add(Role.WHY, outcome.why):
            draft.omit(outcome.line, outcome.why, TOO_LONG_FOR_NOTE)
        verdict.answers.append(answer)
    title = "Decide together" if agenda else "Decide"
    if (len(sections) == 1 and not sections[0].title) or sections[-1].title.casefold() == title.casefold():
        sections[-1].items.append(verdict)
    else:
        draft.sections.append(DraftSection(title, 0, is_prep=not agenda, items=[verdict]))
