"""Questions of a document: a text becomes an item, and the blocks below it its follow-ups, answers and cues.

Wordings do not change. Only branches of the document itself become answers; a branch may lead to another
question (`go to question 5`, `skip to section 3`) or to an ending (`end the call`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from salesnerd_tui.playbook.markdown.document import Block, BlockKind, Unit, walk
from salesnerd_tui.playbook.markdown.draft import Draft, DraftAnswer, DraftCues, DraftItem
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
"""Words before a question that are said in one breath with it; more of them become something to say."""

MAX_LABEL_CHARACTERS = 80
"""Longest condition that can be the label of an answer."""

_SCENE = re.compile(r"[\"“]?(?:so,? )?(?:imagine|let'?s say|think (?:of|about|back)|suppose|say that)\b", re.IGNORECASE)
_ARROW = re.compile(r"-{1,2}>|→|=>|⇒|➡|➔")
_ENUMERATOR = re.compile(
    r"^\s*(?:Q(?:uestion)?\s*#?\s*(\d{1,3}(?:\.\d+)?)\s*[:.)–-]+|\(?(\d{1,3}(?:\.\d{1,3})*)[.):]+(?=\s)"
    r"|(\d{1,3}(?:\.\d{1,3})+)(?=\s)|\(?([a-zA-Z])\)(?=\s))\s*(?=\S)",
    re.IGNORECASE,
)
_ASK_PREFIX = re.compile(
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
_MAX_BOX_CHARACTERS = 60
"""Longest text behind a box to tick."""

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
    found = _ENUMERATOR.match(text)
    if found is None:
        return "", text.strip()
    number = next(group for group in found.groups() if group)
    return number.lower().rstrip("."), text[found.end() :].strip()


def has_question(text: str) -> bool:
    """Return whether a text asks something: a question or a prompt among its sentences."""
    return any(map(is_question, split_sentences(split_remarks(text).text))) or has_boxes(text)


def count_questions(blocks: Iterable[Block]) -> int:
    """Return the number of blocks that ask something."""
    return sum(has_question(block.words.plain) for block in walk(blocks))


def has_boxes(text: str) -> bool:
    """Return whether a text ends with boxes to tick: `☐ Yes ☐ No`."""
    return _find_boxes(text) >= 0


def _find_boxes(text: str) -> int:
    """Return where the boxes begin that a text ends with; -1 if there are fewer than two. Read from the end, once."""
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
    """Return the question in `text`, after what to say before it. A text without a question is one as a whole."""
    boxes = _find_boxes(text)
    remarks = split_remarks(text if boxes < 0 else text[:boxes].rstrip(" :"))
    whole = is_quoted(remarks.text)
    body, tail = split_branches(strip_quotes(remarks.text))
    sentences = split_sentences(body)
    at = next((at for at, sentence in enumerate(sentences) if is_question(sentence)), 0)
    if at + 1 < len(sentences) and not has_question_mark(sentences[at]) and _SCENE.match(sentences[at]):
        at += 1
    lead = " ".join(sentences[:at])
    asked = sentences[at] if sentences else body
    if lead and (len(lead.split()) <= MAX_LEAD_WORDS or _SCENE.match(sentences[at - 1])):
        lead, asked = "", f"{lead} {asked}"
    item = DraftItem(clean_spoken_text(asked) or text.strip(), line)
    for sentence in sentences[at + 1 :]:
        _add_sentence(item, sentence, whole)
    for branch in tail:
        add_branch(item, branch, line)
    for remark in remarks.remarks:
        add_remark(item, remark)
    if boxes >= 0:
        for label in _BOX.split(text[boxes:]):
            if label.strip(" ,;/|"):
                item.add_answer(label.strip(" ,;/|")[:MAX_LABEL_CHARACTERS], line)
    elif (rated := _find_rating(item.text)) and not item.answers and int(rated[1]) < int(rated[2]) <= 10:
        item.type = "scale"
        item.answers = [DraftAnswer(str(number), line) for number in range(int(rated[1]), int(rated[2]) + 1)]
    return [DraftItem(clean_spoken_text(lead), line, is_said=True), item] if lead else [item]


def _find_rating(text: str) -> re.Match[str] | None:
    """Return the first and the last step in `On a scale of 1 to 10, …`."""
    word = _RATING.search(text)
    return _RATING_STEPS.search(text, word.end()) if word else None


def split_branches(text: str) -> tuple[str, list[Branch]]:
    """Split `Is there a budget? yes -> whose; no -> next year?` into the question and its branches."""
    arrow = _ARROW.search(text)
    end = text.rfind("?", 0, arrow.start()) if arrow else -1
    if arrow is None or end < 0:
        return text, []
    parts = re.split(r"\s*[;|]\s*|(?<=[?.])\s+(?=[^?.;|]{1,60}?(?:->|→|=>))", text[end + 1 :].strip(" :(-–"))
    branches = [parse_branch(part, True) for part in parts if part.strip()]
    found = [branch for branch in branches if branch]
    return (text[: end + 1], found) if len(found) == len(branches) else (text, [])


def _add_sentence(item: DraftItem, sentence: str, is_whole_quote: bool) -> None:
    branch = parse_branch(sentence, True)
    if branch and not is_whole_quote:
        add_branch(item, branch, item.line)
    elif is_question(sentence):
        item.follow_ups.append(clean_spoken_text(sentence))
    elif is_whole_quote:
        item.text = f"{item.text} {sentence}" if not item.follow_ups else item.text
        if item.follow_ups:
            item.follow_ups[-1] = f"{item.follow_ups[-1]} {sentence}"
    else:
        item.add(Role.WHY, sentence)


def add_remark(item: DraftItem, remark: str) -> None:
    """Add the text in parentheses after a question: a priority, a scale, examples or a reason."""
    scale = _SCALE.fullmatch(remark) or _NAMED_STEPS.fullmatch(remark)
    if _OPTIONAL.fullmatch(remark):
        item.priority = "could"
    elif _MUST.fullmatch(remark):
        item.priority = "must"
    elif scale and 1 < int(scale[2]) <= 10 and int(scale[1]) <= 1:
        item.type = "scale"
        item.answers = [DraftAnswer(str(number), item.line) for number in range(int(scale[1]), int(scale[2]) + 1)]
        if not re.fullmatch(r"[\d\s–—-]+|.*\bto \d+", remark):
            item.add(Role.WHY, remark)
    elif (examples := _EXAMPLES.match(remark)) or (remark.count("/") >= 1 and len(remark.split()) <= 8):
        for piece in split_cues(remark[examples.end() if examples else 0 :]):
            item.add(Role.LISTEN_FOR, piece)
    else:
        item.add(Role.WHY, re.sub(r"^(?:note|goal|purpose|why|tip|reason)\s*:\s*", "", remark, flags=re.IGNORECASE))


def split_cues(text: str) -> list[str]:
    """Split `a date, a person, or a name` at its commas if every piece is short; else return the whole text."""
    text = text.strip().rstrip(".") if text.count(".") <= 1 else text.strip()
    between = _COMMAS if re.search(r"[,;]", text) else _SLASHES
    pieces = [piece.strip() for piece in between.split(text) if piece.strip()]
    short = all(len(piece.split()) <= 6 for piece in pieces)
    return pieces if short and len(pieces) > 1 and "(" not in text and not is_question(text) else [text]


_NAMED_STEPS = re.compile(r"(\d)\s*=\s*[^,;=]{1,30}[,;]\s*(?:.*[,;]\s*)?(\d{1,2})\s*=\s*[^,;=]{1,30}")


def clean_spoken_text(text: str) -> str:
    """Return a spoken text without quotation marks around it, starting with a capital letter."""
    text = strip_quotes(" ".join(text.split()))
    text = re.sub(r"^[-–—→>\s]+", "", text)
    return text[:1].upper() + text[1:] if text[:1].islower() and not re.match(r"\w+\.\w|https?:", text) else text


def add_branch(item: DraftItem, branch: Branch, line: int) -> DraftAnswer | None:
    """Add an answer with what follows it; return None if the condition is too long for a label."""
    label = reply_label(branch.condition)
    if not label or len(label) > MAX_LABEL_CHARACTERS:
        item.add(Role.WHY, f"If {branch.condition}, {branch.then}")
        return None
    answer = item.add_answer(label, line)
    parts = re.split(
        r",?\s+(?:and\s+)?then\s+(?=(?:go|skip|jump|move|end|stop|close)\b)", branch.then, flags=re.IGNORECASE
    )
    for part in parts:
        add_consequence(answer, part, is_terse=branch.is_arrow)
    return answer


def add_consequence(answer: DraftAnswer, then: str, is_terse: bool = False) -> None:
    """Add what follows an answer: a jump, an ending, a question, something to say, or a note to the user."""
    remarks = split_remarks(then)
    for sentence in split_sentences(remarks.text):
        asked = _ASK_PREFIX.sub("", sentence)
        if add_jump(answer, sentence):
            continue
        if is_question(asked) or (is_terse and starts_like_question(asked)):
            answer.follow_ups.append(clean_spoken_text(asked))
        elif starts_with_quote(_SAY_SO.sub("", sentence)):
            answer.say = f"{answer.say} {strip_quotes(_SAY_SO.sub('', sentence))}".strip()
        else:
            answer.add(Role.WHY, sentence)
    for remark in remarks.remarks:
        answer.add(Role.WHY, remark)


def split_options(text: str) -> list[str]:
    """Split `yes / no / not sure` or `a tool, by hand` into labels."""
    parts = re.split(r"\s*[/|;]\s*" if re.search(r"[/|;]", text) else r"\s*,\s*(?:or |and )?", text.strip(" ."))
    return [part[:1].upper() + part[1:] for part in (part.strip() for part in parts) if part]


def is_mostly_question(text: str) -> bool:
    """Return whether a list item asks, rather than tells a story with a question in it."""
    sentences = split_sentences(text)
    asked = [sentence for sentence in sentences if is_question(sentence)]
    if not asked:
        return has_question(text)
    if asked[0] == sentences[0] or starts_with_quote(text):
        return True
    words = sum(len(sentence.split()) for sentence in asked)
    return words * 3 >= len(text.split()) or len(sentences) <= 2


def is_topic_label(labeled: Labeled, has_more: bool) -> bool:
    """Return whether `Customer: What do customers notice?` is a question with its topic and no objection.

    `has_more` says that something is below it, which would be the reply.
    """
    return (
        labeled.role is Role.THEY_SAY
        and len(labeled.label.split()) == 1
        and has_question_mark(labeled.rest)
        and not starts_with_quote(labeled.rest)
        and not has_more
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
    """Let an answer lead where `text` says: to a question, a heading, or an ending. Return False if it says nothing."""
    text = text.strip(" *_()")
    found = _JUMP.match(text)
    if _END.match(text):
        answer.end = "no-go"
        answer.add_decision(f"'{answer.label}' ends the call", "as not_a_fit", "as not_now", "go on")
    elif _POSTPONE.match(text):
        answer.end = "not-yet"
    elif bare := _QUESTION_NUMBER.match(text):
        answer.target, answer.is_section_target = bare[1].lower(), False
    elif found and found["number"]:
        answer.target = found["number"].lower()
        answer.is_section_target = (found["kind"] or "").lower() in ("section", "part", "chapter", "stage")
    elif found and not text.lower().startswith(("ask", "see")):
        answer.target, answer.is_section_target = found["title"].strip(), True
    else:
        return False
    return True


MAX_CUE_WORDS = 6
"""A bullet of so few words under a question is something to listen for; a longer one says why."""

_POINTS = re.compile(
    r"^(.{1,80}?)\s*[:–—-]?\s*\(?([+-]?\d{1,3})\s*(?:points?|pts?)\)?\s*[:.–—-]*\s*(.*)$", re.IGNORECASE
)
_LABEL_WITHOUT_COLON = re.compile(
    r"^(listen(?:ing)? for|watch (?:out )?for|look (?:out )?for|probe for|avoid|achten auf)\s+(?![:–—-])(\S[^?.]*\.?)$",
    re.IGNORECASE,
)
"""A label that needs no colon: `Listen for a date, a name`."""

_TOPIC = re.compile(
    r"(?:the |your |their |our |current |existing )?(?:team|people|users?|tool(?:s|ing)?|stack|systems?|budget|money"
    r"|costs?|pric(?:e|ing)|time(?:line|frame|ing)|deadline|urgency|authority|needs?|pains?|problem|impact"
    r"|consequences?|process(?:es)?|workflow|volume|frequency|scale|size|scope|owners?|stakeholders?"
    r"|decision(?: process| criteria| makers?)?|criteria|metrics?|champion|competition|competitors?|alternatives?"
    r"|risks?|security|compliance|legal|procurement|history|customers?|buyers?|priorit(?:y|ies)|next steps?"
    r"|who|what|when|where|why|how)",
    re.IGNORECASE,
)
"""A label below a question that names what the next one is about, and that nobody would answer with."""

TOO_LONG = "too long for a note"


def attach(draft: Draft, item: DraftItem, blocks: Sequence[Block], role: Role | None = None) -> None:
    """Attach blocks to a question; `role` is that of a label above them."""
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
    draft: Draft, item: DraftItem, unit: Unit, under: Sequence[Block] = (), role: Role | None = None
) -> Role | None:
    """Attach one text and what is below it; return the role of what comes next if the text is a label alone."""
    _, text = split_number(unit.text)
    add_links(item, unit)
    labeled = parse_unit_label(unit, text)
    if labeled and is_topic_label(labeled, bool(under)) and _TOPIC.fullmatch(labeled.label):
        labeled = Labeled(labeled.label, None, labeled.rest)
    alone = find_role(text) if text.endswith(":") or (under and len(text.split()) <= 3) else None
    stated = _LABEL_WITHOUT_COLON.match(text.strip("()"))
    if stated and not (labeled and labeled.role):
        labeled = Labeled(stated[1], find_role(stated[1]), stated[2].rstrip(")"))
    if not alone and labeled and labeled.role and labeled.rest:
        add_by_role(draft, item, labeled.role, keep_negative_label(labeled.label, labeled.rest), unit.line)
        attach(draft, item, under)
        return None
    if given := alone or (labeled.role if labeled else None):
        attach(draft, item, under, given)
        return given
    if role:
        add_by_role(draft, item, role, text, unit.line)
        attach(draft, item, under, role)
        return role
    if not _attach_answer(draft, item, text, unit.line, under, labeled):
        _attach_text(draft, item, text, unit)
        attach(draft, item, under)
    return None


def _attach_answer(
    draft: Draft, item: DraftItem, text: str, line: int, under: Sequence[Block], labeled: Labeled | None
) -> bool:
    branch = parse_branch(text, True)
    points = _POINTS.match(text)
    asks_below = count_questions(under)
    if branch:
        answer = add_branch(item, branch, line)
    elif points and not has_question_mark(text):
        answer = item.add_answer(points[1].strip(' "“”*:'), line)
        answer.points = float(points[2])
        if points[3]:
            add_consequence(answer, points[3])
    elif asks_below and not has_question(text) and len(text) <= 80 and not find_role(text):
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
        attach(draft, item, under)
    else:
        attach_to_answer(draft, answer, under)
    return True


def attach_to_answer(draft: Draft, answer: DraftAnswer, blocks: Sequence[Block]) -> None:
    """Attach blocks to an answer: what asks follows it, everything else is a note."""
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
                draft.omit(unit.line, text, TOO_LONG)


def _attach_text(draft: Draft, item: DraftItem, text: str, unit: Unit) -> None:
    if text.endswith(":") and starts_with_question_word(text):
        item.follow_ups.append(clean_spoken_text(text))
        return
    labeled = parse_label(text, unit.bold)
    if labeled and has_question(labeled.rest) and _TOPIC.fullmatch(labeled.label):
        text = labeled.rest
    if has_question(text) and not item.is_said:
        remarks = split_remarks(text)
        asked, branches = split_branches(remarks.text)
        if branches:
            _note_branches(item, asked, remarks.text[len(asked) :].strip())
        for sentence in split_sentences(asked):
            _attach_sentence(item, sentence, line=unit.line)
        for remark in remarks.remarks:
            add_remark(item, remark)
        return
    role = Role.LISTEN_FOR if len(text.split()) <= MAX_CUE_WORDS and not text.endswith(".") else Role.WHY
    if not item.add(role, text):
        draft.omit(unit.line, text, TOO_LONG)


def _attach_sentence(item: DraftItem, sentence: str, line: int) -> None:
    labeled = parse_label(sentence)
    branch = parse_branch(sentence, True)
    if labeled and labeled.role in (Role.FOLLOW_UPS, Role.ASK):
        item.follow_ups.append(clean_spoken_text(labeled.rest))
    elif branch and not item.follow_ups:
        add_branch(item, branch, line)
    elif is_question(sentence):
        item.follow_ups.append(clean_spoken_text(sentence))
    else:
        item.add(Role.WHY, sentence)


def _note_branches(item: DraftItem, asked: str, branches: str) -> None:
    """Keep the branches of a follow-up as a note: only a question has answers."""
    item.add(Role.WHY, f"{asked} {branches}")
    item.add_decision(f"'{asked}' has answers of its own", "make it a question", "keep them in why")


def add_by_role(draft: Draft, item: DraftItem, role: Role, text: str, line: int) -> None:
    """Add a text to a question by the role of its label."""
    if role is Role.NEVER_SAY:
        draft.forbid(split_cues(text), line)
    elif role is Role.ASIDE:
        draft.omit(line, text, "a story")
    elif not _add_spoken(item, role, text, line) and not _add_note(item, role, text):
        draft.omit(line, text, TOO_LONG)


def _add_spoken(item: DraftItem, role: Role, text: str, line: int) -> bool:
    """Add what is heard or said: answers, follow-ups and other wordings."""
    if role is Role.OPTIONS:
        for label in split_options(text):
            item.add_answer(label[:MAX_LABEL_CHARACTERS], line)
    elif role in (Role.FOLLOW_UPS, Role.ASK):
        item.follow_ups += [clean_spoken_text(sentence) for sentence in split_sentences(text)]
    elif role is Role.PHRASINGS:
        item.phrasings += [clean_spoken_text(sentence) for sentence in split_sentences(text)]
    elif role is Role.SAY and has_question(text):
        item.phrasings.append(clean_spoken_text(text))
    else:
        return False
    return True


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
