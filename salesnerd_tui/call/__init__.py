"""What happened: the events of a call, the state they fold to, and what to ask next."""
