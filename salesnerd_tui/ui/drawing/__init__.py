"""What each part of a screen looks like, as lines of text for a width and a height.

Pure functions of the call's plain values: no widget, no clock, no decision. A part always fills the place it is given
and leaves out the least important first, so nothing on a screen moves because something else became longer.

Text from people comes in through `safe` (or `text.clean`) and is never markup.
"""
