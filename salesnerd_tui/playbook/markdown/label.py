"""Labels of a document: `Listen for:`, `Avoid:`, `If they say:` and the role that each gives to what follows.

In German, French and Spanish, only the words that give a text its place are known: a label like `Achten auf:`, a
heading like `Einwände`, the `wenn` of a branch. Questions and statements stay as written. Where two names alternate as
labels, the text is a sample dialogue and not the user's own script.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from salesnerd_tui.playbook.markdown.block import Block, BlockKind, Unit


class Role(StrEnum):
    """Purpose of a text. The cues carry the name of their field."""

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
_TRIM = " \t*_:#–—-"


class Labeled(Struct, frozen=True):
    """A text whose start is a label. `role` is None if the label is a topic of the document's own."""

    label: str
    role: Role | None
    rest: str


def role_of(label: str) -> Role | None:
    """Return the role that a label gives to what follows, or None for a label of the document's own."""
    plain = re.sub(r"\s+", " ", label.replace("’", "'")).strip(_TRIM + "()[]?").lower()
    plain = re.sub(r"\s*\([^)]*\)$|^\W+", "", plain)
    return (_english_role(plain) or _english_role(english_label(plain))) if len(plain) <= 60 else None


def _english_role(plain: str) -> Role | None:
    return next((role for role, pattern in _ROLES if pattern.fullmatch(plain)), None)


_NEGATIVE = re.compile(
    r"(?:red|warning|weak|bad|negative|poor|wrong|yellow|amber)\b"
    r"|warn|alarm|schlechte|signa(?:l|ux) d'alerte|mauvaise|alertes?$|se[ñn]ales de alerta",
    re.IGNORECASE,
)


def with_label(label: str, text: str) -> str:
    """Return a text with its label if the label turns its sense: `red flag: a committee`."""
    return f"{label.strip(_TRIM).lower()}: {text}" if _NEGATIVE.match(label.strip(_TRIM)) else text


def label_of(text: str, bold: int = 0) -> Labeled | None:
    """Return the label at the start of `text`: before a colon, or bold words before a dash or a sentence."""
    if 0 < bold < len(text):
        label, rest = text[:bold].strip(_TRIM), text[bold:].lstrip(" :–—-")
        is_whole_word = bold > 1 and not (text[bold - 1].isalnum() and text[bold].isalnum())
        marked = text[:bold].rstrip().endswith(":") or text[bold:].lstrip()[:1] in (":", "–", "—", "-")
        is_label = is_whole_word and len(label) <= 60 and not label.endswith("?")
        if label and rest and is_label and (marked or role_of(label)):
            return Labeled(label, role_of(label), rest)
    found = _LABEL.match(text)
    if found is None or _NO_LABEL.search(found["label"]):
        return None
    return Labeled(found["label"].strip(_TRIM), role_of(found["label"]), found["rest"].strip())


def label_at_end(unit: Unit, text: str) -> Labeled | None:
    """Return the label of `text`, which is the end of a unit."""
    return label_of(text, max(0, unit.bold - (len(unit.text) - len(text))))


TURNS_MIN, TURN_WORDS = 4, 3
"""Turns that make a dialogue, and words of a speaker's name."""


def dialogue_lines(blocks: Sequence[Block]) -> set[int]:
    """Return the lines of paragraphs in which two speakers take turns, a paragraph for each turn."""
    found: set[int] = set()
    turns: list[tuple[int, Labeled]] = []
    for block in [*blocks, Block(BlockKind.HEADING, 0)]:
        labeled = label_of(block.words.text, block.words.bold) if block.kind is BlockKind.PARAGRAPH else None
        if labeled and len(labeled.label.split()) <= TURN_WORDS:
            turns.append((block.line, labeled))
            continue
        speakers = {turn.label.casefold() for _, turn in turns}
        answered = any(turn.role is Role.THEY_SAY for _, turn in turns)
        if len(turns) >= TURNS_MIN and answered and len(speakers) * 2 <= len(turns):
            found.update(line for line, _ in turns)
        turns = []
    return found


def is_dialogue(units: Sequence[Unit]) -> bool:
    """Return whether two speakers take turns."""
    found = [label_of(unit.text, unit.bold) for unit in units]
    speakers = {labeled.label.casefold() for labeled in found if labeled and labeled.role in (Role.SAY, Role.THEY_SAY)}
    return len(speakers) >= 2 and sum(labeled is not None for labeled in found) * 3 >= len(units) * 2


_LABELS = {
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
_ENGLISH = tuple((english, re.compile(pattern)) for english, pattern in _LABELS.items())
_IF = re.compile(r"^([-→>=\s]*)(?:wenn|falls|sofern|si|s'il|en cas de|en caso de)\s+", re.IGNORECASE)
PROMPTS = (
    r"(?:bitte )?(?:erz[äa]hlen|beschreiben|schildern|erkl[äa]ren|zeigen|nennen|f[üu]hren|stellen) sie"
    r"|(?:erz[äa]hl|beschreib|zeig|erkl[äa]r) (?:mir|uns|mal)"
    r"|(?:racontez|d[ée]crivez|expliquez|parlez|montrez|donnez|dites)[- ](?:moi|nous|comment|votre|la|le|les|un|une)\b"
    r"|(?:cu[ée]nteme|cu[ée]ntame|descr[íi]bame|descr[íi]beme|expl[íi]queme|h[áa]bleme|h[áa]blame|mu[ée]streme)\b"
)
"""Openings of a sentence that invites to talk, as a regular expression."""


def english_label(label: str) -> str:
    """Return the English word for a label in another language; any other label unchanged."""
    plain = " ".join(label.casefold().replace("’", "'").split())
    return next((english for english, pattern in _ENGLISH if pattern.fullmatch(plain)), label)


def english_branch(text: str) -> str:
    """Return a text that begins with the `if` of another language with an English one."""
    return _IF.sub(r"\1if ", text)
