"""Better questions than those answered with a word, a guess, an opinion or a number (P403, P408 and P416 to P418).

Each form turns one kind of question into a sentence worth saying. Where no form fits, there is only a pattern: a
sentence that nobody would say is worse than none. The few forms of English verbs that this needs are at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.playbook.diagnostics import Finding, Severity, advice
from salesnerd_tui.playbook.lint.rule import book, rule
from salesnerd_tui.playbook.model import Ask, NoteType
from salesnerd_tui.playbook.yaml_writer import rewritten

if TYPE_CHECKING:
    from salesnerd_tui.playbook.lint.context import LintContext
    from salesnerd_tui.playbook.tree import Scalar


class Weakness(StrEnum):
    """Kinds of weak questions."""

    YES_NO = "yes or no"
    HYPOTHETICAL = "hypothetical"
    OPINION = "opinion"
    RATING = "rating"
    LEADING = "leading"


PATTERNS = {
    Weakness.YES_NO: "ask for the last time, like `When did you last …?` or `What happened when …?`",
    Weakness.HYPOTHETICAL: "ask what they did, like `What have you tried so far?` or `When did you last need …?`",
    Weakness.OPINION: "ask what happened, like `Tell me about the last time …` or `What did you do then?`",
    Weakness.RATING: "ask for a case, like `When did … last let you down?` or `What did it cost you?`",
    Weakness.LEADING: "ask without the answer in it, like `How did that go the last time?`",
}
"""Patterns of better questions, where no sentence follows from the words."""

WORDS_MAX = 22
"""Longest proposal, in words."""


class WeakQuestion(Struct, frozen=True):
    """A weakness of a question: the words that show it, and a better question if one follows from the rest."""

    weakness: Weakness
    start: int
    length: int
    better: str = ""


_A = Severity.ADVICE


def _weak(book: LintContext, code: str, weakness: Weakness, message: str) -> Iterator[Finding]:
    for text, ask, found in book.computed(_weak_questions):
        if found.weakness is not weakness or _is_meant(ask, weakness):
            continue
        words = text.text[found.start : found.start + found.length].strip(" ,")
        hint = f"try: “{found.better}”" if found.better else PATTERNS[weakness]
        edits = rewritten(text, found.better) if found.better else ()
        spot = text.within(found.start, found.length)
        yield advice(code, message.format(words), spot, hint, edits=edits)


def _weak_questions(book: LintContext) -> list[tuple[Scalar, Ask, WeakQuestion]]:
    asked = ((said.text, said.row.item) for said in book.own_spoken if said.kind == "ask" and said.row is not None)
    questions = ((text, ask, weakness_of(text.text)) for text, ask in asked if isinstance(ask, Ask))
    return [(text, ask, found) for text, ask, found in questions if found is not None]


def _is_meant(ask: Ask, weakness: Weakness) -> bool:
    """Return whether the question shows that it wants this kind of reply, or has another finding already."""
    if weakness is Weakness.YES_NO:
        two = ask.text.count("?") > 1  # "Do you have one? Which?" is reported as two questions
        return two or bool(ask.answers) or ask.type in (NoteType.CHOICE, NoteType.SCALE)
    return weakness is Weakness.RATING and ask.type is NoteType.SCALE


@rule(
    "P403",
    _A,
    "a yes-or-no question",
    "'Do you …' can be answered with one word. What, how, who and when bring a story.",
    bad=book("- ask: Do you have problems with billing?\n  id: trouble\n"),
    good=book("- ask: When did billing last cause you trouble?\n  id: trouble\n"),
)
def closed_question(book: LintContext) -> Iterator[Finding]:
    return _weak(book, "P403", Weakness.YES_NO, "opens with '{}', which a yes or a no answers")


@rule(
    "P408",
    _A,
    "a guess about the future",
    "People are kind about what they would do. What they did the last time is worth more.",
    bad=book("- ask: Would you pay for something like this?\n  id: pay\n"),
    good=book("- ask: What have you paid so far to make it go away?\n  id: pay\n"),
)
def future_guess(book: LintContext) -> Iterator[Finding]:
    return _weak(book, "P408", Weakness.HYPOTHETICAL, "'{}' asks for a guess about the future")


@rule(
    "P416",
    _A,
    "a question about an opinion",
    "An opinion costs nothing and changes by Friday. What they did last shows what it is worth to them.",
    bad=book("- ask: How important is reporting to you?\n  id: reporting\n"),
    good=book("- ask: What have you done for reporting this year?\n  id: reporting\n"),
)
def opinion_question(book: LintContext) -> Iterator[Finding]:
    return _weak(book, "P416", Weakness.OPINION, "'{}' asks for an opinion")


@rule(
    "P417",
    _A,
    "a question for a rating",
    "A seven out of ten says nothing about what happened. Ask for a case; where a number is meant, write "
    "`type: scale`.",
    bad=book("- ask: On a scale of 1 to 10, how satisfied are you with your reports?\n  id: reports\n"),
    good=book("- ask: When did your reports last let you down?\n  id: reports\n"),
)
def rating_question(book: LintContext) -> Iterator[Finding]:
    return _weak(book, "P417", Weakness.RATING, "'{}' asks for a rating")


@rule(
    "P418",
    _A,
    "a leading question",
    "The answer is in the question, so you hear your own words again.",
    bad=book("- ask: You check every invoice twice, right?\n  id: checks\n"),
    good=book("- ask: When did you last check every invoice twice?\n  id: checks\n"),
)
def leading_question(book: LintContext) -> Iterator[Finding]:
    return _weak(book, "P418", Weakness.LEADING, "'{}' puts the answer in their mouth")


_FORMS: tuple[tuple[Weakness, re.Pattern[str]], ...] = tuple(
    (weakness, re.compile(form, re.IGNORECASE))
    for weakness, form in (
        (
            Weakness.LEADING,
            r"^(?:so,? |and |but )?(?:(?:don|would|is|are|can|could|should|did|does|have|has|was|were)n?['’]t "
            r"(?:you|it|that|this|we|they|your \w+|the \w+|there)"
            r"|would(?: not|n['’]t)? you agree|you (?:do |would )?agree that|surely\b|obviously\b|am i right)\b"
            r"|,\s*(?:right|correct|don['’]t you(?: think| agree)?|isn['’]t (?:it|that|this)|aren['’]t you|"
            r"wouldn['’]t you(?: say| agree)?)\s*\?$",
        ),
        (
            Weakness.RATING,
            r"\bon a scale\b|\bfrom (?:1|one|0|zero) (?:to|through) (?:5|five|10|ten|100)\b|\bout of (?:10|ten)\b"
            r"|\bhow (?:would|do) you rate\b|\bhow (?:satisfied|happy|content|pleased) are you\b",
        ),
        (
            Weakness.HYPOTHETICAL,
            r"\b(?:would you (?:buy|use|pay|consider|recommend|be interested|switch)\b"
            r"|(?:what|how) would you (?:do|react|respond) if\b"
            r"|do you think (?:you|they|it|your \w+) (?:would|will|could)\b|how likely\b"
            r"|how much would you (?:pay|spend)\b"
            r"|will you (?:buy|use|pay)\b|would it (?:help|be (?:useful|helpful|nice|good|great|better))\b"
            r"|(?:can|could) you imagine\b)",
        ),
        (
            Weakness.OPINION,
            r"\b(?:what do you think (?:of|about)|what(?:['’]s| is) your (?:opinion|view|take)|how do you feel about"
            r"|how important (?:is|are))\b|^do you (?:like|think|feel|believe|prefer|agree)\b"
            r"|^(?:is|are) .{2,60} important (?:to|for) you\b",
        ),
        (
            Weakness.YES_NO,
            r"^(?:(?:do|does|did|have|has|are|will) (?:you|your|they|it|there|we|anyone|anybody)|is there)\b",
        ),
    )
)


def weakness_of(question: str) -> WeakQuestion | None:
    """Return the first weakness of a question, or None for a question that asks for a story."""
    text = question.strip()
    lead = len(question) - len(question.lstrip())
    for weakness, form in _FORMS:
        found = form.search(text)
        if found:
            return WeakQuestion(weakness, lead + found.start(), len(found[0]), better_question(text))
    return None


def better_question(question: str) -> str:
    """Return what to ask instead, or an empty string where no sentence worth saying follows."""
    text = " ".join(question.split())
    if text.count("?") != 1 or not text.endswith("?"):
        return ""
    for form, write in _RULES:
        found = form.fullmatch(text)
        if found:
            better = " ".join(write(found).split())
            return _capitalized(better) if better and _is_sayable(better) else ""
    return ""


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]


_UNSAYABLE = re.compile(
    r"\b(?:any|anything|anyone|anybody|ever|either|yet|much|enough|some)\b|\bor\b|[;:]|,\s*(?:and|but|right|correct|don)\b",
    re.I,
)


def _is_sayable(better: str) -> bool:
    return len(better.split()) <= WORDS_MAX and not _UNSAYABLE.search(better)


# The rest of a question, as the rules below name it. -----------------------------------------------------------------

_SPARE = (
    r"(?:(?:ever|often|usually|regularly|currently|already|still|also|sometimes|generally|really|actually|"
    r"typically|now) )*"
)
_TAIL = (
    r"(?: (?:today|now|right now|currently|at the moment|these days|at all|yet|already|often|regularly|a lot|"
    r"sometimes|in general|by any chance|at present|this (?:year|quarter|month|week)|soon|so far))*\?"
)
_WHO = (
    r"(?P<who>you|they|we|your (?:team|teams|boss|manager|company|customers|users|people|engineers|developers|staff|"
    r"colleagues|clients|patients|partners))"
)
_REST = r"(?P<rest>(?: .+?)??)"
_STATES = frozenset(
    re.findall(
        r"\w+",
        "live trust charge let stay remain agree believe belong care consider cost depend enjoy exist expect "
        "feel fit hate have hope intend know like love matter mean mind offer own plan prefer provide see "
        "seem sell support think trust understand want wish",
    )
)
"""Verbs of what is so, not of what is done again and again."""

_OURS = re.compile(
    r"^(?:this|that|it\b.*|us|our\b.*|something like (?:this|that|it)|such an? .*|a (?:\w+ )?like (?:this|that|ours))$",
    re.I,
)


def _last_time(who: str, verb: str, rest: str) -> str:
    """Forms like `When did you last review the contracts?`, for repeated activities."""
    is_state = (
        verb.lower() in _STATES or verb.lower() in ("and", "or") or (verb.lower() == "run" and rest.startswith(" on "))
    )
    return "" if is_state else f"when did {who} last {verb}{rest}?"


def _do(found: re.Match[str]) -> str:
    return _last_time(found["who"], found["verb"], found["rest"])


def _trouble(found: re.Match[str]) -> str:
    return f"when did {found['what']} last cause {_object(found['who'])} trouble?"


def _object(who: str) -> str:
    return {"they": "them", "we": "us"}.get(who.lower(), who)


_HAVE = {
    "budget": "how was the last thing like this paid for?",
    "deadline": "which date do you have to meet?",
    "timeline": "which date do you have to meet?",
    "decision maker": "who decided the last time?",
    "champion": "who has spoken up for this so far?",
}
_SHAPES = frozenset(
    re.findall(
        r"\w+",
        "approach backup board checklist pipeline plan policy procedure process review roadmap routine "
        "schedule setup strategy structure system team workflow",
    )
)
"""Things that can be described in a few sentences."""


def _have_one(found: re.Match[str]) -> str:
    what, rest = found["what"].lower(), found["rest"]
    if what in _HAVE:
        return _HAVE[what]
    if what.split()[-1] in _SHAPES:
        return f"what does your {found['what']}{rest} look like today?"
    return ""


def _have_several(found: re.Match[str]) -> str:
    return f"what {found['what']} do {found['who']} have{found['rest']}?" if found["what"].endswith("s") else ""


def _happened(found: re.Match[str]) -> str:
    verb = past_of_participle(found["verb"].lower())
    if not verb or verb in _IN_MIND or (found["who"].lower() == "you" and not found["rest"]):
        return ""
    return f"what happened the last time {found['who']} {verb}{found['rest']}?"


_IN_MIND = frozenset(("thought", "knew", "felt", "heard", "considered", "decided", "wanted", "planned"))
"""Verbs of the mind: nobody could have watched it happen."""


def _did(found: re.Match[str]) -> str:
    verb = found["verb"].lower()
    return "" if verb in _STATES else f"what happened when {found['who']} {past(verb)}{found['rest']}?"


def _whoever(found: re.Match[str]) -> str:
    verb = found["verb"].lower()
    return f"who {third_person(verb)}{found['rest']}?"


def _needs(what: str) -> str:
    return "what have you tried so far to solve this?" if _OURS.match(what) else f"when did you last need {what}?"


def _use(found: re.Match[str]) -> str:
    return _needs(found["what"])


def _pay(found: re.Match[str]) -> str:
    what = found["what"] or "this"
    return f"what have you paid so far{'' if _OURS.match(what) else f' for {what}'}?"


def _think_about(found: re.Match[str]) -> str:
    what = found["what"]
    return "what have you looked at so far?" if _OURS.match(what) else f"when did you last think about {what}?"


def _interested(found: re.Match[str]) -> str:
    what = found["what"]
    if _OURS.match(what):
        return "what have you looked at so far?"
    return f"when did you last {'think about' if what.split()[0].endswith('ing') else 'look for'} {what}?"


def _dealt_with(found: re.Match[str]) -> str:
    what = found["what"]
    return "" if _OURS.match(what) else f"what happened the last time you dealt with {what}?"


def _let_down(found: re.Match[str]) -> str:
    what = found["what"]
    return "" if re.match(r"(?:us|our|this|that)\b", what, re.I) else f"when did {what} last let you down?"


def _cost(found: re.Match[str]) -> str:
    return f"what did {found['what']} cost you the last time?"


def _done_for(found: re.Match[str]) -> str:
    what = found["what"]
    is_thing = len(what.split()) <= _THING_WORDS and not re.match(r"(?:it|that|this|having|being|our)\b", what, re.I)
    return f"what have you done for {what} this year?" if is_thing else ""


_THING_WORDS = 4
"""Maximum words of a noun phrase in the middle of a sentence."""


def _progressive(found: re.Match[str]) -> str:
    verb, rest = found["verb"].lower(), found["rest"]
    who = found["who"]
    made = {"looking": "look", "considering": "consider", "evaluating": "evaluate", "searching": "search"}
    if rest.startswith(" to ") and verb == "looking":
        return f"what have {who} done so far{rest}?"
    if verb in made:
        return f"what made {_object(who)} {made[verb]}{rest}?"
    if verb in ("planning", "trying", "hoping", "going", "working"):
        return f"what have {who} done so far{rest}?" if rest.startswith(" to ") and verb != "going" else ""
    if verb in ("thinking", "having", "being", "getting", "experiencing", "facing", "feeling", "wondering", "missing"):
        return ""
    return f"how are {who} {verb}{rest} today?"


Write = Callable[[re.Match[str]], str]
_SCALE = r"(?:on a scale (?:of|from) \w+ (?:to|through) \w+,? )?"

_RULES: tuple[tuple[re.Pattern[str], Write], ...] = tuple(
    (re.compile(form, re.IGNORECASE), write)
    for form, write in (
        # Leading: without the answer in it.
        (
            rf"(?:would|wouldn['’]t) it (?:help|be \w+) if you could (?P<verb>\w+){_REST}{_TAIL}",
            lambda found: f"what happened the last time you had to {found['verb']}{found['rest']}?",
        ),
        (
            rf"(?:would|wouldn['’]t) it (?:help|be \w+) if you had (?P<what>.+?){_TAIL}",
            lambda found: f"what happened the last time you needed {found['what']}?",
        ),
        (
            rf"don['’]t you {_SPARE}(?P<verb>(?!think|agree|feel|want|have)\w+){_REST}{_TAIL}",
            lambda found: _last_time("you", found["verb"], found["rest"]),
        ),
        (
            rf"you (?P<verb>(?!would|should|could|can|do|are|have|need|want|agree|know|will|must)[a-z]+){_REST},\s*"
            r"(?:right|correct|don['’]t you)\s*\?",
            lambda found: _last_time("you", found["verb"], found["rest"]),
        ),
        # Ratings and opinions.
        (
            rf"{_SCALE}how (?:satisfied|happy|content|pleased) are you with "
            rf"(?P<what>.+?)(?: (?:on a scale|from \w+ to|out of).*)?{_TAIL}",
            _let_down,
        ),
        (rf"{_SCALE}how (?:would|do) you rate (?P<what>.+?)(?: (?:on a scale|from \w+ to|out of).*)?\?", _let_down),
        (
            rf"{_SCALE}how (?:painful|bad|serious|annoying|severe|big a problem) (?:is|are) "
            rf"(?P<what>.+?)(?: (?:to|for) you)?{_TAIL}",
            _cost,
        ),
        (rf"{_SCALE}how important (?:is|are) (?P<what>.+?)(?: (?:to|for) you(?:r \w+)?)?{_TAIL}", _done_for),
        (rf"(?:is|are) (?P<what>.+?) important (?:to|for) you(?:r \w+)?{_TAIL}", _done_for),
        (
            rf"{_SCALE}how likely (?:are you|is it that you(?:['’]d| would| will)?) (?:to "
            rf")?(?P<verb>\w+){_REST}{_TAIL}",
            lambda found: (
                _last_time("you", found["verb"], found["rest"]) if not _OURS.match(found["rest"].strip()) else ""
            ),
        ),
        (
            rf"(?:what do you think (?:of|about)|what(?:['’]s| is) your (?:opinion|view|take) (?:on|of|"
            rf"about)|how do you feel about|do you like) (?P<what>.+?){_TAIL}",
            _dealt_with,
        ),
        # Guesses.
        (rf"do you think (?P<who>you|they) (?:would|will|could) (?P<verb>\w+){_REST}{_TAIL}", _do),
        (rf"(?:would|will) you (?:use|buy) (?P<what>.+?){_TAIL}", _use),
        (rf"(?:(?:would|will) you|how much would you) (?:pay|spend)(?: (?:for|on) (?P<what>.+?))?{_TAIL}", _pay),
        (
            rf"would you recommend (?P<what>.+?)(?: to .+?)?{_TAIL}",
            lambda found: (
                "" if _OURS.match(found["what"]) else f"when did you last recommend {found['what']} to somebody?"
            ),
        ),
        (rf"would you consider (?P<what>.+?){_TAIL}", _think_about),
        (rf"would you be interested in (?P<what>.+?){_TAIL}", _interested),
        # Yes or no.
        (
            rf"(?:do|does) {_WHO} {_SPARE}have (?:any |some |a lot of |many )?(?:problems?|issues?|"
            rf"troubles?|difficult(?:y|ies)) (?:with )(?P<what>.+?){_TAIL}",
            _trouble,
        ),
        (
            rf"(?:do|does) {_WHO} {_SPARE}have to (?P<verb>\w+){_REST}{_TAIL}",
            lambda found: f"when did {found['who']} last have to {found['verb']}{found['rest']}?",
        ),
        (rf"do (?P<who>you|they|we) {_SPARE}have (?:any|some) (?P<what>\w+){_REST}{_TAIL}", _have_several),
        (
            rf"do you {_SPARE}have (?:a|an|your own|a formal|a clear|a dedicated) (?P<what>(?:\w+ "
            rf")?\w+?)(?P<rest>(?: (?:for|to) .+?)?){_TAIL}",
            _have_one,
        ),
        (
            rf"do you know (?P<rest>who (?!you|we|they|I|your|the|a)\w+(?: .+?)?){_TAIL}",
            lambda found: f"{found['rest']}?",
        ),
        (rf"(?:do|does) {_WHO} {_SPARE}(?P<verb>[a-z]+){_REST}{_TAIL}", _do),
        (
            rf"does (?P<who>it|that|this) {_SPARE}(?P<verb>happen|cause|break|fail|cost|stop|crash|"
            rf"delay|slow|block){_REST}{_TAIL}",
            lambda found: f"when did {found['who']} last {found['verb']}{found['rest']}?",
        ),
        (rf"(?:do|does) (?:anyone|anybody) {_SPARE}(?P<verb>[a-z]+){_REST}{_TAIL}", _whoever),
        (
            rf"has (?:anyone|anybody) {_SPARE}(?P<rest>(?!been)\w+(?: .+?)?){_TAIL}",
            lambda found: f"who has {found['rest']}?",
        ),
        (rf"(?:have|has) {_WHO} {_SPARE}(?P<verb>\w+){_REST}{_TAIL}", _happened),
        (rf"did {_WHO} {_SPARE}(?P<verb>[a-z]+){_REST}{_TAIL}", _did),
        (
            rf"are you {_SPARE}(?:aware of|familiar with) (?P<what>.+?){_TAIL}",
            lambda found: f"what have you heard about {found['what']} so far?",
        ),
        (rf"are you {_SPARE}(?:happy|satisfied|content|pleased) with (?P<what>.+?){_TAIL}", _let_down),
        (rf"are {_WHO} {_SPARE}able to (?P<verb>\w+){_REST}{_TAIL}", _do),
        (
            rf"are you {_SPARE}the (?:decision maker|person who decides|one who decides){_TAIL}",
            lambda _: "who decided the last time?",
        ),
        (rf"are {_WHO} {_SPARE}(?P<verb>\w+ing){_REST}{_TAIL}", _progressive),
        (
            rf"is there (?:anyone|anybody|someone|somebody)(?: else)? (?:who|that) (?P<rest>.+?){_TAIL}",
            lambda found: f"who {found['rest']}?",
        ),
        (rf"is there (?:anything|something) that (?P<rest>.+?){_TAIL}", lambda found: f"what {found['rest']}?"),
        (
            rf"is there anything else (?P<who>I|we) should (?P<verb>\w+){_REST}{_TAIL}",
            lambda found: f"what else should {found['who']} {found['verb']}{found['rest']}?",
        ),
        (
            rf"is there (?:a|an) (?P<what>(?:\w+ )?(?:{'|'.join(sorted(_SHAPES))}))(?P<rest>(?: (?:for|"
            rf"to|behind|around) .+?)?){_TAIL}",
            lambda found: f"what does the {found['what']}{found['rest']} look like today?",
        ),
        (
            rf"are there (?:any )?(?P<what>(?:other )?\w+s|other people) (?P<rest>\w+ed .+?){_TAIL}",
            lambda found: f"which {found['what']} are {found['rest']}?",
        ),
        (rf"are there any (?P<what>\w+s){_TAIL}", lambda found: f"what {found['what']} are there?"),
    )
)
"""Forms of whole questions and what becomes of them; the first form that fits decides."""


_PAST = {
    "have": "had", "do": "did", "go": "went", "see": "saw", "get": "got", "make": "made", "take": "took",
    "find": "found", "lose": "lost", "pay": "paid", "buy": "bought", "sell": "sold", "send": "sent",
    "spend": "spent", "build": "built", "write": "wrote", "break": "broke", "run": "ran", "keep": "kept",
    "tell": "told", "think": "thought", "know": "knew", "give": "gave", "come": "came", "leave": "left",
    "meet": "met", "choose": "chose", "begin": "began", "bring": "brought", "hear": "heard", "hold": "held",
    "speak": "spoke", "grow": "grew", "feel": "felt", "say": "said", "fall": "fell", "hit": "hit", "cut": "cut",
    "put": "put", "set": "set", "let": "let", "read": "read", "shut": "shut", "split": "split", "quit": "quit",
    "catch": "caught", "teach": "taught", "win": "won", "stand": "stood", "deal": "dealt", "mean": "meant",
    "rewrite": "rewrote", "rebuild": "rebuilt", "undo": "undid", "redo": "redid", "draw": "drew", "drive": "drove",
    "wake": "woke", "throw": "threw", "show": "showed",
}  # fmt: skip
"""Past tense of irregular verbs."""

_PARTICIPLES = {
    "done": "did", "gone": "went", "seen": "saw", "gotten": "got", "taken": "took", "written": "wrote",
    "broken": "broke", "run": "ran", "known": "knew", "given": "gave", "come": "came", "chosen": "chose",
    "begun": "began", "spoken": "spoke", "grown": "grew", "fallen": "fell", "rewritten": "rewrote",
    "drawn": "drew", "driven": "drove", "shown": "showed", "thrown": "threw",
}  # fmt: skip
"""Past tense by past participle, where the two differ."""

_DOUBLED = frozenset(
    ("stop", "plan", "drop", "ship", "log", "tag", "swap", "cap", "scan", "skip", "map", "pin", "chat")
)
_VOWELS = "aeiou"


def past(base: str) -> str:
    """Return the past tense of a verb: `try` is `tried`."""
    if base in _PAST:
        return _PAST[base]
    if base.endswith("e"):
        return f"{base}d"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return f"{base[:-1]}ied"
    return f"{base}{base[-1]}ed" if base in _DOUBLED else f"{base}ed"


def past_of_participle(participle: str) -> str:
    """Return the past tense for a past participle, or an empty string for any other word."""
    if participle in _PARTICIPLES:
        return _PARTICIPLES[participle]
    if participle in _PAST.values() or (participle.endswith("ed") and len(participle) > 4):
        return participle
    return ""


def third_person(base: str) -> str:
    """Return the form for he, she or who: `check` is `checks`."""
    if base in ("have", "do", "go"):
        return {"have": "has", "do": "does", "go": "goes"}[base]
    if base.endswith(("s", "x", "z", "ch", "sh")):
        return f"{base}es"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return f"{base[:-1]}ies"
    return f"{base}s"
