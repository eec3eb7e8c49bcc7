"""Normalization of words for comparison: lower case, no punctuation, stems, synonyms and weights.

A spoken question never has exactly the words of the playbook: contractions and tenses differ, synonyms replace words,
and fillers surround it. Speech recognition also guarantees neither case nor punctuation. Words are therefore
lemmatized, united with words that ask the same in such a call, and weighed by how much they say in general. A word that
is rare in a playbook of thirty sentences may still occur in every second sentence of a meeting.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

from salesnerd_tui.lazy_pattern import lazy_pattern

_WORD = lazy_pattern(r"[^\W_]+(?:['’.+-][^\W_]+)*[+#]*")


def vocabulary(text: str) -> frozenset[str]:
    """Return the words of a block of text as a set."""
    return frozenset(text.split())


FUNCTION_WORDS = vocabulary(
    """a about after again all also am an and any anyway are as at back be because been before being both but by can
    could did do does doing don done else even ever every for from get gets getting give go goes going gonna got had has
    have having he her here him his how i if in into is it its just kind know let let's like look lot made make many
    maybe me mean means might more most much must my need no not now of off oh ok okay on one only or other our out over
    own per put really right said same say see she should show so some something sort still such sure take than that
    that's the their them then there there's these they thing things think this those though through to too try two um
    uh uh-huh up us use used uses using very want wanted was way we well were what when where which while who why will
    with would yeah yep yes yet you your i'm i'll i've it's we're we've we'll you're you've you'll they're don't didn't
    doesn't isn't can't won't wasn't"""
)
"""Words that carry no topic."""

_POLITE = vocabulary(
    """yes yeah yep yup ya no nope ok okay okey right sure mm mhm mm-hm mm-hmm mhmm hmm hm uh huh uh-huh aha ah oh i see
    got it gotcha understood fine good great super excellent perfect nice alright well so exactly correct true agreed
    indeed thanks thank you please go ahead all is everything it's that's and clear noted makes sense cool of course
    absolutely definitely really very much sounds okay"""
)
"""Words that carry nothing but *yes*, *okay*, *thank you*."""


def words(text: str) -> tuple[str, ...]:
    """Return the words of `text` in lower case, with straight apostrophes, inner hyphens and points."""
    return tuple(_WORD.findall(text.lower().replace("’", "'")))


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """Return a word without its English ending, so that *subscribes* and *subscription* are equal. Only for comparing.

    Note: snowballstemmer 3.1 takes 42 µs for a word instead of 0.3 µs, and unites other words (185 of the 251 groups of
    words in the built-in playbooks are the same), so the judgment would have to be calibrated again.
    """
    if len(word) > 5:
        for ending in (
            "ations",
            "ation",
            "ingly",
            "ments",
            "ment",
            "ings",
            "ions",
            "ing",
            "ion",
            "ers",
            "ies",
            "ed",
            "er",
            "es",
        ):
            if word.endswith(ending) and len(word) - len(ending) >= 4:
                return word[: -len(ending)]
    return word[:-1] if len(word) > 3 and word.endswith(("s", "e", "y")) and not word.endswith("ss") else word


def topics(spoken: Iterable[str]) -> frozenset[str]:
    """Return the stems of the words that carry a topic."""
    return frozenset([stem(word) for word in spoken if len(word) > 2 and word not in FUNCTION_WORDS])


def is_polite(spoken: tuple[str, ...]) -> bool:
    """Return whether all words are polite words without content."""
    return all(word in _POLITE for word in spoken)


MOST_WORDS = 60
"""Maximum words of a sentence; speech is cut into shorter sentences, but a pasted page is not."""

RARE, COMMON, ASKING, FRAME, FILLER = 1.0, 0.45, 0.3, 0.08, 0.0
"""Weights of words: topic, general, question word, grammar, filler. Round numbers, not tuned."""

_FILLERS = vocabulary(
    "um uh er erm hm hmm mm mhm ah oh okay ok so well yeah yes yep really actually basically maybe perhaps "
    "please kindly right then sort kind roughly mean know guess say let's honestly exactly now-now"
)
_FRAME = vocabulary(
    "a an the this that these those there here it its i you we they he she me us them him my your our their his her "
    "be am is are was were been being do does did done have has had having will would can could shall should may might "
    "like just must to of in on at by for from with about into up as than and or but if because not no any some all "
    "both each such very too also ever already still yet guy everybody anybody anyone somebody someone nobody want"
)
_ASKING = vocabulary("what who when where why how which whose often many much long")
_COMMON = vocabulary(
    "know think see look go get make take need use work show tell come give put try keep let ask talk call find leave "
    "happen mean feel start help believe thing way time day week month year hour minute today now right next last "
    "first one two three other else same new good great better best bad big little lot more most less bit part people "
    "person guy team side end back out off over down again before after until while different sure able possible point "
    "step question answer problem number name line list case example idea word page screen change open close set run "
    "write read hear wait stay stop move turn share add send build check plan wrong nothing something anything "
    "everything support build page able carry far between own once interesting important hold"
)
_LEMMAS = {
    form: head
    for head, forms in {
        "try": "tried tries trying attempt attempted attempts",
        "buy": "bought buys buying purchase purchased purchases",
        "make": "made makes making",
        "tell": "told tells telling describe",
        "feel": "felt feels feeling suffer suffers hurt hurts bother bothers bothered annoy annoys annoyed",
        "lose": "lost loses losing",
        "stop": "stopped stops stopping block blocked kill killed veto vetoed halt halted reject rejected",
        "spend": "spent spending",
        "leave": "left leaves leaving",
        "go": "went gone goes going",
        "say": "said says saying",
        "see": "saw seen sees seeing",
        "keep": "kept keeps keeping",
        "hear": "heard hears hearing",
        "get": "got gets getting gotten",
        "come": "came comes coming",
        "take": "took taken takes taking",
        "think": "thought thinks thinking",
        "write": "wrote written writes writing",
        "break": "broke broken breaks breaking",
        "put": "puts putting",
        "give": "gave given gives giving",
        "use": "used uses using",
        "happen": "happened happens happening occur occurred occurs",
        "notice": "noticed notices noticing spot spotted spots realise realised realize realized",
        "decide": "decided decides deciding decision decisions",
        "approve": "approved approves approving approval okayed",
        "exclude": "excluded excludes excluding eliminate eliminated",
        "problem": "issue issues trouble troubles",
        "change": "changed changes changing",
        "different": "differ difference differently",
        "promise": "promised promises commit committed commitment commitments",
        "expect": "expected expecting expects",
        "big": "bigger",
        "cost": "costs costing price prices priced pricing pay paid paying pays expensive cheap cheaper spend damage",
        "budget": "budgets pot",
        "last": "recent latest previous past",
        "time": "incident incidents occasion occasions instance instances",
        "now": "currently nowadays",
        "option": "options alternative alternatives possibility possibilities",
        "look": "looked looks looking consider considering considered evaluate evaluating explore exploring search",
        "trigger": "triggered prompt prompted",
        "fix": "fixed fixes fixing mend mended solve solved",  # spoken
        "tool": "tools system systems software product",
        "theory": "theories guess",
        "deck": "decks slide slides brochure brochures presentation one-pager",
        "form": "forms questionnaire questionnaires assessment",
        "demo": "demos demonstration demonstrate",
        "vendor": "vendors supplier suppliers provider",
        "tender": "tenders rfp rfq bid bids bidding",
        "roadmap": "roadmaps",
        "involve": "involved participate participating",
        "wrong": "mistaken",
        "minute": "minutes",
        "number": "numbers figure figures sum",
        "own": "yours",
        "show": "shows showed shown showing",
        "talk": "talked talks talking speak speaks spoke",
        "cause": "caused causes causing",
        "company": "organisation organization firm",
        "colleague": "colleagues",
        "people": "folks person persons guys team teams staff crew",
        "repeat": "repeated",
        "understand": "understood",
        "worth": "worthwhile",
    }.items()
    for form in forms.split()
}
"""Irregular forms, and words that ask a buyer the same: each can replace the others in such a question."""

_APART = lazy_pattern(r"^(.+?)(n't|'s|'re|'ll|'ve|'d|'m)$")
_ENDINGS = {"n't": "not", "'s": "is", "'re": "are", "'ll": "will", "'ve": "have", "'d": "would", "'m": "am"}
_WHOLE = {"can't": ("can", "not"), "won't": ("will", "not"), "let's": ("let's",), "who's": ("who", "is")}
_PHRASES = (
    (
        lazy_pattern(
            r"\b(?:at|in) the moment\b|\bright now\b|\bthese days\b|\bby now\b|\b(?:up to|until|till) now\b|\bso far\b|"
            r"\bto date\b|\bthus far\b"
        ),
        "now",
    ),
    (lazy_pattern(r"\b(?:what(?:'s| is| was) the reason|for what reason|how come|what (?:makes|made))\b"), "why"),
    (lazy_pattern(r"\b(?:walk|take|talk|run|guide) (me|us) through\b"), r"tell \1"),
    (
        lazy_pattern(
            r"\b(?:sign(?:s|ed|ing)?[ -]off|(?:say|says|said|saying) (?:yes|go)|"
            r"(?:give|gives|gave) (?:the|a) (?:go-ahead|green light|nod)|"
            r"(?:final|last) (?:say|word|decision)|calls? the shots)\b"
        ),
        "approve",
    ),
    (lazy_pattern(r"\b(?:have|has|had) a say\b|\bmakes? the (?:call|decision)\b|\bdecision[ -]makers?\b"), "decide"),
    (lazy_pattern(r"\b(?:turn|turns|turned|vote|voted|shot|shoot) (?:it |this |that |one |them )?down\b"), "stop"),
    (lazy_pattern(r"\b(?:rule|ruled|rules|cross|crossed) (?:it |that |this |them )?(?:out|off)\b"), "exclude"),
    (
        lazy_pattern(
            r"\bleave (?:it|this|that|things|everything) "
            r"(?:as (?:it|this|that|they) (?:is|are)|alone|like (?:this|that))\b|"
            r"\b(?:do|did|does|doing) nothing\b|\b(?:don't|do not|not) (?:do|change) anything\b|"
            r"\bnothing (?:changes|happens|is done)\b|\b"
            r"(?:carry|carries|carrying|go|going|keep|keeps|keeping) (?:on|going) "
            r"(?:like (?:this|that)|as (?:before|now|it is|you are))\b"
        ),
        "leave unchanged",
    ),
    (lazy_pattern(r"\b(?:by hand|manually)\b"), "manual"),
    (lazy_pattern(r"\bquarter\b"), "three month"),
    (
        lazy_pattern(
            r"\b(?:on|at|from) your (?:side|end)\b|\b(?:end|ends|ended) up\b|"
            r"\bat the end of the day\b|\bto be honest\b|"
            r"\bexactly\b|\bby the way\b|\bin (?:your|the) (?:company|organi[sz]ation|firm)\b"
        ),
        "",
    ),
    (lazy_pattern(r"\blast[ -]minute\b"), "late"),
    (lazy_pattern(r"\brequest for proposals?\b"), "tender"),
    (lazy_pattern(r"\bhow many times\b|\bhow frequently\b"), "how often"),
    (
        lazy_pattern(
            r"\b(?:you know|i mean|sort of|kind of|i guess|i think|or so|you guys|if i may(?: ask)?|let's say)\b"
        ),
        "",
    ),
)


class Word(Struct, frozen=True):
    """A word for comparison: its `form`, and how much it `says` (0 to 1)."""

    form: str
    says: float


def spoken(text: str) -> tuple[Word, ...]:
    """Return the normalized words of `text` without fillers and stutters, at most `MOST_WORDS`."""
    line = " ".join(words(text[: MOST_WORDS * 12])[:MOST_WORDS])
    for pattern, plain in _PHRASES:
        line = pattern.sub(plain, line)
    found: list[Word] = []
    for raw in line.split():
        for part in _WHOLE.get(raw) or _split(raw):
            word = _word(part)
            if word.says > FILLER and not (found and found[-1].form == word.form):
                found.append(word)
    return tuple(found)


def _split(raw: str) -> tuple[str, ...]:
    apart = _APART.match(raw)
    return (apart.group(1), _ENDINGS[apart.group(2)]) if apart else (raw,)


def _word(raw: str) -> Word:
    if raw in _FILLERS:
        return Word(raw, FILLER)
    if raw in _FRAME:
        return Word(raw, FRAME)
    if raw in _ASKING:
        return Word(raw, ASKING)
    plain = _LEMMAS.get(raw) or _LEMMAS.get(raw.rstrip("s")) or raw
    if plain in _COMMON or plain.rstrip("s") in _COMMON:
        return Word(_COMMON_FORMS.get(plain, stem(plain)), COMMON)
    return Word(stem(plain), RARE)


_COMMON_FORMS = {word: stem(word) for word in _COMMON}
