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

    text: str
    code: str
    says: tuple[str, ...]


Rows = list[tuple[str, str, *tuple[str, ...]]]
"""A text with a mistake, and the code and the essential words of the finding about it."""

CONDITIONS: Rows = [
    ("trigger »known", "P215", "`trigger is known`"),
    ('trigger »contains "x"', "P215", "`includes "),
    ("trigger is known »&& cost is known", "P215", "`and`"),
    ("cost > 10 »&& trigger is known", "P215", "`and`"),
    ("cost > 10»,  trigger is known", "P215", "`or`"),
    ("cost > »$500", "P215", "without a currency"),
    ("cost > 1»,000", "P215", "plain number"),
    ('"»{cost} is known"', "P215", "without braces"),
    ('trigger is "A" or »"B"', "P215", '`trigger is "B"`'),
    ("»yes", "P210", "delete the line"),
    ("trigger is known »AND cost > 1", "P215", "`and`"),
    ("cost > »500k", "P215", "500000"),
    ("trigger is »“It broke” and cost > 1", "P215", 'straight quotes: "It broke"'),
    ("trigger is »It broke and cost > 1", "P215", 'quotes: "It broke"'),
    ("trigger is known »|| cost is known", "P215", "`or`"),
    ("trigger »exists", "P215", "`is known`"),
    ("trigger is »set", "P215", "`is known`"),
    ("cost is »more than 5", "P215", "`cost > 5`"),
    ('trigger = »"x"', "P215", 'is "…"'),
    ("»!trigger", "P215", "`not`"),
    ("trigger »== known", "P215", "`trigger is known`"),
    ("trigger is not »None", "P215", "write `is known`"),
    ("trigger »!= unknown", "P215", "trigger is known"),
    ('»"trigger" is known', "P102", "write trigger"),
    ("trigger is known and »'cost' > 5", "P215", "without quotes: cost"),
]
"""Conditions of a question below `ASK` and `COST`."""

ANSWERS: Rows = [
    ("It broke: When?\n    »- Nothing: {}", "P113", "no dash", "all of these lines"),
    ("- It broke\n    »Nothing: {}", "P113", "begins with a dash", "all of these lines"),
    ('My boss asked: {}\n    »"It broke: {end: part}"', "P102", "only the label", '"It broke": …'),
    ("»It broke:{end: part}", "P100", "no space after 'It broke:'", "`It broke: {end: part}`"),
    ("»Broken: again: {end: part}", "P101", "label", '"Broken: again"'),
    ('»"Broken" again: {end: part}', "P102", "label", "'\"Broken\" again'"),
    ("It broke: {}\n    »Nothing yet", "P100", "no colon", "`Nothing yet: {}`"),
    ("It broke:\n      follow_up: When?\n      »priority: must", "P113", "question", "indented too far"),
    ("It broke:\n      »answers: {Today: How?}", "P113", "goto", "when"),
    ("It broke: {end: »go}", "P203", "'go_on'"),
    ("It broke: »-> part", "P207", "{end: part}"),
    ("It broke: »{say: Oh., end: part\n    No idea: {end: later}", "P100", "`}`"),
    (
        "Worth it» | {end: part}\n    Later: {end: later}",
        "P100",
        "no colon after 'Worth it'",
        "`Worth it: {end: part}`",
    ),
    ("? »It broke: When?", "P102", "starts with ?"),
    ("- »label: It broke\n      then: When was that?", "P112", "`- It broke`", "`- It broke: What you ask next`"),
]
"""Answers of the question `ASK`."""

BELOW_A_QUESTION: Rows = [
    ("  »priority = must\n", "P100", "no colon", "`priority: must`"),
    ("  »listen_for\n    - a date\n", "P100", "`listen_for:`"),
    ("    »type: date\n", "P113", "column"),
    ("  »- ask: Who pays?\n    id: payer\n", "P113", "column 3"),
    ("  »must: yes\n", "P111", "'priority: must'"),
    ("- »goto: trigger\n", "P110", "`answers:`"),
    ("  listen_for:\n    »-a date\n    - a name\n", "P100", "`- a date`"),
    ("  listen_for: ['it isn»'t done', 'a date']\n", "P102", "apostrophe", '"it isn\'t done"'),
    (
        '  follow_ups: [»"Who saw it, "When?"]\n' + COST + '- say: "Good: thanks."\n  id: closing\n',
        "P100",
        "never closed",
    ),
    (
        (
            '  listen_for: [\'a 15" rack\', a date]\n  avoid: ["so-called \\"fix", a pitch]\n'
            "- ask: Who pays?\n  »id:payer\n"
        ),
        "P100",
        "`id: payer`",
    ),
    ("  answers: {It broke: {»goto verdict}}\n", "P100", "`goto: verdict`"),
    ("  answers: {It broke: {»end:part}}\n", "P100", "`end: part`"),
    ("  answers: {It broke: {points: {fit: 1,»5}}}\n", "P107", "1.5"),
    ("  answers: »{It broke: {end: part}\n", "P100", "`}`", "end"),
    ("  answers: {It broke: {end: part}}»}\n" + COST, "P100", "delete"),
    ("  listen_for: [a date]»,\n" + COST, "P100", "','", "delete"),
    ("  »ask: Who pays?\n  id: payer\n", "P106", "dash", "`- ask: …`"),
    ("  follow_ups: [»“Who saw it, and when?”, “Why?”]\n", "P107", "straight", '"Who saw it, and when?"'),
    ("  »help: It shows urgency.\n", "P111", "'why'"),
    ("  »context: They were burnt.\n", "P111", "'why'"),
    ("  »reason: Urgency.\n", "P111", "'why'"),
    ("  »examples: [What changed]\n", "P111", "'phrasings'"),
    (COST + '  »unless: trigger is "Nothing"\n', "P111", "`when: not (…)`"),
    ("  »if_yes: When was that?\n", "P111", "answers"),
    ("  »multiple: true\n", "P111", "one note"),
    ("  »default: nothing\n", "P111", "no default"),
    ("  »optional: true\n", "P111", "'priority: could'"),
    ("  priority: »high\n", "P112", "'must'"),
    ("  priority: »low\n", "P112", "'could'"),
    ("  type: »yesno\n", "P112", "answers"),
    ("  type: »string\n", "P112", "'text'"),
    ("  »minutes: 5\n", "P113", "section", "it belongs"),
    ("  answers: »&same {It broke: When?}\n", "P102", "anchor", "`defaults:`"),
    ('- say: "You said: »{{trigger}}."\n', "P216", "`{trigger}`"),
    ("- say: Thanks to »${account}.\n", "P216", "`{account}`"),
    ("  answers: {It broke: »go to verdict}\n", "P207", "{goto: verdict}"),
    ("  answers: {It broke: {goto: »next}}\n", "P202", "`{}`"),
    ("  answers: {It broke: {goto: »end}}\n", "P202", "`end: not_now`"),
    ("  answers: {It broke: {switch: »common/words}}\n", "P204", "is a library"),
    ("  answers: {It broke: {goto: »part}}\n", "P202", "`end: part`"),
    ("  answers: {Hardly: {end: »trigger}}\n", "P203", "`goto: trigger`"),
    ("  answers: {It broke: {goto: »What did it cost?}}\n" + COST, "P202", "write its id: 'cost'"),
    ("  listen_for: »[a date, a person\n  type: date\n", "P100", "`]`"),
    ("  answers:\n  »It broke: When?\n    It leaks: Where?\n", "P113", "indent it further than line 5"),
    ("  priority: »could# if late\n", "P112", "a space before #"),
    ("  type: money »priority: must\n", "P101", "line of its own"),
    ("  answers: {It broke: {»end}}\n", "P102", "`{end: …}`"),
    ("  answers: {It broke: {»part}}\n", "P102", "`{end: part}`"),
]
"""Lines below the question `ASK`."""

AGENDAS: Rows = [
    ("- ask: Who pays?\n  »id:payer\n", "P100", "no space", "`id: payer`"),
    ("- »ask:Who pays?\n  id: payer\n", "P100", "no space", "`ask: Who pays?`"),
    ("»-ask: Who pays?\n  id: payer\n", "P100", "no space", "`- ask:"),
    ("- ask» Who pays?\n  id: payer\n", "P100", "no colon", "`- ask: Who pays?`"),
    ("»– ask: Who pays?\n  id: payer\n", "P100", "'–'", "`- ask: Who pays?`"),
    ("- ask»：Who pays?\n  id: payer\n", "P100", "'：'", "`- ask: Who pays?`"),
    ("- ask: Who pays?\n»\u00a0\u00a0id: payer\n", "P104", "no-break space"),
    ("- »section:Why now\n" + ASK, "P100", "`section: Why now`"),
    ("- ask: 'What doesn»'t work?'\n  id: broken\n", "P102", "apostrophe", '"What doesn\'t work?"'),
    ('- ask: »"Which" team is it?\n  id: team\n', "P102", "quotes", "'\"Which\" team is it?'"),
    ('- ask: "Who says »"later"?"\n  id: later_word\n', "P102", "quotes", "'Who says \"later\"?'"),
    ("- ask: »'Who pays?\n  id: payer\n", "P100", "never closed"),
    (
        '- ask: »"Who pays?\n  id: payer\n' + ASK + '- say: "Good: that is all."\n  id: closing\n',
        "P100",
        "never closed",
        '"Who pays?"',
    ),
    ('- ask: "Who keeps C:»\\users?"\n  id: keeper\n', "P102", "backslash", "'Who keeps C:\\users?'"),
    ('- ask: "Who pays?"»,\n  id: payer\n', "P100", "','", "delete"),
    ("-»\task: Who pays?\n  id: payer\n", "P104", "one space"),
    ("- ask: Who pays?\n  »id:\u00a0payer\n", "P100", "no-break", "`id: payer`"),
    ("»-\u00a0ask: Who pays?\n  id: payer\n", "P100", "no-break"),
    ("- ask: “One thing»: who pays?”\n  id: payer\n", "P101", "straight", '"One thing: who pays?"'),
    ("- ask: One thing»: who pays?\n  id: payer\n", "P101", "quotes", '"One thing: who pays?"'),
    ("- ask: Who has ticket »#7 now?\n  id: owner\n", "P103", "comment", "quotes"),
    ("- ask: »%Share of orders that fail?\n  id: share\n", "P102", "quotes"),
    ("- say: »@all welcome\n" + ASK, "P102", "quotes", '"@all welcome"'),
    ("- say: »[Smile] Good morning.\n" + ASK, "P102", "quotes", '"[Smile] Good morning."'),
    ("- say: »**Important** first.\n" + ASK, "P102", "quotes"),
    ("- ask: Who pays?\n  id: payer\n  »priority must\n", "P100", "priority: must"),
    ("- ask: Who pays?\n   »id: payer\n", "P113", "column"),
    ("- »question: Who pays?\n  id: payer\n", "P110", "called 'ask'"),
    ("- »heading: Why now\n" + ASK, "P110", "called 'section'"),
    ("- »message: Good morning.\n" + ASK, "P110", "called 'say'"),
    ("- section: Why now\n  »notes: find the reason\n" + ASK, "P111", "'goal'"),
    ("- section: One\n  »questions:\n    - ask: What?\n", "P111", "same list"),
    ("- say: »[Good morning, Thanks for coming]\n" + ASK, "P112", "one text", "- say:"),
    ("- »ask Who pays?\n", "P110", "`- ask: Who pays?`"),
    ("- say: It's for {»sponsor}.\n" + ASK, "P210", "`- ask:", "`id: sponsor`", "vars"),
    ("- say: We are »**really** careful.\n" + ASK, "P413", "read aloud"),
    ("- say: It is on »[our page](https://example.org).\n" + ASK, "P413", "`link:`"),
    ("- ask: Who signs »(if applicable)?\n  id: signer\n", "P414", "`when:`"),
    ("- say: Thanks for seeing us, »[first name].\n" + ASK, "P414", "{name}"),
    ("-» - ask: Who pays?\n  id: payer\n", "P100", "one dash", "`- ask: Who pays?`"),
    ("- »- ask: Who pays?\n    id: payer\n", "P110", "with one dash"),
    ("- ask:\n    »text: Who pays?\n", "P112", "after `ask:`"),
    ("- say: Thanks for your time, »{ name }.\n" + ASK, "P216", "`{name}`"),
    (
        "- section: Why now\n  »agenda:\n    - ask: What happened?\n      id: trigger\n",
        "P111",
        "follow it in the same list",
    ),
    ("- {ask: Who pays, »id payer}\n", "P100", "`id: payer`"),
]
"""Items of the agenda."""

FIELDS: Rows = [
    ("buyers:\n  mika:\n    says: {verdict: About 9,»000., trigger: A pump}\n", "P107", '"About 9,000."'),
    ("buyers:\n  »- who: Jo\n", "P112", "`my_buyer:`", "without a dash"),
    ("coach: {max_talk_ratio: »40}\n", "P112", "write 40%"),
    ("coach: {jargon: »[API, SSO]}\n", "P112", "`API: …`"),
    ("»questions:\n  - ask: Who?\n    id: who\n", "P113", "`agenda:`"),
    ("»>>>>>>> main\n", "P100", "conflict"),
    ("detours:\n  demo:\n    »triggers: Show us\n    agenda:\n      - say: Gladly.\n", "P111", "'they_say'"),
    (DEMO + "    »shortcut: d\n", "P111", "'key'"),
    ("detours:\n  demo:\n    they_say: Show us\n    »say: Gladly.\n", "P113", "`agenda:`"),
    ("coach: {never_say: »{easy: not so}}\n", "P112", "a text or a list", "jargon"),
    (DEMO + "    key: »e\n", "P112", "'e'", "'end'", "free"),
    ('buyers:\n  dana: {says: {trigger: »""}}\n', "P112", "'trigger'"),
    (
        "buyers:\n  dana: {picks: {»What happened?: It broke}, says: {verdict: Fine.}}\n",
        "P501",
        "write its id: 'trigger'",
    ),
    ("buyers:\n  dana: {picks: {verdict: Go on together}, ends: »later}\n", "P504", "this buyer", "go_on"),
    ("coach:\n  never_say:\n    »-should be easy\n", "P100", "no space", "`- should be easy`"),
    ("coach:\n  max_talk_ratio: »%40\n", "P102", "write 40%"),
    (DEMO + "»deck: {they_say: Send slides, agenda: [{say: Gladly.}]}\n", "P113", "indent it under `detours:`"),
    ("tests:\n  - {it: works, picks: »[verdict: Not for us], ends: part}\n", "P112", "braces instead"),
]
"""Fields of the file."""

FILES: Rows = [
    (sample(ASK, outcomes=OUTCOMES + "  won: »yes\n"), "P112", "decision: go"),
    (
        sample(ASK).replace("  later: {decision", "  later» = {decision"),
        "P100",
        "'='",
        "`later: {decision: not-yet, capture: [revisit_on]}`",
    ),
    (
        sample(ASK).replace("  later: {decision", "  later»： {decision"),
        "P100",
        "'：'",
        "`later: {decision: not-yet, capture: [revisit_on]}`",
    ),
    ("playbook: A\n»...\nagenda:\n  - ask: Who?\n    id: who\n", "P100", "delete"),
    (
        sample(ASK).replace("    id: trigger", "»<<<<<<< HEAD\n    id: cause\n=======\n    id: trigger\n>>>>>>> main"),
        "P100",
        "conflict",
        "keep one of the two",
    ),
    ("playbook: A\nagenda:\n»\t- ask: What?\n", "P104", "two spaces"),
    ("playbook: A\nagenda: »- ask: What?\n", "P102", "next line"),
    (sample(ASK, outcomes=OUTCOMES.replace("go}", "go, »requires: [real]}", 1)), "P111", "'needs'"),
    (sample(ASK, outcomes=OUTCOMES.replace("go}", "go, »message: Thanks all}", 1)), "P111", "'say'"),
    (sample(ASK, head="»author: Dee"), "P111", "comment"),
    (sample(ASK, head="»version: 3"), "P111", "comment"),
    (sample(ASK, outcomes=OUTCOMES.replace("decision: go", "decision: »won")), "P112", "'go'"),
    (sample(ASK, outcomes=OUTCOMES.replace("not-yet", "»later", 1)), "P112", "'not-yet'"),
    ("playbook: A\nagenda:\n  - ask: What?\n    id: what\n»priority: must\n", "P113", "question", "indent"),
    ("»- What happened?\n- Who pays?\n", "P112", "agenda", "playbook import"),
    ("# Discovery\n»Ask them what happened.\nThen stop.\n", "P112", "playbook import"),
    (sample(ASK, "detours:\n  »demo: {they_say: Show us}\n", head="use: [common/words]"), "P112", "needs 'agenda'"),
    (sample(ASK + "  answers: {Show us: {detour: »screen}}\n", DEMO), "P205", "choose one of: demo; or add it"),
    (sample(ASK + "  answers: {Show us: {goto: »demo}}\n", DEMO), "P202", "`detour: demo`"),
    (sample(ASK + "  answers: {It broke: {detour: »part}}\n", DEMO), "P205", "`end: part`"),
    (sample(ASK + COST, 'tests:\n  - {it: asks, asks: »"trigger, cost", ends: part}\n'), "P116", "[trigger, cost]"),
    (sample(ASK + "  answers:\n    Show us: {detour: »d}\n", DEMO + "    key: d\n"), "P205", "'demo'"),
    (sample("- include: »common/detours\n" + ASK, head="use: [common/detours]"), "P602", "use:"),
    (sample(ASK, outcomes=OUTCOMES.replace("  later", "  »- later")), "P113", "has no dash", "or none"),
    (
        sample(ASK, outcomes=OUTCOMES.replace("[revisit_on]", "revisit_on, »gap")),
        "P107",
        "write a list: [revisit_on, gap]",
    ),
    (
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
MISTAKES = [Mistake(write(text), code, tuple(says)) for rows, write in _WRITE for text, code, *says in rows]


def written(mistake: Mistake) -> tuple[str, int, int]:
    before, _, after = mistake.text.partition("»")
    return before + after, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def test_there_are_more_than_sixty() -> None:
    assert len({mistake.text for mistake in MISTAKES}) > 60


@pytest.mark.parametrize("mistake", MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_has_one_finding_at_its_place_that_says_how_to_fix_it(mistake: Mistake, tmp_path: Path) -> None:
    text, line, column = written(mistake)
    found = lint(tmp_path / "sample.yaml", None, text).findings
    assert [one.code for one in found] == [mistake.code], [f"{one} = {one.hint}" for one in found]
    said = f"{found[0].message} = {found[0].hint}"
    assert [word for word in mistake.says if word not in said] == [], said
    assert (found[0].location.line, found[0].location.column) == (line, column), said
