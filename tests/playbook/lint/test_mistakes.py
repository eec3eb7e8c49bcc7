"""Common mistakes in playbooks: each gets one message at its place that says how to fix it.

`»` marks where the finding must begin; it is not part of the file.
"""

from __future__ import annotations

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


MISTAKES = [
    # A space is missing, or one quote too many.
    Mistake("id without a space", sample("- ask: Who pays?\n  »id:payer\n"), "P100", ("no space", "`id: payer`")),
    Mistake("ask without a space", sample("- »ask:Who pays?\n  id: payer\n"), "P100", ("no space", "`ask: Who pays?`")),
    Mistake("dash without a space", sample("»-ask: Who pays?\n  id: payer\n"), "P100", ("no space", "`- ask:")),
    # A sign that only looks like the right one.
    Mistake(
        "no colon after ask", sample("- ask» Who pays?\n  id: payer\n"), "P100", ("no colon", "`- ask: Who pays?`")
    ),
    Mistake("a dash of a text", sample("»– ask: Who pays?\n  id: payer\n"), "P100", ("'–'", "`- ask: Who pays?`")),
    Mistake("a wide colon", sample("- ask»：Who pays?\n  id: payer\n"), "P100", ("'：'", "`- ask: Who pays?`")),
    Mistake("a no-break space", sample("- ask: Who pays?\n»\u00a0\u00a0id: payer\n"), "P104", ("no-break space",)),
    Mistake("an equals sign", sample(ASK + "  »priority = must\n"), "P100", ("no colon", "`priority: must`")),
    Mistake("no colon before a list", sample(ASK + "  »listen_for\n    - a date\n"), "P100", ("`listen_for:`",)),
    Mistake("a field too far in", sample(ASK + "    »type: date\n"), "P113", ("column",)),
    Mistake("an item too far in", sample(ASK + "  »- ask: Who pays?\n    id: payer\n"), "P113", ("column 3",)),
    Mistake(
        "a dash among answers without one",
        sample(ASK + "  answers:\n    It broke: When?\n    »- Nothing: {}\n"),
        "P113",
        ("no dash", "all of these lines"),
    ),
    Mistake(
        "an answer without a dash among others",
        sample(ASK + "  answers:\n    - It broke\n    »Nothing: {}\n"),
        "P113",
        ("begins with a dash", "all of these lines"),
    ),
    Mistake(
        "a number with a comma in braces",
        sample(ASK, "buyers:\n  mika:\n    says: {verdict: About 9,»000., trigger: A pump}\n"),
        "P107",
        ('"About 9,000."',),
    ),
    Mistake("must as a field", sample(ASK + "  »must: yes\n"), "P111", ("'priority: must'",)),
    Mistake("a goto without a question", sample(ASK + "- »goto: trigger\n"), "P110", ("`answers:`",)),
    Mistake("known without is", sample(ASK + COST + "  when: trigger »known\n"), "P215", ("`trigger is known`",)),
    Mistake("an outcome in one word", sample(ASK, outcomes=OUTCOMES + "  won: »yes\n"), "P112", ("decision: go",)),
    Mistake("a list of buyers", sample(ASK, "buyers:\n  »- who: Jo\n"), "P112", ("`my_buyer:`", "without a dash")),
    Mistake("a share without %", sample(ASK, "coach: {max_talk_ratio: »40}\n"), "P112", ("write 40%",)),
    Mistake("jargon without plain words", sample(ASK, "coach: {jargon: »[API, SSO]}\n"), "P112", ("`API: …`",)),
    Mistake(
        "questions in a playbook", sample(ASK, "»questions:\n  - ask: Who?\n    id: who\n"), "P113", ("`agenda:`",)
    ),
    Mistake(
        "dash without a space, in a list",
        sample(ASK + "  listen_for:\n    »-a date\n    - a name\n"),
        "P100",
        ("`- a date`",),
    ),
    Mistake("section without a space", sample("- »section:Why now\n" + ASK), "P100", ("`section: Why now`",)),
    Mistake(
        "apostrophe in single quotes",
        sample("- ask: 'What doesn»'t work?'\n  id: broken\n"),
        "P102",
        ("apostrophe", '"What doesn\'t work?"'),
    ),
    Mistake(
        "apostrophe in a list",
        sample(ASK + "  listen_for: ['it isn»'t done', 'a date']\n"),
        "P102",
        ("apostrophe", '"it isn\'t done"'),
    ),
    Mistake(
        "quotes around one word",
        sample('- ask: »"Which" team is it?\n  id: team\n'),
        "P102",
        ("quotes", "'\"Which\" team is it?'"),
    ),
    Mistake(
        "double quotes inside double quotes",
        sample('- ask: "Who says »"later"?"\n  id: later_word\n'),
        "P102",
        ("quotes", "'Who says \"later\"?'"),
    ),
    Mistake("a quote that is never closed", sample("- ask: »'Who pays?\n  id: payer\n"), "P100", ("never closed",)),
    Mistake(
        "a quote that ends many lines below",
        sample('- ask: »"Who pays?\n  id: payer\n' + ASK + '- say: "Good: that is all."\n  id: closing\n'),
        "P100",
        ("never closed", '"Who pays?"'),
    ),
    Mistake(
        "a quote in brackets that is never closed",
        sample(ASK + '  follow_ups: [»"Who saw it, "When?"]\n' + COST + '- say: "Good: thanks."\n  id: closing\n'),
        "P100",
        ("never closed",),
    ),
    Mistake(
        "no space, below brackets with an inch mark and an escaped quote",
        sample(
            ASK + '  listen_for: [\'a 15" rack\', a date]\n  avoid: ["so-called \\"fix", a pitch]\n'
            "- ask: Who pays?\n  »id:payer\n"
        ),
        "P100",
        ("`id: payer`",),
    ),
    Mistake(
        "an equals sign after the name of an outcome",
        sample(ASK).replace("  later: {decision", "  later» = {decision"),
        "P100",
        ("'='", "`later: {decision: not-yet, capture: [revisit_on]}`"),
    ),
    Mistake(
        "a wide colon after the name of an outcome",
        sample(ASK).replace("  later: {decision", "  later»： {decision"),
        "P100",
        ("'：'", "`later: {decision: not-yet, capture: [revisit_on]}`"),
    ),
    Mistake(
        "quotes around a label and its answer",
        sample(ASK + '  answers:\n    My boss asked: {}\n    »"It broke: {end: part}"\n' + COST),
        "P102",
        ("only the label", '"It broke": …'),
    ),
    Mistake(
        "a label without a space after its colon",
        sample(ASK + "  answers:\n    »It broke:{end: part}\n" + COST),
        "P100",
        ("no space after 'It broke:'", "`It broke: {end: part}`"),
    ),
    Mistake(
        "no colon in braces", sample(ASK + "  answers: {It broke: {»goto verdict}}\n"), "P100", ("`goto: verdict`",)
    ),
    Mistake("no space in braces", sample(ASK + "  answers: {It broke: {»end:part}}\n"), "P100", ("`end: part`",)),
    Mistake("a comma in a number", sample(ASK + "  answers: {It broke: {points: {fit: 1,»5}}}\n"), "P107", ("1.5",)),
    Mistake(
        "a path in double quotes",
        sample('- ask: "Who keeps C:»\\users?"\n  id: keeper\n'),
        "P102",
        ("backslash", "'Who keeps C:\\users?'"),
    ),
    Mistake(
        "a brace that is never closed", sample(ASK + "  answers: »{It broke: {end: part}\n"), "P100", ("`}`", "end")
    ),
    Mistake("a brace too many", sample(ASK + "  answers: {It broke: {end: part}}»}\n" + COST), "P100", ("delete",)),
    Mistake("a comma after a text", sample('- ask: "Who pays?"»,\n  id: payer\n'), "P100", ("','", "delete")),
    Mistake("a comma after brackets", sample(ASK + "  listen_for: [a date]»,\n" + COST), "P100", ("','", "delete")),
    Mistake("a tab after a dash", sample("-»\task: Who pays?\n  id: payer\n"), "P104", ("one space",)),
    Mistake("a no-break space", sample("- ask: Who pays?\n  »id:\u00a0payer\n"), "P100", ("no-break", "`id: payer`")),
    Mistake("a no-break space after a dash", sample("»-\u00a0ask: Who pays?\n  id: payer\n"), "P100", ("no-break",)),
    Mistake("an item without a dash", sample(ASK + "  »ask: Who pays?\n  id: payer\n"), "P106", ("dash", "`- ask: …`")),
    Mistake("an end of the document", "playbook: A\n»...\nagenda:\n  - ask: Who?\n    id: who\n", "P100", ("delete",)),
    Mistake(
        "a merge conflict",
        sample(ASK).replace("    id: trigger", "»<<<<<<< HEAD\n    id: cause\n=======\n    id: trigger\n>>>>>>> main"),
        "P100",
        ("conflict", "keep one of the two"),
    ),
    Mistake("the end of a conflict", sample(ASK, "»>>>>>>> main\n"), "P100", ("conflict",)),
    Mistake(
        "a colon in a label",
        sample(ASK + "  answers:\n    »Broken: again: {end: part}\n"),
        "P101",
        ("label", '"Broken: again"'),
    ),
    Mistake(
        "quotes around one word of a label",
        sample(ASK + '  answers:\n    »"Broken" again: {end: part}\n'),
        "P102",
        ("label", "'\"Broken\" again'"),
    ),
    Mistake(
        "a label without a colon",
        sample(ASK + "  answers:\n    It broke: {}\n    »Nothing yet\n"),
        "P100",
        ("no colon", "`Nothing yet: {}`"),
    ),
    Mistake(
        "curly quotes around a colon",
        sample("- ask: “One thing»: who pays?”\n  id: payer\n"),
        "P101",
        ("straight", '"One thing: who pays?"'),
    ),
    Mistake(
        "curly quotes around a comma",
        sample(ASK + "  follow_ups: [»“Who saw it, and when?”, “Why?”]\n"),
        "P107",
        ("straight", '"Who saw it, and when?"'),
    ),
    Mistake(
        "a colon in a sentence",
        sample("- ask: One thing»: who pays?\n  id: payer\n"),
        "P101",
        ("quotes", '"One thing: who pays?"'),
    ),
    Mistake(
        "a number sign in a sentence",
        sample("- ask: Who has ticket »#7 now?\n  id: owner\n"),
        "P103",
        ("comment", "quotes"),
    ),
    Mistake("a percent sign first", sample("- ask: »%Share of orders that fail?\n  id: share\n"), "P102", ("quotes",)),
    Mistake("an at sign first", sample("- say: »@all welcome\n" + ASK), "P102", ("quotes", '"@all welcome"')),
    Mistake(
        "a bracket first",
        sample("- say: »[Smile] Good morning.\n" + ASK),
        "P102",
        ("quotes", '"[Smile] Good morning."'),
    ),
    Mistake("Markdown in bold", sample("- say: »**Important** first.\n" + ASK), "P102", ("quotes",)),
    Mistake("a tab", "playbook: A\nagenda:\n»\t- ask: What?\n", "P104", ("two spaces",)),
    Mistake("a list on the line of its field", "playbook: A\nagenda: »- ask: What?\n", "P102", ("next line",)),
    Mistake(
        "a line without a field",
        sample("- ask: Who pays?\n  id: payer\n  »priority must\n"),
        "P100",
        ("priority: must",),
    ),
    Mistake("an indent of three", sample("- ask: Who pays?\n   »id: payer\n"), "P113", ("column",)),
    # The word of another tool.
    Mistake("question", sample("- »question: Who pays?\n  id: payer\n"), "P110", ("called 'ask'",)),
    Mistake("heading", sample("- »heading: Why now\n" + ASK), "P110", ("called 'section'",)),
    Mistake("statement", sample("- »message: Good morning.\n" + ASK), "P110", ("called 'say'",)),
    Mistake("notes on a section", sample("- section: Why now\n  »notes: find the reason\n" + ASK), "P111", ("'goal'",)),
    Mistake("help on a question", sample(ASK + "  »help: It shows urgency.\n"), "P111", ("'why'",)),
    Mistake("context on a question", sample(ASK + "  »context: They were burnt.\n"), "P111", ("'why'",)),
    Mistake("reason", sample(ASK + "  »reason: Urgency.\n"), "P111", ("'why'",)),
    Mistake("examples", sample(ASK + "  »examples: [What changed]\n"), "P111", ("'phrasings'",)),
    Mistake(
        "triggers of a detour",
        sample(ASK, "detours:\n  demo:\n    »triggers: Show us\n    agenda:\n      - say: Gladly.\n"),
        "P111",
        ("'they_say'",),
    ),
    Mistake("shortcut of a detour", sample(ASK, DEMO + "    »shortcut: d\n"), "P111", ("'key'",)),
    Mistake(
        "requires on an outcome",
        sample(ASK, outcomes=OUTCOMES.replace("go}", "go, »requires: [real]}", 1)),
        "P111",
        ("'needs'",),
    ),
    Mistake(
        "message on an outcome",
        sample(ASK, outcomes=OUTCOMES.replace("go}", "go, »message: Thanks all}", 1)),
        "P111",
        ("'say'",),
    ),
    Mistake("unless", sample(ASK + COST + '  »unless: trigger is "Nothing"\n'), "P111", ("`when: not (…)`",)),
    Mistake("if_yes", sample(ASK + "  »if_yes: When was that?\n"), "P111", ("answers",)),
    Mistake("multiple", sample(ASK + "  »multiple: true\n"), "P111", ("one note",)),
    Mistake("default", sample(ASK + "  »default: nothing\n"), "P111", ("no default",)),
    Mistake("optional", sample(ASK + "  »optional: true\n"), "P111", ("'priority: could'",)),
    Mistake("author", sample(ASK, head="»author: Dee"), "P111", ("comment",)),
    Mistake("version", sample(ASK, head="»version: 3"), "P111", ("comment",)),
    Mistake("priority high", sample(ASK + "  priority: »high\n"), "P112", ("'must'",)),
    Mistake("priority low", sample(ASK + "  priority: »low\n"), "P112", ("'could'",)),
    Mistake("type yesno", sample(ASK + "  type: »yesno\n"), "P112", ("answers",)),
    Mistake("type string", sample(ASK + "  type: »string\n"), "P112", ("'text'",)),
    Mistake(
        "decision won", sample(ASK, outcomes=OUTCOMES.replace("decision: go", "decision: »won")), "P112", ("'go'",)
    ),
    Mistake("decision later", sample(ASK, outcomes=OUTCOMES.replace("not-yet", "»later", 1)), "P112", ("'not-yet'",)),
    # The right word in the wrong place.
    Mistake("minutes on a question", sample(ASK + "  »minutes: 5\n"), "P113", ("section", "it belongs")),
    Mistake(
        "priority far out",
        "playbook: A\nagenda:\n  - ask: What?\n    id: what\n»priority: must\n",
        "P113",
        ("question", "indent"),
    ),
    Mistake(
        "priority under answers",
        sample(ASK + "  answers:\n    It broke:\n      follow_up: When?\n      »priority: must\n"),
        "P113",
        ("question", "indented too far"),
    ),
    Mistake(
        "answers under an answer",
        sample(ASK + "  answers:\n    It broke:\n      »answers: {Today: How?}\n"),
        "P113",
        ("goto", "when"),
    ),
    Mistake(
        "questions under a section", sample("- section: One\n  »questions:\n    - ask: What?\n"), "P111", ("same list",)
    ),
    Mistake(
        "a detour that says",
        sample(ASK, "detours:\n  demo:\n    they_say: Show us\n    »say: Gladly.\n"),
        "P113",
        ("`agenda:`",),
    ),
    Mistake(
        "two texts to say", sample("- say: »[Good morning, Thanks for coming]\n" + ASK), "P112", ("one text", "- say:")
    ),
    Mistake(
        "never_say as a map",
        sample(ASK, "coach: {never_say: »{easy: not so}}\n"),
        "P112",
        ("a text or a list", "jargon"),
    ),
    Mistake("a question without its field", sample("- »ask Who pays?\n"), "P110", ("`- ask: Who pays?`",)),
    Mistake("a note to a key of the call", sample(ASK, DEMO + "    key: »e\n"), "P112", ("'e'", "'end'", "free")),
    Mistake("an empty note", sample(ASK, 'buyers:\n  dana: {says: {trigger: »""}}\n'), "P112", ("'trigger'",)),
    Mistake("an anchor", sample(ASK + "  answers: »&same {It broke: When?}\n"), "P102", ("anchor", "`defaults:`")),
    Mistake("a Markdown file", "»- What happened?\n- Who pays?\n", "P112", ("agenda", "playbook import")),
    Mistake("a page of text", "# Discovery\n»Ask them what happened.\nThen stop.\n", "P112", ("playbook import",)),
    # Names and conditions.
    Mistake("contains", sample(ASK + COST + '  when: trigger »contains "x"\n'), "P215", ("`includes ",)),
    Mistake("and as signs", sample(ASK + COST + "  when: trigger is known »&& cost is known\n"), "P215", ("`and`",)),
    Mistake(
        "and as signs after a number",
        sample(ASK + COST + "  when: cost > 10 »&& trigger is known\n"),
        "P215",
        ("`and`",),
    ),
    Mistake(
        "a comma between conditions", sample(ASK + COST + "  when: cost > 10»,  trigger is known\n"), "P215", ("`or`",)
    ),
    Mistake("a currency", sample(COST + ASK + "  when: cost > »$500\n"), "P215", ("without a currency",)),
    Mistake("a thousands separator", sample(COST + ASK + "  when: cost > 1»,000\n"), "P215", ("plain number",)),
    Mistake("a slot in a condition", sample(COST + ASK + '  when: "»{cost} is known"\n'), "P215", ("without braces",)),
    Mistake(
        "two labels of one note", sample(ASK + COST + '  when: trigger is "A" or »"B"\n'), "P215", ('`trigger is "B"`',)
    ),
    Mistake("a condition that says yes", sample(ASK + COST + "  when: »yes\n"), "P210", ("delete the line",)),
    Mistake("and in capitals", sample(ASK + COST + "  when: trigger is known »AND cost > 1\n"), "P215", ("`and`",)),
    Mistake("a number with a k", sample(COST + ASK + "  when: cost > »500k\n"), "P215", ("500000",)),
    Mistake(
        "a label in curly quotes",
        sample(ASK + COST + "  when: trigger is »“It broke” and cost > 1\n"),
        "P215",
        ('straight quotes: "It broke"',),
    ),
    Mistake(
        "a label without quotes",
        sample(ASK + COST + "  when: trigger is »It broke and cost > 1\n"),
        "P215",
        ('quotes: "It broke"',),
    ),
    Mistake("or as signs", sample(ASK + COST + "  when: trigger is known »|| cost is known\n"), "P215", ("`or`",)),
    Mistake("exists", sample(ASK + COST + "  when: trigger »exists\n"), "P215", ("`is known`",)),
    Mistake("is set", sample(ASK + COST + "  when: trigger is »set\n"), "P215", ("`is known`",)),
    Mistake("more than", sample(COST + ASK + "  when: cost is »more than 5\n"), "P215", ("`cost > 5`",)),
    Mistake("equals a text", sample(ASK + COST + '  when: trigger = »"x"\n'), "P215", ('is "…"',)),
    Mistake("an exclamation mark", sample(ASK + COST + "  when: »!trigger\n"), "P215", ("`not`",)),
    Mistake("braces twice", sample(ASK + '- say: "You said: »{{trigger}}."\n'), "P216", ("`{trigger}`",)),
    Mistake("a dollar before braces", sample(ASK + "- say: Thanks to »${account}.\n"), "P216", ("`{account}`",)),
    Mistake(
        "a slot nobody asks for",
        sample("- say: It's for {»sponsor}.\n" + ASK),
        "P210",
        ("`- ask:", "`id: sponsor`", "vars"),
    ),
    Mistake("an ending by its decision", sample(ASK + "  answers:\n    It broke: {end: »go}\n"), "P203", ("'go_on'",)),
    Mistake("a jump as a text", sample(ASK + "  answers: {It broke: »go to verdict}\n"), "P207", ("{goto: verdict}",)),
    Mistake("an arrow as a text", sample(ASK + "  answers:\n    It broke: »-> part\n"), "P207", ("{end: part}",)),
    Mistake("a jump to what follows", sample(ASK + "  answers: {It broke: {goto: »next}}\n"), "P202", ("`{}`",)),
    Mistake("a jump to the end", sample(ASK + "  answers: {It broke: {goto: »end}}\n"), "P202", ("`end: not_now`",)),
    Mistake(
        "a library to continue with",
        sample(ASK + "  answers: {It broke: {switch: »common/words}}\n"),
        "P204",
        ("is a library",),
    ),
    Mistake(
        "a detour of its own without an agenda",
        sample(ASK, "detours:\n  »demo: {they_say: Show us}\n", head="use: [common/words]"),
        "P112",
        ("needs 'agenda'",),
    ),
    Mistake(
        "a detour of another name",
        sample(ASK + "  answers: {Show us: {detour: »screen}}\n", DEMO),
        "P205",
        ("choose one of: demo; or add it",),
    ),
    Mistake("an outcome as a goto", sample(ASK + "  answers: {It broke: {goto: »part}}\n"), "P202", ("`end: part`",)),
    Mistake(
        "a question as an ending", sample(ASK + "  answers: {Hardly: {end: »trigger}}\n"), "P203", ("`goto: trigger`",)
    ),
    Mistake(
        "a detour as a goto", sample(ASK + "  answers: {Show us: {goto: »demo}}\n", DEMO), "P202", ("`detour: demo`",)
    ),
    Mistake(
        "an outcome as a detour",
        sample(ASK + "  answers: {It broke: {detour: »part}}\n", DEMO),
        "P205",
        ("`end: part`",),
    ),
    Mistake(
        "a question by its text",
        sample(ASK + "  answers: {It broke: {goto: »What did it cost?}}\n" + COST),
        "P202",
        ("write its id: 'cost'",),
    ),
    Mistake(
        "a pick by the text of its question",
        sample(ASK, "buyers:\n  dana: {picks: {»What happened?: It broke}, says: {verdict: Fine.}}\n"),
        "P501",
        ("write its id: 'trigger'",),
    ),
    Mistake(
        "questions of a test in one text",
        sample(ASK + COST, 'tests:\n  - {it: asks, asks: »"trigger, cost", ends: part}\n'),
        "P116",
        ("[trigger, cost]",),
    ),
    Mistake(
        "an ending that a buyer does not reach",
        sample(ASK, "buyers:\n  dana: {picks: {verdict: Go on together}, ends: »later}\n"),
        "P504",
        ("this buyer", "go_on"),
    ),
    Mistake(
        "a detour by its key",
        sample(ASK + "  answers:\n    Show us: {detour: »d}\n", DEMO + "    key: d\n"),
        "P205",
        ("'demo'",),
    ),
    Mistake(
        "a library as a question",
        sample("- include: »common/detours\n" + ASK, head="use: [common/detours]"),
        "P602",
        ("use:",),
    ),
    # What loads and is heard by the buyer.
    Mistake("Markdown inside", sample("- say: We are »**really** careful.\n" + ASK), "P413", ("read aloud",)),
    Mistake(
        "a Markdown link", sample("- say: It is on »[our page](https://example.org).\n" + ASK), "P413", ("`link:`",)
    ),
    Mistake("a note in the text", sample("- ask: Who signs »(if applicable)?\n  id: signer\n"), "P414", ("`when:`",)),
    Mistake(
        "a placeholder in brackets", sample("- say: Thanks for seeing us, »[first name].\n" + ASK), "P414", ("{name}",)
    ),
    # A bracket is not closed, a dash or a quote too many, a word of another language.
    Mistake(
        "a list without its end", sample(ASK + "  listen_for: »[a date, a person\n  type: date\n"), "P100", ("`]`",)
    ),
    Mistake(
        "an answer without its end",
        sample(ASK + "  answers:\n    It broke: »{say: Oh., end: part\n    No idea: {end: later}\n"),
        "P100",
        ("`}`",),
    ),
    Mistake("two dashes", sample("-» - ask: Who pays?\n  id: payer\n"), "P100", ("one dash", "`- ask: Who pays?`")),
    Mistake("two dashes in line", sample("- »- ask: Who pays?\n    id: payer\n"), "P110", ("with one dash",)),
    Mistake(
        "a line instead of a colon",
        sample(ASK + "  answers:\n    Worth it» | {end: part}\n    Later: {end: later}\n"),
        "P100",
        ("no colon after 'Worth it'", "`Worth it: {end: part}`"),
    ),
    Mistake(
        "a list without spaces",
        sample(ASK, "coach:\n  never_say:\n    »-should be easy\n"),
        "P100",
        ("no space", "`- should be easy`"),
    ),
    Mistake(
        "an outcome with a dash",
        sample(ASK, outcomes=OUTCOMES.replace("  later", "  »- later")),
        "P113",
        ("has no dash", "or none"),
    ),
    Mistake(
        "the first answer too far out",
        sample(ASK + "  answers:\n  »It broke: When?\n    It leaks: Where?\n"),
        "P113",
        ("indent it further than line 5",),
    ),
    Mistake("a percent sign first", sample(ASK, "coach:\n  max_talk_ratio: »%40\n"), "P102", ("write 40%",)),
    Mistake("an explicit key", sample(ASK + "  answers:\n    ? »It broke: When?\n"), "P102", ("starts with ?",)),
    Mistake(
        "names behind a capture",
        sample(ASK, outcomes=OUTCOMES.replace("[revisit_on]", "revisit_on, »gap")),
        "P107",
        ("write a list: [revisit_on, gap]",),
    ),
    Mistake("a question in a map", sample("- ask:\n    »text: Who pays?\n"), "P112", ("after `ask:`",)),
    Mistake("equal to known", sample(ASK + COST + "  when: trigger »== known\n"), "P215", ("`trigger is known`",)),
    Mistake("not none", sample(ASK + COST + "  when: trigger is not »None\n"), "P215", ("write `is known`",)),
    Mistake(
        "not equal to unknown", sample(ASK + COST + "  when: trigger »!= unknown\n"), "P215", ("trigger is known",)
    ),
    Mistake("a name in quotes", sample(ASK + COST + '  when: »"trigger" is known\n'), "P102", ("write trigger",)),
    Mistake(
        "a second name in quotes",
        sample(ASK + COST + "  when: trigger is known and »'cost' > 5\n"),
        "P215",
        ("without quotes: cost",),
    ),
    Mistake(
        "answers with fields for their labels",
        sample(ASK + "  answers:\n    - »label: It broke\n      then: When was that?\n"),
        "P112",
        ("`- It broke`", "`- It broke: What you ask next`"),
    ),
    Mistake("a comment without a space", sample(ASK + "  priority: »could# if late\n"), "P112", ("a space before #",)),
    Mistake("two fields on one line", sample(ASK + "  type: money »priority: must\n"), "P101", ("line of its own",)),
    Mistake("a slot with spaces", sample("- say: Thanks for your time, »{ name }.\n" + ASK), "P216", ("`{name}`",)),
    Mistake(
        "questions inside a section",
        sample("- section: Why now\n  »agenda:\n    - ask: What happened?\n      id: trigger\n"),
        "P111",
        ("follow it in the same list",),
    ),
    Mistake(
        "an outcome that is not indented",
        sample(ASK, outcomes=OUTCOMES + "»stopped: {decision: not-yet, capture: [revisit_on]}\n"),
        "P113",
        ("indent it under `outcomes:`",),
    ),
    Mistake(
        "a detour that is not indented",
        sample(ASK, DEMO + "»deck: {they_say: Send slides, agenda: [{say: Gladly.}]}\n"),
        "P113",
        ("indent it under `detours:`",),
    ),
    Mistake("a field without its value", sample(ASK + "  answers: {It broke: {»end}}\n"), "P102", ("`{end: …}`",)),
    Mistake("a name alone", sample(ASK + "  answers: {It broke: {»part}}\n"), "P102", ("`{end: part}`",)),
    Mistake(
        "picks in brackets",
        sample(ASK, "tests:\n  - {it: works, picks: »[verdict: Not for us], ends: part}\n"),
        "P112",
        ("braces instead",),
    ),
    Mistake("an id without a colon", sample("- {ask: Who pays, »id payer}\n"), "P100", ("`id: payer`",)),
]


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
