"""What was heard and waits for a yes, in the words every way of showing it uses. No Textual here."""

from __future__ import annotations

from msgspec import Struct

from salesnerd_tui.call.events import Side
from salesnerd_tui.call.offers import Offers
from salesnerd_tui.text import one_line

LONGEST_ANSWER = 60


class Offered(Struct, frozen=True):
    """`label` begins with a sign; `words` are theirs or the playbook's, `keys` what takes it."""

    label: str
    words: str
    keys: str

    @property
    def plain(self) -> str:
        return f"{self.label}  {self.words}"


def offered(offers: Offers, holder: Side, yes: str = "", letters: str = "") -> Offered | None:
    """The first of what `accepting.accept` would take.

    While they talk only what they ask for is offered: nothing else appears before a face. `yes` is the key that
    takes it, `letters` those that take a detour.
    """
    if holder is Side.THEM and offers.detour is None:
        return None
    if offers.asked is not None:
        return Offered("? asked this", one_line(offers.asked.asked_as), f"{yes} yes" if yes else "")
    if offers.answer is not None:
        return Offered(
            "“ their answer", _shortened(offers.answer.words), f"{yes} yes · or just go on" if yes else "just go on"
        )
    if offers.detour is not None:
        key = offers.detour.key if offers.detour.key and offers.detour.key in letters else yes
        return Offered("↷ they asked for", one_line(offers.detour.label), f"{key} goes there" if key else "")
    return None


def _shortened(words: str, limit: int = LONGEST_ANSWER) -> str:
    """The end of a long answer is what was said last."""
    text = one_line(words)
    return text if len(text) <= limit else f"…{text[-limit:].split(' ', 1)[-1]}"
