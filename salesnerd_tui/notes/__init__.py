"""Where it is kept: one TinyDB database a call, on disk before anything says so."""
