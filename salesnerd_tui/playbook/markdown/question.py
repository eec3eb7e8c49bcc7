"""Questions of a document: one text becomes an item with its follow-ups, answers and cues.

Words are kept as they are written. A branch is only what the document itself branches on.
"""

from __future__ import annotations

import re

from salesnerd_tui.playbook.markdown.draft import DraftAnswer, DraftCues, DraftItem, OpenDecision
from salesnerd_tui.playbook.markdown.label import Labelled, Role
from salesnerd_tui.playbook.markdown.reference import Reference, reference_of
from salesnerd_tui.playbook.markdown.sentence import (
    Branch,
    branch_of,
    is_prompt,
    is_question,
    is_quoted,
    opens_like_question,
    reply_label,
    sentences_of,
    split_remarks,
    starts_quoted,
    unquoted,
)

LEAD_WORDS = 15
"""Words before a question that are said in one breath with it; more become something to say of their own."""

LABEL_CHARACTERS = 80
"""Longest condition that can be the label of an answer."""

_SETS_A_SCENE = re.compile(
    r"[\"“]?(?:so,? )?(?:imagine|let'?s say|think (?:of|about|back)|suppose|say that)\b", re.IGNORECASE
)
_ARROW = re.compile(r"-{1,2}>|→|=>|⇒|➡|➔")
_ENUMERATOR = re.compile(
    r"^\s*(?:Q(?:uestion)?\s*#?\s*(\d{1,3}(?:\.\d+)?)\s*[:.)–-]+|\(?(\d{1,3}(?:\.\d{1,3})*)[.):]+(?=\s)"
    r"|(\d{1,3}(?:\.\d{1,3})+)(?=\s)|\(?([a-zA-Z])\)(?=\s))\s*(?=\S)",
    re.IGNORECASE,
)
_ASK_SO = re.compile(
    r"^(?:then |also |please )?(?:ask|probe|follow up with)\s*:?\s+(?=[\"“A-Z]|(?:what|who|when"
    r"|where|why|how|which|if|whether)\b)",
    re.IGNORECASE,
)
_SAY_SO = re.compile(r"^(?:then |just )?(?:say|reply|respond|answer)\s*(?:with)?\s*:?\s*(?=[\"“])", re.IGNORECASE)
_OPTIONAL = re.compile(
    r"(?:this is )?(?:optional|if (?:there is |you have )?time(?: (?:allows|permits))?|nice to have"
    r"|bonus)(?: question)?",
    re.IGNORECASE,
)
_MUST = re.compile(
    r"(?:a )?(?:must|must[- ](?:ask|have)|required|mandatory|critical|essential)(?: question)?", re.IGNORECASE
)
_SCALE = re.compile(
    r"(?:scale(?: of| from)?:?\s*)?(\d{1,2})\s*(?:\([^)]*\)\s*)?(?:-|–|—|to)\s*(\d{1,2})(?:\D.*)?", re.IGNORECASE
)
_BOX = re.compile(r"[☐□☑❏▢]|\[[ xX]?\]")
_BOXES = re.compile(r"(?:(?:[☐□☑❏▢]|\[[ xX]?\])\s*[^☐□☑❏▢\[\]]{1,60}){2,}$")
_RATED = re.compile(r"\b(?:rate|scale|score)\b.*?\b([01])\s*(?:-|–|—|to)\s*(\d{1,2})\b", re.IGNORECASE)
_EXAMPLES = re.compile(
    r"(?:e\.?g\.?|i\.?e\.?|for example|for instance|such as|like|ideal(?:ly)?[^:]*|look for|listen for"
    r"|examples?)\s*[,:]?\s*",
    re.IGNORECASE,
)
_COMMAS = re.compile(r"\s*(?:;|,\s*(?:or |and )?)\s*")
_SLASHES = re.compile(r"\s*/\s*")


def without_number(text: str) -> tuple[str, str]:
    """Return the number before a text (`Q3:`, `2.1`, `a)`), and the text without it."""
    found = _ENUMERATOR.match(text)
    if found is None:
        return "", text.strip()
    number = next(group for group in found.groups() if group)
    return number.lower().rstrip("."), text[found.end() :].strip()


def is_spoken(text: str) -> bool:
    """Return whether a text asks something: a question or a prompt among its sentences."""
    return any(map(_asks, sentences_of(split_remarks(text).text))) or has_boxes(text)


def has_boxes(text: str) -> bool:
    """Return whether a text ends with boxes to tick: `☐ Yes ☐ No`."""
    return _BOXES.search(text) is not None


def items_of(text: str, line: int) -> list[DraftItem]:
    """Return the question in `text`, after what to say before it. A text without a question is one as a whole."""
    boxes = _BOXES.search(text)
    remarks = split_remarks(text[: boxes.start()].rstrip(" :") if boxes else text)
    whole = is_quoted(remarks.text)
    body, tail = before_arrows(unquoted(remarks.text))
    sentences = sentences_of(body)
    at = next((at for at, sentence in enumerate(sentences) if _asks(sentence)), 0)
    if at + 1 < len(sentences) and not is_question(sentences[at]) and _SETS_A_SCENE.match(sentences[at]):
        at += 1
    lead = " ".join(sentences[:at])
    asked = sentences[at] if sentences else body
    if lead and (len(lead.split()) <= LEAD_WORDS or _SETS_A_SCENE.match(sentences[at - 1])):
        lead, asked = "", f"{lead} {asked}"
    item = DraftItem(tidy(asked) or text.strip(), line)
    for sentence in sentences[at + 1 :]:
        _add_sentence(item, sentence, whole)
    for branch in tail:
        add_branch(item, branch, line)
    for remark in remarks.remarks:
        add_remark(item, remark)
    if boxes:
        for label in _BOX.split(boxes[0]):
            if label.strip(" ,;/|"):
                item.answer(label.strip(" ,;/|")[:LABEL_CHARACTERS], line)
    elif (rated := _RATED.search(item.text)) and not item.answers and int(rated[1]) < int(rated[2]) <= 10:
        item.type = "scale"
        item.answers = [DraftAnswer(str(number), line) for number in range(int(rated[1]), int(rated[2]) + 1)]
    return [DraftItem(tidy(lead), line, is_said=True), item] if lead else [item]


def _asks(sentence: str) -> bool:
    return is_question(sentence) or is_prompt(sentence)


def before_arrows(text: str) -> tuple[str, list[Branch]]:
    """Split `Is there a budget? yes -> whose; no -> next year?` into the question and its branches."""
    arrow = _ARROW.search(text)
    end = text.rfind("?", 0, arrow.start()) if arrow else -1
    if arrow is None or end < 0:
        return text, []
    parts = re.split(r"\s*[;|]\s*|(?<=[?.])\s+(?=[^?.;|]{1,60}?(?:->|→|=>))", text[end + 1 :].strip(" :(-–"))
    branches = [branch_of(part, True) for part in parts if part.strip()]
    found = [branch for branch in branches if branch]
    return (text[: end + 1], found) if len(found) == len(branches) else (text, [])


def _add_sentence(item: DraftItem, sentence: str, is_whole_quote: bool) -> None:
    branch = branch_of(sentence, True)
    if branch and not is_whole_quote:
        add_branch(item, branch, item.line)
    elif _asks(sentence):
        item.follow_ups.append(tidy(sentence))
    elif is_whole_quote:
        item.text = f"{item.text} {sentence}" if not item.follow_ups else item.text
        if item.follow_ups:
            item.follow_ups[-1] = f"{item.follow_ups[-1]} {sentence}"
    else:
        item.cues.add(Role.WHY, sentence)


def add_remark(item: DraftItem, remark: str) -> None:
    """Add what stood in parentheses behind a question: a priority, a scale, examples or a reason."""
    scale = _SCALE.fullmatch(remark) or _STEPS.fullmatch(remark)
    if _OPTIONAL.fullmatch(remark):
        item.priority = "could"
    elif _MUST.fullmatch(remark):
        item.priority = "must"
    elif scale and 1 < int(scale[2]) <= 10 and int(scale[1]) <= 1:
        item.type = "scale"
        item.answers = [DraftAnswer(str(number), item.line) for number in range(int(scale[1]), int(scale[2]) + 1)]
        if not re.fullmatch(r"[\d\s–—-]+|.*\bto \d+", remark):
            item.cues.add(Role.WHY, remark)
    elif (examples := _EXAMPLES.match(remark)) or (remark.count("/") >= 1 and len(remark.split()) <= 8):
        for piece in pieces_of(remark[examples.end() if examples else 0 :]):
            item.cues.add(Role.LISTEN_FOR, piece)
    else:
        item.cues.add(
            Role.WHY, re.sub(r"^(?:note|goal|purpose|why|tip|reason)\s*:\s*", "", remark, flags=re.IGNORECASE)
        )


def pieces_of(text: str) -> list[str]:
    """Split `a date, a person, or a name` at its commas if every piece is short; else return the whole text."""
    text = text.strip().rstrip(".") if text.count(".") <= 1 else text.strip()
    between = _COMMAS if re.search(r"[,;]", text) else _SLASHES
    pieces = [piece.strip() for piece in between.split(text) if piece.strip()]
    short = all(len(piece.split()) <= 6 for piece in pieces)
    return pieces if short and len(pieces) > 1 and "(" not in text and not _asks(text) else [text]


_STEPS = re.compile(r"(\d)\s*=\s*[^,;=]{1,30}[,;]\s*(?:.*[,;]\s*)?(\d{1,2})\s*=\s*[^,;=]{1,30}")


def tidy(text: str) -> str:
    """Return a spoken text without quotation marks around it, starting with a capital letter."""
    text = unquoted(" ".join(text.split()))
    text = re.sub(r"^[-–—→>\s]+", "", text)
    return text[:1].upper() + text[1:] if text[:1].islower() and not re.match(r"\w+\.\w|https?:", text) else text


def add_branch(item: DraftItem, branch: Branch, line: int) -> DraftAnswer | None:
    """Add an answer with what follows it; return None if the condition is too long for a label."""
    label = reply_label(branch.condition)
    if not label or len(label) > LABEL_CHARACTERS:
        item.cues.add(Role.WHY, f"If {branch.condition}, {branch.then}")
        return None
    answer = item.answer(label, line)
    if not branch.then:
        return answer
    parts = re.split(
        r",?\s+(?:and\s+)?then\s+(?=(?:go|skip|jump|move|end|stop|close)\b)", branch.then, flags=re.IGNORECASE
    )
    for part in parts:
        add_consequence(answer, part, is_terse=branch.is_arrow)
    return answer


def add_consequence(answer: DraftAnswer, then: str, is_terse: bool = False) -> None:
    """Add what follows an answer: a jump, an ending, a question, something to say, or a note to the user."""
    remarks = split_remarks(then)
    reference = reference_of(then)
    if reference:
        _lead(answer, reference)
        return
    for sentence in sentences_of(remarks.text):
        reference = reference_of(sentence)
        asked = _ASK_SO.sub("", sentence)
        if reference:
            _lead(answer, reference)
        elif _asks(asked) or (is_terse and opens_like_question(asked)):
            answer.follow_ups.append(tidy(asked))
        elif starts_quoted(_SAY_SO.sub("", sentence)):
            answer.say = f"{answer.say} {unquoted(_SAY_SO.sub('', sentence))}".strip()
        else:
            answer.cues.add(Role.WHY, sentence)
    for remark in remarks.remarks:
        answer.cues.add(Role.WHY, remark)


def _lead(answer: DraftAnswer, reference: Reference) -> None:
    if reference.decision:
        answer.end = reference.decision
        if reference.decision == "no-go":
            answer.decisions.append(
                OpenDecision(f"'{answer.label}' ends the call", ("as not_a_fit", "as not_now", "go on"))
            )
    else:
        answer.target = reference.number or reference.title
        answer.is_section_target = reference.is_section


def options_of(text: str) -> list[str]:
    """Split `yes / no / not sure` or `a tool, by hand` into labels."""
    parts = re.split(r"\s*[/|;]\s*" if re.search(r"[/|;]", text) else r"\s*,\s*(?:or |and )?", text.strip(" ."))
    return [part[:1].upper() + part[1:] for part in (part.strip() for part in parts) if part]


def take_cues(target: DraftCues, given: DraftCues) -> None:
    """Add all notes of `given` to `target`."""
    for role in (Role.WHY, Role.LISTEN_FOR, Role.AVOID, Role.LINK):
        for text in getattr(given, role.value):
            target.add(role, text)


def is_mostly_spoken(text: str) -> bool:
    """Return whether a list item asks, rather than tells a story with a question in it."""
    sentences = sentences_of(text)
    asked = [sentence for sentence in sentences if is_question(sentence) or is_prompt(sentence)]
    if not asked:
        return is_spoken(text)
    if asked[0] == sentences[0] or starts_quoted(text):
        return True
    words = sum(len(sentence.split()) for sentence in asked)
    return words * 3 >= len(text.split()) or len(sentences) <= 2


def is_topic(labelled: Labelled, has_more: bool) -> bool:
    """Return whether `Customer: What do customers notice?` is a question with its topic and no objection.

    `has_more` says that something is below it, which would be the reply.
    """
    return (
        labelled.role is Role.THEY_SAY
        and len(labelled.label.split()) == 1
        and is_question(labelled.rest)
        and not starts_quoted(labelled.rest)
        and not has_more
    )
