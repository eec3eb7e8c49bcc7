"""Core of a call as pure functions: what happened, and what comes next. No clock, file or terminal.

`events`: everything that can happen in a call, and its JSON form.
`state`: the state of a call, computed from its events.
`traversal`: the next prompt, and the text of a prompt.
`actions`, `plan`, `outcome`: what a user's action records: during the call, in its prep, and to end it. Each function
takes a `CallContext` and returns events. `call_session` records them.
`view`, `tap_text`: what an interface shows of the call and of the coach's taps.
`simulator`: runs the tests and buyers of a playbook.
"""
