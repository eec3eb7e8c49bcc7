"""Running the meeting: greetings, consent, agenda, logistics, thanks, agreeing next steps, summing up what was agreed.

Somebody has to say it, and it is said for both. It is no drift however long it seems.
"""

from __future__ import annotations

from salesnerd_tui.coach.words import phrases

_MEETING = phrases(
    "(?:hello|hi|hey|good morning|good afternoon|good evening|goodbye|bye|bye-bye|welcome|thank you|thanks|cheers)",
    "(?:permission|consent|record|recording|recorded|transcript|transcription|transcribe|transcribed|licen[cs]e|"
    "licensed)",
    "(?:agenda|today's (?:call|meeting|plan)|(?:this|the|our|today's|next|last|final|previous) (?:call|meeting|demo "
    "session))",
    "(?:share|sharing|see|screen)(?: my| the| your| our)? screen|screen share|can you (?:see|hear)|presenter|unmute|"
    "mute|muted|microphone|camera|connection|lagging|zoom|teams link",
    "(?:wait|one|just a|give me a|a) (?:second|sec|moment|minute)",
    "(?:let's|let us|shall we|we can|we'll) (?:start|begin|wait|wrap|finish|close|schedule|meet|sync|call|talk|go "
    "(?:to|through|over|back)|move (?:on|to)|continue|discuss|get started)",
    "(?:to sum(?:mari[sz]e)?|summary|recap|in summary|to recap|wrap up|next steps?|action items?|follow[- ]up)",
    "(?:tomorrow|tonight|today|monday|tuesday|wednesday|thursday|friday|saturday|sunday|next week|this week|by the "
    "end of|in the evening|after the (?:meeting|call))",
    "(?:invoice|calendar|slot|email|e-mail|link|chat|telegram|slack|whatsapp|message|messages) (?:you|it|me|us|to "
    "you|for you)",
    "(?:i|we)(?:'ll| will| can| am going to|'m going to) (?:send|share|email|write|call|message|schedule|book|post|"
    "forward|ping|note|come back|get back|confirm)",
    "(?:any|your) (?:questions|feedback|comments|thoughts|approval)",
    "(?:hand|pass|give) (?:it |the floor |the word |over )*(?:over )?to",
    "my name is|i'm [a-z]+$",
    "(?:we|i)(?: wanted| want| would like|'d like) to (?:discuss|ask|clarify|confirm|go through|talk about|hear|get "
    "your|show you|check)",
)


def runs_meeting(line: str) -> bool:
    """True when this sentence of mine looks after the meeting itself."""
    return bool(_MEETING.search(line))
