"""Services that every interface shares: what can be done, without a screen. No Textual.

Calls: `call_service` opens calls (new, resumed, stored), `call_commands` is the one table of what can be done in one,
`call_status` says how it stands, `outcome_dialog` ends it.
Before and after: `prep` and `calendar_invitation` prepare a call, `rehearsal` and `demo` open one to practice,
`account` is the buying process of an account, `vault` writes Markdown notes about calls.
Around it: `background` runs work beside the keys, `shutdown` ends the program, `mcp_tools` answers the user's agent.
"""
