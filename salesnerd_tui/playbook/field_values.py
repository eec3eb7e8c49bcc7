"""Values of fields: parsers of amounts, and a check for every kind of value.

A check returns the value in its canonical form, or reports it and returns None. A list of texts may be written as a
single text: `follow_ups: Who?` and `follow_ups: [Who?]` are the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.playbook import fields as table
from salesnerd_tui.playbook.diagnostics import (
    Edit,
    Finding,
    Report,
    closest_match,
    error,
    join_names,
    limit_error,
    warning,
)
from salesnerd_tui.playbook.fields import Field, Kind
from salesnerd_tui.playbook.ids import is_id, slugify
from salesnerd_tui.playbook.standard_notes import StandardNote
from salesnerd_tui.playbook.unknown_field import find_current_name, find_value_synonym, is_yes_no_type
from salesnerd_tui.playbook.yaml_errors import quote_hint
from salesnerd_tui.playbook.yaml_tree import Entries, Map, Node, Scalar, Seq, make_seq
from salesnerd_tui.playbook.yaml_writer import quote_for_hint, without_curly_quotes

_TIME = lazy_pattern(r"(\d+(?:\.\d+)?)\s*(s|sec|seconds?|m|min|minutes?|h|hours?)?")
_CLOCK = lazy_pattern(r"(\d+):([0-5]\d)")
_NUMBER = lazy_pattern(r"[-+]?\d+(?:\.\d+)?")
_SPOKEN = lazy_pattern(
    r"([-+]?)(\d{1,3}(?:[ ,.'\u00a0\u202f’]\d{3})+|\d+)(?:[.,](\d{1,2})(?!\d))?\s*(k|m|mio|million|thousand|bn)?\b",
    re.IGNORECASE,
)
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mio": 1e6, "million": 1e6, "bn": 1e9}
_DIGITS_MAX = 15
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}


def parse_number(text: str) -> float | None:
    """Return the number that a text like `8` or `-2.5` is, otherwise None."""
    text = text.strip()
    return float(text) if len(text) <= _DIGITS_MAX and _NUMBER.fullmatch(text) else None


def parse_minutes(text: str) -> float | None:
    """Return `8`, `8m`, `90s`, `1h` or `1:30` in minutes; a number alone means minutes."""
    value = parse_seconds(text, default_unit="m")
    return None if value is None else value / 60


def parse_seconds(text: str, default_unit: str = "s") -> float | None:
    """Return `60s`, `2m` or `1:30` in seconds; a number alone is in the `default_unit`."""
    text = text.strip().lower()
    if len(text) > _DIGITS_MAX:
        return None
    clock = _CLOCK.fullmatch(text)
    if clock:
        return int(clock[1]) * 60.0 + int(clock[2])
    match = _TIME.fullmatch(text)
    return float(match[1]) * _UNITS[(match[2] or default_unit)[0]] if match else None


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
    match = _SPOKEN.search(note[:1000])
    if not match or len(match[2]) > 30:
        return None
    whole = float(re.sub(r"\D", "", match[2]))
    value = whole + (float(f"0.{match[3]}") if match[3] else 0.0)
    value *= _SCALES.get((match[4] or "").lower(), 1.0)
    return -value if match[1] == "-" else value


def parse_flag(text: str) -> bool | None:
    """Return the value of `yes`/`true` or `no`/`false`."""
    return {"yes": True, "true": True, "no": False, "false": False}.get(text.strip().lower())


Check = Callable[[Node, Field, Report], Node | None]
_LANG = lazy_pattern(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_PATH = lazy_pattern(r"[\w-][\w .-]*(/[\w-][\w .-]*)*")
_FIRST_NUMBER = lazy_pattern(r"\d{1,9}(?:\.\d{1,3})?")
_DECIMAL_COMMA = lazy_pattern(r"(\d),(\d{1,2})(?!\d)")
_CONJUNCTIONS = ("and ", "or ", "but ", "then ", "so ", "because ")


def check_text(node: Node, field: Field, report: Report) -> Scalar | None:
    if not isinstance(node, Scalar):
        _not_a_text(node, field, report)
        return None
    if is_cut_by_comment(node, report):
        return None
    if node.is_null or not node.text.strip():
        hint = f"write {kind_with_article(field)}, or delete the line"
        report(error("P112", f"'{field.name}' is empty", node.location, hint))
        return None
    return node


def kind_with_article(field: Field) -> str:
    """Return the kind of a field's value with its article, for a sentence."""
    kind = str(field.kind)
    if kind.startswith(("a ", "an ", "one ", "yes ")):
        return kind
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def wrong_kind(node: Node, field: Field, hint: str = "", expected: str = "") -> Finding:
    """Return the error for a value of the wrong kind; `expected` is the kind of the field by default."""
    found = {Seq: "a list", Map: "a map"}.get(type(node), "a text")
    if isinstance(node, Scalar) and node.is_null:
        found = "nothing"
    message = f"'{field.name}' expects {expected or kind_with_article(field)}, found {found}"
    return error("P112", message, node.location, hint)


def _not_a_text(node: Seq | Map, field: Field, report: Report) -> None:
    is_text = field.kind in (Kind.TEXT, Kind.TEXTS)
    hint = f"if it is one text, {quote_hint(node.source_text)}" if node.is_flow and is_text else ""
    texts = node.texts() if isinstance(node, Seq) else []
    if field.kind is Kind.CONDITION:
        hint = "write only the condition, as in `when: trigger is known`"
        if len(texts) > 1:
            hint = f"join the parts with `and` or `or`: {' and '.join(texts)}"
    elif not is_text and texts:
        hint = f"write {'it without brackets' if len(texts) == 1 else 'one of them'}: {texts[0][:60]}"
    if field.required and field.name in table.ITEMS and isinstance(node, Seq):
        hint = f"it takes one text: write one `- {field.name}: …` for each" + (f"; {hint}" if hint else "")
    elif field.kind is Kind.TEXT and isinstance(node, Map) and not hint:
        hint = f"write the text after `{field.name}:`, without a field of its own"
    elif field.kind is Kind.TEXTS and isinstance(node, Map):
        words = ", ".join(list(node.entries)[:2])
        hint = f"write the texts only: [{words[:60]}]"
        hint += "; words with their plain words go under `jargon:`" if field.name == "never_say" else ""
    report(wrong_kind(node, field, hint))


def is_cut_by_comment(node: Scalar, report: Report) -> bool:
    """Return whether YAML ends a text before a `#`, as in `Is it #1 priority?`; report it if so."""
    if node.style or node.end_line not in node.source.lines_with_hash:
        return False
    line = node.source.line(node.end_line)
    start = line.find("#", node.end_column - 1)
    if start < 0 or start + 1 >= len(line) or line[start + 1] in " \t#!" or line[node.end_column - 1 : start].strip():
        return False
    location = node.source.location(node.end_line, start + 1, len(line.rstrip()) + 1)
    hint = "put the text in quotes, or write a space after # if a comment is meant"
    report(error("P103", f"everything from '{line[start : start + 30].rstrip()}' on is a comment", location, hint))
    return True


def check_texts(node: Node, field: Field, report: Report) -> Seq | None:
    if isinstance(node, Scalar):
        text = check_text(node, field, report)
        if text is None or ("," in text.text and _is_list_in_one_text(text, field, report)):
            return None
        return make_seq([text], text)
    if isinstance(node, Map):
        _not_a_text(node, field, report)
        return None
    checked: list[Node] = []
    if len(node.items) > table.MAX_LIST_ITEMS:
        report(limit_error(table.MAX_LIST_ITEMS, "texts in one list", node.items[table.MAX_LIST_ITEMS].location))
        return None
    for item in node.items:
        if isinstance(item, Map) and len(item.entries) == 1 and not item.is_flow:
            key, value = next(iter(item.entries.values()))
            location = key.source.location(key.line, key.end_column, key.end_column + 1)
            hint = quote_hint(item.source_text) if isinstance(value, Scalar) else "put the whole text in quotes"
            if field.name == "an answer" and key.text in table.ANSWER.fields:
                hint = f"write the fields of an answer without dashes: `{key.text}: …`"
            report(error("P101", "a colon and a space inside a text end it", location, hint))
        elif text := check_text(item, field, report):
            checked.append(text)
    check_commas(checked, node, report)
    return make_seq(checked, node)


_LISTS_OF_NAMES = {
    **dict.fromkeys((Kind.IDS, Kind.NAMES, Kind.CAPTURE, Kind.SOME_OF), lazy_pattern(r"[a-z][a-z0-9_]*")),
    Kind.PATHS: _PATH,
    Kind.CONDITIONS: lazy_pattern(r"[^\"']+"),
}
"""Pattern of one element, by the kinds whose elements contain no comma."""
_LISTS_OF_PHRASES = ("never_say", "tags")
"""Fields with short phrases; a comma in one is most often a list whose brackets are missing."""


def _is_list_in_one_text(text: Scalar, field: Field, report: Report) -> bool:
    """Report a list without its brackets, and return whether it is an error: names contain no comma."""
    parts = [part.strip() for part in text.text.split(",")]
    fix = f"[{', '.join(parts)}]"
    hint = f"write a list: {fix}"
    element = _LISTS_OF_NAMES.get(field.kind)
    if element and all(map(element.fullmatch, parts)):
        message = f"'{field.name}' expects a list, found one text with commas"
        edit = Edit(text.line, text.column, text.end_line, text.end_column, fix)
        report(error("P116", message, text.location, hint, fix, edits=(edit,)))
        return True
    if field.name in _LISTS_OF_PHRASES and not text.style:
        message = f"'{text.text[:60]}' is one phrase in '{field.name}'"
        report(warning("P116", message, text.location, f"{hint}; if it is one phrase, put it in quotes"))
    return False


def check_commas(items: list[Node], node: Seq, report: Report) -> None:
    """Warn about each text that a comma splits in a `[ ]` list; the hint quotes the whole text."""
    if not node.is_flow:
        return
    start = 0
    while start < len(items):
        if end := _curly_quote_end(items, start):
            first, last = items[start], items[end - 1]
            whole = node.source.text_between(first.line, first.column, last.end_line, last.end_column)
            location = first.location
            message = "the text was split at its comma, because curly quotes are not quotes of YAML"
            edit = Edit(
                first.line, first.column, last.end_line, last.end_column, quote_for_hint(without_curly_quotes(whole))
            )
            report(error("P107", message, location, quote_hint(whole), edits=(edit,)))
            start = end
            continue
        end = start + 1
        while end < len(items) and _plain_text(items[end]).startswith(_CONJUNCTIONS):
            end += 1
        if end > start + 1:
            first, second, last = items[start], items[start + 1], items[end - 1]
            while end < len(items) and _plain_text(items[end])[:1].islower():  # as in `Who was it, and when, then`
                last, end = items[end], end + 1
            whole = node.source.text_between(first.line, first.column, last.end_line, last.end_column)
            message = f"the list was split at the comma before '{_plain_text(second)[:30]}'"
            report(warning("P107", message, second.location, quote_hint(whole)))
        start = end


def _curly_quote_end(items: list[Node], start: int) -> int:
    """Return the position after the item that closes the curly quote opened at `start`; 0 if none was split."""
    first = _plain_text(items[start])
    if first[:1] not in ("“", "„") or first[-1:] in ("”", "“"):
        return 0
    for end in range(start + 1, len(items)):
        text = _plain_text(items[end])
        if not text or text[:1] in ("“", "„"):
            return 0
        if text[-1:] in ("”", "“"):
            return end + 1
    return 0


def _plain_text(node: Node) -> str:
    """Return a text that is written without quotes; an empty string for any other node."""
    return node.text if isinstance(node, Scalar) and not node.style else ""


def check_id(node: Node, field: Field, report: Report) -> Scalar | None:
    text = check_text(node, field, report)
    return text if text and is_valid_id(text, field.name, report) else None


def is_valid_id(node: Scalar, what: str, report: Report) -> bool:
    """Return whether `node` is a valid id that is not reserved; report it otherwise. `what` is its role."""
    if is_id(node.text) and node.text not in table.RESERVED_NAMES:
        return True
    if node.text in table.RESERVED_NAMES:
        hint = f"these names are reserved: {', '.join(table.RESERVED_NAMES)}"
        report(error("P112", f"'{node.text}' cannot be used as {what}", node.location, hint))
        return False
    suggestion = slugify(node.text)
    message = f"'{node.text[:40]}' cannot be used as {what}: lower-case letters, digits and _ only"
    report(error("P112", message, node.location, f"write '{suggestion}'", suggestion))
    return False


def _check_each(check: Check) -> Callable[[Node, Field, Report], Seq | None]:
    """Return the check of a list of texts in which `check` accepts each; it removes the others."""

    def check_list(node: Node, field: Field, report: Report) -> Seq | None:
        texts = check_texts(node, field, report)
        if texts:
            texts.items = [item for item in texts.items if check(item, field, report)]
        return texts

    return check_list


_check_ids = _check_each(check_id)


def check_captures(node: Node, field: Field, report: Report) -> Seq | Map | None:
    prompts = [item for item in node.items if isinstance(item, Map)] if isinstance(node, Seq) else []
    if prompts:
        name = next(iter(prompts[0].entries), StandardNote.SHARED_DATE)
        hint = f"write all of them in braces, `{{{name[:40]}: …}}`, or as lines without a dash"
        report(wrong_kind(prompts[0], field, hint, "an id, or a map of id to prompt"))
        return None
    if not isinstance(node, Map):
        return _check_ids(node, field, report)
    return node.filter(
        lambda name, value: is_valid_id(name, field.name, report) and bool(check_text(value, field, report))
    )


def _check_parsed(parse: Callable[[str], object], expected: str) -> Callable[[Node, Field, Report], Scalar | None]:
    """Return the check of a text that `parse` accepts: it returns None for an invalid one."""

    def check(node: Node, field: Field, report: Report) -> Scalar | None:
        text = check_text(node, field, report)
        if text and parse(text.text) is None:
            with_point = _DECIMAL_COMMA.sub(r"\1.\2", text.text)
            match = _FIRST_NUMBER.search(with_point) if parse in (parse_number, parse_minutes) else None
            hint = f"write {match[0]}" if match else ""
            if parse is parse_share and (parse_number(text.text) or 0) > 1:
                hint = f"write {text.text.strip()}%"
            report(error("P112", f"'{field.name}' expects {expected}, found '{text.text[:40]}'", text.location, hint))
            return None
        return text

    return check


def check_choice(node: Node, field: Field, report: Report) -> Scalar | None:
    text = check_text(node, field, report)
    allowed = field.allowed_values
    if not text or text.text in allowed:
        return text
    word = text.text.partition("#")[0].strip()
    if word in allowed:
        message = f"'{field.name}' cannot be '{text.text[:40]}'"
        report(error("P112", message, text.location, "write a space before #", word))
        return None
    meant = find_current_name(text.text, allowed) or find_value_synonym(text.text, field.name, allowed)
    match = meant or closest_match(text.text.replace("_", "-"), allowed) or closest_match(text.text, allowed)
    hint = f"did you mean '{match}'?" if match else f"one of: {join_names(allowed)}"
    if field.name == "type" and is_yes_no_type(text.text):
        hint, match = "leave `type` out, and write what you would hear under `answers:`", ""
    elif meant:
        hint = f"here it is called '{meant}'"
    report(error("P112", f"'{field.name}' cannot be '{text.text[:40]}'", text.location, hint, match))
    return None


def check_letter(node: Node, field: Field, report: Report) -> Scalar | None:
    text = check_text(node, field, report)
    if not text or (
        len(text.text) == 1 and text.text.isascii() and text.text.isalpha() and text.text not in table.RESERVED_LETTERS
    ):
        return text
    hint = f"write one letter that is free, like {', '.join(_FREE_LETTERS)}, or a capital"
    command = table.RESERVED_LETTERS.get(text.text)
    message = f"'{field.name}' expects one letter, found '{text.text[:40]}'"
    if command:
        message = f"'{text.text}' is the key of '{command}' during a call"
    report(error("P112", message, text.location, hint))
    return None


_FREE_LETTERS = tuple(letter for letter in "adfghklprtyz" if letter not in table.RESERVED_LETTERS)[:6]


def check_path(node: Node, field: Field, report: Report) -> Scalar | None:
    """Check a path inside the playbook folders: without extension and `..`, and not absolute."""
    text = check_text(node, field, report)
    if not text:
        return None
    if text.text.endswith((".yaml", ".yml")):
        fix = text.text.rsplit(".", 1)[0]
        report(error("P112", "paths are written without the extension", text.location, f"write '{fix}'", fix))
        return None
    if not _PATH.fullmatch(text.text) or ".." in text.text:
        hint = "relative to the playbook folder, like common/detours"
        bare = text.text.removeprefix("./")
        if _PATH.fullmatch(bare):
            hint = f"write '{bare[:120]}'"
        report(error("P112", f"'{text.text[:60]}' is not a path inside the playbook folders", text.location, hint))
        return None
    return text


def check_paths(node: Node, field: Field, report: Report) -> Seq | None:
    texts = check_texts(node, field, report)
    if texts:
        if len(texts.items) > table.MAX_LIBRARIES:
            report(
                limit_error(table.MAX_LIBRARIES, "libraries under one `use`", texts.items[table.MAX_LIBRARIES].location)
            )
            return None
        texts.items = [item for item in texts.items if check_path(item, field, report)]
    return texts


def check_text_map(node: Node, field: Field, report: Report) -> Map | None:
    """Check a map of texts with any keys. In notes, `""` leaves a question open."""
    if not isinstance(node, Map):
        first = node.texts()[:1] if isinstance(node, Seq) else []
        hint = f"write each as `name: text`, like `{first[0][:40]}: …`" if first else ""
        if isinstance(node, Seq) and any(isinstance(item, Map) for item in node.items):
            hint = (
                "write braces instead of the brackets" if node.is_flow else "write each as `name: text`, without a dash"
            )
        report(wrong_kind(node, field, hint))
        return None
    entries: Entries = {}
    is_note = field.kind is Kind.NOTES
    for key, (name, value) in node.entries.items():
        if field.name == "vars" and not _is_variable(name, report):
            continue
        if not isinstance(value, Scalar) or value.text.strip():
            if check_text(value, Field(key, Kind.TEXT), report):
                entries[key] = (name, value)
        elif is_note and value.is_null:
            report(error("P112", f"no note for '{key[:40]}'", name.location, 'write "" to leave the question open'))
        elif is_note:
            entries[key] = (name, value)
        elif not is_cut_by_comment(value, report):
            message = f"nothing is written for '{key[:40]}' under '{field.name}'"
            location = value.location if value.style else name.location
            report(error("P112", message, location, "write a text or delete the line"))
    return node.with_entries(entries)


def _is_variable(name: Scalar, report: Report) -> bool:
    """Return whether a constant can be written as {name} in texts; report it otherwise."""
    if name.text in table.BUILT_IN_VARIABLES:
        message = f"{{{name.text}}} is always filled in by the call"
        report(error("P112", message, name.location, "choose another name"))
        return False
    return name.text == "product" or is_valid_id(name, "a name in texts", report)


_check_number = _check_parsed(parse_number, "a number")


def check_points(node: Node, field: Field, report: Report) -> Map | None:
    """Check a map of names to numbers; a number alone gets the empty name."""
    if isinstance(node, Scalar):
        number = _check_number(node, field, report)
        return Map(*node.span, {"": (number, number)}) if number else None
    if isinstance(node, Seq):
        report(wrong_kind(node, field))
        return None
    if len(node.entries) > table.MAX_POINT_NAMES:
        report(limit_error(table.MAX_POINT_NAMES, "names of points at once", node.location))
        return None
    role = "a name for points"
    return node.filter(
        lambda name, value: is_valid_id(name, role, report) and bool(_check_number(value, field, report))
    )


CHECKS: Mapping[Kind, Check] = {
    Kind.TEXT: check_text,
    Kind.TEXTS: check_texts,
    Kind.ID: check_id,
    Kind.IDS: _check_ids,
    Kind.NAME: check_text,
    Kind.NAMES: check_texts,
    Kind.MINUTES: _check_parsed(parse_minutes, "a length like 8, 8m or 90s"),
    Kind.FLAG: _check_parsed(parse_flag, "yes or no"),
    Kind.SHARE: _check_parsed(parse_share, "a share like 45%"),
    Kind.SECONDS: _check_parsed(parse_seconds, "a length of time like 60s, 2m or 1:30"),
    Kind.LANG: _check_parsed(_LANG.fullmatch, "a language code like en, de or pt-BR"),
    Kind.LETTER: check_letter,
    Kind.ONE_OF: check_choice,
    Kind.SOME_OF: _check_each(check_choice),
    Kind.CONDITION: check_text,
    Kind.CONDITIONS: check_texts,
    Kind.CAPTURE: check_captures,
    Kind.PLAYBOOK: check_path,
    Kind.PATHS: check_paths,
    Kind.POINTS: check_points,
    Kind.TEXT_MAP: check_text_map,
    Kind.NOTES: check_text_map,
}
