"""The keys of all screens as one person has them, ready to be looked up and to be shown. No Textual here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct, field

from salesnerd_tui.tui.commands import TYPING, Command, by_key, hints
from salesnerd_tui.tui.keys.names import shown_key
from salesnerd_tui.tui.keys.tables import SCREENS


class Table:
    """One screen's keys."""

    def __init__(self, commands: tuple[Command, ...], typing: tuple[Command, ...] = TYPING) -> None:
        self.commands = commands
        self.typing = typing

    @cached_property
    def by_key(self) -> Mapping[str, Command]:
        """The command of each single key."""
        return by_key(self.commands)

    @cached_property
    def by_typing_key(self) -> Mapping[str, str]:
        """What a key does while a line takes text, by its id."""
        return {key: command.id for key, command in by_key(self.typing).items()}

    @cached_property
    def shown(self) -> Mapping[str, str]:
        """Each command's first key as people write it; those without a key are not there."""
        return {each.id: shown_key(each.key) for each in (*self.typing, *self.commands) if each.key}

    def key_of(self, id: str) -> str:
        """A command's first key; empty where it has none."""
        return next((each.key for each in self.commands if each.id == id), "")

    def told(self, id: str, does: str, otherwise: str = "") -> str:
        """`n begins one`; `otherwise` where the command has no key."""
        key = self.shown.get(id)
        return f"{key} {does}" if key else otherwise

    def hints(self) -> tuple[tuple[str, str], ...]:
        """Keys and words for the hint line, the most useful first."""
        return hints(self.commands)


class Keymap(Struct, frozen=True):
    """`own` has the tables that differ from what the program comes with; `told` is one line for the first screen."""

    own: Mapping[str, tuple[Command, ...]] = field(default_factory=dict)
    told: str = ""

    def of(self, screen: str) -> Table:
        """The keys of a screen: `live`, `home`, `prep`, `rehearse`, `board` or `debrief`."""
        commands = self.own.get(screen) or SCREENS[screen]
        return Table(commands, self.own.get("typing", TYPING))


AS_IT_COMES = Keymap()
