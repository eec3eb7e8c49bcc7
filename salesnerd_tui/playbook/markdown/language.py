"""Labels and headings of documents in German, French and Spanish, by their English word.

Only the words that give a text its place are known: a label like `Achten auf:`, a heading like `Einwände`, the
`wenn` of a branch. What is asked and said stays as it is written.
"""

from __future__ import annotations

import re

_LABELS = {
    "why": r"warum|wozu|hintergrund|grund|zweck|hinweise?|tipps?|anmerkung(?:en)?|notiz(?:en)?"
    r"|pourquoi|contexte|remarques?|conseils?|raison"
    r"|por qu[eé]|motivo|contexto|nota|consejos?",
    "goal": r"ziele?|zielsetzung|gespr[äa]chsziel|objectifs?|objetivos?",
    "listen for": r"(?:achten|h[öo]ren|hinh[öo]ren|achte|h[öo]re)(?: sie)?(?: auf)?|darauf achten|(?:gute )?signale?"
    r"|gute antwort(?:en)?"
    r"|(?:[àa] )?[ée]couter|[àa] entendre|signaux|bons signes|bonnes? r[ée]ponses?"
    r"|escuchar|se[ñn]ales|atento a|buenas? respuestas?",
    "red flag": r"warnzeichen|warnsignale?|alarmzeichen|schlechte antwort(?:en)?"
    r"|signaux d'alerte|signal d'alerte|mauvaises? r[ée]ponses?|alertes?|se[ñn]ales de alerta",
    "avoid": r"vermeiden|nicht(?: sagen| fragen)?|fehler|fallen?|([àa] )?[ée]viter|ne pas(?: dire)?|pi[èe]ges?|erreurs?"
    r"|evitar|no decir|errores",
    "never say": r"nie sagen|niemals sagen|verbotene w[öo]rter|ne jamais dire|mots interdits|nunca decir",
    "follow up": r"nachfragen?|nachhaken|vertiefung|anschlussfragen?|vertiefende fragen?|bohren"
    r"|relances?|questions? de relance|approfondir|creuser|repreguntas?|preguntas? de seguimiento|profundizar",
    "or": r"oder|alternativ(?:en?)?|ou(?: bien)?|alternatives?|alternativas?",
    "answers": r"(?:m[öo]gliche )?antworten|r[ée]ponses? possibles?|respuestas? posibles?",
    "they say": r"(?:der )?(?:kunde|interessent)(?: sagt| fragt)?|einwand|sie sagen|le client(?: dit)?"
    r"|objections?|ils disent"
    r"|el cliente(?: dice)?|objeciones|objeci[óo]n|dicen",
    "ask": r"fragen?|frage ?\d+|questions? [àa] poser|preguntas?|pregunta ?\d+",
    "say": r"sagen|(?:unsere )?(?:antwort|reaktion|entgegnung)|einleitung|begr[üu][ßs]+ung|dire|r[ée]ponse"
    r"|notre r[ée]ponse|accroche"
    r"|decir|respuesta|nuestra respuesta",
    "minutes": r"dauer|zeit|dur[ée]e|temps|duraci[óo]n|tiempo",
    "owner": r"wer fragt|verantwortlich|responsable",
    "link": r"quellen?|verweise?|liens?|enlaces?|siehe(?: auch)?|voir(?: aussi)?",
    "score": r"bewertung|punkte|note|[ée]valuation|puntuaci[óo]n|status|statut|estado",
    "weight": r"gewicht(?:ung)?|poids|pond[ée]ration|peso",
    "question": r"kriteri(?:um|en)|crit[èe]res?|criterios?|punkt",
    "comment": r"kommentare?|bemerkung(?:en)?|commentaires?|comentarios?",
    "objections": r"(?:typische |h[äa]ufige )?einw[äa]nde(?: .*)?|einwandbehandlung|traitement des objections"
    r"|objeciones(?: .*)?|manejo de objeciones",
    "preparation": r"vorbereitung|vor dem (?:gespr[äa]ch|termin|anruf)|recherche|pr[ée]paration"
    r"|avant l(?:'|e )(?:appel|rendez-vous|entretien)"
    r"|preparaci[óo]n|antes de la (?:llamada|reuni[óo]n)",
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
