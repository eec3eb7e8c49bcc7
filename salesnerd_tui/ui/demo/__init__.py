"""The demo: an invented call played through the real session and the real coach, on the screen or as plain lines.

`call.vtt` is what is said, `gestures.json` what the engineer presses and when. The taps are in neither: they are
what the coach makes of it.
"""
