"""Table of the fields of the playbook language, with their kinds, defaults and meanings, and the limits of a playbook.

`validate` compares a file with this table. The JSON schema for editors and the field reference are generated from it.
Each limit is several times what the longest handwritten playbook needs, and low enough that a hostile file is rejected
in well under a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from salesnerd_tui.playbook.coach_settings import ProductTalk, Sensitivity
from salesnerd_tui.playbook.model import BuyingJob, Decision, NoteType, Priority
from salesnerd_tui.playbook.standard_notes import AccountPart

FIELD_ALIASES: Mapping[str, str] = {"follow_up": "follow_ups"}
"""Other names of fields: `follow_up` reads better with a single question."""

FORMAT_VERSION = 1
"""Latest version of the playbook format that this program reads."""

RESERVED_LETTERS: Mapping[str, str] = {
    "b": "back",
    "c": "evidence",
    "e": "end",
    "i": "why",
    "j": "jump",
    "m": "mark",
    "n": "next",
    "o": "promises",
    "q": "leave",
    "s": "skip",
    "u": "undo",
    "v": "edit",
    "x": "hide",
    "y": "accept",
    "z": "dismiss",
}
"""Letters that cannot be the key of a detour, with the command that uses each.

They are part of the language, because playbooks are also checked without a screen. A test compares them with the keys
of the live screen (`tui/keymap.py`).
"""

RESERVED_NAMES = ("name", "account", "role", "me", "today", "product", "points", "back", "prep")
"""Names with a special meaning in texts and conditions."""

BUILT_IN_VARIABLES = ("account", "name", "role", "me", "today")
"""Names that `{…}` may contain in every text."""


class Kind(StrEnum):
    """Kind of a field's value."""

    TEXT = "text"
    TEXTS = "a text or a list"
    ID = "id"
    IDS = "an id or a list of ids"
    NAME = "name"
    NAMES = "a name or a list of names"
    MINUTES = "length, like 8, 8m or 90s"
    FLAG = "yes or no"
    SHARE = "percent"
    SECONDS = "length, like 60s, 2m or 1:30"
    LETTER = "one letter"
    LANG = "language code"
    ONE_OF = "one of a few words"
    SOME_OF = "one or more of a few words"
    CONDITION = "condition"
    CONDITIONS = "a gate, a condition, or a list"
    PLAYBOOK = "a playbook's id"
    PATHS = "list of paths"
    POINTS = "number or map of numbers"
    TEXT_MAP = "map of text"
    NOTES = "map of text, also empty"
    ITEMS = "list of items"
    ANSWERS = "list of labels, or map of label to what to do"
    CAPTURE = "an id, a list, or a map of id to prompt"
    DEFAULTS = "map of question fields"
    DETOURS = "map of detours"
    GATES = "map of conditions"
    OUTCOMES = "map of outcomes"
    COACH = "map of limits and words"
    BUYERS = "map of buyers"
    TESTS = "list of tests"
    INTERRUPTS = "an interruption or a list"


class NameKind(StrEnum):
    """Kind of thing that a name refers to.

    An `ITEM` is a question as a step of the call, a `PLACE` an item or the heading of a section, a `PART` a question
    of a library.
    """

    QUESTION = "question"
    ITEM = "item"
    DETOUR = "detour"
    OUTCOME = "outcome"
    GATE = "gate"
    BUYER = "buyer"
    PLACE = "place"
    PART = "part"
    ANY = "anything"
    PLAYBOOK = "playbook"
    LIBRARY = "library"


AUTHOR_NAME_KINDS = (NameKind.QUESTION, NameKind.DETOUR, NameKind.OUTCOME, NameKind.GATE, NameKind.BUYER)
"""Kinds of names that an author chooses."""


class Field(Struct, frozen=True):
    """A field. `meaning` is a sentence for hover help and the reference; `default` describes its default, if any.

    `name_kind` is what the names in the value refer to; in a map of text, these are the keys. `attribute` is the name
    in the model if it differs.
    """

    name: str
    kind: Kind
    meaning: str = ""
    name_kind: NameKind | None = None
    default: str = ""
    choices: type[StrEnum] | None = None
    attribute: str = ""
    required: bool = False

    @property
    def allowed_values(self) -> tuple[str, ...]:
        """All values, if there are only a few."""
        return tuple(map(str, self.choices or ()))


class MapKind(Struct, frozen=True):
    """Kind of a map in a playbook; `title` is its name in findings."""

    title: str
    fields: Mapping[str, Field]
    required: tuple[Field, ...] = ()


def _map_kind(title: str, *fields: Field) -> MapKind:
    return MapKind(title, {field.name: field for field in fields}, tuple(field for field in fields if field.required))


_K = Kind
_N = NameKind

FILE = _map_kind(
    "the file",
    Field("playbook", _K.TEXT, "Title of a playbook; the file's name without .yaml is its id."),
    Field("library", _K.TEXT, "Title of a library: questions, detours and words that playbooks share."),
    Field("goal", _K.TEXT, "What the call is for, in one sentence, shown in the picker."),
    Field("lang", _K.LANG, "Language code of the texts, like en or de-CH.", default="en"),
    Field("tags", _K.TEXTS, "Words to find the playbook by in the picker."),
    Field("minutes", _K.MINUTES, "Planned length of the call.", default="sum of sections"),
    Field("extends", _K.PLAYBOOK, "One parent playbook, which this file changes.", _N.PLAYBOOK),
    Field(
        "use", _K.PATHS, "Libraries, without extension, relative to the playbook folder; later ones win.", _N.LIBRARY
    ),
    Field("remove", _K.NAMES, "Inherited questions, detours, outcomes, gates or buyers to drop.", _N.ANY),
    Field("vars", _K.TEXT_MAP, "Constants for texts, such as product; written {product}."),
    Field(
        "labels",
        _K.TEXT_MAP,
        "What is shown for an outcome, gate, detour or recorded note, by id.",
        _N.ANY,
        default="the id as words",
    ),
    Field("defaults", _K.DEFAULTS, "Defaults for every question of this file; a section's own win."),
    Field("prep", _K.ITEMS, "Questions to yourself before the call, never spoken; enough for a scorecard."),
    Field("agenda", _K.ITEMS, "The call, read from top to bottom."),
    Field("questions", _K.ITEMS, "Library only: questions and statements that playbooks include."),
    Field("detours", _K.DETOURS, "Short agendas for what can come at any moment; they return automatically."),
    Field("gates", _K.GATES, "Named conditions, shown during the call with whether they are met."),
    Field("outcomes", _K.OUTCOMES, "The endings: go, no-go and not-yet are of equal rank."),
    Field("coach", _K.COACH, "The coach's limits and words."),
    Field("buyers", _K.BUYERS, "Simulated buyers to rehearse with."),
    Field("tests", _K.TESTS, "Walks through the playbook and what must be true of each."),
)

_WHEN = Field(
    "when", _K.CONDITION, "Skipped while this is false; a comparison with an unknown note is false.", default="always"
)
_AFTER = Field(
    "after", _K.NAME, "Place of a new item in an inherited agenda: after this one.", _N.PLACE, default="own order"
)
_BEFORE = Field(
    "before", _K.NAME, "Place of a new item in an inherited agenda: before this one.", _N.PLACE, default="own order"
)
_BY = Field("speaker", _K.NAME, "Who speaks, if there are two of you on the call.", default="me")
_CUES = (
    Field("why", _K.TEXTS, "Note to yourself: the reason, or what to keep in mind. Never spoken."),
    Field("listen_for", _K.TEXTS, "Cues worth hearing in what they say."),
    Field("avoid", _K.TEXTS, "What not to say or do here."),
    Field("link", _K.TEXTS, "Path or address for reference; displayed, never fetched."),
)
"""Allowed on a section, a question, something to say, an answer and a detour."""

_PRIORITY = Field(
    "priority",
    _K.ONE_OF,
    "must: warned about before ending; could: skipped when late.",
    default="should",
    choices=Priority,
)

SECTION = _map_kind(
    "a section",
    Field("section", _K.TEXT, "Heading of a part of the call.", attribute="title", required=True),
    Field("minutes", _K.MINUTES, "Time planned for the section."),
    Field("goal", _K.TEXT, "One line under the heading."),
    Field(
        "product_talk",
        _K.ONE_OF,
        "Whether the coach lets you talk about the product here.",
        default="if_asked",
        choices=ProductTalk,
    ),
    Field("defaults", _K.DEFAULTS, "Defaults for every question of the section."),
    Field("aliases", _K.TEXTS, "Former or inherited headings that this one replaces."),
    *_CUES,
    _WHEN,
    _AFTER,
    _BEFORE,
)

_ASKED = (
    _PRIORITY,
    Field("type", _K.ONE_OF, "How the note is read.", default="text", choices=NoteType),
    *_CUES,
    Field("phrasings", _K.TEXTS, "Other wordings; hearing one of them ticks the question."),
    Field("follow_ups", _K.TEXTS, "Follow-ups that need no particular answer."),
    Field("answers", _K.ANSWERS, "What you hear, and what you ask or do next.", default="1 to 5 on a scale"),
    Field(
        "weight",
        _K.POINTS,
        "Multiplies the points of its answers; an answer that is a number counts as it.",
        default="1",
    ),
    Field("repeatable", _K.FLAG, "May be asked again.", default="no"),
    Field(
        "buying_job",
        _K.ONE_OF,
        "Which step of the buying process the answer is about, on the account page.",
        choices=BuyingJob,
    ),
    Field(
        "fills",
        _K.SOME_OF,
        "What its notes fill on the account page; `reason` opens the plan for them, `documents` you send, `in_writing` "
        "you write.",
        choices=AccountPart,
    ),
    _BY,
    _WHEN,
)

ASK = _map_kind(
    "a question",
    Field("ask", _K.TEXT, "The question, as you would say it.", attribute="text", required=True),
    Field("id", _K.ID, "One name for its note, for goto, for {id} in texts and for tests.", default="its first words"),
    Field("aliases", _K.IDS, "Former ids, so that old notes stay attached."),
    *_ASKED,
    _AFTER,
    _BEFORE,
)

SAY = _map_kind(
    "something to say",
    Field("say", _K.TEXT, "What to say before the next question.", attribute="text", required=True),
    Field("id", _K.ID, "Name of the statement, by which another file can change it.", default="its first words"),
    _BY,
    *_CUES,
    _WHEN,
    _AFTER,
    _BEFORE,
)

INCLUDE = _map_kind(
    "an included question",
    Field("include", _K.NAME, "Id of a question in a library that this file uses.", _N.PART, required=True),
    _PRIORITY,
    _WHEN,
    _AFTER,
    _BEFORE,
)

DEFAULTS = _map_kind("the defaults of questions", *_ASKED)

ITEMS: Mapping[str, MapKind] = {"section": SECTION, "ask": ASK, "say": SAY, "include": INCLUDE}

ANSWER = _map_kind(
    "an answer",
    Field("follow_ups", _K.TEXTS, "What to ask next; a text or list instead of a map means this."),
    Field("say", _K.TEXT, "What to say next."),
    Field("goto", _K.NAME, "Id of the question to continue with, in the same list.", _N.ITEM),
    Field("end", _K.NAME, "Outcome to propose; you confirm.", _N.OUTCOME),
    Field("switch", _K.PLAYBOOK, "Playbook to continue with; notes with matching ids carry over.", _N.PLAYBOOK),
    Field("detour", _K.NAME, "Detour to take; the call returns from it.", _N.DETOUR),
    Field("back", _K.FLAG, "In a detour: return immediately.", default="no"),
    Field("points", _K.POINTS, "Added to the points; a map adds to points.name.", default="0"),
    Field("set", _K.TEXT_MAP, "Notes to take without asking: id to text.", _N.QUESTION, attribute="sets"),
    Field(
        "known", _K.FLAG, "`no` if they do not know it either: the question stays unknown to conditions.", default="yes"
    ),
    Field(
        "label",
        _K.TEXT,
        "What is shown instead of the key, for translations.",
        default="the key",
        attribute="display_label",
    ),
    *_CUES,
)

DESTINATIONS = ("goto", "end", "switch", "detour", "back")
"""Fields of an answer that say where the call continues; an answer has at most one of them."""

DETOUR = _map_kind(
    "a detour",
    Field("they_say", _K.TEXTS, "Their words; searched as you type and matched against the transcript."),
    Field("unless_they_say", _K.TEXTS, "Similar sentences that must not offer the detour; the closer wording wins."),
    Field("key", _K.LETTER, "One letter that no command of the live screen uses."),
    Field("agenda", _K.ITEMS, "What to ask and say before the call returns.", required=True),
    Field("repeatable", _K.FLAG, "May be taken again in the same call.", default="yes"),
    *_CUES,
    _WHEN,
)

OUTCOME = _map_kind(
    "an outcome",
    Field("decision", _K.ONE_OF, "Which of the three endings it is.", choices=Decision, required=True),
    Field("needs", _K.CONDITIONS, "Gates or conditions that should be met; an unmet one asks 'end anyway?'.", _N.GATE),
    Field("capture", _K.CAPTURE, "Notes to take before closing, and what to ask for them.", _N.QUESTION),
    Field("say", _K.TEXT, "How to close, aloud."),
    Field("next", _K.PLAYBOOK, "Playbook to plan next.", _N.PLAYBOOK),
    Field("aliases", _K.IDS, "Former ids, so that saved calls and other files still refer to this outcome."),
)

COACH = _map_kind(
    "the coach",
    Field("max_talk_ratio", _K.SHARE, "Talk ratio above which the screen keeps showing yours.", default="45%"),
    Field("max_monologue", _K.SECONDS, "Longest monologue before the coach warns you.", default="60s"),
    Field("max_unprompted_product_talk", _K.SECONDS, "Maximum length of unprompted product talk.", default="25s"),
    Field("sensitivity", _K.ONE_OF, "How quickly the coach warns you.", default="normal", choices=Sensitivity),
    Field("running_late_after", _K.SECONDS, "Time over plan after which could-questions are skipped.", default="2m"),
    Field("jargon", _K.TEXT_MAP, "Feature words, with plain words for each."),
    Field("never_say", _K.TEXTS, "Words never to say to a buyer."),
)

INTERRUPT = _map_kind(
    "an interruption",
    Field("after", _K.NAME, "Question after which it comes.", _N.ITEM, required=True),
    Field("with", _K.NAME, "Detour it leads to.", _N.DETOUR, attribute="detour", required=True),
    Field("says", _K.TEXT, "Their words."),
)

BUYER = _map_kind(
    "a buyer",
    Field("who", _K.TEXT, "Who they are, in a line."),
    Field("picks", _K.TEXT_MAP, "Question to the label of the answer they give.", _N.ITEM),
    Field("says", _K.TEXT_MAP, "Question to what they say.", _N.ITEM),
    Field("hides", _K.TEXT_MAP, "Question to what the buyer says only if it, or a follow-up of it, is asked.", _N.ITEM),
    Field("interrupts", _K.INTERRUPTS, "Where the buyer interrupts."),
    Field("if_jargon", _K.TEXT, "Said when you use a jargon word."),
    Field("if_pitch", _K.TEXT, "Said when you pitch."),
    Field("otherwise", _K.TEXT, "Said to any other question."),
    Field("ends", _K.NAME, "Outcome this buyer reaches, which makes the buyer a test.", _N.OUTCOME),
)

TEST = _map_kind(
    "a test",
    Field("it", _K.TEXT, "What the test shows, as a sentence.", required=True),
    Field("buyer", _K.NAME, "Rehearsal buyer who answers.", _N.BUYER),
    Field("picks", _K.TEXT_MAP, "Question to the label of the answer given.", _N.ITEM),
    Field("notes", _K.NOTES, 'Question to the note taken; "" asks the question and leaves it open.', _N.QUESTION),
    Field("late", _K.FLAG, "The call is running late.", default="no"),
    Field("interrupts", _K.INTERRUPTS, "Detours taken on the way."),
    Field("ends", _K.NAME, "Outcome it must end with.", _N.OUTCOME),
    Field("asks", _K.NAMES, "Questions that must be asked, in this order.", _N.ITEM),
    Field("skips", _K.NAMES, "Questions that must not be asked.", _N.ITEM),
    Field("met", _K.CONDITIONS, "Gates or conditions that must be met at the end.", _N.GATE),
    Field("unmet", _K.CONDITIONS, "Gates or conditions that must not be met at the end.", _N.GATE),
    Field("returns_to", _K.NAME, "Question to be back at after the last detour.", _N.ITEM),
)

CORE_FIELDS = (
    *("playbook", "goal", "minutes", "prep", "agenda", "section", "ask", "say"),
    *("id", "priority", "type", "when", "repeatable", "answers", "follow_ups", "points", "end"),
    *("why", "listen_for", "avoid"),
    *("detours", "they_say", "gates", "outcomes", "decision", "capture"),
)
"""Fields that are enough for most playbooks, in the order in which an author needs them."""

_MAP_KINDS = (FILE, SECTION, ASK, SAY, INCLUDE, ANSWER, DETOUR, OUTCOME, COACH, INTERRUPT, BUYER, TEST)


def _field_names(*kinds: Kind) -> frozenset[str]:
    """Return the names of the fields with a value of these kinds; without kinds, of all fields."""
    fields = (field for map_kind in _MAP_KINDS for field in map_kind.fields.values())
    return frozenset(field.name for field in fields if not kinds or field.kind in kinds)


FIELD_NAMES = _field_names()
"""Names of all fields."""

NAME_LIST_FIELDS = _field_names(Kind.NAMES, Kind.IDS, Kind.CAPTURE, Kind.SOME_OF, Kind.CONDITIONS, Kind.PATHS)
"""Names of fields with a list of names or conditions, in which no element has a comma."""

WORD_FIELDS = _field_names(
    Kind.ID, Kind.NAME, Kind.ONE_OF, Kind.FLAG, Kind.MINUTES, Kind.SECONDS, Kind.LETTER, Kind.LANG
)
"""Names of fields whose value is a single word."""


# Limits of a playbook.
MAX_FILE_BYTES = 1 << 20  # a thousand questions are about 400,000
MAX_LINE_CHARACTERS = 20_000  # positions are found by searching the line
MAX_DEPTH = 32  # nesting of maps and lists
MAX_FILE_VALUES = 60_000  # fields, texts, lists and maps of a file; a thousand questions are about 30,000
MAX_FILES = 30  # files of one playbook
MAX_TOTAL_VALUES = 120_000  # values in all files of one playbook
MAX_INHERITANCE_DEPTH = 5  # depth of parents or libraries
MAX_LIBRARIES = 20  # paths under one `use`
MAX_LIST_ITEMS = 2_000  # texts, names or ids in a list
MAX_POINT_NAMES = 20  # names of points of a question or answer
MAX_COPIES = 50_000  # values that `defaults` and `include` copy; one under a thousand questions counts as 1,000
MAX_WORDS = 2_000  # entries of `jargon` and `never_say`, including those of libraries
MAX_CONDITION_CHARACTERS = 10_000
MAX_COMPARISONS = 1_000  # comparisons of a condition, including those of its gates
MAX_GATE_DEPTH = 20  # gates that name other gates
MAX_BRACKET_DEPTH = 20  # nesting of parentheses in a condition
MAX_STEPS = 40_000  # items that the checker visits for all tests and buyers of a playbook
MAX_FINDINGS_PER_CODE = 100  # findings with one code that are shown
MAX_ERRORS = 200  # errors in a file after which the check stops
