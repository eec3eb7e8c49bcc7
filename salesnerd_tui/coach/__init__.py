"""Coach: tracks the floor, reads signals in speech, detects drift, and decides when to tap."""
