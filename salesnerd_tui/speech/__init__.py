"""Sources of speech: the talk key, captions and transcripts, and (as an extra) the microphone."""
