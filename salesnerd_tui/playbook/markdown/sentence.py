"""Parser of sentences: labels, questions, quoted speech, remarks, conditions, objections and placeholders.

A label such as `Listen for:` or `If they say:` determines the role of the text after it. For German, French and
Spanish only structural words are recognized: labels like `Achten auf:`, headings like `Einwände`, and the `wenn` of a
branch. Questions and statements are never translated or reworded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from salesnerd_tui.playbook.markdown.document import Unit


class Role(StrEnum):
    """Purpose of a text. The value of a cue is the name of its YAML field."""

    LISTEN_FOR = "listen_for"
    AVOID = "avoid"
    WHY = "why"
    FOLLOW_UPS = "follow_ups"
    PHRASINGS = "phrasings"
    LINK = "link"
    ASK = "ask"
    SAY = "say"
    THEY_SAY = "they_say"
    GOAL = "goal"
    NEVER_SAY = "never_say"
    MINUTES = "minutes"
    SPEAKER = "speaker"
    OPTIONS = "answers"
    LEGEND = "legend"
    ASIDE = "aside"


CUES = (Role.LISTEN_FOR, Role.AVOID, Role.WHY, Role.FOLLOW_UPS, Role.PHRASINGS, Role.LINK)

_PATTERNS: Mapping[Role, str] = {
    Role.NEVER_SAY: r"never (?:say|use|mention)|(?:words|phrases) (?:to avoid|never to (?:say|use))"
    r"|banned (?:words|phrases)",
    Role.LISTEN_FOR: r"listen(?:ing)?(?: closely| carefully)?(?: out)?(?: for)?|look(?:ing)?(?: out)? for"
    r"|watch(?:ing)?(?: out)?(?: for)?|(?:(?:buying|positive|negative|strong|weak|warning|key|good|bad|green|red"
    r"|yellow|amber) )?(?:signals?|signs?|flags?|indicators?|cues?|clues?)|(?:what|things|characteristics|clues"
    r"|signals|signs|answers) to (?:listen|look|watch)(?: out)?(?: for)?|what (?:good|great) (?:looks|sounds) like"
    r"|(?:ideal|good|great|strong|weak|bad|best)(?: (?:answers?|responses?|roles?))|ideal(?:ly)?|evidence"
    r"|(?:you (?:might|may|will|want to) )?hear|pay attention to|need to (?:learn|know)|what (?:you(?:'re"
    r"| are)? )?(?:need|want|trying|looking) to (?:learn|know|find out|hear)|exit criteria|e\.?g\.?|for example",
    Role.AVOID: r"avoid|don'?t(?: (?:say|ask|do|mention))?|do not(?: (?:say|ask|do|mention))?|never"
    r"|(?:common )?(?:mistakes?|pitfalls?|traps?)|bad(?: (?:examples?|questions?))?|not|wrong|weak|instead of"
    r"|(?:what|things|topics?) (?:not to \w+|to avoid)|anti-?patterns?|landmines?",
    Role.GOAL: r"goals?|objectives?|(?:desired |target )?outcomes?|target|aim|success(?: looks like)?|(?:section"
    r"|call) (?:goal|objective)s?",
    Role.WHY: r"(?:the )?(?:why|purpose|intent(?:ion)?|rationale|reason(?:ing)?)(?: (?:we|you|to|this|it|is"
    r"|that)\b.*| ask| behind.*)?|notes?(?: to self)?|nb|n\.b\.|(?:pro |quick )?tips?|hints?|context|background"
    r"|explanation|remember|coaching(?: notes?)?|guidance|instructions?|reminder|important|caution|warning|caveat"
    r"|insight|how to use|when to use|when to ask|what (?:this|it) (?:tells|reveals|shows|uncovers).*",
    Role.FOLLOW_UPS: r"(?:possible |suggested |optional |good )?follow(?:ing)?[ -]?ups?(?: (?:questions?"
    r"|with)(?: .*)?)?|prob(?:e|es|ing)(?: (?:questions?|deeper|further|with|for|on|about)\b.*)?|dig(?: (?:deeper"
    r"|in))?|drill(?:[ -]?downs?)?|(?:go )?deeper|then(?: ask)?|and then|next(?: question)?|if needed"
    r"|sub-?questions?|press",
    Role.PHRASINGS: r"or|or ask|alternatively|alternatives?|variations?|variants?"
    r"|another way(?: to ask(?: it)?)?|rephrased?|other wordings?|also ask|ways to ask",
    Role.OPTIONS: r"(?:possible|typical|common|expected|likely) (?:answers?|responses?|replies)|(?:answer "
    r"|response )?(?:options?|choices)|answers|responses",
    Role.THEY_SAY: r"(?:if |when )?they (?:say|ask|object)|(?:they|you) (?:might|may) say|objections?(?: \d+)?"
    r"|(?:if |when )?(?:the )?(?:customer|prospect|buyer|client)(?: says| asks)?|(?:questions?|what) they (?:may "
    r"|might |will )?(?:ask|say)|pushback",
    Role.ASK: r"ask|q(?:uestion)?s?(?: ?\d+)?|(?:sample|key|core|main|example|potential|discovery|opening"
    r"|closing|other|possible|suggested|good|great|better|more)(?: \w+)? questions?(?: .*)?|questions? (?:to|you"
    r"|for|about|on|that) .*|prompts?|better|ask (?:them|about)|other questions .*",
    Role.SAY: r"say|(?:sample |call |opening |closing )?script|talk ?tracks?|you|rep|se|ae|bdr|sdr|seller"
    r"|salesperson|me|us|opener|intro(?:duction)?|opening(?: line)?|transition|reply|respon(?:se|d)(?: with)?"
    r"|(?:our |your |sample |example |suggested )?(?:answer|response|reply|pitch|statement)|a|execution|(?:se "
    r"|your )?action|recap|reframe|counter|rebuttal|how to respond|handle|handling",
    Role.MINUTES: r"time|duration|timing|length|time ?box|minutes|mins?",
    Role.SPEAKER: r"owner|speaker|led by|lead|asked by|who asks",
    Role.LINK: r"links?|(?:helpful |further )?(?:resources?|docs?|reading)|see(?: also)?|read(?: more)?|sources?"
    r"|references?|more info(?:rmation)?",
    Role.LEGEND: r"legend|key|scale|rating(?: scale)?|scoring(?: guide| key)?|score",
    Role.ASIDE: r"war stor(?:y|ies)|stor(?:y|ies)|failure modes?|interview angle|case study|anecdote|dialogue"
    r"|sample dialogue|real example",
}
_ROLES = tuple((role, re.compile(pattern, re.IGNORECASE)) for role, pattern in _PATTERNS.items())
_LABEL = re.compile(
    r"""^\s*[*_]*(?P<label>[^\W\d_][^:：\n"“”?!.]{0,48}?|[QA]\d*)[*_]*\s*[:：]\s*(?P<rest>.*)$""", re.DOTALL
)
_NO_LABEL = re.compile(r"https?$|^\w+ (?:is|are|was|were) |,.*,", re.IGNORECASE)
_LABEL_MARKS = " \t*_:#–—-"


class Labeled(Struct, frozen=True):
    """A text that starts with a label. `role` is None if the label is a topic of the document."""

    label: str
    role: Role | None
    rest: str


def find_role(label: str) -> Role | None:
    """Return the role of the text after a label, or None if the label is a topic of the document."""
    plain = re.sub(r"\s+", " ", label.replace("’", "'")).strip(_LABEL_MARKS + "()[]?").lower()
    plain = re.sub(r"\s*\([^)]*\)$|^\W+", "", plain)
    return (_english_role(plain) or _english_role(english_label(plain))) if len(plain) <= 60 else None


def _english_role(plain: str) -> Role | None:
    return next((role for role, pattern in _ROLES if pattern.fullmatch(plain)), None)


_NEGATIVE = re.compile(
    r"(?:red|warning|weak|bad|negative|poor|wrong|yellow|amber)\b"
    r"|warn|alarm|schlechte|signa(?:l|ux) d'alerte|mauvaise|alertes?$|se[ñn]ales de alerta",
    re.IGNORECASE,
)


def keep_negative_label(label: str, text: str) -> str:
    """Return a text with its label if the label negates it: `red flag: a committee`."""
    label = label.strip(_LABEL_MARKS)
    return f"{label.lower()}: {text}" if _NEGATIVE.match(label) else text


def parse_label(text: str, bold: int = 0) -> Labeled | None:
    """Return the label at the start of `text`: before a colon, or bold words before a dash or a sentence."""
    if 0 < bold < len(text):
        label, rest = text[:bold].strip(_LABEL_MARKS), text[bold:].lstrip(" :–—-")
        is_whole_word = bold > 1 and not (text[bold - 1].isalnum() and text[bold].isalnum())
        is_marked = text[:bold].rstrip().endswith(":") or text[bold:].lstrip()[:1] in (":", "–", "—", "-")
        is_label = is_whole_word and len(label) <= 60 and not label.endswith("?")
        if label and rest and is_label and (is_marked or find_role(label)):
            return Labeled(label, find_role(label), rest)
    match = _LABEL.match(text)
    if match is None or _NO_LABEL.search(match["label"]):
        return None
    return Labeled(match["label"].strip(_LABEL_MARKS), find_role(match["label"]), match["rest"].strip())


def parse_unit_label(unit: Unit, text: str) -> Labeled | None:
    """Return the label of `text`, which is the rest of a unit without its number."""
    return parse_label(text, max(0, unit.bold - (len(unit.text) - len(text))))


_FOREIGN_LABELS = {
    "why": r"warum|wozu|hintergrund|grund|zweck|hinweise?|tipps?|anmerkung(?:en)?|notiz(?:en)?|pourquoi|contexte"
    r"|remarques?|conseils?|raison|por qu[eé]|motivo|contexto|nota|consejos?",
    "goal": r"ziele?|zielsetzung|gespr[äa]chsziel|objectifs?|objetivos?",
    "listen for": r"(?:achten|h[öo]ren|hinh[öo]ren|achte|h[öo]re)(?: sie)?(?: auf)?|darauf achten"
    r"|(?:gute )?signale?|gute antwort(?:en)?|(?:[àa] )?[ée]couter|[àa] entendre|signaux|bons signes"
    r"|bonnes? r[ée]ponses?|escuchar|se[ñn]ales|atento a|buenas? respuestas?",
    "red flag": r"warnzeichen|warnsignale?|alarmzeichen|schlechte antwort(?:en)?|signaux d'alerte"
    r"|signal d'alerte|mauvaises? r[ée]ponses?|alertes?|se[ñn]ales de alerta",
    "avoid": r"vermeiden|nicht(?: sagen| fragen)?|fehler|fallen?|([àa] )?[ée]viter|ne pas(?: dire)?|pi[èe]ges?"
    r"|erreurs?|evitar|no decir|errores",
    "never say": r"nie sagen|niemals sagen|verbotene w[öo]rter|ne jamais dire|mots interdits|nunca decir",
    "follow up": r"nachfragen?|nachhaken|vertiefung|anschlussfragen?|vertiefende fragen?|bohren|relances?"
    r"|questions? de relance|approfondir|creuser|repreguntas?|preguntas? de seguimiento|profundizar",
    "or": r"oder|alternativ(?:en?)?|ou(?: bien)?|alternatives?|alternativas?",
    "answers": r"(?:m[öo]gliche )?antworten|r[ée]ponses? possibles?|respuestas? posibles?",
    "they say": r"(?:der )?(?:kunde|interessent)(?: sagt| fragt)?|einwand|sie sagen|le client(?: dit)?"
    r"|objections?|ils disent|el cliente(?: dice)?|objeciones|objeci[óo]n|dicen",
    "ask": r"fragen?|frage ?\d+|questions? [àa] poser|preguntas?|pregunta ?\d+",
    "say": r"sagen|(?:unsere )?(?:antwort|reaktion|entgegnung)|einleitung|begr[üu][ßs]+ung|dire|r[ée]ponse"
    r"|notre r[ée]ponse|accroche|decir|respuesta|nuestra respuesta",
    "minutes": r"dauer|zeit|dur[ée]e|temps|duraci[óo]n|tiempo",
    "owner": r"wer fragt|verantwortlich|responsable",
    "link": r"quellen?|verweise?|liens?|enlaces?|siehe(?: auch)?|voir(?: aussi)?",
    "score": r"bewertung|punkte|note|[ée]valuation|puntuaci[óo]n|status|statut|estado",
    "weight": r"gewicht(?:ung)?|poids|pond[ée]ration|peso",
    "question": r"kriteri(?:um|en)|crit[èe]res?|criterios?|punkt",
    "comment": r"kommentare?|bemerkung(?:en)?|commentaires?|comentarios?",
    "objections": r"(?:typische |h[äa]ufige )?einw[äa]nde(?: .*)?|einwandbehandlung|traitement des objections"
    r"|objeciones(?: .*)?|manejo de objeciones",
    "preparation": r"vorbereitung|vor dem (?:gespr[äa]ch|termin|anruf)|recherche|pr[ée]paration|avant l(?:'"
    r"|e )(?:appel|rendez-vous|entretien)|preparaci[óo]n|antes de la (?:llamada|reuni[óo]n)",
    "checklist": r"checkliste|liste de contr[ôo]le|lista de (?:verificaci[óo]n|control)",
    "resources": r"weiterf[üu]hrendes|unterlagen|ressources|recursos",
}
_FOREIGN_PATTERNS = tuple((english, re.compile(pattern)) for english, pattern in _FOREIGN_LABELS.items())
_FOREIGN_IF = re.compile(r"^([-→>=\s]*)(?:wenn|falls|sofern|si|s'il|en cas de|en caso de)\s+", re.IGNORECASE)
PROMPTS = (
    r"(?:bitte )?(?:erz[äa]hlen|beschreiben|schildern|erkl[äa]ren|zeigen|nennen|f[üu]hren|stellen) sie"
    r"|(?:erz[äa]hl|beschreib|zeig|erkl[äa]r) (?:mir|uns|mal)"
    r"|(?:racontez|d[ée]crivez|expliquez|parlez|montrez|donnez|dites)[- ](?:moi|nous|comment|votre|la|le|les|un|une)\b"
    r"|(?:cu[ée]nteme|cu[ée]ntame|descr[íi]bame|descr[íi]beme|expl[íi]queme|h[áa]bleme|h[áa]blame|mu[ée]streme)\b"
)
"""Regular expression for the start of a foreign prompt such as `Tell me about …`."""


def english_label(label: str) -> str:
    """Return the English word for a label in another language; any other label unchanged."""
    plain = " ".join(label.casefold().replace("’", "'").split())
    return next((english for english, pattern in _FOREIGN_PATTERNS if pattern.fullmatch(plain)), label)


MAX_PARSED_CHARACTERS = 10_000
"""Maximum length of a parsed text. A longer text does not fit into a playbook, and parsing it would take minutes."""

QUOTES = '"“”„«»'
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|approx|incl|mr|mrs|ms|dr|no|st|inc|ltd|cf|min|max|resp|fig)\.|\b[A-Z]\.|\.\.\.)$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"""(?<![.!?…？。])[.!?…？。]++["”’»)\]]*+(?=\s|$)|[？。]""")
_NEXT_CHARACTER = re.compile(r"\s*(\S?)")
_ABBREVIATION_WINDOW = 40
"""Characters before a period that may be an abbreviation."""

_QUESTION = re.compile(r"""[?？]["”’'»)\]*_.!]*$""")
_PROMPT = re.compile(
    r"[\"“]?(?:please |can you |could you |so,? |and |just )?"
    r"(?:describe|tell (?:me|us)|walk (?:me|us)|talk (?:me|us)|take (?:me|us)|explain (?:to|for|how|what|why|the|your)"
    r"|help (?:me|us) understand|share (?:with|an?|your|the|some|how|what)|give (?:me|us)|show (?:me"
    r"|us)|paint (?:me|us)"
    r"|think (?:of|about|back)|imagine|let'?s say|on a scale|rate |rank |say more|list (?:your|the) )|[\"“„«]?\s?"
    + PROMPTS,
    re.IGNORECASE,
)
_QUESTION_START = re.compile(
    r"[\"“]?(?:(?:and|so|but|ok|okay|great|in|at|on|by|to|for|from|with|of|until|under|during),? )?"
    r"(?:what(?:'s|’s)?|who(?:m|'s|’s|se)?|where|when|why|how|which|do|does|did|is|are|was|were|can|could|would|will"
    r"|should|has|have|had|any)\b",
    re.IGNORECASE,
)
_QUESTION_WORD = re.compile(
    r"(?:and |then |so )?(?:what(?:'s|’s)?|who(?:'s|’s|se)?|where|why|how|which)\b(?!-)", re.IGNORECASE
)
_REMARK = re.compile(r"""(?<=[?？.!”"])\s*\(([^()]{1,400})\)(?=\s|[.!,;]|$)|\s+\(([^()]{1,400})\)[.\s]*$""")
_GREETING = re.compile(
    r"[\"“]?(?:hi|hello|hey|good (?:morning|afternoon)|thanks|thank you|welcome|great to|nice to)\b", re.IGNORECASE
)
_ADDRESS = re.compile(r"\b(?:you|your|yours|you're|you’re|you've|we|us|our|let's|me|my|I)\b", re.IGNORECASE)
_BUYER_WORDS = re.compile(
    r"\b(?:I|we|our|my|us|ours|your (?:product|company|tool|software|platform|service|solution"
    r"|price|pricing|roadmap))\b"
)


def split_sentences(text: str) -> list[str]:
    """Split a text into sentences. Abbreviations and parentheses do not end a sentence."""
    if len(text) > MAX_PARSED_CHARACTERS:
        return [text]
    sentences: list[str] = []
    start = end = open_parentheses = 0
    for mark in _SENTENCE_END.finditer(text):
        before, end = end, mark.end()
        open_parentheses += text.count("(", before, end) - text.count(")", before, end)
        last = text[max(start, end - _ABBREVIATION_WINDOW) : end].rstrip(QUOTES + ")]")
        following = _NEXT_CHARACTER.match(text, end)
        is_continued = following is not None and following[1].islower() and text[end - 1] != "?"
        if _ABBREVIATION.search(last) or is_continued or open_parentheses > 0:
            continue
        sentences.append(text[start:end].strip())
        start, open_parentheses = end, 0
    if text[start:].strip():
        sentences.append(text[start:].strip())
    return [sentence for sentence in sentences if sentence.strip(QUOTES + " .")]


def has_question_mark(sentence: str) -> bool:
    return _QUESTION.search(sentence.strip()) is not None


def is_question(sentence: str) -> bool:
    """Return whether a sentence ends with a question mark or is a prompt such as `Tell me about …`."""
    return has_question_mark(sentence) or _PROMPT.match(sentence) is not None


def starts_like_question(sentence: str) -> bool:
    """Return whether a sentence starts with a question word or an auxiliary verb."""
    return _QUESTION_START.match(sentence) is not None


def starts_with_question_word(sentence: str) -> bool:
    """Return whether a sentence starts with who, what, where, why, how or which."""
    return _QUESTION_WORD.match(sentence.lstrip(QUOTES)) is not None


def is_greeting(text: str) -> bool:
    """Return whether a text greets or thanks somebody, which is always said aloud."""
    return _GREETING.match(text) is not None


def is_addressed(sentence: str) -> bool:
    """Return whether a sentence addresses somebody; a rhetorical question in prose does not."""
    return _ADDRESS.search(sentence) is not None


def is_buyer_question(question: str) -> bool:
    """Return whether the buyer rather than the user would ask this question."""
    return _BUYER_WORDS.search(question) is not None


def is_about_buyer(question: str) -> bool:
    """Return whether an open question is about what the buyer does, so that only the user would ask it."""
    return _ABOUT_BUYER.match(question) is not None and not is_buyer_question(question)


_ABOUT_BUYER = re.compile(
    r"(?:what|how|who|where|when|which|why)\b.*?\b(?:would|do|did|have|are|were|will) you\b"
    r"(?! (?:offer|support|charge|handle|integrate|provide|compare|differ|guarantee|price|store|protect|sell"
    r"|different))",
    re.IGNORECASE,
)


def is_quoted(text: str) -> bool:
    """Return whether a whole text is one quotation."""
    text = text.strip(" .*_")
    if len(text) <= 2 or text[0] not in '"“„«' or text[-1] not in '"”“»':
        return False
    return text.count('"') <= 2 and not re.search(_INNER_END[text[0]], text[1:-1])


_INNER_END = {'"': r"(?!)", "“": "”.*“", "„": "[“”].*„", "«": "».*«"}
"""Pattern for a text with several quotations, by its opening quotation mark."""


def starts_with_quote(text: str) -> bool:
    return text.lstrip()[:1] in ('"', "“", "„", "«")


def strip_quotes(text: str) -> str:
    """Remove the quotation marks around a whole text, or a single unpaired one at its start or end."""
    stripped = text.strip()
    if is_quoted(stripped):
        return stripped.strip(" .*_").strip(QUOTES).strip()
    if starts_with_quote(stripped) and not any(mark in stripped[1:] for mark in QUOTES):
        return stripped[1:].strip()
    if stripped[-1:] in ("”", '"', "»") and not any(mark in stripped[:-1] for mark in QUOTES):
        return stripped[:-1].strip()
    return stripped


def split_remarks(text: str) -> tuple[str, list[str]]:
    """Return a text without the remarks in parentheses after its sentences, and the remarks."""
    if len(text) > MAX_PARSED_CHARACTERS:
        return text, []
    remarks = [(match[1] or match[2]).strip() for match in _REMARK.finditer(text)]
    return " ".join(_REMARK.sub(" ", text).split()) if remarks else text, remarks


class Branch(Struct, frozen=True):
    """A condition and its consequence: `If yes, who?` or `a tool -> go to 5`."""

    condition: str
    then: str
    is_arrow: bool = False


_CONDITION = re.compile(
    r"^(?:[-→>=\s]*)(?:and |but |or )?(?:if|when|where)\s+(.+?)\s*(?:,\s*(?:then\s+)?|:\s*|\s[–—-]+\s"
    r"|\s*(?:->|→|=>|➡)\s*|\s+then\s+)(.+)$",
    re.IGNORECASE | re.DOTALL,
)
_UNPUNCTUATED_IF = re.compile(
    r"^if\s+([^,:→⇒➡➔>]{1,40}?)\s+((?:are|do|did|have|can|what|who|how|which|why|when|where)\s+(?:you|they|your|it)\b.+)$",
    re.IGNORECASE | re.DOTALL,
)
_ARROW_LABEL = re.compile(r"^\s*(?:-{1,2}>|→|=>|➡)\s*(?!if\b)([^:?]{1,60}):\s+(\S.*)$", re.IGNORECASE | re.DOTALL)
_ARROW = re.compile(r"^(.{1,160}?)\s*(?:-{1,2}>|→|=>|⇒|➡️?|➔)\s*(.+)$", re.DOTALL)
_YES_NO = re.compile(
    r"^[\"“]?(yes|no|y|n|not sure|unsure|maybe|don'?t know|not really|sometimes)[\"”]?\s*(?:[:,–—=]"
    r"|\s-\s|\()\s*(.+?)\)?$",
    re.IGNORECASE | re.DOTALL,
)
_BUYER_ADDRESSED = re.compile(
    r"(?:you|we|i|your|our|nothing|everything|money|i'm|you're|you’re|we're)\b", re.IGNORECASE
)
_REPLY_START = re.compile(
    r"(?:yes|so|no|not|never|they|he|she|the (?:customer|prospect|buyer|client|answer|response"
    r"|contact)|ja|nein|oui|non|s[íi]|[\"“„«]|customer|prospect|buyer|client|answer|there|this|it|applicable|nobody|none)\b",
    re.IGNORECASE,
)


_CONSEQUENCE = re.compile(r"(?:end|stop|leave|close|go to|skip|jump|continue (?:with|at))\b", re.IGNORECASE)
"""A consequence for the user, so that the condition before it is a reply and not part of a question."""


def parse_branch(text: str, *, is_nested: bool) -> Branch | None:
    """Return the condition at the start of a text, and its consequence.

    A text that is not nested below a question is a branch only if its condition is about a reply: `If you could change
    one thing, what would it be?` is a question.
    """
    if len(text) > MAX_PARSED_CHARACTERS:
        return None
    text = _FOREIGN_IF.sub(r"\1if ", text)
    bare = re.sub(r"^[-→>=\s]+", "", text).strip()
    if match := _ARROW_LABEL.match(text):
        return Branch(match[1].strip(), match[2].strip(), is_arrow=True)
    if is_nested and (match := _UNPUNCTUATED_IF.match(bare)):
        return Branch(match[1], match[2].strip(), is_arrow=True)
    yes_no, arrow = _YES_NO.match(bare), _ARROW.match(bare)
    if arrow and re.search(r"\?\s", f"{arrow[1]} "):
        arrow = None
    is_reply = yes_no is not None and bare[yes_no.end(1) :].lstrip(' "”').startswith((",", "="))
    if yes_no and not (arrow and is_reply):
        return Branch(yes_no[1], yes_no[2].strip(), is_arrow=True)
    if arrow:
        condition = re.sub(r"^if\s+", "", arrow[1].strip(" :*_"), flags=re.IGNORECASE)
        return Branch(condition, arrow[2].strip(), is_arrow=True)
    match = _CONDITION.match(bare)
    if match is None or match[1].count("(") > match[1].count(")"):
        return None
    condition, then = match[1].strip(), match[2].strip()
    is_about_reply = _REPLY_START.match(condition) or (is_nested and not _BUYER_ADDRESSED.match(condition))
    if not is_about_reply and not (is_nested and _CONSEQUENCE.match(then)):
        return None
    return Branch(condition, then)


_SAY_SO = re.compile(
    r"^(?:they|he|she|the (?:customer|prospect|buyer|client)|customer|prospect|buyer|client)(?:'s"
    r"|\sis|\sare)?\s*(?:say|says|answers?|repl(?:y|ies)|respond(?:s)?(?: with)?|reason is)\s*(?:that\s+)?[:,]?\s*",
    re.IGNORECASE,
)


def reply_label(condition: str) -> str:
    """Return the answer label for a condition, in the buyer's words: `they say "no"` becomes `No`."""
    words = condition.strip(" .,:;*_")
    if re.fullmatch(r"(?:yes|so|y|it is|they do|it does|they are|they have)", words, re.IGNORECASE):
        return "Yes"
    if re.fullmatch(r"(?:no|not|n|it isn'?t|they don'?t|they aren'?t|they haven'?t)", words, re.IGNORECASE):
        return "No"
    words = strip_quotes(_SAY_SO.sub("", words)).strip(" .,:;")
    return words[:1].upper() + words[1:]


_QUOTED_REPLY = re.compile(
    r"""^(?P<said>["“„«].+?["”“»])(?:\s*(?:-{1,2}>|→|=>|:|[–—-]+)\s*)(?:(?:you\s)?(?:say|ask|reply|answer)\s*:?\s*)?(?P<reply>\S.*)$""",
    re.IGNORECASE,
)
_OBJECTION = re.compile(
    r"""^(?:if|when)\s(?:they|he|she|somebody|someone|(?:the\s|a\s)?(?:customer|prospect|buyer|client|lead))\s
      (?:say|says|ask|asks|object|objects|mention|mentions|answer|answers|want|wants)\b
      (?:\s(?:that|for|about|to\sknow))?[\s:,]*
      (?P<said>["“„«].+?["”“»]|[^"“„«→:,]{2,120}?)
      (?:\s*(?::|,|->|→|=>|\s[–—-]+\s)\s*(?:(?:you\s)?(?:say|ask|reply|answer|respond)(?:\swith)?\s*:?\s*)?(?P<reply>\S.*))?$""",
    re.IGNORECASE | re.VERBOSE,
)


class Objection(Struct, frozen=True):
    """Words of the buyer, and the reply to them if the text contains one.

    `is_described` is true if the buyer is not quoted: `If they ask for the price`.
    """

    said: str
    reply: str = ""
    is_described: bool = False


def parse_objection(text: str) -> Objection | None:
    """Return the objection in `If they say “too small” → ask “…”` or `“Too small” → “…”`; None for other texts."""
    match = _OBJECTION.match(text.strip(" :")) or _QUOTED_REPLY.match(text)
    if match is None:
        return None
    said, reply = match["said"], (match["reply"] or "").strip()
    return Objection(strip_quotes(said), strip_quotes(reply), not starts_with_quote(said))


def parse_listed_objection(unit: Unit, text: str, labeled: Labeled | None) -> Objection:
    """Return the objection in an item of a list of objections; the reply is empty if nothing separates it."""
    if objection := parse_objection(text):
        return objection
    if labeled and (starts_with_quote(labeled.label) or unit.bold):
        return Objection(labeled.label, labeled.rest)
    if branch := parse_branch(text, is_nested=True):
        return Objection(branch.condition, branch.then)
    if 0 < unit.bold < len(text):
        return Objection(text[: unit.bold].strip(" :–—-→>"), text[unit.bold :].strip(" :–—-→>"))
    return Objection(text)


PLACEHOLDER = re.compile(r"\[([^\[\]\n]{1,60})\](?!\()|\{\{?\s*([^{}\n]{1,60}?)\s*\}?\}|<([a-zA-Z][^<>\n]{0,40})>")
_BLANK = re.compile(r"_{3,}|\.{5,}|…{2,}")


def is_only_placeholder(text: str) -> bool:
    """Return whether a whole text is a placeholder such as `[company]`."""
    return PLACEHOLDER.fullmatch(text.strip()) is not None


def has_blank(text: str) -> bool:
    """Return whether a text contains a blank to fill in: `____`."""
    return _BLANK.search(text) is not None


def remove_blanks(text: str) -> str:
    return " ".join(_BLANK.sub(" ", text).split()).strip(" :–—-")
