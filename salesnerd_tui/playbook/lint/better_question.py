"""Weak questions, whose answer is a word, a guess, an opinion or a number (P403, P408 and P416 to P418).

Where the form of a question allows, a better question is proposed. Otherwise the hint is only a pattern, because a
sentence that nobody would say is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.playbook.lint.rule import Problem, advice_rule, sample
from salesnerd_tui.playbook.model import Ask, NoteType
from salesnerd_tui.playbook.yaml_writer import replace_text

if TYPE_CHECKING:
    from salesnerd_tui.playbook.lint.context import LintContext
    from salesnerd_tui.playbook.yaml_tree import Scalar


class Weakness(StrEnum):
    """Kinds of weak questions."""

    YES_NO = "yes or no"
    HYPOTHETICAL = "hypothetical"
    OPINION = "opinion"
    RATING = "rating"
    LEADING = "leading"


MAX_WORDS = 22
"""Maximum words of a proposed question."""


class WeakQuestion(Struct, frozen=True):
    """A weakness of a question: the place of the words that show it, and a better question or an empty string."""

    weakness: Weakness
    start: int
    length: int
    better: str = ""


_FORMS: dict[Weakness, re.Pattern[str]] = {}
"""Forms of questions that show a weakness. A question has the first one whose form it matches."""


def _add_kind(
    weakness: Weakness, code: str, title: str, why: str, *, bad: str, good: str, message: str, pattern: str, form: str
) -> None:
    """Add a kind of weakness, and register its rule. `pattern` is the hint for a question without a better one."""
    _FORMS[weakness] = re.compile(form, re.IGNORECASE)

    @advice_rule(code, title, why, bad=sample(bad), good=sample(good))
    def check(context: LintContext) -> Iterator[Problem]:
        for text, ask, weak in context.cached(_weak_questions):
            if weak.weakness is not weakness or _is_intended(ask, weakness):
                continue
            words = text.text[weak.start : weak.start + weak.length].strip(" ,")
            hint = f"try: “{weak.better}”" if weak.better else pattern
            edits = replace_text(text, weak.better) if weak.better else ()
            location = text.location_within(weak.start, weak.length)
            yield Problem(message.format(words), location, hint, edits=edits)


_add_kind(
    Weakness.LEADING,
    "P418",
    "leading question",
    "The answer is in the question, so you only hear your own words again.",
    bad="- ask: You check every invoice twice, right?\n  id: checks\n",
    good="- ask: When did you last check every invoice twice?\n  id: checks\n",
    message="'{}' puts the answer in their mouth",
    pattern="ask without the answer in it, like `How did that go the last time?`",
    form=r"^(?:so,? |and |but )?(?:(?:don|would|is|are|can|could|should|did|does|have|has|was|were)n?['’]t "
    r"(?:you|it|that|this|we|they|your \w+|the \w+|there)"
    r"|would(?: not|n['’]t)? you agree|you (?:do |would )?agree that|surely\b|obviously\b|am i right)\b"
    r"|,\s*(?:right|correct|don['’]t you(?: think| agree)?|isn['’]t (?:it|that|this)|aren['’]t you|"
    r"wouldn['’]t you(?: say| agree)?)\s*\?$",
)
_add_kind(
    Weakness.RATING,
    "P417",
    "question for a rating",
    "A seven out of ten says nothing about what happened. Ask for a case; where a number is meant, write "
    "`type: scale`.",
    bad="- ask: On a scale of 1 to 10, how satisfied are you with your reports?\n  id: reports\n",
    good="- ask: When did your reports last let you down?\n  id: reports\n",
    message="'{}' asks for a rating",
    pattern="ask for a case, like `When did … last let you down?` or `What did it cost you?`",
    form=r"\bon a scale\b|\bfrom (?:1|one|0|zero) (?:to|through) (?:5|five|10|ten|100)\b|\bout of (?:10|ten)\b"
    r"|\bhow (?:would|do) you rate\b|\bhow (?:satisfied|happy|content|pleased) are you\b",
)
_add_kind(
    Weakness.HYPOTHETICAL,
    "P408",
    "hypothetical question",
    "People are kind about what they would do. Ask what they did the last time.",
    bad="- ask: Would you pay for something like this?\n  id: pay\n",
    good="- ask: What have you paid so far to make it go away?\n  id: pay\n",
    message="'{}' asks for a guess about the future",
    pattern="ask what they did, like `What have you tried so far?` or `When did you last need …?`",
    form=r"\b(?:would you (?:buy|use|pay|consider|recommend|be interested|switch)\b"
    r"|(?:what|how) would you (?:do|react|respond) if\b"
    r"|do you think (?:you|they|it|your \w+) (?:would|will|could)\b|how likely\b"
    r"|how much would you (?:pay|spend)\b"
    r"|will you (?:buy|use|pay)\b|would it (?:help|be (?:useful|helpful|nice|good|great|better))\b"
    r"|(?:can|could) you imagine\b)",
)
_add_kind(
    Weakness.OPINION,
    "P416",
    "question about an opinion",
    "An opinion costs nothing and changes by Friday. What they did last shows what it is worth to them.",
    bad="- ask: How important is reporting to you?\n  id: reporting\n",
    good="- ask: What have you done for reporting this year?\n  id: reporting\n",
    message="'{}' asks for an opinion",
    pattern="ask what happened, like `Tell me about the last time …` or `What did you do then?`",
    form=r"\b(?:what do you think (?:of|about)|what(?:['’]s| is) your (?:opinion|view|take)|how do you feel about"
    r"|how important (?:is|are))\b|^do you (?:like|think|feel|believe|prefer|agree)\b"
    r"|^(?:is|are) .{2,60} important (?:to|for) you\b",
)
_add_kind(
    Weakness.YES_NO,
    "P403",
    "yes-or-no question",
    "'Do you …' gets one word as an answer. What, how, who and when get a story.",
    bad="- ask: Do you have problems with billing?\n  id: trouble\n",
    good="- ask: When did billing last cause you trouble?\n  id: trouble\n",
    message="opens with '{}', which a yes or a no answers",
    pattern="ask for the last time, like `When did you last …?` or `What happened when …?`",
    form=r"^(?:(?:do|does|did|have|has|are|will) (?:you|your|they|it|there|we|anyone|anybody)|is there)\b",
)


def _weak_questions(context: LintContext) -> list[tuple[Scalar, Ask, WeakQuestion]]:
    """Return the weak questions of a file, for all five rules."""
    questions = ((text, ask, find_weakness(text.text)) for text, ask in context.own_questions)
    return [(text, ask, weak) for text, ask, weak in questions if weak is not None]


def _is_intended(ask: Ask, weakness: Weakness) -> bool:
    """Return whether this kind of reply is intended, or the question has another finding already."""
    if weakness is Weakness.YES_NO:
        has_two_questions = ask.text.count("?") > 1  # reported as P401
        return has_two_questions or bool(ask.answers) or ask.type in (NoteType.CHOICE, NoteType.SCALE)
    return weakness is Weakness.RATING and ask.type is NoteType.SCALE


def find_weakness(question: str) -> WeakQuestion | None:
    text = question.strip()
    lead = len(question) - len(question.lstrip())
    for weakness, form in _FORMS.items():
        if match := form.search(text):
            return WeakQuestion(weakness, lead + match.start(), len(match[0]), improve_question(text))
    return None


def improve_question(question: str) -> str:
    """Return a better question, or an empty string if no replacement fits."""
    text = " ".join(question.split())
    if text.count("?") != 1 or not text.endswith("?"):
        return ""
    for form, better in _REPLACEMENTS:
        if match := form.fullmatch(text):
            parts = {"who": "you", "what": "this"} | {name: part for name, part in match.groupdict().items() if part}
            parts["who"] = parts["who"].lower()
            parts.setdefault("rest", "")
            proposal = " ".join(_fill(better, parts).split())
            is_sayable = len(proposal.split()) <= MAX_WORDS and not _UNSAYABLE.search(proposal)
            return proposal[:1].upper() + proposal[1:] if is_sayable else ""
    return ""


_UNSAYABLE = re.compile(
    r"\b(?:any|anything|anyone|anybody|ever|either|yet|much|enough|some)\b|\bor\b|[;:]|,\s*(?:and|but|right|correct|don)\b",
    re.IGNORECASE,
)


_OUR_PRODUCT = re.compile(
    r"^(?:this|that|it\b.*|us|our\b.*|something like (?:this|that|it)|such an? .*|a (?:\w+ )?like (?:this|that|ours))$",
    re.IGNORECASE,
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STATE_VERBS = _words(
    "live trust charge let stay remain agree believe belong care consider cost depend enjoy exist "
    "expect feel fit hate have hope intend know like love matter mean mind offer own plan prefer "
    "provide see seem sell support think trust understand want wish"
)
"""Verbs of states rather than repeated actions."""

_MENTAL_VERBS = frozenset(("thought", "knew", "felt", "heard", "considered", "decided", "wanted", "planned"))
"""Past tense of verbs of mental states, which nobody can see happen."""

_HAVE_QUESTIONS = {
    "budget": "how was the last thing like this paid for?",
    "deadline": "which date do you have to meet?",
    "timeline": "which date do you have to meet?",
    "decision maker": "who decided the last time?",
    "champion": "who has spoken up for this so far?",
}
_DESCRIBABLE = _words(
    "approach backup board checklist pipeline plan policy procedure process review roadmap "
    "routine schedule setup strategy structure system team workflow"
)
"""Things that people can describe in a few sentences."""

_MAX_NOUN_WORDS = 4
"""Maximum words of a noun phrase in the middle of a sentence."""

_Parts = dict[str, str]
"""Parts of a question, by the group names of its form."""

_Writer = Callable[[_Parts], str]


def _fill(better: str | _Writer, parts: _Parts) -> str:
    return better.format_map(parts) if isinstance(better, str) else better(parts)


def _unless_ours(better: str | _Writer, about_ours: str) -> _Writer:
    """Return a writer that uses `about_ours` for questions about the user's own product."""
    return lambda parts: about_ours if _OUR_PRODUCT.match(parts["what"]) else _fill(better, parts)


def _last_time(parts: _Parts) -> str:
    """Forms like `When did you last review the contracts?`, for repeated activities."""
    verb, rest = parts["verb"].lower(), parts["rest"]
    is_state = verb in _STATE_VERBS or verb in ("and", "or") or (verb == "run" and rest.startswith(" on "))
    return "" if is_state else "when did {who} last {verb}{rest}?".format_map(parts)


def _likely(parts: _Parts) -> str:
    return "" if _OUR_PRODUCT.match(parts["rest"].strip()) else _last_time(parts)


def _trouble(parts: _Parts) -> str:
    return f"when did {parts['what']} last cause {_object(parts['who'])} trouble?"


def _object(who: str) -> str:
    return {"they": "them", "we": "us"}.get(who, who)


def _have_one(parts: _Parts) -> str:
    what = parts["what"].lower()
    if what in _HAVE_QUESTIONS:
        return _HAVE_QUESTIONS[what]
    return "what does your {what}{rest} look like today?".format_map(parts) if what.split()[-1] in _DESCRIBABLE else ""


def _have_several(parts: _Parts) -> str:
    return "what {what} do {who} have{rest}?".format_map(parts) if parts["what"].endswith("s") else ""


def _happened(parts: _Parts) -> str:
    verb = past_of_participle(parts["verb"].lower())
    if not verb or verb in _MENTAL_VERBS or (parts["who"] == "you" and not parts["rest"]):
        return ""
    return f"what happened the last time {parts['who']} {verb}{parts['rest']}?"


def _did(parts: _Parts) -> str:
    verb = parts["verb"].lower()
    return "" if verb in _STATE_VERBS else f"what happened when {parts['who']} {past(verb)}{parts['rest']}?"


def _interested(parts: _Parts) -> str:
    is_activity = parts["what"].split()[0].endswith("ing")
    return f"when did you last {'think about' if is_activity else 'look for'} {parts['what']}?"


def _let_down(parts: _Parts) -> str:
    is_ours = re.match(r"(?:us|our|this|that)\b", parts["what"], re.IGNORECASE)
    return "" if is_ours else f"when did {parts['what']} last let you down?"


def _done_for(parts: _Parts) -> str:
    what = parts["what"]
    is_thing = len(what.split()) <= _MAX_NOUN_WORDS and not re.match(
        r"(?:it|that|this|having|being|our)\b", what, re.IGNORECASE
    )
    return f"what have you done for {what} this year?" if is_thing else ""


def _progressive(parts: _Parts) -> str:
    verb, rest, who = parts["verb"].lower(), parts["rest"], parts["who"]
    base_forms = {"looking": "look", "considering": "consider", "evaluating": "evaluate", "searching": "search"}
    if rest.startswith(" to ") and verb in ("looking", "planning", "trying", "hoping", "working"):
        return f"what have {who} done so far{rest}?"
    if verb in base_forms:
        return f"what made {_object(who)} {base_forms[verb]}{rest}?"
    return "" if verb in _NOT_PROGRESSIVE else f"how are {who} {verb}{rest} today?"


_NOT_PROGRESSIVE = _words(
    "planning trying hoping going working thinking having being getting experiencing facing feeling wondering missing"
)
"""Forms of verbs for which `How are you … today?` makes no sense."""

_NOT_VERBS = "|".join(
    re.findall(
        r"\w+",
        "a all an another any anybody anyone anything both each either enough every everyone everything few her his "
        "how i it its many me more most much my neither no nobody none nothing other our she some somebody someone "
        "something such that the their them these they this those us we what when where which who whose why you your "
        "about after against among and as at because before beside between but by during for from if in into of off on "
        "or out over since than through to under until up upon while with within without "
        "again ago almost already also always else even ever hardly here just never not now often once only probably "
        "quite rarely really recently so sometimes soon still then there today together tomorrow tonight too "
        "twice usually very yesterday yet",
    )
)
"""Words that are not verbs, which a form would otherwise take for one: `Did they anything?`"""

_PATTERN_PARTS = {
    "SCALE ": r"(?:on a scale (?:of|from) \w+ (?:to|through) \w+,? )?",
    "SPARE ": r"(?:(?:ever|often|usually|regularly|currently|already|still|also|sometimes|generally|really|actually|"
    r"typically|now) )*",
    "WHO": r"(?P<who>you|they|we|your (?:team|teams|boss|manager|company|customers|users|people|engineers|developers|"
    r"staff|colleagues|clients|patients|partners))",
    "WHAT": r"(?P<what>.+?)",
    "VERB": r"(?P<verb>\w+)",
    "BASE": rf"(?P<verb>(?!(?:{_NOT_VERBS})\b)[a-z]+)",
    " REST": r"(?P<rest>(?: .+?)??)",
}
_TIME_SUFFIX = (
    r"(?: (?:today|now|right now|currently|at the moment|these days|at all|yet|already|often|regularly|a lot|"
    r"sometimes|in general|by any chance|at present|this (?:year|quarter|month|week)|soon|so far))*\?"
)


def _compile_form(pattern: str) -> re.Pattern[str]:
    """Compile the pattern of a whole question; names in capitals stand for `_PATTERN_PARTS`."""
    for name, piece in _PATTERN_PARTS.items():
        pattern = pattern.replace(name, piece)
    return re.compile(pattern + ("" if pattern.endswith(r"\?") else _TIME_SUFFIX), re.IGNORECASE)


_TRIED = "what have you tried so far to solve this?"
_LOOKED_AT = "what have you looked at so far?"
_BETTER: Mapping[str, str | _Writer] = {
    # Leading: without the answer in it.
    r"(?:would|wouldn['’]t) it (?:help|be \w+) if you could "
    r"VERB REST": "what happened the last time you had to {verb}{rest}?",
    r"(?:would|wouldn['’]t) it (?:help|be \w+) if you had WHAT": "what happened the last time you needed {what}?",
    r"don['’]t you SPARE (?P<verb>(?!think|agree|feel|want|have)\w+) REST": _last_time,
    r"you (?!would|should|could|can|do|are|have|need|want|agree|know|will|must)BASE REST,\s*"
    r"(?:right|correct|don['’]t you)\s*\?": _last_time,
    # Ratings and opinions.
    r"SCALE how (?:satisfied|happy|content|pleased) are you with WHAT"
    r"(?: (?:on a scale|from \w+ to|out of).*)?": _let_down,
    r"SCALE how (?:would|do) you rate WHAT(?: (?:on a scale|from \w+ to|out of).*)?\?": _let_down,
    r"SCALE how (?:painful|bad|serious|annoying|severe|big a problem) (?:is|are) WHAT"
    r"(?: (?:to|for) you)?": "what did {what} cost you the last time?",
    r"SCALE how important (?:is|are) WHAT(?: (?:to|for) you(?:r \w+)?)?": _done_for,
    r"(?:is|are) WHAT important (?:to|for) you(?:r \w+)?": _done_for,
    r"SCALE how likely (?:are you|is it that you(?:['’]d| would| will)?) (?:to )?VERB REST": _likely,
    r"(?:what do you think (?:of|about)|what(?:['’]s| is) your (?:opinion|view|take) (?:on|of|about)|"
    r"how do you feel about|do you like) WHAT": _unless_ours("what happened the last time you dealt with {what}?", ""),
    # Guesses.
    r"do you think (?P<who>you|they) (?:would|will|could) VERB REST": _last_time,
    r"(?:would|will) you (?:use|buy) WHAT": _unless_ours("when did you last need {what}?", _TRIED),
    r"(?:(?:would|will) you|how much would you) (?:pay|spend)(?: (?:for|on) WHAT)?": _unless_ours(
        "what have you paid so far for {what}?", "what have you paid so far?"
    ),
    r"would you recommend WHAT(?: to .+?)?": _unless_ours("when did you last recommend {what} to somebody?", ""),
    r"would you consider WHAT": _unless_ours("when did you last think about {what}?", _LOOKED_AT),
    r"would you be interested in WHAT": _unless_ours(_interested, _LOOKED_AT),
    # Yes or no.
    r"(?:do|does) WHO SPARE have (?:any |some |a lot of |many )?"
    r"(?:problems?|issues?|troubles?|difficult(?:y|ies)) with WHAT": _trouble,
    r"(?:do|does) WHO SPARE have to VERB REST": "when did {who} last have to {verb}{rest}?",
    r"do (?P<who>you|they|we) SPARE have (?:any|some) (?P<what>\w+) REST": _have_several,
    r"do you SPARE have (?:a|an|your own|a formal|a clear|a dedicated) (?P<what>(?:\w+ )?\w+?)"
    r"(?P<rest>(?: (?:for|to) .+?)?)": _have_one,
    r"do you know (?P<rest>who (?!you|we|they|I|your|the|a)\w+(?: .+?)?)": "{rest}?",
    r"(?:do|does) WHO SPARE BASE REST": _last_time,
    r"does (?P<who>it|that|this) SPARE "
    r"(?P<verb>happen|cause|break|fail|cost|stop|crash|delay|slow|block) REST": "when did {who} last {verb}{rest}?",
    r"(?:do|does) (?:anyone|anybody) SPARE BASE REST": lambda parts: (
        f"who {third_person(parts['verb'].lower())}{parts['rest']}?"
    ),
    r"has (?:anyone|anybody) SPARE (?P<rest>(?!been)\w+(?: .+?)?)": "who has {rest}?",
    r"(?:have|has) WHO SPARE VERB REST": _happened,
    r"did WHO SPARE BASE REST": _did,
    r"are you SPARE (?:aware of|familiar with) WHAT": "what have you heard about {what} so far?",
    r"are you SPARE (?:happy|satisfied|content|pleased) with WHAT": _let_down,
    r"are WHO SPARE able to VERB REST": _last_time,
    r"are you SPARE the (?:decision maker|person who decides|one who decides)": "who decided the last time?",
    r"are WHO SPARE (?P<verb>\w+ing) REST": _progressive,
    r"is there (?:anyone|anybody|someone|somebody)(?: else)? (?:who|that) (?P<rest>.+?)": "who {rest}?",
    r"is there (?:anything|something) that (?P<rest>.+?)": "what {rest}?",
    r"is there anything else (?P<we>I|we) should VERB REST": "what else should {we} {verb}{rest}?",
    rf"is there (?:a|an) (?P<what>(?:\w+ )?(?:{'|'.join(sorted(_DESCRIBABLE))}))"
    r"(?P<rest>(?: (?:for|to|behind|around) .+?)?)": "what does the {what}{rest} look like today?",
    r"are there (?:any )?(?P<what>(?:other )?\w+s|other people) (?P<rest>\w+ed .+?)": "which {what} are {rest}?",
    r"are there any (?P<what>\w+s)": "what {what} are there?",
}
"""Forms of whole questions, and the better question for each; the first form that matches counts."""

_REPLACEMENTS = tuple((_compile_form(form), better) for form, better in _BETTER.items())


_IRREGULAR_PAST = {
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

_IRREGULAR_PARTICIPLES = {
    "done": "did", "gone": "went", "seen": "saw", "gotten": "got", "taken": "took", "written": "wrote",
    "broken": "broke", "run": "ran", "known": "knew", "given": "gave", "come": "came", "chosen": "chose",
    "begun": "began", "spoken": "spoke", "grown": "grew", "fallen": "fell", "rewritten": "rewrote",
    "drawn": "drew", "driven": "drove", "shown": "showed", "thrown": "threw",
}  # fmt: skip
"""Past tense by past participle, where the two differ."""

_DOUBLE_CONSONANT = frozenset(
    ("stop", "plan", "drop", "ship", "log", "tag", "swap", "cap", "scan", "skip", "map", "pin", "chat")
)
"""Verbs that double their last consonant in the past tense."""

_VOWELS = "aeiou"


def past(base: str) -> str:
    """Return the past tense of a verb: `try` is `tried`."""
    if base in _IRREGULAR_PAST:
        return _IRREGULAR_PAST[base]
    if base.endswith("e"):
        return f"{base}d"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return f"{base[:-1]}ied"
    return f"{base}{base[-1]}ed" if base in _DOUBLE_CONSONANT else f"{base}ed"


def past_of_participle(participle: str) -> str:
    """Return the past tense for a past participle, or an empty string for any other word."""
    if participle in _IRREGULAR_PARTICIPLES:
        return _IRREGULAR_PARTICIPLES[participle]
    if participle in _IRREGULAR_PAST.values() or (participle.endswith("ed") and len(participle) > 4):
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
