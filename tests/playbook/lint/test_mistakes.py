"""Common mistakes in playbooks: each gets one message at its place that says how to fix it.

`»` marks where the finding must begin; it is not part of the file.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from salesnerd_tui.playbook.lint.linter import lint
from salesnerd_tui.playbook.lint.rule import OUTCOMES, sample

ASK = "- ask: What happened?\n  id: trigger\n"
COST = "- ask: What did it cost?\n  id: cost\n"
DEMO = "detours:\n  demo:\n    they_say: Show us\n    agenda:\n      - say: Gladly.\n"


class Mistake(NamedTuple):
    """A file with a mistake, and the code and the essential words of the finding about it."""

    name: str
    text: str
    code: str
    says: tuple[str, ...]


Rows = list[tuple[str, str, str, *tuple[str, ...]]]
"""A name, a text with a mistake, and the code and the essential words of the finding about it."""

CONDITIONS: Rows = [
    ("known without is", "trigger »known", "P215", "`trigger is known`"),
    ("contains", 'trigger »contains "x"', "P215", "`includes "),
    ("and as signs", "trigger is known »&& cost is known", "P215", "`and`"),
    ("and as signs after a number", "cost > 10 »&& trigger is known", "P215", "`and`"),
    ("a comma between conditions", "cost > 10»,  trigger is known", "P215", "`or`"),
    ("a currency", "cost > »$500", "P215", "without a currency"),
    ("a thousands separator", "cost > 1»,000", "P215", "plain number"),
    ("a slot in a condition", '"»{cost} is known"', "P215", "without braces"),
    ("two labels of one note", 'trigger is "A" or »"B"', "P215", '`trigger is "B"`'),
    ("a condition that says yes", "»yes", "P210", "delete the line"),
    ("and in capitals", "trigger is known »AND cost > 1", "P215", "`and`"),
    ("a number with a k", "cost > »500k", "P215", "500000"),
    ("a label in curly quotes", "trigger is »“It broke” and cost > 1", "P215", 'straight quotes: "It broke"'),
    ("a label without quotes", "trigger is »It broke and cost > 1", "P215", 'quotes: "It broke"'),
    ("or as signs", "trigger is known »|| cost is known", "P215", "`or`"),
    ("exists", "trigger »exists", "P215", "`is known`"),
    ("is set", "trigger is »set", "P215", "`is known`"),
    ("more than", "cost is »more than 5", "P215", "`cost > 5`"),
    ("equals a text", 'trigger = »"x"', "P215", 'is "…"'),
    ("an exclamation mark", "»!trigger", "P215", "`not`"),
    ("equal to known", "trigger »== known", "P215", "`trigger is known`"),
    ("not none", "trigger is not »None", "P215", "write `is known`"),
    ("not equal to unknown", "trigger »!= unknown", "P215", "trigger is known"),
    ("a name in quotes", '»"trigger" is known', "P102", "write trigger"),
    ("a second name in quotes", "trigger is known and »'cost' > 5", "P215", "without quotes: cost"),
]
"""Conditions of a question below `ASK` and `COST`."""

ANSWERS: Rows = [
    (
        "a dash among answers without one",
        "It broke: When?\n    »- Nothing: {}",
        "P113",
        "no dash",
        "all of these lines",
    ),
    (
        "an answer without a dash among others",
        "- It broke\n    »Nothing: {}",
        "P113",
        "begins with a dash",
        "all of these lines",
    ),
    (
        "quotes around a label and its answer",
        'My boss asked: {}\n    »"It broke: {end: part}"',
        "P102",
        "only the label",
        '"It broke": …',
    ),
    (
        "a label without a space after its colon",
        "»It broke:{end: part}",
        "P100",
        "no space after 'It broke:'",
        "`It broke: {end: part}`",
    ),
    ("a colon in a label", "»Broken: again: {end: part}", "P101", "label", '"Broken: again"'),
    ("quotes around one word of a label", '»"Broken" again: {end: part}', "P102", "label", "'\"Broken\" again'"),
    ("a label without a colon", "It broke: {}\n    »Nothing yet", "P100", "no colon", "`Nothing yet: {}`"),
    (
        "priority under answers",
        "It broke:\n      follow_up: When?\n      »priority: must",
        "P113",
        "question",
        "indented too far",
    ),
    ("answers under an answer", "It broke:\n      »answers: {Today: How?}", "P113", "goto", "when"),
    ("an ending by its decision", "It broke: {end: »go}", "P203", "'go_on'"),
    ("an arrow as a text", "It broke: »-> part", "P207", "{end: part}"),
    ("an answer without its end", "It broke: »{say: Oh., end: part\n    No idea: {end: later}", "P100", "`}`"),
    (
        "a line instead of a colon",
        "Worth it» | {end: part}\n    Later: {end: later}",
        "P100",
        "no colon after 'Worth it'",
        "`Worth it: {end: part}`",
    ),
    ("an explicit key", "? »It broke: When?", "P102", "starts with ?"),
    (
        "answers with fields for their labels",
        "- »label: It broke\n      then: When was that?",
        "P112",
        "`- It broke`",
        "`- It broke: What you ask next`",
    ),
]
"""Answers of the question `ASK`."""

BELOW_A_QUESTION: Rows = [
    ("an equals sign", "  »priority = must\n", "P100", "no colon", "`priority: must`"),
    ("no colon before a list", "  »listen_for\n    - a date\n", "P100", "`listen_for:`"),
    ("a field too far in", "    »type: date\n", "P113", "column"),
    ("an item too far in", "  »- ask: Who pays?\n    id: payer\n", "P113", "column 3"),
    ("must as a field", "  »must: yes\n", "P111", "'priority: must'"),
    ("a goto without a question", "- »goto: trigger\n", "P110", "`answers:`"),
    ("dash without a space, in a list", "  listen_for:\n    »-a date\n    - a name\n", "P100", "`- a date`"),
    ("apostrophe in a list", "  listen_for: ['it isn»'t done', 'a date']\n", "P102", "apostrophe", '"it isn\'t done"'),
    (
        "a quote in brackets that is never closed",
        '  follow_ups: [»"Who saw it, "When?"]\n' + COST + '- say: "Good: thanks."\n  id: closing\n',
        "P100",
        "never closed",
    ),
    (
        "no space, below brackets with an inch mark and an escaped quote",
        (
            '  listen_for: [\'a 15" rack\', a date]\n  avoid: ["so-called \\"fix", a pitch]\n'
            "- ask: Who pays?\n  »id:payer\n"
        ),
        "P100",
        "`id: payer`",
    ),
    ("no colon in braces", "  answers: {It broke: {»goto verdict}}\n", "P100", "`goto: verdict`"),
    ("no space in braces", "  answers: {It broke: {»end:part}}\n", "P100", "`end: part`"),
    ("a comma in a number", "  answers: {It broke: {points: {fit: 1,»5}}}\n", "P107", "1.5"),
    ("a brace that is never closed", "  answers: »{It broke: {end: part}\n", "P100", "`}`", "end"),
    ("a brace too many", "  answers: {It broke: {end: part}}»}\n" + COST, "P100", "delete"),
    ("a comma after brackets", "  listen_for: [a date]»,\n" + COST, "P100", "','", "delete"),
    ("an item without a dash", "  »ask: Who pays?\n  id: payer\n", "P106", "dash", "`- ask: …`"),
    (
        "curly quotes around a comma",
        "  follow_ups: [»“Who saw it, and when?”, “Why?”]\n",
        "P107",
        "straight",
        '"Who saw it, and when?"',
    ),
    ("help on a question", "  »help: It shows urgency.\n", "P111", "'why'"),
    ("context on a question", "  »context: They were burnt.\n", "P111", "'why'"),
    ("reason", "  »reason: Urgency.\n", "P111", "'why'"),
    ("examples", "  »examples: [What changed]\n", "P111", "'phrasings'"),
    ("unless", COST + '  »unless: trigger is "Nothing"\n', "P111", "`when: not (…)`"),
    ("if_yes", "  »if_yes: When was that?\n", "P111", "answers"),
    ("multiple", "  »multiple: true\n", "P111", "one note"),
    ("default", "  »default: nothing\n", "P111", "no default"),
    ("optional", "  »optional: true\n", "P111", "'priority: could'"),
    ("priority high", "  priority: »high\n", "P112", "'must'"),
    ("priority low", "  priority: »low\n", "P112", "'could'"),
    ("type yesno", "  type: »yesno\n", "P112", "answers"),
    ("type string", "  type: »string\n", "P112", "'text'"),
    ("minutes on a question", "  »minutes: 5\n", "P113", "section", "it belongs"),
    ("an anchor", "  answers: »&same {It broke: When?}\n", "P102", "anchor", "`defaults:`"),
    ("braces twice", '- say: "You said: »{{trigger}}."\n', "P216", "`{trigger}`"),
    ("a dollar before braces", "- say: Thanks to »${account}.\n", "P216", "`{account}`"),
    ("a jump as a text", "  answers: {It broke: »go to verdict}\n", "P207", "{goto: verdict}"),
    ("a jump to what follows", "  answers: {It broke: {goto: »next}}\n", "P202", "`{}`"),
    ("a jump to the end", "  answers: {It broke: {goto: »end}}\n", "P202", "`end: not_now`"),
    ("a library to continue with", "  answers: {It broke: {switch: »common/words}}\n", "P204", "is a library"),
    ("an outcome as a goto", "  answers: {It broke: {goto: »part}}\n", "P202", "`end: part`"),
    ("a question as an ending", "  answers: {Hardly: {end: »trigger}}\n", "P203", "`goto: trigger`"),
    (
        "a question by its text",
        "  answers: {It broke: {goto: »What did it cost?}}\n" + COST,
        "P202",
        "write its id: 'cost'",
    ),
    ("a list without its end", "  listen_for: »[a date, a person\n  type: date\n", "P100", "`]`"),
    (
        "the first answer too far out",
        "  answers:\n  »It broke: When?\n    It leaks: Where?\n",
        "P113",
        "indent it further than line 5",
    ),
    ("a comment without a space", "  priority: »could# if late\n", "P112", "a space before #"),
    ("two fields on one line", "  type: money »priority: must\n", "P101", "line of its own"),
    ("a field without its value", "  answers: {It broke: {»end}}\n", "P102", "`{end: …}`"),
    ("a name alone", "  answers: {It broke: {»part}}\n", "P102", "`{end: part}`"),
]
"""Lines below the question `ASK`."""

AGENDAS: Rows = [
    ("id without a space", "- ask: Who pays?\n  »id:payer\n", "P100", "no space", "`id: payer`"),
    ("ask without a space", "- »ask:Who pays?\n  id: payer\n", "P100", "no space", "`ask: Who pays?`"),
    ("dash without a space", "»-ask: Who pays?\n  id: payer\n", "P100", "no space", "`- ask:"),
    ("no colon after ask", "- ask» Who pays?\n  id: payer\n", "P100", "no colon", "`- ask: Who pays?`"),
    ("a dash of a text", "»– ask: Who pays?\n  id: payer\n", "P100", "'–'", "`- ask: Who pays?`"),
    ("a wide colon", "- ask»：Who pays?\n  id: payer\n", "P100", "'：'", "`- ask: Who pays?`"),
    ("a no-break space", "- ask: Who pays?\n»\u00a0\u00a0id: payer\n", "P104", "no-break space"),
    ("section without a space", "- »section:Why now\n" + ASK, "P100", "`section: Why now`"),
    (
        "apostrophe in single quotes",
        "- ask: 'What doesn»'t work?'\n  id: broken\n",
        "P102",
        "apostrophe",
        '"What doesn\'t work?"',
    ),
    (
        "quotes around one word",
        '- ask: »"Which" team is it?\n  id: team\n',
        "P102",
        "quotes",
        "'\"Which\" team is it?'",
    ),
    (
        "double quotes inside double quotes",
        '- ask: "Who says »"later"?"\n  id: later_word\n',
        "P102",
        "quotes",
        "'Who says \"later\"?'",
    ),
    ("a quote that is never closed", "- ask: »'Who pays?\n  id: payer\n", "P100", "never closed"),
    (
        "a quote that ends many lines below",
        '- ask: »"Who pays?\n  id: payer\n' + ASK + '- say: "Good: that is all."\n  id: closing\n',
        "P100",
        "never closed",
        '"Who pays?"',
    ),
    (
        "a path in double quotes",
        '- ask: "Who keeps C:»\\users?"\n  id: keeper\n',
        "P102",
        "backslash",
        "'Who keeps C:\\users?'",
    ),
    ("a comma after a text", '- ask: "Who pays?"»,\n  id: payer\n', "P100", "','", "delete"),
    ("a tab after a dash", "-»\task: Who pays?\n  id: payer\n", "P104", "one space"),
    ("a no-break space", "- ask: Who pays?\n  »id:\u00a0payer\n", "P100", "no-break", "`id: payer`"),
    ("a no-break space after a dash", "»-\u00a0ask: Who pays?\n  id: payer\n", "P100", "no-break"),
    (
        "curly quotes around a colon",
        "- ask: “One thing»: who pays?”\n  id: payer\n",
        "P101",
        "straight",
        '"One thing: who pays?"',
    ),
    (
        "a colon in a sentence",
        "- ask: One thing»: who pays?\n  id: payer\n",
        "P101",
        "quotes",
        '"One thing: who pays?"',
    ),
    ("a number sign in a sentence", "- ask: Who has ticket »#7 now?\n  id: owner\n", "P103", "comment", "quotes"),
    ("a percent sign first", "- ask: »%Share of orders that fail?\n  id: share\n", "P102", "quotes"),
    ("an at sign first", "- say: »@all welcome\n" + ASK, "P102", "quotes", '"@all welcome"'),
    ("a bracket first", "- say: »[Smile] Good morning.\n" + ASK, "P102", "quotes", '"[Smile] Good morning."'),
    ("Markdown in bold", "- say: »**Important** first.\n" + ASK, "P102", "quotes"),
    ("a line without a field", "- ask: Who pays?\n  id: payer\n  »priority must\n", "P100", "priority: must"),
    ("an indent of three", "- ask: Who pays?\n   »id: payer\n", "P113", "column"),
    ("question", "- »question: Who pays?\n  id: payer\n", "P110", "called 'ask'"),
    ("heading", "- »heading: Why now\n" + ASK, "P110", "called 'section'"),
    ("statement", "- »message: Good morning.\n" + ASK, "P110", "called 'say'"),
    ("notes on a section", "- section: Why now\n  »notes: find the reason\n" + ASK, "P111", "'goal'"),
    ("questions under a section", "- section: One\n  »questions:\n    - ask: What?\n", "P111", "same list"),
    ("two texts to say", "- say: »[Good morning, Thanks for coming]\n" + ASK, "P112", "one text", "- say:"),
    ("a question without its field", "- »ask Who pays?\n", "P110", "`- ask: Who pays?`"),
    ("a slot nobody asks for", "- say: It's for {»sponsor}.\n" + ASK, "P210", "`- ask:", "`id: sponsor`", "vars"),
    ("Markdown inside", "- say: We are »**really** careful.\n" + ASK, "P413", "read aloud"),
    ("a Markdown link", "- say: It is on »[our page](https://example.org).\n" + ASK, "P413", "`link:`"),
    ("a note in the text", "- ask: Who signs »(if applicable)?\n  id: signer\n", "P414", "`when:`"),
    ("a placeholder in brackets", "- say: Thanks for seeing us, »[first name].\n" + ASK, "P414", "{name}"),
    ("two dashes", "-» - ask: Who pays?\n  id: payer\n", "P100", "one dash", "`- ask: Who pays?`"),
    ("two dashes in line", "- »- ask: Who pays?\n    id: payer\n", "P110", "with one dash"),
    ("a question in a map", "- ask:\n    »text: Who pays?\n", "P112", "after `ask:`"),
    ("a slot with spaces", "- say: Thanks for your time, »{ name }.\n" + ASK, "P216", "`{name}`"),
    (
        "questions inside a section",
        "- section: Why now\n  »agenda:\n    - ask: What happened?\n      id: trigger\n",
        "P111",
        "follow it in the same list",
    ),
    ("an id without a colon", "- {ask: Who pays, »id payer}\n", "P100", "`id: payer`"),
]
"""Items of the agenda."""

FIELDS: Rows = [
    (
        "a number with a comma in braces",
        "buyers:\n  mika:\n    says: {verdict: About 9,»000., trigger: A pump}\n",
        "P107",
        '"About 9,000."',
    ),
    ("a list of buyers", "buyers:\n  »- who: Jo\n", "P112", "`my_buyer:`", "without a dash"),
    ("a share without %", "coach: {max_talk_ratio: »40}\n", "P112", "write 40%"),
    ("jargon without plain words", "coach: {jargon: »[API, SSO]}\n", "P112", "`API: …`"),
    ("questions in a playbook", "»questions:\n  - ask: Who?\n    id: who\n", "P113", "`agenda:`"),
    ("the end of a conflict", "»>>>>>>> main\n", "P100", "conflict"),
    (
        "triggers of a detour",
        "detours:\n  demo:\n    »triggers: Show us\n    agenda:\n      - say: Gladly.\n",
        "P111",
        "'they_say'",
    ),
    ("shortcut of a detour", DEMO + "    »shortcut: d\n", "P111", "'key'"),
    ("a detour that says", "detours:\n  demo:\n    they_say: Show us\n    »say: Gladly.\n", "P113", "`agenda:`"),
    ("never_say as a map", "coach: {never_say: »{easy: not so}}\n", "P112", "a text or a list", "jargon"),
    ("a note to a key of the call", DEMO + "    key: »e\n", "P112", "'e'", "'end'", "free"),
    ("an empty note", 'buyers:\n  dana: {says: {trigger: »""}}\n', "P112", "'trigger'"),
    (
        "a pick by the text of its question",
        "buyers:\n  dana: {picks: {»What happened?: It broke}, says: {verdict: Fine.}}\n",
        "P501",
        "write its id: 'trigger'",
    ),
    (
        "an ending that a buyer does not reach",
        "buyers:\n  dana: {picks: {verdict: Go on together}, ends: »later}\n",
        "P504",
        "this buyer",
        "go_on",
    ),
    ("a list without spaces", "coach:\n  never_say:\n    »-should be easy\n", "P100", "no space", "`- should be easy`"),
    ("a percent sign first", "coach:\n  max_talk_ratio: »%40\n", "P102", "write 40%"),
    (
        "a detour that is not indented",
        DEMO + "»deck: {they_say: Send slides, agenda: [{say: Gladly.}]}\n",
        "P113",
        "indent it under `detours:`",
    ),
    (
        "picks in brackets",
        "tests:\n  - {it: works, picks: »[verdict: Not for us], ends: part}\n",
        "P112",
        "braces instead",
    ),
]
"""Fields of the file."""

FILES: Rows = [
    ("an outcome in one word", sample(ASK, outcomes=OUTCOMES + "  won: »yes\n"), "P112", "decision: go"),
    (
        "an equals sign after the name of an outcome",
        sample(ASK).replace("  later: {decision", "  later» = {decision"),
        "P100",
        "'='",
        "`later: {decision: not-yet, capture: [revisit_on]}`",
    ),
    (
        "a wide colon after the name of an outcome",
        sample(ASK).replace("  later: {decision", "  later»： {decision"),
        "P100",
        "'：'",
        "`later: {decision: not-yet, capture: [revisit_on]}`",
    ),
    ("an end of the document", "playbook: A\n»...\nagenda:\n  - ask: Who?\n    id: who\n", "P100", "delete"),
    (
        "a merge conflict",
        sample(ASK).replace("    id: trigger", "»<<<<<<< HEAD\n    id: cause\n=======\n    id: trigger\n>>>>>>> main"),
        "P100",
        "conflict",
        "keep one of the two",
    ),
    ("a tab", "playbook: A\nagenda:\n»\t- ask: What?\n", "P104", "two spaces"),
    ("a list on the line of its field", "playbook: A\nagenda: »- ask: What?\n", "P102", "next line"),
    (
        "requires on an outcome",
        sample(ASK, outcomes=OUTCOMES.replace("go}", "go, »requires: [real]}", 1)),
        "P111",
        "'needs'",
    ),
    (
        "message on an outcome",
        sample(ASK, outcomes=OUTCOMES.replace("go}", "go, »message: Thanks all}", 1)),
        "P111",
        "'say'",
    ),
    ("author", sample(ASK, head="»author: Dee"), "P111", "comment"),
    ("version", sample(ASK, head="»version: 3"), "P111", "comment"),
    ("decision won", sample(ASK, outcomes=OUTCOMES.replace("decision: go", "decision: »won")), "P112", "'go'"),
    ("decision later", sample(ASK, outcomes=OUTCOMES.replace("not-yet", "»later", 1)), "P112", "'not-yet'"),
    (
        "priority far out",
        "playbook: A\nagenda:\n  - ask: What?\n    id: what\n»priority: must\n",
        "P113",
        "question",
        "indent",
    ),
    ("a Markdown file", "»- What happened?\n- Who pays?\n", "P112", "agenda", "playbook import"),
    ("a page of text", "# Discovery\n»Ask them what happened.\nThen stop.\n", "P112", "playbook import"),
    (
        "a detour of its own without an agenda",
        sample(ASK, "detours:\n  »demo: {they_say: Show us}\n", head="use: [common/words]"),
        "P112",
        "needs 'agenda'",
    ),
    (
        "a detour of another name",
        sample(ASK + "  answers: {Show us: {detour: »screen}}\n", DEMO),
        "P205",
        "choose one of: demo; or add it",
    ),
    ("a detour as a goto", sample(ASK + "  answers: {Show us: {goto: »demo}}\n", DEMO), "P202", "`detour: demo`"),
    ("an outcome as a detour", sample(ASK + "  answers: {It broke: {detour: »part}}\n", DEMO), "P205", "`end: part`"),
    (
        "questions of a test in one text",
        sample(ASK + COST, 'tests:\n  - {it: asks, asks: »"trigger, cost", ends: part}\n'),
        "P116",
        "[trigger, cost]",
    ),
    (
        "a detour by its key",
        sample(ASK + "  answers:\n    Show us: {detour: »d}\n", DEMO + "    key: d\n"),
        "P205",
        "'demo'",
    ),
    (
        "a library as a question",
        sample("- include: »common/detours\n" + ASK, head="use: [common/detours]"),
        "P602",
        "use:",
    ),
    (
        "an outcome with a dash",
        sample(ASK, outcomes=OUTCOMES.replace("  later", "  »- later")),
        "P113",
        "has no dash",
        "or none",
    ),
    (
        "names behind a capture",
        sample(ASK, outcomes=OUTCOMES.replace("[revisit_on]", "revisit_on, »gap")),
        "P107",
        "write a list: [revisit_on, gap]",
    ),
    (
        "an outcome that is not indented",
        sample(ASK, outcomes=OUTCOMES + "»stopped: {decision: not-yet, capture: [revisit_on]}\n"),
        "P113",
        "indent it under `outcomes:`",
    ),
]
"""Whole files."""

_WRITE: tuple[tuple[Rows, Callable[[str], str]], ...] = (
    (CONDITIONS, lambda text: sample(f"{ASK}{COST}- ask: Who pays?\n  id: payer\n  when: {text}\n")),
    (ANSWERS, lambda text: sample(f"{ASK}  answers:\n    {text}\n{COST}")),
    (BELOW_A_QUESTION, lambda text: sample(ASK + text)),
    (AGENDAS, sample),
    (FIELDS, lambda text: sample(ASK, text)),
    (FILES, str),
)
MISTAKES = [Mistake(name, write(text), code, tuple(says)) for rows, write in _WRITE for name, text, code, *says in rows]


def written(mistake: Mistake) -> tuple[str, int, int]:
    before, _, after = mistake.text.partition("»")
    return before + after, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def test_there_are_more_than_sixty() -> None:
    assert len({mistake.text for mistake in MISTAKES}) > 60


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_has_one_finding_at_its_place_that_says_how_to_fix_it(mistake: Mistake, tmp_path: Path) -> None:
    text, line, column = written(mistake)
    found = lint(tmp_path / "sample.yaml", None, text).findings
    assert [one.code for one in found] == [mistake.code], [f"{one} = {one.hint}" for one in found]
    said = f"{found[0].message} = {found[0].hint}"
    assert [word for word in mistake.says if word not in said] == [], said
    assert (found[0].location.line, found[0].location.column) == (line, column), said
