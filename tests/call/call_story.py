"""Call written as a story, such as `call.answer("trigger", "My boss asked")`, with a manual clock."""

from __future__ import annotations

from salesnerd_tui.call import actions, traversal
from salesnerd_tui.call.actions import CallContext, numbered_answers
from salesnerd_tui.call.events import Event, Mode, Place, Started, Undone
from salesnerd_tui.call.outcome import end
from salesnerd_tui.call.state import CallState, fold
from salesnerd_tui.playbook.model import (
    Answer,
    Ask,
    Condition,
    Decision,
    Detour,
    Facts,
    Gate,
    Item,
    Outcome,
    Playbook,
    Priority,
    Say,
    Section,
)


class Known:
    """`name is known`, without the language's parser."""

    def __init__(self, name: str, label: str = "") -> None:
        self.name, self.label = name, label
        self.source = f'{name} is "{label}"' if label else f"{name} is known"

    def is_met(self, facts: Facts) -> bool:
        known = facts.known(self.name)
        return self.label in known if self.label else bool(known)


def known(name: str, label: str = "") -> Condition:
    return Known(name, label)


AGENDA: tuple[Item, ...] = (
    Section("Why now", minutes=8),
    Say("hello", "Thanks for the time, {name}."),
    Ask(
        "trigger",
        "What happened that made you look now?",
        Priority.MUST,
        answers=(
            Answer("Something broke", "Something broke", follow_ups=("When did it last happen?",)),
            Answer("My boss asked", "My boss asked", say="That is a good boss."),
            Answer("Just looking", "Just looking", goto="do_nothing"),
            Answer("You called me", "You called me", end="not_now"),
            Answer("It is a tender", "It is a tender", switch="rfp_landed"),
            Answer("Show me", "Show me", detour="demo"),
            Answer("An audit", "An audit", points={"fit": 2}, sets={"why": "audit"}),
        ),
    ),
    Section("What it costs", minutes=8),
    Ask("cost", "What did {trigger} cost you?", Priority.MUST, follow_ups=("Who stayed late?",)),
    Ask("nice", "Anything else?", Priority.COULD),
    Ask(
        "do_nothing",
        "If nothing changes, who minds most?",
        answers=(Answer("Me", "Me"), Answer("Nobody", "Nobody")),
        aliases=("who_minds",),
    ),
    Section("How they decide", when=known("trigger"), minutes=8),
    Ask("decider", "Who decides?", when=known("cost")),
    Ask("verdict", "Is a next step worth it?", Priority.MUST, answers=(Answer("Yes", "Yes", end="next_step"),)),
)

DEMO = Detour(
    "demo",
    (
        Ask("proof", "What would you have to see?"),
        Ask("audience", "Who else?", answers=(Answer("Only me", "Only me", back=True), Answer("Others", "Others"))),
    ),
    they_say=("Can you show us a demo?",),
    key="d",
)
PRICE = Detour("price", (Ask("budget", "What did you expect to pay?"),), key="p", repeatable=False)
LATER = Detour("later", (Ask("when", "When, then?"),), when=known("cost"))
DEEP = Detour("deep", (Ask("detail", "Why do you ask?"),))

REAL_PROBLEM = Gate("real_problem", known("cost"))

PLAYBOOK = Playbook(
    "first_call",
    "First call",
    minutes=24,
    vars={"product": "Ledger"},
    agenda=AGENDA,
    detours={detour.id: detour for detour in (DEMO, PRICE, LATER, DEEP)},
    gates={"real_problem": REAL_PROBLEM},
    outcomes={
        "next_step": Outcome("next_step", Decision.GO, needs=(REAL_PROBLEM,), capture=("next_date",)),
        "not_now": Outcome("not_now", Decision.NOT_YET, capture=("revisit_on",), say="Fair, {name}. When?"),
        "part_friends": Outcome("part_friends", Decision.NO_GO, capture=("reason",)),
    },
)


class Call:
    """`at` is the call's clock in seconds; every action takes a second."""

    def __init__(self, playbook: Playbook = PLAYBOOK, **started: str) -> None:
        self.playbook = playbook
        self.at = 0.0
        people = (started.pop("with_", "Dana, VP Eng"),)
        began = "2026-03-01T10:00:00+00:00"
        self.events: list[Event] = [
            Started(
                0,
                playbook.id,
                "",
                "",
                Mode.LIVE,
                traversal.first_place(playbook, CallState()),
                began,
                people=people,
                **started,
            )
        ]

    @property
    def state(self) -> CallState:
        return fold(self.events)

    @property
    def context(self) -> CallContext:
        return CallContext(self.playbook, self.state, self.at)

    @property
    def place(self) -> Place:
        return self.state.place

    @property
    def item(self) -> str | None:
        return self.state.place.item

    def record(self, *events: Event) -> Call:
        self.events.extend(events)
        return self

    def wait(self, minutes: float) -> Call:
        self.at += minutes * 60
        return self

    def go_next(self, times: int = 1) -> Call:
        for _ in range(times):
            self.record(*actions.go_next(self.next_context()))
        return self

    def skip(self) -> Call:
        return self.record(*actions.skip(self.next_context()))

    def go_back(self) -> Call:
        return self.record(*actions.go_back(self.next_context()))

    def jump(self, item: str) -> Call:
        return self.record(*actions.jump(self.next_context(), item))

    def note(self, text: str) -> Call:
        return self.record(*actions.note(self.next_context(), text))

    def take_detour(self, detour: str) -> Call:
        return self.record(*actions.take_detour(self.next_context(), detour))

    def pick(self, number: int) -> Call:
        return self.record(*actions.pick(self.next_context(), number))

    def answer(self, question: str, label: str) -> Call:
        """Go to the question (unless it is on the screen) and pick the answer with that label."""
        if self.item != question:
            self.jump(question)
        labels = [answer.label for answer in numbered_answers(self.context.item)]
        return self.pick(labels.index(label) + 1)

    def undo(self) -> Call:
        return self.record(*actions.undo(self.next_context(), self.events))

    def end(self, outcome: str, **record: str) -> Call:
        return self.record(*end(self.next_context(), outcome, record))

    def next_context(self) -> CallContext:
        self.at += 1
        return self.context

    @property
    def undone(self) -> list[Undone]:
        return [event for event in self.events if isinstance(event, Undone)]
