"""Review of calls after they end: debrief, timeline, exports, promises, follow-up message, trends and accounts.

Everything is computed from the stored events, so it works for every call: old or open, without speech, or with a
playbook that has changed or was deleted.
"""
