"""A call as plain lines, for a screen reader, a dumb terminal or a script: what happens is printed, what is typed acts.

It is a screen like the others: it translates typed lines into the gestures of the call, and events into lines, and
decides nothing. No Textual and no control sequences here; nothing that was printed is ever changed.
"""
