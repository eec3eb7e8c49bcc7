"""Questions of a document: a text becomes an item, and the blocks below it become follow-ups, answers and cues.

Texts are never reworded. Only branches of the document become answers; a branch may lead to another question (`go to
question 5`, `skip to section 3`) or to an outcome (`end the call`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from salesnerd_tui.playbook.markdown.document import Block, BlockKind, Unit, walk
from salesnerd_tui.playbook.markdown.draft import TOO_LONG_FOR_NOTE, Draft, DraftAnswer, DraftCues, DraftItem
from salesnerd_tui.playbook.markdown.sentence import (
    Branch,
    Labeled,
    Role,
    find_role,
    has_question_mark,
    is_question,
    is_quoted,
    keep_negative_label,
    parse_branch,
    parse_label,
    parse_unit_label,
    reply_label,
    split_remarks,
    split_sentences,
    starts_like_question,
    starts_with_question_word,
    starts_with_quote,
    strip_quotes,
)

MAX_LEAD_WORDS = 15
"""Maximum words before a question that are part of it; more of them become a statement."""

MAX_LABEL_CHARACTERS = 80
"""Maximum length of a condition that becomes the label of an answer."""

_SCENE = re.compile(r"[\"“]?(?:so,? )?(?:imagine|let'?s say|think (?:of|about|back)|suppose|say that)\b", re.IGNORECASE)
_ARROW = re.compile(r"-{1,2}>|→|=>|⇒|➡|➔")
_ENUMERATOR = re.compile(
    r"^\s*(?:Q(?:uestion)?\s*#?\s*(\d{1,3}(?:\.\d+)?)\s*[:.)–-]+|\(?(\d{1,3}(?:\.\d{1,3})*)[.):]+(?=\s)"
    r"|(\d{1,3}(?:\.\d{1,3})+)(?=\s+(?:(?-i:[^a-z%€$£])|.*\?))|\(?([a-zA-Z])\)(?=\s))\s*(?=\S)",
    re.IGNORECASE,
)
_ASK_PREFIX = re.compile(
    r"^(?:then |also |please )?(?:ask|probe|follow up with)\s*:?\s+(?=[\"“A-Z]|(?:what|who|when"
    r"|where|why|how|which|if|whether)\b)",
    re.IGNORECASE,
)
_SAY_PREFIX = re.compile(r"^(?:then |just )?(?:say|reply|respond|answer)\s*(?:with)?\s*:?\s*(?=[\"“])", re.IGNORECASE)
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
_MAX_BOX_CHARACTERS = 60
"""Maximum length of the text after a checkbox."""

_LEADING_REMARK = re.compile(
    r"^\s*[\[(](?:(?P<condition>(?:only )?(?:if|when|wenn|falls)\b[^\[\]()]{2,80})"
    r"|(?P<remark>\d{1,2} ?min[^\[\]()]{0,10}|optional|must[- ]ask|required))[\])]\s+(?=[\"“A-Z])",
    re.IGNORECASE,
)
"""A condition or a length before a question: `[If they forwarded it] Who got it?`, `(5 min) What happened?`."""

_RATING = re.compile(r"\b(?:rate|scale|score)\b", re.IGNORECASE)
_RATING_STEPS = re.compile(r"\b([01])\s*(?:-|–|—|to)\s*(\d{1,2})\b", re.IGNORECASE)
_EXAMPLES = re.compile(
    r"(?:e\.?g\.?|i\.?e\.?|for example|for instance|such as|like|ideal(?:ly)?[^:]*|look for|listen for"
    r"|examples?)\s*[,:]?\s*",
    re.IGNORECASE,
)
_COMMAS = re.compile(r"\s*(?:;|,\s*(?:or |and )?)\s*")
_SLASHES = re.compile(r"\s*/\s*")


def split_number(text: str) -> tuple[str, str]:
    """Return the number before a text (`Q3:`, `2.1`, `a)`), and the text without it."""
    match = _ENUMERATOR.match(text)
    if match is None:
        return "", text.strip()
    number = next(group for group in match.groups() if group)
    return number.lower().rstrip("."), text[match.end() :].strip()


def has_question(text: str) -> bool:
    """Return whether a sentence of a text is a question, or the text ends with checkboxes."""
    return any(map(is_question, split_sentences(split_remarks(text)[0]))) or has_boxes(text)


def count_questions(blocks: Iterable[Block]) -> int:
    """Return the number of blocks with a question, including nested ones."""
    return sum(has_question(block.words.plain) for block in walk(blocks))


def has_boxes(text: str) -> bool:
    """Return whether a text ends with at least two checkboxes: `☐ Yes ☐ No`."""
    return _find_boxes(text) >= 0


def _find_boxes(text: str) -> int:
    """Return the index of the first of the checkboxes at the end of a text; -1 if there are fewer than two."""
    boxes = list(_BOX.finditer(text))
    start = end = len(text)
    count = 0
    for box in reversed(boxes):
        label = text[box.end() : end]
        if not label or len(label.lstrip()) > _MAX_BOX_CHARACTERS or "[" in label or "]" in label:
            break
        start = end = box.start()
        count += 1
    return start if count > 1 else -1


def parse_question(text: str, line: int) -> list[DraftItem]:
    """Return the question in `text`, after a statement if the text before it is long.

    Without a question the whole text becomes one.
    """
    leading = _LEADING_REMARK.match(text)
    if leading is None:
        return _parse_question(text, line)
    items = _parse_question(text[leading.end() :], line)
    if leading["condition"]:
        items[-1].add_note(leading["condition"].strip())
        items[-1].add_decision("when is this asked", "write when: a condition", "ask it always")
    else:
        add_remark(items[-1], leading["remark"].strip())
    return items


def _parse_question(text: str, line: int) -> list[DraftItem]:
    boxes = _find_boxes(text)
    asked, remarks = split_remarks(text if boxes < 0 else text[:boxes].rstrip(" :"))
    is_whole_quote = is_quoted(asked)
    body, branches = split_branches(strip_quotes(asked))
    sentences = split_sentences(body)
    at = next((at for at, sentence in enumerate(sentences) if is_question(sentence)), 0)
    if at + 1 < len(sentences) and not has_question_mark(sentences[at]) and _SCENE.match(sentences[at]):
        at += 1
    lead = " ".join(sentences[:at])
    question = sentences[at] if sentences else body
    if lead and (len(lead.split()) <= MAX_LEAD_WORDS or _SCENE.match(sentences[at - 1])):
        lead, question = "", f"{lead} {question}"
    item = DraftItem(clean_spoken_text(question) or text.strip(), line)
    for sentence in sentences[at + 1 :]:
        _add_sentence(item, sentence, is_whole_quote)
    for branch in branches:
        add_branch(item, branch, line)
    for remark in remarks:
        add_remark(item, remark)
    if boxes >= 0:
        for label in (part.strip(" ,;/|") for part in _BOX.split(text[boxes:])):
            if label:
                item.add_answer(label[:MAX_LABEL_CHARACTERS], line)
    elif (steps := parse_rating_steps(item.text)) and not item.answers:
        _set_scale(item, steps)
    return [DraftItem(clean_spoken_text(lead), line, is_said=True), item] if lead else [item]


def _set_scale(item: DraftItem, steps: Iterable[str]) -> None:
    item.type = "scale"
    item.answers = [DraftAnswer(step, item.line) for step in steps]


def list_steps(first: str, last: str) -> tuple[str, ...]:
    """Return the numbers from the first to the last one; none if there are too many for a scale."""
    return tuple(map(str, range(int(first), int(last) + 1))) if int(first) < int(last) <= 10 else ()


def parse_rating_steps(text: str) -> tuple[str, ...]:
    """Return the steps of `On a scale of 1 to 10, …`; none for any other text."""
    word = _RATING.search(text)
    match = _RATING_STEPS.search(text, word.end()) if word else None
    return list_steps(match[1], match[2]) if match else ()


def split_branches(text: str) -> tuple[str, list[Branch]]:
    """Split `Is there a budget? yes -> whose; no -> next year?` into the question and its branches."""
    arrow = _ARROW.search(text)
    end = text.rfind("?", 0, arrow.start()) if arrow else -1
    if arrow is None or end < 0:
        return text, []
    parts = re.split(r"\s*[;|]\s*|(?<=[?.])\s+(?=[^?.;|]{1,60}?(?:->|→|=>))", text[end + 1 :].strip(" :(-–"))
    parts = [part for part in parts if part.strip()]
    branches = [branch for part in parts if (branch := parse_branch(part, is_nested=True))]
    return (text[: end + 1], branches) if len(branches) == len(parts) else (text, [])


def _add_sentence(item: DraftItem, sentence: str, is_whole_quote: bool) -> None:
    branch = parse_branch(sentence, is_nested=True)
    if branch and not is_whole_quote:
        add_branch(item, branch, item.line)
    elif is_question(sentence):
        item.follow_ups.append(clean_spoken_text(sentence))
    elif is_whole_quote and item.follow_ups:
        item.follow_ups[-1] += f" {sentence}"
    elif is_whole_quote:
        item.text += f" {sentence}"
    else:
        item.add_note(sentence)


def add_remark(item: DraftItem, remark: str) -> None:
    """Add the text in parentheses after a question: a priority, a scale, examples or a reason."""
    scale = _SCALE.fullmatch(remark) or _NAMED_STEPS.fullmatch(remark)
    if _OPTIONAL.fullmatch(remark):
        item.priority = "could"
    elif _MUST.fullmatch(remark):
        item.priority = "must"
    elif scale and 1 < int(scale[2]) <= 10 and int(scale[1]) <= 1:
        _set_scale(item, list_steps(scale[1], scale[2]))
        if not re.fullmatch(r"[\d\s–—-]+|.*\bto \d+", remark):
            item.add_note(remark)
    elif (labeled := parse_label(remark)) and labeled.role is Role.FOLLOW_UPS:
        item.follow_ups += map(clean_spoken_text, split_sentences(labeled.rest))
    elif (examples := _EXAMPLES.match(remark)) or (remark.count("/") >= 1 and len(remark.split()) <= 8):
        for cue in split_cues(remark[examples.end() if examples else 0 :]):
            item.add(Role.LISTEN_FOR, cue)
    else:
        item.add_note(re.sub(r"^(?:note|goal|purpose|why|tip|reason)\s*:\s*", "", remark, flags=re.IGNORECASE))


def split_cues(text: str) -> list[str]:
    """Split `a date, a person, or a name` at its commas if every part is short; otherwise return the whole text."""
    text = text.strip().rstrip(".") if text.count(".") <= 1 else text.strip()
    separator = _COMMAS if re.search(r"[,;]", text) else _SLASHES
    cues = [cue.strip() for cue in separator.split(text) if cue.strip()]
    are_short = all(len(cue.split()) <= 6 for cue in cues)
    return cues if are_short and len(cues) > 1 and "(" not in text and not is_question(text) else [text]


_NAMED_STEPS = re.compile(r"(\d)\s*=\s*[^,;=]{1,30}[,;]\s*(?:.*[,;]\s*)?(\d{1,2})\s*=\s*[^,;=]{1,30}")


def clean_spoken_text(text: str) -> str:
    """Remove quotation marks, dashes and arrows around a spoken text, and capitalize it."""
    text = strip_quotes(" ".join(text.split()))
    text = re.sub(r"^[-–—→>\s]+", "", text)
    return text[:1].upper() + text[1:] if text[:1].islower() and not re.match(r"\w+\.\w|https?:", text) else text


def add_branch(item: DraftItem, branch: Branch, line: int) -> DraftAnswer | None:
    """Add an answer and its consequence; return None if the condition is too long for a label."""
    label = reply_label(branch.condition)
    if not label or len(label) > MAX_LABEL_CHARACTERS:
        item.add_note(f"If {branch.condition}, {branch.then}")
        return None
    answer = item.add_answer(label, line)
    parts = re.split(
        r",?\s+(?:and\s+)?then\s+(?=(?:go|skip|jump|move|end|stop|close)\b)", branch.then, flags=re.IGNORECASE
    )
    for part in parts:
        add_consequence(answer, part, is_terse=branch.is_arrow)
    return answer


def add_consequence(answer: DraftAnswer, then: str, *, is_terse: bool = False) -> None:
    """Add the consequence of an answer: a jump, an outcome, a question, a statement, or a note."""
    text, remarks = split_remarks(then)
    for sentence in split_sentences(text):
        question = _ASK_PREFIX.sub("", sentence)
        statement = _SAY_PREFIX.sub("", sentence)
        if add_jump(answer, sentence):
            continue
        if is_question(question) or (is_terse and starts_like_question(question)):
            answer.follow_ups.append(clean_spoken_text(question))
        elif starts_with_quote(statement):
            answer.say = f"{answer.say} {strip_quotes(statement)}".strip()
        else:
            answer.add_note(sentence)
    for remark in remarks:
        answer.add_note(remark)


def split_options(text: str) -> list[str]:
    """Split `yes / no / not sure` or `a tool, by hand` into labels."""
    parts = re.split(r"\s*[/|;]\s*" if re.search(r"[/|;]", text) else r"\s*,\s*(?:or |and )?", text.strip(" ."))
    return [part[:1].upper() + part[1:] for part in (part.strip() for part in parts) if part]


def is_mostly_question(text: str) -> bool:
    """Return whether a list item is a question, rather than a story with a question in it."""
    sentences = split_sentences(text)
    questions = [sentence for sentence in sentences if is_question(sentence)]
    if not questions:
        return has_question(text)
    if questions[0] == sentences[0] or starts_with_quote(text):
        return True
    words = sum(len(sentence.split()) for sentence in questions)
    return words * 3 >= len(text.split()) or len(sentences) <= 2


def is_topic_label(labeled: Labeled, has_children: bool) -> bool:
    """Return whether `Customer: What do customers notice?` is a question with a topic, and not an objection.

    Blocks below it would be the reply to an objection.
    """
    return (
        labeled.role is Role.THEY_SAY
        and len(labeled.label.split()) == 1
        and has_question_mark(labeled.rest)
        and not starts_with_quote(labeled.rest)
        and not has_children
    )


_JUMP = re.compile(
    r"""^(?:then\ |just\ |please\ )?(?:(?:go|skip|jump|move|proceed|continue|advance|return)\ (?:back\ |on\
      |ahead\ |straight\ |forward\ )?(?:to|with|at)|see|ask|→|->)\s+
      (?:the\ )?(?:(?P<kind>question|q|no\.?|number|\#|item|step|section|part|chapter|stage)\s*\#?\s*)?
      (?:(?P<number>\d{1,3}(?:\.\d{1,2})?[a-z]?)|["“]?(?P<title>[^"”.?!]{3,60}?)["”]?(?:\ section)?)[.!)]?$""",
    re.IGNORECASE | re.VERBOSE,
)
_QUESTION_NUMBER = re.compile(r"^(?:q|question|\#)\s*(\d{1,3}(?:\.\d{1,2})?[a-z]?)\.?$", re.IGNORECASE)
_END = re.compile(
    r"""^(?:then\ |politely\ |just\ )?(?:end|stop|exit|quit|disqualif\w*|dq|walk\ away|close\ (?:it|the\ call)
      |hang\ up|wrap\ up|part\ ways|(?:not|no)\ (?:a\ )?(?:good\ )?fit|no[- ]go
      |(?:end|finish|close|stop|wrap\ up|leave)\ (?:the\ )?(?:call|conversation|meeting|discovery|it|here|there|deal)
      |thank\ (?:them|him|her|you)\b.{0,40}?\b(?:end|leave|stop|close|part|hang\ up|move\ on)\b.{0,20}
      |(?:politely\ )?(?:decline|withdraw)|walk)(?:\ (?:the\ )?(?:call|conversation|meeting|deal|opportunity
        |lead|here|politely|them|now))*[.!]*$""",
    re.IGNORECASE | re.VERBOSE,
)
_POSTPONE = re.compile(
    r"^(?:not[- ]yet|nurture(?: (?:them|it|list))?|park(?: it)?|revisit\b.{0,40}|(?:call|check"
    r"|come|circle) back\b.{0,40}|follow up (?:in|next|later)\b.{0,30})[.!]*$",
    re.IGNORECASE,
)


def add_jump(answer: DraftAnswer, text: str) -> bool:
    """Set the jump or the outcome of an answer from `go to 5` or `end the call`; return False for any other text."""
    text = text.strip(" *_()")
    jump = _JUMP.match(text)
    if _END.match(text):
        answer.end = "no-go"
        answer.add_decision(f"'{answer.label}' ends the call", "as not_a_fit", "as not_now", "go on")
    elif _POSTPONE.match(text):
        answer.end = "not-yet"
    elif number := _QUESTION_NUMBER.match(text):
        answer.target, answer.is_section_target = number[1].lower(), False
    elif jump and jump["number"]:
        answer.target = jump["number"].lower()
        answer.is_section_target = (jump["kind"] or "").lower() in ("section", "part", "chapter", "stage")
    elif jump and not text.lower().startswith(("ask", "see")):
        answer.target, answer.is_section_target = jump["title"].strip(), True
    else:
        return False
    return True


MAX_CUE_WORDS = 6
"""Maximum words of a list item below a question that is a cue to listen for; a longer one is a reason."""

_POINTS = re.compile(
    r"^(.{1,80}?)\s*[:–—-]?\s*\(?([+-]?\d{1,3})\s*(?:points?|pts?)\)?\s*[:.–—-]*\s*(.*)$", re.IGNORECASE
)
_LABEL_WITHOUT_COLON = re.compile(
    r"^(listen(?:ing)? for|watch (?:out )?for|look (?:out )?for|probe for|avoid|achten auf)\s+(?![:–—-])(\S[^?.]*\.?)$",
    re.IGNORECASE,
)
"""A label without a colon: `Listen for a date, a name`."""

_WARNING = re.compile(r"\W*(?:don['’]t|do not|never|avoid)\b", re.IGNORECASE)
_TOPIC = re.compile(
    r"(?:the |your |their |our |current |existing )?(?:team|people|users?|tool(?:s|ing)?|stack|systems?|budget|money"
    r"|costs?|pric(?:e|ing)|time(?:line|frame|ing)|deadline|urgency|authority|needs?|pains?|problem|impact"
    r"|consequences?|process(?:es)?|workflow|volume|frequency|scale|size|scope|owners?|stakeholders?"
    r"|decision(?: process| criteria| makers?)?|criteria|metrics?|champion|competition|competitors?|alternatives?"
    r"|risks?|security|compliance|legal|procurement|history|customers?|buyers?|priorit(?:y|ies)|next steps?"
    r"|who|what|when|where|why|how)",
    re.IGNORECASE,
)
"""A label below a question that is the topic of a follow-up, because nobody would answer with it."""


def attach(draft: Draft, item: DraftItem, blocks: Sequence[Block], role: Role | None = None) -> None:
    """Attach blocks to a question. `role` is the role of the label above them."""
    for block in blocks:
        if block.kind in (BlockKind.LIST, BlockKind.QUOTE):
            attach(draft, item, block.children, role)
        elif block.kind is BlockKind.TABLE:
            for row in block.rows:
                draft.omit(row.line, " | ".join(cell.plain for cell in row.cells), "a table under a question")
        else:
            units = block.units()
            for number, unit in enumerate(units, 1):
                next_role = attach_unit(draft, item, unit, block.children if number == len(units) else (), role)
                role = next_role if block.kind is BlockKind.PARAGRAPH else role


def attach_unit(
    draft: Draft, item: DraftItem, unit: Unit, children: Sequence[Block] = (), role: Role | None = None
) -> Role | None:
    """Attach a text and the blocks below it. If the text is only a label, return the role of the texts after it."""
    _, text = split_number(unit.text)
    add_links(item, unit)
    labeled = parse_unit_label(unit, text)
    if labeled and is_topic_label(labeled, bool(children)) and _TOPIC.fullmatch(labeled.label):
        labeled = Labeled(labeled.label, None, labeled.rest)
    list_role = find_role(text) if text.endswith(":") or (children and len(text.split()) <= 3) else None
    match = _LABEL_WITHOUT_COLON.match(text.strip("()"))
    if match and not (labeled and labeled.role):
        labeled = Labeled(match[1], find_role(match[1]), match[2].rstrip(")"))
    if not list_role and labeled and labeled.role and labeled.rest:
        add_by_role(draft, item, labeled.role, keep_negative_label(labeled.label, labeled.rest), unit.line)
        attach(draft, item, children)
        return None
    if next_role := list_role or (labeled.role if labeled else None):
        attach(draft, item, children, next_role)
        return next_role
    if role:
        add_by_role(draft, item, role, text, unit.line)
        attach(draft, item, children, role)
        return role
    if not _attach_answer(draft, item, text, unit.line, children, labeled=labeled):
        _attach_text(draft, item, text, unit)
        attach(draft, item, children)
    return None


def _attach_answer(
    draft: Draft, item: DraftItem, text: str, line: int, children: Sequence[Block], *, labeled: Labeled | None
) -> bool:
    branch = parse_branch(text, is_nested=True)
    points = _POINTS.match(text)
    if branch:
        answer = add_branch(item, branch, line)
    elif points and not has_question_mark(text):
        answer = item.add_answer(points[1].strip(' "“”*:'), line)
        answer.points = float(points[2])
        if points[3]:
            add_consequence(answer, points[3])
    elif count_questions(children) and not has_question(text) and len(text) <= 80 and not find_role(text):
        answer = item.add_answer(reply_label(text.rstrip(":")), line)
    elif (
        labeled
        and has_question_mark((split_sentences(labeled.rest) or [""])[0])
        and len(labeled.label.split()) <= MAX_CUE_WORDS
    ):
        if _TOPIC.fullmatch(labeled.label):
            return False
        answer = item.add_answer(reply_label(labeled.label), line)
        add_consequence(answer, labeled.rest)
        if len(labeled.label.split()) == 1:
            answer.add_decision(f"would they say '{labeled.label}'", "keep the answer", "make it a follow-up")
    else:
        return False
    if answer is None:
        attach(draft, item, children)
    else:
        attach_to_answer(draft, answer, children)
    return True


def attach_to_answer(draft: Draft, answer: DraftAnswer, blocks: Sequence[Block]) -> None:
    """Attach blocks to an answer: questions become follow-ups, everything else notes."""
    for block in walk(blocks):
        for unit in block.units():
            _, text = split_number(unit.text)
            labeled = parse_label(text, unit.bold)
            add_links(answer, unit)
            if labeled and labeled.role in (Role.LISTEN_FOR, Role.AVOID, Role.WHY) and labeled.rest:
                fits = answer.add(labeled.role, labeled.rest)
            elif has_question(text):
                add_consequence(answer, text)
                fits = True
            else:
                fits = answer.add(Role.WHY, text)
            if not fits:
                draft.omit(unit.line, text, TOO_LONG_FOR_NOTE)


def _attach_text(draft: Draft, item: DraftItem, text: str, unit: Unit) -> None:
    if text.endswith(":") and starts_with_question_word(text):
        item.follow_ups.append(clean_spoken_text(text))
        return
    labeled = parse_label(text, unit.bold)
    if labeled and has_question(labeled.rest) and _TOPIC.fullmatch(labeled.label):
        text = labeled.rest
    if has_question(text) and not item.is_said:
        text, remarks = split_remarks(text)
        question, branches = split_branches(text)
        if branches:  # kept as a note, because only a question of the agenda has answers
            item.add_note(text)
            item.add_decision(f"'{question}' has answers of its own", "make it a question", "keep them in why")
        for sentence in split_sentences(question):
            _attach_sentence(item, sentence, line=unit.line)
        for remark in remarks:
            add_remark(item, remark)
        return
    role = Role.LISTEN_FOR if len(text.split()) <= MAX_CUE_WORDS and not text.endswith(".") else Role.WHY
    role = Role.AVOID if _WARNING.match(text) else role
    if not item.add(role, text):
        draft.omit(unit.line, text, TOO_LONG_FOR_NOTE)


def _attach_sentence(item: DraftItem, sentence: str, line: int) -> None:
    labeled = parse_label(sentence)
    branch = parse_branch(sentence, is_nested=True)
    if labeled and labeled.role in (Role.FOLLOW_UPS, Role.ASK):
        item.follow_ups.append(clean_spoken_text(labeled.rest))
    elif branch and not item.follow_ups:
        add_branch(item, branch, line)
    elif is_question(sentence):
        item.follow_ups.append(clean_spoken_text(sentence))
    else:
        item.add_note(sentence)


def add_by_role(draft: Draft, item: DraftItem, role: Role, text: str, line: int) -> None:
    """Add a text to a question by the role of its label; a text that is too long is omitted."""
    if role is Role.NEVER_SAY:
        draft.forbid(split_cues(text), line)
    elif role is Role.ASIDE:
        draft.omit(line, text, "a story")
    elif role is Role.OPTIONS:
        for label in split_options(text):
            item.add_answer(label[:MAX_LABEL_CHARACTERS], line)
    elif role in (Role.FOLLOW_UPS, Role.ASK):
        item.follow_ups += map(clean_spoken_text, split_sentences(text))
    elif role is Role.PHRASINGS:
        item.phrasings += map(clean_spoken_text, split_sentences(text))
    elif role is Role.SAY and has_question(text):
        item.phrasings.append(clean_spoken_text(text))
    elif not _add_note(item, role, text):
        draft.omit(line, text, TOO_LONG_FOR_NOTE)


def _add_note(item: DraftItem, role: Role, text: str) -> bool:
    """Add a note to the user; return False if it is too long."""
    if role in (Role.LISTEN_FOR, Role.AVOID):
        return item.add_all(role, split_cues(text))
    if role is Role.SPEAKER and re.fullmatch(r"[\w ]{1,20}", text):
        item.speaker = "_".join(text.lower().split())
        return True
    return (role is Role.LINK and bool(item.link)) or item.add(Role.WHY, text)


def add_links(cues: DraftCues, unit: Unit) -> None:
    """Add the web addresses of a text."""
    for _, address in unit.links:
        if re.match(r"https?://[^\s]+$", address):
            cues.add(Role.LINK, address)
