"""Application services that all interfaces share: live screen, plain text mode and remote control. No Textual.

Running calls: `call_service` opens a call and returns it with its `CallSession`, which holds its state. `call_commands`
is the table of commands, with their keys, and performs a command on the running call. `call_status` returns what an
interface shows of its notes, warnings and suggestions; `outcome_dialog` asks for the outcome that ends it.

A key press on the live screen: `tui.keymap` finds the command, whose `action` is a function of `call.actions`;
`CallSession.do` records the events that it returns. A command that needs a panel runs in `tui.screens.live_commands`.

Before and after: `prep` and `calendar_invitation` prepare a call, `rehearsal` and `demo` open one to practice,
`account` is the buying process of an account, `vault` writes Markdown notes about calls.

Program: `background` runs work without delaying keys, `shutdown` ends the program after a signal or a crash,
`mcp_tools` are the tools for the user's agent.
"""
