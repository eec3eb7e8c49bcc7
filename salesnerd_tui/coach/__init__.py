"""How you talk: the floor, the signals in speech, drift, and the one tap that is due."""
