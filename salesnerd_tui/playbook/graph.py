"""Map of a playbook, as text for the terminal and as Mermaid.

The map has one line per question, and shows what is hard to see in the file: where answers lead, what the conditions
are, and which endings exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from salesnerd_tui.playbook.model import PREP, Answer, Ask, Item, Playbook, Priority, Say, Section
from salesnerd_tui.text import one_line

PRIORITY_SYMBOLS = {Priority.MUST: "●", Priority.SHOULD: "○", Priority.COULD: "◌"}


def render_text(playbook: Playbook, *, is_library: bool = False) -> str:
    """Return the map as lines: sections, questions with their ids, and answers with an arrow to where they lead.

    The agenda of a library is the list of its questions.
    """
    return "\n".join(_text_lines(playbook, is_library)) + "\n"


def render_mermaid(playbook: Playbook, *, is_library: bool = False) -> str:
    """Return the map as a Mermaid flowchart. The questions of a library are not connected."""
    return "\n".join(_mermaid_lines(playbook, is_library)) + "\n"


def _text_lines(playbook: Playbook, is_library: bool) -> Iterator[str]:
    yield one_line(playbook.title)
    if is_library and not playbook.agenda and not playbook.detours:
        yield ""
        yield "no questions and no detours: this library only has words that other playbooks use"
    for heading, items in _item_lists(playbook, is_library):
        yield ""
        yield heading
        for item in items:
            yield from _item_lines(item)
    if playbook.gates:
        yield ""
        yield "gates"
        yield from (f"  ◇ {gate.name}: {one_line(gate.condition.source)}" for gate in playbook.gates.values())
    if playbook.outcomes or not is_library:
        yield ""
        yield "outcomes"
    for outcome in playbook.outcomes.values():
        needs = f"  needs {', '.join(one_line(gate.name) for gate in outcome.needs)}" if outcome.needs else ""
        yield f"  ■ {outcome.id} ({outcome.decision}){needs}"


def _item_lines(item: Item) -> Iterator[str]:
    when = f"   when {one_line(item.when.source)}" if item.when.source else ""
    if isinstance(item, Section):
        minutes = f" · {item.minutes:g} min" if item.minutes else ""
        goal = f"   ({one_line(item.goal)})" if item.goal else ""
        yield f"  ── {one_line(item.title)}{minutes}{goal}{when}"
    elif isinstance(item, Say):
        yield f"     “{one_line(item.text)}”{when}"
    else:
        yield f"   {PRIORITY_SYMBOLS[item.priority]} {item.id}: {one_line(item.text)}{when}"
        answers = [(one_line(answer.display_label), _consequence(answer)) for answer in item.answers]
        for position, (shown, consequence) in enumerate(answers):
            corner = "└" if position == len(answers) - 1 else "├"
            yield f"     {corner} {shown}{consequence}"


def _consequence(answer: Answer) -> str:
    follow_ups = "".join(f" → “{one_line(text)}”" for text in (answer.say, *answer.follow_ups) if text)
    target = _destination(answer)
    note = f" ({one_line(' '.join(answer.why))})" if answer.why else ""
    return f"{follow_ups} ⇒ {target}{note}" if target else f"{follow_ups}{note}"


def _destination(answer: Answer) -> str:
    for word, name in (("", answer.goto), ("ends ", answer.end), ("playbook ", answer.switch), ("↷ ", answer.detour)):
        if name:
            return f"{word}{name}"
    return "back" if answer.back else ""


def _item_lists(playbook: Playbook, is_library: bool) -> Iterator[tuple[str, tuple[Item, ...]]]:
    if playbook.prep:
        yield "prep", playbook.prep
    if playbook.agenda or not is_library:
        yield "questions" if is_library else "agenda", playbook.agenda
    for detour in playbook.detours.values():
        key = f" [{detour.key}]" if detour.key else ""
        yield f"↷ {detour.id}{key}", detour.agenda


def _mermaid_lines(playbook: Playbook, is_library: bool) -> Iterator[str]:
    """Yield the lines of the flowchart. The questions of a library are not connected, because they have no order."""
    yield "flowchart TD"
    for name, items in ((PREP, playbook.prep), ("agenda", playbook.agenda)):
        if items:
            yield from _mermaid_list(playbook, name, items, in_order=not (is_library and name == "agenda"))
    for detour in playbook.detours.values():
        yield f'  subgraph detour_{detour.id}["{_label(detour.id)}"]'
        yield from (f"  {line}" for line in _mermaid_list(playbook, detour.id, detour.agenda))
        yield "  end"
    for outcome in playbook.outcomes.values():
        yield f'  end_{outcome.id}(["{_label(f"{outcome.id} ({outcome.decision})")}"])'


def _mermaid_list(playbook: Playbook, name: str, items: tuple[Item, ...], *, in_order: bool = True) -> Iterator[str]:
    spoken = [item for item in items if not isinstance(item, Section)]
    for item in spoken:
        yield f'  {_node_name(name, item.id)}["{_label(item.text)}"]'
    for item, following in pairwise(spoken) if in_order else ():
        condition = f'|"{_label(following.when.source)}"|' if following.when.source else ""
        yield f"  {_node_name(name, item.id)} -->{condition} {_node_name(name, following.id)}"
    for item in spoken:
        if isinstance(item, Ask):
            yield from _mermaid_answers(playbook, name, item)


def _mermaid_answers(playbook: Playbook, name: str, ask: Ask) -> Iterator[str]:
    for answer in ask.answers:
        target = ""
        if answer.goto:
            target = _node_name(name, answer.goto)
        elif answer.end:
            target = f"end_{answer.end}"
        elif answer.switch:
            target = f'playbook_{answer.switch}[["{_label(answer.switch)}"]]'
        elif answer.detour and answer.detour in playbook.detours:
            target = f"detour_{answer.detour}"
        if target:
            yield f'  {_node_name(name, ask.id)} -. "{_label(answer.display_label)}" .-> {target}'


def _node_name(name: str, item: str) -> str:
    """Return the name of a node. It begins with the name of the list, because Mermaid reserves words such as `end`."""
    return f"{name}_{item}"


def _label(text: str) -> str:
    """Return text that Mermaid shows literally: quotes and markup become entities, line breaks spaces."""
    escaped = one_line(text)
    for sign, entity in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;"), ("`", "#96;")):
        escaped = escaped.replace(sign, entity)
    return escaped
