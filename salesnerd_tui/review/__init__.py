"""What to make of a call once it is over: the debrief, the picture of who talked, exports, promises, the follow-up.

Everything here is a fold of the events that were kept, so it reads any call: an old one, an unfinished one, one whose
playbook has changed or gone, one without a word of speech.
"""
