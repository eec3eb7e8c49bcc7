"""Where speech comes from: the talk key, captions and transcripts, and (as an extra) the microphone."""
