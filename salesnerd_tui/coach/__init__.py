"""Coach: tracks turns, finds signals in speech, detects drift, and decides when to tap."""
