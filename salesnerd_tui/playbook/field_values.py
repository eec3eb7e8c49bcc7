"""Values of fields: amounts as people write them, and every kind of value checked.

Each invalid value is reported once, and a valid one becomes its canonical form. Lists of texts accept a single text:
`follow_ups: Who?` and `follow_ups: [Who?]` are the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.playbook.diagnostics import Report, closest_match, error, join_names, limit_error, warning
from salesnerd_tui.playbook.fields import (
    ITEMS,
    MAX_LIBRARIES,
    MAX_LIST_ITEMS,
    MAX_POINT_NAMES,
    RESERVED_LETTERS,
    RESERVED_NAMES,
    Field,
    Kind,
)
from salesnerd_tui.playbook.ids import is_id, slugify
from salesnerd_tui.playbook.unknown_field import find_current_name, find_value_synonym, is_yes_no_type
from salesnerd_tui.playbook.yaml_errors import quote_hint
from salesnerd_tui.playbook.yaml_tree import Map, Node, Scalar, Seq, make_seq

_TIME = lazy_pattern(r"(\d+(?:\.\d+)?)\s*(s|sec|seconds?|m|min|minutes?|h|hours?)?")
_CLOCK = lazy_pattern(r"(\d+):([0-5]\d)")
_NUMBER = lazy_pattern(r"[-+]?\d+(?:\.\d+)?")
_SPOKEN = lazy_pattern(
    r"([-+]?)(\d{1,3}(?:[ ,.'\u00a0\u202f’]\d{3})+|\d+)(?:[.,](\d{1,2})(?!\d))?\s*(k|m|mio|million|thousand|bn)?\b",
    re.I,
)
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mio": 1e6, "million": 1e6, "bn": 1e9}
_DIGITS_MAX = 15
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}


def parse_number(text: str) -> float | None:
    """Return the number in a text like `8` or `-2.5`, otherwise None."""
    text = text.strip()
    return float(text) if len(text) <= _DIGITS_MAX and _NUMBER.fullmatch(text) else None


def parse_minutes(text: str) -> float | None:
    """Return `8`, `8m`, `90s`, `1h` or `1:30` in minutes; a number alone means minutes."""
    found = parse_seconds(text, bare="m")
    return None if found is None else found / 60


def parse_seconds(text: str, bare: str = "s") -> float | None:
    """Return `60s`, `2m` or `1:30` in seconds; a number alone is in the unit `bare`."""
    text = text.strip().lower()
    if len(text) > _DIGITS_MAX:
        return None
    clock = _CLOCK.fullmatch(text)
    if clock:
        return int(clock[1]) * 60.0 + int(clock[2])
    found = _TIME.fullmatch(text)
    return float(found[1]) * _UNITS[(found[2] or bare)[0]] if found else None


def parse_share(text: str) -> float | None:
    """Return `45%` or `0.45` as a share, 0 to 1."""
    text = text.strip()
    value = parse_number(text.removesuffix("%").strip())
    if value is None:
        return None
    value = value / 100 if text.endswith("%") else value
    return value if 0 <= value <= 1 else None


def find_number(note: str) -> float | None:
    """Return the first amount in a note: `about 40k a year` is 40000, `€ 1,200.50` is 1200.5."""
    found = _SPOKEN.search(note[:1000])
    if not found or len(found[2]) > 30:
        return None
    whole = float(re.sub(r"\D", "", found[2]))
    value = whole + (float(f"0.{found[3]}") if found[3] else 0.0)
    value *= _SCALES.get((found[4] or "").lower(), 1.0)
    return -value if found[1] == "-" else value


def parse_flag(text: str) -> bool | None:
    """Return the value of `yes`/`true` or `no`/`false`."""
    return {"yes": True, "true": True, "no": False, "false": False}.get(text.strip().lower())


_LANG = lazy_pattern(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_PATH = lazy_pattern(r"[\w-][\w .-]*(/[\w-][\w .-]*)*")
_FIRST_NUMBER = lazy_pattern(r"\d{1,9}(?:\.\d{1,3})?")
_GOES_ON = ("and ", "or ", "but ", "then ", "so ", "because ")


def check_text(node: Node, field: Field, report: Report) -> Scalar | None:
    """Return the text of a field, or None without a usable one."""
    if not isinstance(node, Scalar):
        _not_a_text(node, field, report)
        return None
    if is_cut_by_comment(node, report):
        return None
    if not node.text.strip():
        report(
            error(
                "P112",
                f"'{field.name}' is empty",
                node.location,
                f"write {kind_with_article(field)} or delete the line",
            )
        )
        return None
    return node


def kind_with_article(field: Field) -> str:
    """Return a field's kind with its article, for a sentence."""
    kind = str(field.kind)
    if kind.startswith(("a ", "an ", "one ", "yes ")):
        return kind
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _not_a_text(node: Seq | Map, field: Field, report: Report) -> None:
    hint = (
        f"if it is one text, {quote_hint(node.source.text_between(*node.span[1:]))}"
        if node.first_character in ("{", "[")
        else ""
    )
    if field.required and field.name in ITEMS and isinstance(node, Seq):
        hint = f"it takes one text: write one `- {field.name}: …` for each" + (f"; {hint}" if hint else "")
    elif field.kind is Kind.TEXTS and isinstance(node, Map):
        words = ", ".join(list(node.entries)[:2])
        hint = f"write the texts only: [{words[:60]}]"
        hint += "; words with their plain words go under `jargon:`" if field.name == "never_say" else ""
    report(
        error(
            "P112", f"'{field.name}' expects {kind_with_article(field)}, found {_kind_name(node)}", node.location, hint
        )
    )


def _kind_name(node: Node) -> str:
    return {Scalar: "a text", Seq: "a list", Map: "a map"}[type(node)]


def is_cut_by_comment(node: Scalar, report: Report) -> bool:
    """Report texts like `Is it #1 priority?`, which YAML ends at the space before the #."""
    if node.style or node.end_line not in node.source.lines_with_hash:
        return False
    line = node.source.line(node.end_line)
    at = line.find("#", node.end_column - 1)
    if at < 0 or at + 1 >= len(line) or line[at + 1] in " \t#!" or line[node.end_column - 1 : at].strip():
        return False
    location = node.source.location(node.end_line, at + 1, len(line.rstrip()) + 1)
    hint = "put the text in quotes, or write a space after # if a comment is meant"
    report(error("P103", f"everything from '{line[at : at + 30].rstrip()}' on is a comment", location, hint))
    return True


def check_texts(node: Node, field: Field, report: Report) -> Seq | None:
    """Return a list of texts; a single text counts as a list of one."""
    if isinstance(node, Scalar):
        one = check_text(node, field, report)
        return make_seq([one], one) if one else None
    if isinstance(node, Map):
        _not_a_text(node, field, report)
        return None
    kept: list[Node] = []
    if len(node.items) > MAX_LIST_ITEMS:
        report(limit_error(MAX_LIST_ITEMS, "texts in one list", node.items[MAX_LIST_ITEMS].location))
        return None
    for item in node.items:
        if isinstance(item, Map) and len(item.entries) == 1 and item.first_character != "{":
            key, value = next(iter(item.entries.values()))
            location = key.source.location(key.line, key.end_column, key.end_column + 1)
            whole = key.source.text_between(key.line, key.column, value.end_line, value.end_column)
            hint = quote_hint(whole) if isinstance(value, Scalar) else "put the whole text in quotes"
            report(error("P101", "a colon and a space inside a text end it", location, hint))
            continue
        one = check_text(item, field, report)
        if one:
            kept.append(one)
    check_commas(kept, node, report)
    return make_seq(kept, node)


def check_commas(items: list[Node], node: Seq, report: Report) -> None:
    """Warn about each text of a `[ ]` list that its commas split, and quote all of it."""
    if node.first_character != "[":
        return
    at = 0
    while at < len(items):
        end = at + 1
        while end < len(items) and _is_continuation(items[end]):
            end += 1
        if end > at + 1:
            first, second, last = items[at], items[at + 1], items[end - 1]
            while end < len(items) and _may_continue(items[end]):
                last, end = items[end], end + 1
            whole = node.source.text_between(first.line, first.column, last.end_line, last.end_column)
            text = second.text[:30] if isinstance(second, Scalar) else ""
            report(
                warning("P107", f"the list was split at the comma before '{text}'", second.location, quote_hint(whole))
            )
        at = end


def _is_continuation(item: Node) -> bool:
    return isinstance(item, Scalar) and not item.style and item.text.startswith(_GOES_ON)


def _may_continue(item: Node) -> bool:
    """Return whether the item after a split text most likely belongs to it too: `Who was it, and when, then`."""
    return isinstance(item, Scalar) and not item.style and item.text[:1].islower()


def check_id(node: Node, field: Field, report: Report) -> Scalar | None:
    text = check_text(node, field, report)
    return text if text and is_valid_id(text, field.name, report) else None


def is_valid_id(node: Scalar, what: str, report: Report) -> bool:
    """Return whether `node` is a valid id that is not reserved."""
    if is_id(node.text) and node.text not in RESERVED_NAMES:
        return True
    if node.text in RESERVED_NAMES:
        hint = f"these names are reserved: {', '.join(RESERVED_NAMES)}"
        report(error("P112", f"'{node.text}' cannot be used as {what}", node.location, hint))
        return False
    better = slugify(node.text)
    message = f"'{node.text[:40]}' cannot be used as {what}: lower-case letters, digits and _ only"
    report(error("P112", message, node.location, f"write '{better}'", better))
    return False


def check_ids(node: Node, field: Field, report: Report) -> Seq | None:
    texts = check_texts(node, field, report)
    if texts:
        texts.items = [
            item for item in texts.items if isinstance(item, Scalar) and is_valid_id(item, field.name, report)
        ]
    return texts


def check_captures(node: Node, field: Field, report: Report) -> Seq | Map | None:
    """Return ids, or a map of ids to their prompts."""
    if not isinstance(node, Map):
        return check_ids(node, field, report)
    return node.filter(
        lambda name, value: is_valid_id(name, field.name, report) and bool(check_text(value, field, report))
    )


def _check_parsed(read: Callable[[str], object], expected: str) -> Callable[[Node, Field, Report], Scalar | None]:
    def check(node: Node, field: Field, report: Report) -> Scalar | None:
        text = check_text(node, field, report)
        if text and read(text.text) is None:
            found = _FIRST_NUMBER.search(text.text) if read in (parse_number, parse_minutes) else None
            hint = f"write {found[0]}" if found else ""
            if read is parse_share and (parse_number(text.text) or 0) > 1:
                hint = f"write {text.text.strip()}%"
            report(error("P112", f"'{field.name}' expects {expected}, found '{text.text[:40]}'", text.location, hint))
            return None
        return text

    return check


def check_choice(node: Node, field: Field, report: Report) -> Scalar | None:
    text = check_text(node, field, report)
    if not text or text.text in field.allowed_values:
        return text
    today = find_current_name(text.text, field.allowed_values) or find_value_synonym(
        text.text, field.name, field.allowed_values
    )
    close = (
        today
        or closest_match(text.text.replace("_", "-"), field.allowed_values)
        or closest_match(text.text, field.allowed_values)
    )
    hint = f"did you mean '{close}'?" if close else f"one of: {join_names(field.allowed_values)}"
    if field.name == "type" and is_yes_no_type(text.text):
        hint, close = "leave `type` out, and write what you would hear under `answers:`", ""
    elif today:
        hint = f"here it is called '{today}'"
    report(error("P112", f"'{field.name}' cannot be '{text.text[:40]}'", text.location, hint, close))
    return None


def check_letter(node: Node, field: Field, report: Report) -> Scalar | None:
    """Return the letter under a field, if no command of the live screen uses it."""
    text = check_text(node, field, report)
    if not text or _free_letter(text.text):
        return text
    hint = f"write one letter that is free, like {', '.join(_FREE_LETTERS)}, or a capital"
    command = RESERVED_LETTERS.get(text.text)
    message = f"'{field.name}' expects one letter, found '{text.text[:40]}'"
    if command:
        message = f"'{text.text}' is the key of '{command}' during a call"
    report(error("P112", message, text.location, hint))
    return None


_FREE_LETTERS = tuple(letter for letter in "adfghklprtyz" if letter not in RESERVED_LETTERS)[:6]


def _free_letter(text: str) -> str | None:
    return text if len(text) == 1 and text.isascii() and text.isalpha() and text not in RESERVED_LETTERS else None


def check_path(node: Node, field: Field, report: Report) -> Scalar | None:
    """Return a path or id inside the playbook folders: without extension, neither upwards nor absolute."""
    text = check_text(node, field, report)
    if not text:
        return None
    if text.text.endswith((".yaml", ".yml")):
        plain = text.text.rsplit(".", 1)[0]
        report(error("P112", "paths are written without the extension", text.location, f"write '{plain}'", plain))
        return None
    if not _PATH.fullmatch(text.text) or ".." in text.text:
        hint = "relative to the playbook folder, like common/detours"
        report(error("P112", f"'{text.text[:60]}' is not a path inside the playbook folders", text.location, hint))
        return None
    return text


def check_paths(node: Node, field: Field, report: Report) -> Seq | None:
    texts = check_texts(node, field, report)
    if texts:
        if len(texts.items) > MAX_LIBRARIES:
            report(limit_error(MAX_LIBRARIES, "libraries under one `use`", texts.items[MAX_LIBRARIES].location))
            return None
        texts.items = [item for item in texts.items if check_path(item, field, report)]
    return texts


def check_text_map(node: Node, field: Field, report: Report) -> Map | None:
    """Return a map of texts with any keys. In notes, an empty text in quotes leaves a question open."""
    if not isinstance(node, Map):
        first = node.texts()[:1] if isinstance(node, Seq) else []
        hint = f"write each as `name: text`, like `{first[0][:40]}: …`" if first else ""
        report(
            error(
                "P112",
                f"'{field.name}' expects {kind_with_article(field)}, found {_kind_name(node)}",
                node.location,
                hint,
            )
        )
        return None
    kept: dict[str, tuple[Scalar, Node]] = {}
    for key, (name, value) in node.entries.items():
        is_note = field.kind is Kind.NOTES
        is_empty = isinstance(value, Scalar) and not value.text.strip()
        if isinstance(value, Scalar) and is_note and value.is_null:
            report(error("P112", f"no note for '{key[:40]}'", name.location, 'write "" to leave the question open'))
        elif (
            isinstance(value, Scalar)
            and is_empty
            and not (is_note and value.style)
            and not is_cut_by_comment(value, report)
        ):
            message = f"nothing is written for '{key[:40]}' under '{field.name}'"
            report(
                error(
                    "P112", message, value.location if value.style else name.location, "write a text or delete the line"
                )
            )
        elif (is_note and is_empty) or check_text(value, Field(key, Kind.TEXT, "", ""), report):
            kept[key] = (name, value)
    return node.with_entries(kept)


_number = _check_parsed(parse_number, "a number")


def check_points(node: Node, field: Field, report: Report) -> Map | None:
    """Return a map of names to numbers; a bare number has the empty name."""
    if isinstance(node, Scalar):
        one = _number(node, field, report)
        return Map(*node.span, {"": (one, one)}) if one else None
    if isinstance(node, Seq):
        report(error("P112", f"'{field.name}' expects {kind_with_article(field)}, found a list", node.location))
        return None
    if len(node.entries) > MAX_POINT_NAMES:
        report(limit_error(MAX_POINT_NAMES, "names of points at once", node.location))
        return None
    what = "a name for points"
    return node.filter(lambda name, value: is_valid_id(name, what, report) and bool(_number(value, field, report)))


CHECKS: dict[Kind, Callable[[Node, Field, Report], Node | None]] = {
    Kind.TEXT: check_text,
    Kind.TEXTS: check_texts,
    Kind.ID: check_id,
    Kind.IDS: check_ids,
    Kind.NAME: check_text,
    Kind.NAMES: check_texts,
    Kind.NUMBER: _number,
    Kind.MINUTES: _check_parsed(parse_minutes, "a length like 8, 8m or 90s"),
    Kind.FLAG: _check_parsed(parse_flag, "yes or no"),
    Kind.SHARE: _check_parsed(parse_share, "a share like 45%"),
    Kind.SECONDS: _check_parsed(parse_seconds, "a length of time like 60s, 2m or 1:30"),
    Kind.LANG: _check_parsed(_LANG.fullmatch, "a language code like en, de or pt-BR"),
    Kind.LETTER: check_letter,
    Kind.ONE_OF: check_choice,
    Kind.CONDITION: check_text,
    Kind.CONDITIONS: check_texts,
    Kind.CAPTURE: check_captures,
    Kind.PLAYBOOK: check_path,
    Kind.PATHS: check_paths,
    Kind.POINTS: check_points,
    Kind.TEXT_MAP: check_text_map,
    Kind.NOTES: check_text_map,
}
