"""What to make of it afterwards: the debrief, promises, exports."""
